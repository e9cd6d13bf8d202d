package grant_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/internal/corpus"
	"github.com/lambdaperm/lambdaperm/permission/grant"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// deployed returns the real grants to a service with a source of a kind in the table.
func deployed() (list []corpus.Shape) {
	for _, s := range corpus.Shapes() {
		source, err := arn.Parse(s.Request.SourceArn)
		if err == nil && s.Deployable && strings.Contains(s.Request.Principal, ".amazonaws.com") && isKnownKind(source) {
			list = append(list, s)
		}
	}
	return list
}

// isKnownKind reports whether some service calls for resources of the ARN's service.
func isKnownKind(source arn.ARN) bool {
	for _, s := range grant.Services() {
		for _, k := range s.Sources {
			if k.Service == source.Service() && s.Instead == "" {
				return true
			}
		}
	}
	return false
}

// deployedExceptions has the reason why a real grant differs from the one that
// EventSource returns for its source: the grant has a mistake, or is a variant that
// does not follow from the source.
var deployedExceptions = map[string]string{
	"events.amazonaws.com arn:aws:events:us-east-1:210987654321:rule/default/usrv-analytics-rule-1":                           "a rule of the default bus with its bus: the grant never matches",
	"events.amazonaws.com arn:aws:events:us-east-1:123456789012:rule/my-stack-EventBridgeRuleToTriggerPCAIntegrationFunction": "SourceAccount for EventBridge, which sends none: the grant never matches",
	"events.amazonaws.com arn:aws:events:us-east-1:111122223333:rule/my-rule":                                                 "the action is lambda:Invoke, which does not exist",
	"sns.amazonaws.com arn:aws:sns:us-east-1:111122223333:topic4":                                                             "the action is lambda:Invoke, which does not exist",
	"cloudfront.amazonaws.com arn:aws:cloudfront::123456789012:distribution/*":                                                "a URL of type NONE, which CloudFront does not sign for: the grant never matches",
	"logs.eu-west-1.amazonaws.com arn:aws:logs:us-east-1:123456789012:log-group:/my/default:*":                                "the region in the principal is not the log group's",
	"logs.us-east-1.amazonaws.com arn:aws:logs:us-east-1:123456789012:log-group:*":                                            regionInName,
	"logs.us-east-1.amazonaws.com arn:aws:logs:us-east-1:123456789012:log-group:/my/LambdaInvokeEvents:*":                     regionInName,
	"logs.us-east-1.amazonaws.com arn:aws:logs:us-east-1:123456789012:log-group:my-stack-SSMLogGroup:*":                       regionInName,
	"logs.us-east-1.amazonaws.com arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/migration-factory-test-MGN-Log:*": regionInName,
	"logs.us-east-1.amazonaws.com arn:aws:logs:us-east-1:123456789012:log-group:/my/logs_exports:*":                           regionInName,
	"logs.us-east-1.amazonaws.com arn:aws:logs:us-east-1:123456789012:log-group:*:*":                                          regionInName,
	"logs.amazonaws.com arn:aws-cn:logs:cn-north-1:123456789012:log-group:MyLogGroup:*":                                       "a fixture of AWS SAM; the name that is reported to work in China has the region and China's suffix",
	"apigateway.amazonaws.com arn:aws:execute-api:ap-southeast-1::*":                                                          "an ARN without account, which no route has: the grant never matches",
}

const regionInName = "CloudWatch Logs with its region in the name, which is another name of the same caller"

// For a real grant, the constructed grant has the same principal and does not allow
// more.
func TestDeployedGrants(t *testing.T) {
	var shapes, grants, made, right, rightGrants int
	used := map[string]bool{}
	for _, s := range deployed() {
		shapes++
		grants += s.N
		if _, err := construct(s.Request); err == nil {
			made++
		}
		why := difference(s)
		if why == "" {
			right++
			rightGrants += s.N
			continue
		}
		key := s.Request.Principal + " " + s.Request.SourceArn
		used[key] = true
		if deployedExceptions[key] == "" {
			t.Errorf("%s (%s): %s, want the same grant", key, s.Request.Action, why)
		}
	}
	for key := range deployedExceptions {
		if !used[key] {
			t.Errorf("deployedExceptions has %s, which does not differ", key)
		}
	}
	if part := percent(made, shapes); part < 95 {
		t.Errorf("a grant was constructed for %.1f %% of the shapes, want at least 95 %%", part)
	}
	if part := percent(right, shapes); part < 93 {
		t.Errorf("%.1f %% of the shapes are right, want at least 93 %%", part)
	}
	if part := percent(rightGrants, grants); part < 95 {
		t.Errorf("%.1f %% of the grants are right, want at least 95 %%", part)
	}
	t.Logf("%d of %d shapes make a grant (%.1f %%)", made, shapes, percent(made, shapes))
	t.Logf("%d of %d shapes (%.1f %%), %d of %d grants (%.1f %%)", right, shapes, percent(right, shapes), rightGrants, grants, percent(rightGrants, grants))
}

func percent(part, all int) float64 { return 100 * float64(part) / float64(all) }

// difference describes how the constructed grant differs from a real one; it is "" if
// the principal is the same and the real grant covers the constructed one.
func difference(s corpus.Shape) string {
	made, err := construct(s.Request)
	if err != nil {
		return err.Error()
	}
	for _, r := range made {
		if r.Principal != s.Request.Principal {
			return "the principal is " + r.Principal
		}
		if strings.EqualFold(r.Action, s.Request.Action) && isCovered(r, s.Request) {
			return ""
		}
	}
	return "the grant allows something else"
}

// construct returns the grant for the source of a real grant, with its account. If the
// real grant lacks an account or the function's region that is needed, construct adds
// an account and the region of the source.
func construct(real grant.Request) ([]grant.Request, error) {
	var opts []grant.Option
	if real.SourceAccount != "" {
		opts = append(opts, grant.WithSourceAccount(real.SourceAccount))
	}
	r, err := grant.EventSource(real.FunctionName, real.SourceArn, opts...)
	var refused *grant.Error
	switch {
	case errors.As(err, &refused) && refused.Right == "grant.CloudFront":
		return grant.CloudFront(real.FunctionName, real.SourceArn)
	case errors.As(err, &refused) && refused.Argument == "function":
		source, _ := arn.Parse(real.SourceArn)
		r, err = grant.EventSource(real.FunctionName, real.SourceArn, append(opts, grant.WithFunctionRegion(source.Region()))...)
	case errors.As(err, &refused) && refused.Argument == "WithSourceAccount" && real.SourceAccount == "":
		r, err = grant.EventSource(real.FunctionName, real.SourceArn, grant.WithSourceAccount(account))
	}
	return one(r, err)
}

// isCovered reports whether the real grant allows every call that r allows.
func isCovered(r, real grant.Request) bool {
	of := func(r grant.Request) policy.Statement {
		r.FunctionName, r.Qualifier, r.StatementId = thumbnail, "", "same"
		s, err := policy.NewStatement(r, arn.MustParseFunction(thumbnail))
		if err != nil {
			panic(err)
		}
		return s
	}
	return policy.Covers(of(real), of(r))
}
