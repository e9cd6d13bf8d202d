package grant_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/permission/grant"
	"github.com/lambdaperm/lambdaperm/validate"
)

// The ARN of a bucket has no region and no account, so that WithSourceAccount is
// required.
func TestBucket(t *testing.T) {
	got, err := grant.EventSource("thumbnail:PROD", "arn:aws:s3:::photos", grant.WithSourceAccount(account))
	want := grant.Request{
		FunctionName: "thumbnail:PROD", Action: "lambda:InvokeFunction", Principal: "s3.amazonaws.com",
		SourceArn: "arn:aws:s3:::photos", SourceAccount: account,
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("error %v, want nil; grant (-want +got):\n%s", err, diff)
	}
}

// The principal depends on the partition and the regions.
func TestPrincipal(t *testing.T) {
	const (
		virginia = "arn:aws:lambda:us-east-1:123456789012:function:f"
		emirates = "arn:aws:lambda:me-central-1:123456789012:function:f"
		osaka    = "arn:aws:lambda:ap-northeast-3:123456789012:function:f"
	)
	for _, c := range []struct{ function, source, want string }{
		{"f", "arn:aws-cn:sns:cn-north-1:123456789012:t", "sns.amazonaws.com"},
		{"f", "arn:aws-cn:execute-api:cn-north-1:123456789012:a1/*", "apigateway.amazonaws.com"},
		{"f", "arn:aws-us-gov:events:us-gov-west-1:123456789012:rule/r", "events.amazonaws.com"},
		{"f", "arn:aws-eusc:sns:eusc-de-east-1:123456789012:t", "sns.amazonaws.com"},
		// The guide of EventBridge shows a grant to the rules of every region.
		{"f", "arn:aws:events:*:123456789012:rule/*", "events.amazonaws.com"},
		// CloudWatch Logs has another name in China.
		{"f", "arn:aws:logs:us-east-1:123456789012:log-group:g:*", "logs.amazonaws.com"},
		{"f", "arn:aws-cn:logs:cn-northwest-1:123456789012:log-group:g:*", "logs.cn-northwest-1.amazonaws.com.cn"},
		// The principal of SNS has a region if the topic is in an opt-in region and the
		// function in a default region.
		{virginia, "arn:aws:sns:me-central-1:123456789012:t", "sns.me-central-1.amazonaws.com"},
		{virginia, "arn:aws:sns:eu-west-1:123456789012:t", "sns.amazonaws.com"},
		{virginia, "arn:aws:sns:ap-northeast-3:123456789012:t", "sns.amazonaws.com"},
		{emirates, "arn:aws:sns:me-central-1:123456789012:t", "sns.amazonaws.com"},
		{osaka, "arn:aws:sns:me-central-1:123456789012:t", "sns.me-central-1.amazonaws.com"},
		{"f", "arn:aws:sns:us-east-1:123456789012:t", "sns.amazonaws.com"},
		{"us-east-1:f", "arn:aws:sns:me-central-1:123456789012:t", "sns.me-central-1.amazonaws.com"},
		{virginia, "arn:aws:ses:us-east-1:123456789012:receipt-rule-set/s:receipt-rule/r", "ses.amazonaws.com"},
	} {
		r, err := grant.EventSource(c.function, c.source)
		if r.Principal != c.want || err != nil {
			t.Errorf("%s for %s: principal %q, error %v; want %s, nil", c.function, c.source, r.Principal, err, c.want)
		}
	}
}

// WithFunctionRegion gives the region of a function whose name does not have it.
func TestWithFunctionRegion(t *testing.T) {
	topic := "arn:aws:sns:me-central-1:123456789012:t"
	for region, want := range map[string]string{"us-east-1": "sns.me-central-1.amazonaws.com", "me-central-1": "sns.amazonaws.com"} {
		r, err := grant.EventSource("f", topic, grant.WithFunctionRegion(region))
		if r.Principal != want || err != nil {
			t.Errorf("%s: principal %q, error %v; want %s, nil", region, r.Principal, err, want)
		}
	}
}

