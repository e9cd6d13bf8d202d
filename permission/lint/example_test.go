package lint_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/grant"
	"github.com/lambdaperm/lambdaperm/permission/lint"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// The service accepts this grant. After your bucket is deleted, anybody can create a
// bucket of the same name in another account, and it may call the function: the
// confused deputy problem.
func ExampleCheckGrant() {
	grant := validate.Request{
		FunctionName: "CreateThumbnail",
		StatementId:  "s3invoke",
		Action:       "lambda:InvokeFunction",
		Principal:    "s3.amazonaws.com",
		SourceArn:    "arn:aws:s3:::sourcebucket",
	}
	fmt.Println("refused:", validate.Current.Check(grant) != nil)
	for _, f := range lint.CheckGrant(grant) {
		fmt.Println(f.Severity, f.Rule, f.Field)
		fmt.Println(" ", f.Message)
		fmt.Println(" ", f.Why)
		fmt.Println("  mend:", f.Fix)
		fmt.Println("  read:", f.Documentation)
	}

	grant.SourceAccount = "123456789012"
	fmt.Println("findings with SourceAccount:", len(lint.CheckGrant(grant)))
	// Output:
	// refused: false
	// warning no-source-account SourceAccount
	//   "arn:aws:s3:::sourcebucket" names no account, and there is no SourceAccount
	//   Such an ARN does not have the owner. After a bucket is deleted, anybody can create one of that name in another account, and it can call your function.
	//   mend: add SourceAccount, the account that owns the source
	//   read: IAM User Guide, "The confused deputy problem"
	// findings with SourceAccount: 0
}

// A function URL answers 403 if one of its two grants is missing. CheckPolicy finds
// that; CheckGrant, which sees a single grant, cannot.
func ExampleCheckPolicy() {
	function := arn.MustParseFunction("arn:aws:lambda:us-east-1:123456789012:function:site")
	add := func(d policy.Document, grant validate.Request) policy.Document {
		s, err := policy.NewStatement(grant, function)
		if err != nil {
			fmt.Println(err)
		}
		return d.With(s)
	}
	// The site is intended to be public.
	meant := lint.Disable(lint.RulePublicURL)

	site := add(policy.Document{}, validate.Request{
		StatementId: "url", Principal: "*",
		Action: "lambda:InvokeFunctionUrl", FunctionUrlAuthType: "NONE",
	})
	for _, f := range lint.CheckPolicy(site, meant) {
		fmt.Println(f)
	}

	via := true
	site = add(site, validate.Request{
		StatementId: "invoke", Principal: "*",
		Action: "lambda:InvokeFunction", InvokedViaFunctionUrl: &via,
	})
	fmt.Println("findings with both:", len(lint.CheckPolicy(site, meant)))
	// Output:
	// warning url-pair: statement 1 "url": Action: no statement grants lambda:InvokeFunction through the URL to the same callers (add lambda:InvokeFunction with InvokedViaFunctionUrl true)
	// findings with both: 0
}

// As one of a client's Preflight checks, Check keeps a grant with findings from being
// sent.
func ExampleCheck() {
	client := permission.New(permission.Options{Region: "us-east-1"}, func(o *permission.Options) {
		o.Preflight = append(o.Preflight, lint.Check(lint.SeverityError))
	})

	name, id, action, everybody := "my-function", "open", "lambda:InvokeFunction", "*"
	_, err := client.AddPermission(context.Background(), &permission.AddPermissionInput{
		FunctionName: &name, StatementId: &id, Action: &action, Principal: &everybody,
	})

	var refused *lint.Error
	if errors.As(err, &refused) {
		for _, f := range refused.Findings {
			fmt.Println(f.Rule, "-", f.Message)
		}
	}
	// Output:
	// public - "*" and nothing else limits who may call
}

// WithService adds a service that is not in the table, together with its sources.
func ExampleWithService() {
	plant := validate.Request{
		FunctionName: "my-function",
		StatementId:  "greenhouse",
		Action:       "lambda:InvokeFunction",
		Principal:    "greenhouse.amazonaws.com",
		SourceArn:    "arn:aws:greenhouse:us-east-1:123456789012:plant/fern",
	}
	for _, f := range lint.CheckGrant(plant) {
		fmt.Println("not known:", f)
	}

	greenhouse := lint.WithService(grant.Service{
		Principal: "greenhouse.amazonaws.com",
		Sources:   []grant.Source{{Service: "greenhouse", Resource: "sensor/*", Example: "sensor/ID"}},
	})
	for _, f := range lint.CheckGrant(plant, greenhouse) {
		fmt.Println("known:", f)
	}
	// Output:
	// not known: info unknown-service: Principal: "greenhouse.amazonaws.com" is not in the table of services (check the spelling)
	// known: warning source-shape: SourceArn: "arn:aws:greenhouse:us-east-1:123456789012:plant/fern" is not a source of "greenhouse.amazonaws.com" (use an ARN like "arn:aws:greenhouse:REGION:ACCOUNT:sensor/ID")
}

// Each alias has its own policy, so a grant on the function does not cover the alias
// that the event source calls.
func ExampleWithTarget() {
	grant := validate.Request{
		FunctionName: "my-function",
		StatementId:  "topic",
		Action:       "lambda:InvokeFunction",
		Principal:    "sns.amazonaws.com",
		SourceArn:    "arn:aws:sns:us-east-1:123456789012:my-topic",
	}
	called := arn.MustParseFunction("arn:aws:lambda:us-east-1:123456789012:function:my-function:PROD")
	for _, f := range lint.CheckGrant(grant, lint.WithTarget(called)) {
		fmt.Println(f.Rule, "-", f.Fix)
	}
	// Output:
	// target-mismatch - set Qualifier to "PROD"
}

// Rules returns the table of all rules.
func ExampleRules() {
	for _, r := range lint.Rules() {
		if r.Severity == lint.SeverityError {
			fmt.Printf("%-22s %s\n", r.ID, r.Title)
		}
	}
	// Output:
	// account-mismatch       SourceArn names another account than SourceAccount
	// principal-pattern      The principal does not name a possible caller
	// partition-mismatch     Function, source and principal are not in one partition
	// principal-partition    The service has another name in this partition
	// token-action           EventSourceToken with an action whose calls have no token
	// public                 Everybody may call
	// action-wildcard-open   Every action is granted to everybody or to a service
	// apigw-arn              SourceArn is not a route of API Gateway
}
