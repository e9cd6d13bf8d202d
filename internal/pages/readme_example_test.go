package pages_test

// The Go code of README.md, compiled and run. TestSnippetsRun holds the two
// together.

import (
	"context"
	"errors"
	"fmt"
	"log"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/lambdaperm/lambdaperm/arn"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/ensure"
	"github.com/lambdaperm/lambdaperm/permission/lint"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// allowBucket lets an S3 bucket of this account invoke a function.
func allowBucket(ctx context.Context, client permission.AddPermissionAPIClient, function, bucket, account string) error {
	_, err := client.AddPermission(ctx, &permission.AddPermissionInput{
		FunctionName:  aws.String(function),
		StatementId:   aws.String("s3-" + bucket),
		Action:        aws.String("lambda:InvokeFunction"),
		Principal:     aws.String("s3.amazonaws.com"),
		SourceArn:     aws.String("arn:aws:s3:::" + bucket),
		SourceAccount: aws.String(account),
	})
	return err
}

func explain(err error) string {
	var invalid *validate.Error
	var conflict *lambdaerrors.ResourceConflictException
	switch {
	case errors.As(err, &invalid):
		return fmt.Sprintf("not sent: %s breaks rule %q", invalid.Violations[0].Field, invalid.Violations[0].Rule)
	case lambdaerrors.ConflictKindOf(err) == lambdaerrors.DuplicateStatement:
		return "a statement has this id already: compare the two, or choose another id"
	case errors.As(err, &conflict):
		return "another change is under way, request " + conflict.RequestID
	case lambdaerrors.IsNotFound(err):
		return "no such function, version or alias"
	case lambdaerrors.IsThrottled(err), lambdaerrors.IsServiceFault(err):
		return "try again later"
	case err != nil:
		return err.Error()
	}
	return "granted"
}

func TestAllowBucket(t *testing.T) {
	server := permissiontest.NewServer(t) // HTTP on loopback; ends with the test
	server.CreateFunction("thumbnail")

	if err := allowBucket(t.Context(), server.Client(), "thumbnail", "photos", "123456789012"); err != nil {
		t.Fatal(err)
	}

	document, _ := server.Policy("thumbnail")
	statement, ok := document.Lookup("s3-photos")
	if !ok || statement.Principals()[0].Value != "s3.amazonaws.com" {
		t.Errorf("policy is %s", document)
	}
}

// alwaysAllowed makes a function grant what is asked, however often it is called.
func alwaysAllowed(ctx context.Context, api permission.API, grant *permission.AddPermissionInput) (ensure.Outcome, error) {
	out, err := ensure.Grant(ctx, api, grant, ensure.Replace)
	if err != nil {
		return 0, err
	}
	return out.Outcome, nil // Added, Unchanged or Replaced
}

// The first call adds, the second changes nothing, another grant replaces.
func TestAlwaysAllowed(t *testing.T) {
	server := permissiontest.NewServer(t)
	server.CreateFunction("thumbnail")
	grant := &permission.AddPermissionInput{
		FunctionName: aws.String("thumbnail"),
		StatementId:  aws.String("partner"),
		Action:       aws.String("lambda:InvokeFunction"),
		Principal:    aws.String("210987654321"),
	}
	for _, want := range []ensure.Outcome{ensure.OutcomeAdded, ensure.OutcomeUnchanged, ensure.OutcomeReplaced} {
		if want == ensure.OutcomeReplaced {
			grant.Principal = aws.String("111122223333")
		}
		if got, err := alwaysAllowed(t.Context(), server.Client(), grant); got != want || err != nil {
			t.Errorf("%v, %v; want %v", got, err, want)
		}
	}
}

// newStrictClient refuses what the service would accept but should not stand.
func newStrictClient(cfg aws.Config) *permission.Client {
	return permission.NewFromConfig(cfg, func(o *permission.Options) {
		o.Preflight = append(o.Preflight, lint.Check(lint.SeverityWarning))
	})
}

func TestStrictClient(t *testing.T) {
	server := permissiontest.NewServer(t)
	server.CreateFunction("thumbnail")
	_, err := newStrictClient(server.Config()).AddPermission(t.Context(), &permission.AddPermissionInput{
		FunctionName: aws.String("thumbnail"),
		StatementId:  aws.String("s3-photos"),
		Action:       aws.String("lambda:InvokeFunction"),
		Principal:    aws.String("s3.amazonaws.com"), // on behalf of any bucket of anybody's
	})
	var found *lint.Error
	if !errors.As(err, &found) {
		t.Errorf("err = %v, want a *lint.Error", err)
	}
}

func TestAllowBucketCalls(t *testing.T) {
	added := func(context.Context, *permission.AddPermissionInput, ...func(*permission.Options)) (*permission.AddPermissionOutput, error) {
		return &permission.AddPermissionOutput{}, nil
	}
	stub := &permissiontest.Stub{AddPermissionFunc: added}
	if err := allowBucket(t.Context(), stub, "thumbnail", "photos", "123456789012"); err != nil {
		t.Fatal(err)
	}
	if calls := stub.Calls(); len(calls) != 1 || calls[0].Operation != "AddPermission" {
		t.Errorf("calls: %v", calls)
	}
}

func TestAllowBucketTwice(t *testing.T) {
	service := permissiontest.NewService()
	if err := service.CreateFunction("thumbnail"); err != nil {
		t.Fatal(err)
	}
	api := service.API() // the same service, no HTTP between

	first := allowBucket(t.Context(), api, "thumbnail", "photos", "123456789012")
	second := allowBucket(t.Context(), api, "thumbnail", "photos", "123456789012")
	if first != nil || lambdaerrors.ConflictKindOf(second) != lambdaerrors.DuplicateStatement {
		t.Errorf("got %v, then %v", first, second)
	}
}

// What each kind of answer comes to, from the service itself.
func TestExplain(t *testing.T) {
	server := permissiontest.NewServer(t)
	server.CreateFunction("thumbnail")
	for _, tt := range []struct{ function, bucket, want string }{
		{"thumbnail", "photos", "granted"},
		{"thumbnail", "photos", "a statement has this id already: compare the two, or choose another id"},
		{"thumbnail", "my.photos", `not sent: StatementId breaks rule "pattern"`},
		{"thumb nail", "photos", `not sent: FunctionName breaks rule "pattern"`},
		{"thumbnails", "photos", "no such function, version or alias"},
	} {
		err := allowBucket(t.Context(), server.Client(), tt.function, tt.bucket, "123456789012")
		if got := explain(err); got != tt.want {
			t.Errorf("%s, %s: %q, want %q", tt.function, tt.bucket, got, tt.want)
		}
	}
}

func Example_check() {
	err := validate.Current.Check(validate.Request{
		FunctionName: "thumbnail",
		StatementId:  "my.photos",
		Action:       "lambda.InvokeFunction",
		Principal:    "s3.amazonaws.com",
	})
	var invalid *validate.Error
	if errors.As(err, &invalid) {
		for _, v := range invalid.Violations {
			fmt.Println(v.Field, v.Rule, "-", v.Hint)
		}
	}
	// Output:
	// StatementId pattern - a statement id has only letters, digits, - and _, not '.': try "my-photos"
	// Action pattern - write "lambda:InvokeFunction"
}

func Example_names() {
	for _, name := range []string{
		"thumbnail:live",
		"123456789012:function:thumbnail",
		"arn:aws:lambda:eu-west-1:123456789012:function:thumbnail:7",
	} {
		f, err := arn.ParseFunction(name)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(f.Name(), f.Qualifier(), f.Complete("aws", "eu-west-1", "123456789012"))
	}
	_, err := arn.ParseFunction("arn:aws:lambda:eu-west-1:1234:function:thumbnail")
	fmt.Println(err)
	// Output:
	// thumbnail live arn:aws:lambda:eu-west-1:123456789012:function:thumbnail:live
	// thumbnail  arn:aws:lambda:eu-west-1:123456789012:function:thumbnail
	// thumbnail 7 arn:aws:lambda:eu-west-1:123456789012:function:thumbnail:7
	// arn.ParseFunction("arn:aws:lambda:eu-west-1:1234:function:thumbnail"): account ID must be 12 digits, not 4: leading zeros count (at "1234:function:thumbnail")
}

func Example_policy() {
	document, err := policy.Parse(`{"Version":"2012-10-17","Id":"default","Statement":[{"Sid":"s3-photos","Effect":"Allow",
		"Principal":{"Service":"s3.amazonaws.com"},"Action":"lambda:InvokeFunction",
		"Resource":"arn:aws:lambda:eu-west-1:123456789012:function:thumbnail",
		"Condition":{"ArnLike":{"AWS:SourceArn":"arn:aws:s3:::photos"}}}]}`)
	if err != nil {
		log.Fatal(err)
	}
	for _, s := range document.Statements() {
		fmt.Println(s.Sid(), s.Effect(), s.Principals(), s.Actions(), s.Conditions())
	}
	fmt.Println(document.Size(), "of", policy.MaxSize, "bytes")
	// Output:
	// s3-photos Allow [{Service s3.amazonaws.com}] [lambda:InvokeFunction] [{ArnLike AWS:SourceArn [arn:aws:s3:::photos]}]
	// 300 of 20480 bytes
}

func Example_evaluate() {
	thumbnail := arn.MustParseFunction("arn:aws:lambda:eu-west-1:123456789012:function:thumbnail")
	statement, err := policy.NewStatement(validate.Request{
		StatementId:   "s3-photos",
		Action:        "lambda:InvokeFunction",
		Principal:     "s3.amazonaws.com",
		SourceArn:     "arn:aws:s3:::photos",
		SourceAccount: "123456789012",
	}, thumbnail)
	if err != nil {
		log.Fatal(err)
	}
	document := policy.Document{}.With(statement)
	for _, owner := range []string{"123456789012", "210987654321"} {
		decision := document.Evaluate(policy.Invocation{
			Function: thumbnail,
			Caller:   policy.Service{Name: "s3.amazonaws.com", SourceArn: "arn:aws:s3:::photos", SourceAccount: owner},
		})
		fmt.Println(decision.Verdict(), decision.Reasons())
	}
	// Output:
	// Allowed []
	// Denied [statement 1 (s3-photos): SourceAccount 210987654321 is not 123456789012]
}