// SourceAccount is set in addition to SourceArn if the service's guide requires both.
func TestSourceAccount(t *testing.T) {
	for source, want := range map[string]string{
		"arn:aws:iot:us-east-1:123456789012:rule/r":         account,
		"arn:aws:cloudwatch:us-east-1:123456789012:alarm:a": account,
		"arn:aws:iot:us-east-1:123456789012:authorizer/a":   "",
		"arn:aws:sns:us-east-1:123456789012:t":              "",
		"arn:aws:events:us-east-1:123456789012:rule/r":      "",
	} {
		r, err := grant.EventSource("f", source)
		if r.SourceAccount != want || err != nil {
			t.Errorf("%s: SourceAccount %q, error %v; want %q, nil", source, r.SourceAccount, err, want)
		}
	}
	r, err := grant.EventSource("f", "arn:aws:sns:us-east-1:123456789012:t", grant.WithSourceAccount(account))
	if r.SourceAccount != account || err != nil {
		t.Errorf("WithSourceAccount: SourceAccount %q, error %v; want the account, nil", r.SourceAccount, err)
	}
}

// refusals are arguments that EventSource refuses. Each error has the argument, the
// mistake and the right form.
var refusals = []struct {
	name             string
	function, source string
	opts             []grant.Option
	argument         string
	reason, right    string // parts of the error's fields
}{
	{"no function", "", "arn:aws:sns:us-east-1:123456789012:t", nil, "function", "empty", "name or ARN"},
	{"a malformed function name", "a b", "arn:aws:sns:us-east-1:123456789012:t", nil, "function", "", ""},
	{"$LATEST has no policy", "f:$LATEST", "arn:aws:sns:us-east-1:123456789012:t", nil, "function", "$LATEST", ""},
	{"no source", "f", "", nil, "sourceARN", "empty", "ARN"},
	{"a URL of a bucket", "f", "s3://photos/cats", nil, "sourceARN", "arn:aws:s3:::photos", ""},
	{"a name", "f", "my-topic", nil, "sourceARN", `begins with "arn:"`, ""},
	{"an ARN without a resource", "f", "arn:aws:sns:us-east-1:123456789012:", nil, "sourceARN", "resource is empty", ""},
	{"an incomplete ARN", "f", "arn:aws:sns:us-east-1", nil, "sourceARN", "five colons", ""},
	{"a rule with an unset name", "f", "arn:aws:events:us-east-1:123456789012:rule/", nil, "sourceARN", "name of the resource", "rule/NAME"},
	{"an alarm with an unset name", "f", "arn:aws:cloudwatch:us-east-1:123456789012:alarm:", nil, "sourceARN", "name of the resource", "alarm:"},
	{"a pool with an unset id", "f", "arn:aws:cognito-idp:us-east-1:123456789012:userpool/", nil, "sourceARN", "name of the resource", "userpool/"},
	{"an account without its leading zero", "f", "arn:aws:sns:us-east-1:12345678901:t", nil, "sourceARN", "12 digits", ""},

	{"a bucket without an account", "f", "arn:aws:s3:::photos", nil, "WithSourceAccount", "missing", "owns arn:aws:s3:::photos"},
	{"an unset account", "f", "arn:aws:s3:::photos", []grant.Option{grant.WithSourceAccount("")}, "WithSourceAccount", "empty", ""},
	{"a malformed account", "f", "arn:aws:s3:::photos", []grant.Option{grant.WithSourceAccount("1234")}, "WithSourceAccount", "12 digits", ""},
	{"another account than the ARN's", "f", "arn:aws:sns:us-east-1:123456789012:t", []grant.Option{grant.WithSourceAccount(otherAccount)}, "WithSourceAccount", "not the account of the source", ""},
	{"EventBridge sends no account", "f", "arn:aws:events:us-east-1:123456789012:rule/r", []grant.Option{grant.WithSourceAccount(account)}, "WithSourceAccount", "never match", ""},

	// ARNs that differ from the ARN of the calls in one part.
	{"objects", "f", "arn:aws:s3:::photos/*", []grant.Option{grant.WithSourceAccount(account)}, "sourceARN", "bucket", "arn:aws:s3:::photos"},
	{"a subscription", "f", "arn:aws:sns:us-east-1:123456789012:t:2bcfbf39-05c3-41de-beaa-fcfcc21c8f55", nil, "sourceARN", "subscription", "arn:aws:sns:us-east-1:123456789012:t"},
	{"the default bus", "f", "arn:aws:events:us-east-1:123456789012:rule/default/r", nil, "sourceARN", "default event bus", "arn:aws:events:us-east-1:123456789012:rule/r"},
	{"a secret's name", "f", "arn:aws:secretsmanager:us-east-1:123456789012:secret:s", nil, "sourceARN", "six characters", "arn:aws:secretsmanager:us-east-1:123456789012:secret:s-??????"},
	{"a log group's name", "f", "arn:aws:logs:us-east-1:123456789012:log-group:g", nil, "sourceARN", ":*", "arn:aws:logs:us-east-1:123456789012:log-group:g:*"},
	{"an API", "f", "arn:aws:execute-api:us-east-1:123456789012:a1b2c3", nil, "sourceARN", "no route", "a1b2c3/*"},
	{"a topic without an account", "f", "arn:aws:sns:us-east-1::t", nil, "sourceARN", "no account", "arn:aws:sns:REGION:ACCOUNT:TOPIC"},
	{"a bucket with a region", "f", "arn:aws:s3:us-east-1:123456789012:photos", []grant.Option{grant.WithSourceAccount(account)}, "sourceARN", "leave empty", "arn:aws:s3:::photos"},
	// The name of a service can depend on the region.
	{"every region", "f", "arn:aws:sns:*:123456789012:t", nil, "sourceARN", "wildcard for the region", "arn:aws:sns:REGION:123456789012:t"},
	{"every region of China", "f", "arn:aws-cn:logs:*:123456789012:log-group:g:*", nil, "sourceARN", "wildcard for the region", "arn:aws-cn:logs:REGION:123456789012:log-group:g:*"},
	{"some regions", "f", "arn:aws:events:us-*:123456789012:rule/r", nil, "sourceARN", "write the region out", ""},
	{"a region of another partition", "f", "arn:aws:sns:cn-north-1:123456789012:t", nil, "sourceARN", "belongs to aws-cn", "arn:aws-cn:sns:cn-north-1:123456789012:t"},

	// ARNs that are not those of event sources.
	{"a queue", "f", "arn:aws:sqs:us-east-1:123456789012:q", nil, "sourceARN", "does not invoke", "event source mapping"},
	{"a stream", "f", "arn:aws:dynamodb:us-east-1:123456789012:table/t/stream/2026-01-01T00:00:00.000", nil, "sourceARN", "does not invoke", "event source mapping"},
	{"a schedule", "f", "arn:aws:scheduler:us-east-1:123456789012:schedule/default/s", nil, "sourceARN", "does not invoke", "role"},
	{"a function", "f", "arn:aws:lambda:us-east-1:123456789012:function:g", nil, "sourceARN", "execution role", "grant.Identity"},
	{"a role", "f", "arn:aws:iam::123456789012:role/r", nil, "sourceARN", "caller", "grant.Identity"},
	{"a session", "f", "arn:aws:sts::123456789012:assumed-role/r/s", nil, "sourceARN", "caller", "grant.Identity"},
	{"the management of an API", "f", "arn:aws:apigateway:us-east-1::/apis/a1", nil, "sourceARN", "managing", "grant.APIGateway"},
	{"a listener", "f", "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/l/1/2", nil, "sourceARN", "not a resource", "targetgroup/NAME/ID"},
	{"a bot", "f", "arn:aws:lex:us-east-1:123456789012:bot/B", nil, "sourceARN", "not a resource", "bot-alias/BOT/ALIAS or arn:aws:lex:REGION:ACCOUNT:intent:NAME:*"},
	{"a distribution", "f", "arn:aws:cloudfront::123456789012:distribution/E1", nil, "sourceARN", "two grants", "grant.CloudFront"},
	{"an unknown service", "f", "arn:aws:glue:us-east-1:123456789012:job/j", nil, "sourceARN", "glue", "grant.WithService"},

	// Partitions and regions.
	{"another partition", "arn:aws:lambda:us-east-1:123456789012:function:f", "arn:aws-cn:sns:cn-north-1:123456789012:t", nil, "sourceARN", "partition", ""},
	{"another partition by region", "f", "arn:aws-cn:sns:cn-north-1:123456789012:t", []grant.Option{grant.WithFunctionRegion("us-east-1")}, "sourceARN", "partition", ""},
	{"a topic of an opt-in region", "f", "arn:aws:sns:me-central-1:123456789012:t", nil, "function", "region", "WithFunctionRegion"},
	{"to an opt-in region", "arn:aws:lambda:me-central-1:123456789012:function:f", "arn:aws:sns:us-east-1:123456789012:t", nil, "sourceARN", "opt-in region, only within that region", ""},
	{"between opt-in regions", "arn:aws:lambda:me-central-1:123456789012:function:f", "arn:aws:sns:af-south-1:123456789012:t", nil, "sourceARN", "opt-in region, only within that region", ""},
	{"SES and a function of an unknown region", "f", "arn:aws:ses:us-east-1:123456789012:receipt-rule-set/s:receipt-rule/r", nil, "function", "own region", "WithFunctionRegion"},
	{"SES of another region", "arn:aws:lambda:eu-central-1:123456789012:function:f", "arn:aws:ses:us-east-1:123456789012:receipt-rule-set/s:receipt-rule/r", nil, "sourceARN", "own region", ""},
	{"a malformed region", "f", "arn:aws:sns:me-central-1:123456789012:t", []grant.Option{grant.WithFunctionRegion("Virginia")}, "WithFunctionRegion", "not the name of a region", ""},
	{"an unset region", "f", "arn:aws:sns:us-east-1:123456789012:t", []grant.Option{grant.WithFunctionRegion("")}, "WithFunctionRegion", "not the name of a region", ""},
	{"a function in another partition than its region", "arn:aws:lambda:cn-north-1:123456789012:function:f", "arn:aws-cn:sns:cn-north-1:123456789012:t", nil, "function", "region cn-north-1 belongs to aws-cn", "arn:aws-cn:lambda:cn-north-1:123456789012:function:f"},
	{"a region of another partition than the function's", "arn:aws:lambda:function:f", "arn:aws:sns:us-east-1:123456789012:t", []grant.Option{grant.WithFunctionRegion("cn-north-1")}, "WithFunctionRegion", "partition aws-cn, the function to aws", ""},
	{"a partition instead of a region", "f", "arn:aws:sns:us-east-1:123456789012:t", []grant.Option{grant.WithFunctionRegion("aws-global")}, "WithFunctionRegion", "not the name of a region", ""},
	{"two regions", "us-east-1:f", "arn:aws:sns:us-east-1:123456789012:t", []grant.Option{grant.WithFunctionRegion("us-west-2")}, "WithFunctionRegion", "us-east-1", ""},

	{"a malformed owner", "f", "arn:aws:sns:us-east-1:123456789012:t", []grant.Option{grant.WithOwner("a b")}, "WithOwner", "letters", ""},
	{"an unset owner", "f", "arn:aws:sns:us-east-1:123456789012:t", []grant.Option{grant.WithOwner("")}, "WithOwner", "empty", ""},
	{"an option of another constructor", "f", "arn:aws:sns:us-east-1:123456789012:t", []grant.Option{grant.WithStage("prod")}, "WithStage", "no meaning for EventSource", ""},
}

func TestEventSourceRefuses(t *testing.T) {
	for _, c := range refusals {
		t.Run(c.name, func(t *testing.T) {
			got, err := grant.EventSource(c.function, c.source, c.opts...)
			checkRefusal(t, err, c.argument, c.reason, c.right)
			if got != (grant.Request{}) {
				t.Errorf("a grant is returned with the error: %+v", got)
			}
		})
	}
}

func checkRefusal(t *testing.T, err error, argument, reason, right string) {
	t.Helper()
	var refused *grant.Error
	if !errors.As(err, &refused) {
		t.Fatalf("error %v, want a *grant.Error", err)
	}
	if refused.Argument != argument {
		t.Errorf("%v: argument %s, want %s", err, refused.Argument, argument)
	}
	if refused.Reason == "" {
		t.Errorf("%v: no reason", err)
	}
	if !strings.Contains(refused.Reason, reason) {
		t.Errorf("%v: reason %q, want %q in it", err, refused.Reason, reason)
	}
	if !strings.Contains(refused.Right, right) {
		t.Errorf("%v: right %q, want %q in it", err, refused.Right, right)
	}
	if right == "" && strings.Contains(refused.Right, "grant.") {
		t.Errorf("%v: right form %q, want one without another constructor", err, refused.Right)
	}
}

// WithService adds a service that is not in the table, or replaces one.
func TestWithService(t *testing.T) {
	glue := grant.Service{Principal: "glue.amazonaws.com", Sources: []grant.Source{{Service: "glue", Resource: "job/*", SourceAccount: grant.AccountBeside}}}
	got, err := grant.EventSource("f", "arn:aws:glue:us-east-1:123456789012:job/j", grant.WithService(glue))
	want := grant.Request{
		FunctionName: "f", Action: "lambda:InvokeFunction", Principal: "glue.amazonaws.com",
		SourceArn: "arn:aws:glue:us-east-1:123456789012:job/j", SourceAccount: account,
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("error %v, want nil; grant (-want +got):\n%s", err, diff)
	}
	_, err = grant.EventSource("f", "arn:aws:glue:us-east-1:123456789012:table/t", grant.WithService(glue))
	checkRefusal(t, err, "sourceARN", "glue.amazonaws.com", "arn:aws:glue:REGION:ACCOUNT:job/*")

	queue := grant.Service{Principal: "sqs.amazonaws.com", Sources: []grant.Source{{Service: "sqs", Resource: "*"}}}
	got, err = grant.EventSource("f", "arn:aws:sqs:us-east-1:123456789012:q", grant.WithService(queue))
	if got.Principal != queue.Principal || err != nil {
		t.Errorf("replaced: principal %q, error %v; want %q, nil", got.Principal, err, queue.Principal)
	}
	if _, err = grant.EventSource("f", "arn:aws:sqs:us-east-1:123456789012:q"); err == nil {
		t.Error("without WithService: no error, want one: the option changed the table")
	}
}

func TestWithOwner(t *testing.T) {
	r, err := grant.EventSource("f", "arn:aws:sns:us-east-1:123456789012:t", grant.WithOwner("orders"))
	if err != nil {
		t.Fatal(err)
	}
	if want := grant.StatementID("orders", r); r.StatementId != want {
		t.Errorf("id %q, want %q", r.StatementId, want)
	}
	if !strings.HasPrefix(r.StatementId, "orders-") {
		t.Errorf("id %q, want one that begins with the owner", r.StatementId)
	}
}

// FuzzEventSource checks that any source results in a grant that passes the rules, or
// in an error that names the wrong argument.
func FuzzEventSource(f *testing.F) {
	for _, c := range refusals {
		f.Add(c.function, c.source, "", "")
	}
	for _, e := range examples() {
		f.Add("f", e.source, account, "us-east-1")
	}
	f.Fuzz(func(t *testing.T, function, source, sourceAccount, region string) {
		opts := []grant.Option{grant.WithOwner("fuzz")}
		if sourceAccount != "" {
			opts = append(opts, grant.WithSourceAccount(sourceAccount))
		}
		if region != "" {
			opts = append(opts, grant.WithFunctionRegion(region))
		}
		r, err := grant.EventSource(function, source, opts...)
		if err == nil {
			if err := validate.Current.Check(r); err != nil {
				t.Errorf("%q: %v", source, err)
			}
			if r.SourceArn != source || r.FunctionName != function {
				t.Errorf("EventSource(%q, %q) = %+v, want the same function and source", function, source, r)
			}
			return
		}
		var refused *grant.Error
		if !errors.As(err, &refused) {
			t.Fatalf("%q: error %v, want a *grant.Error", source, err)
		}
		if refused.Reason == "" {
			t.Errorf("%q: error %v has no reason", source, err)
		}
		switch refused.Argument {
		case "function", "sourceARN", "WithSourceAccount", "WithFunctionRegion":
		default:
			t.Errorf("%q: error %v is about the argument %s, want one of the four that were given", source, err, refused.Argument)
		}
	})
}

// An error is one line with the argument, its value, the reason and the right form.
func TestErrorText(t *testing.T) {
	for want, err := range map[string]error{
		`grant: sourceARN "arn:aws:s3:::b/*": names objects, while Amazon S3 names their bucket; use arn:aws:s3:::b`: &grant.Error{Argument: "sourceARN", Value: "arn:aws:s3:::b/*", Reason: "names objects, while Amazon S3 names their bucket", Right: "arn:aws:s3:::b"},
		"grant: WithStage: is empty": &grant.Error{Argument: "WithStage", Reason: "is empty"},
	} {
		if got := err.Error(); got != want {
			t.Errorf("%s\nwant %s", got, want)
		}
	}
}

// The error of a typical mistake has the right form.
func TestErrorsSayWhatIsRight(t *testing.T) {
	const function = "arn:aws:lambda:us-east-1:123456789012:function:thumbnail"
	topic := "arn:aws:sns:us-east-1:123456789012:photos"
	for _, c := range []struct {
		mistake string
		make    func() error
		want    string // part of the error
	}{
		{"arguments swapped", func() error { _, err := grant.EventSource(topic, function); return err }, "use the function as the first argument"},
		{"a bucket instead of the function", func() error { _, err := grant.EventSource("arn:aws:s3:::photos", function); return err }, "use the function as the first argument"},
		{"hyphens in the account", func() error {
			_, err := grant.EventSource(function, "arn:aws:s3:::photos", grant.WithSourceAccount("1234-5678-9012"))
			return err
		}, "use 123456789012"},
		{"an ARN instead of the account", func() error { _, err := grant.Account(function, "arn:aws:iam::210987654321:root"); return err }, "use 210987654321"},
		{"arguments of Account swapped", func() error { _, err := grant.Account("210987654321", function); return err }, "which has 12 digits; use the account as the second argument"},
		{"an organization's root", func() error { _, err := grant.Organization(function, "r-ab12"); return err }, "organizational unit or root"},
		{"an organization's id without o-", func() error { _, err := grant.Organization(function, "a1b2c3d4e5"); return err }, `"o-a1b2c3d4e5"`},
		{"no owner", func() error { _, err := grant.EventSource(function, topic, grant.WithOwner("")); return err }, "WithOwner: is empty"},
		{"a queue", func() error {
			_, err := grant.EventSource(function, "arn:aws:sqs:us-east-1:123456789012:q")
			return err
		}, "use an event source mapping"},
	} {
		if err := c.make(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want it to contain %q", c.mistake, err, c.want)
		}
	}
}
