package services_test

import (
	"strings"
	"testing"

	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/internal/services"
)

// mistakes has ARNs with each kind of mistake, and the ARN to write instead. The ARNs
// of rows with kind 0 are similar but have no mistake.
var mistakes = []struct {
	principal, source string
	kind              services.MistakeKind
	right             string
}{
	// A region belongs to one partition.
	{"sns.amazonaws.com", "arn:aws:sns:us-gov-east-1:123456789012:t", services.WrongRegion, "arn:aws-us-gov:sns:us-gov-east-1:123456789012:t"},
	{"sns.amazonaws.com", "arn:aws:sns:cn-north-1:123456789012:t", services.WrongRegion, "arn:aws-cn:sns:cn-north-1:123456789012:t"},
	{"events.amazonaws.com", "arn:aws-cn:events:eu-west-1:123456789012:rule/r", services.WrongRegion, "arn:aws:events:eu-west-1:123456789012:rule/r"},
	{"sns.amazonaws.com", "arn:aws-us-gov:sns:us-gov-east-1:123456789012:t", 0, ""},
	{"sns.amazonaws.com", "arn:aws:sns:xx-new-1:123456789012:t", 0, ""},

	// The ARNs of topics, rules and APIs have a region and an account.
	{"sns.amazonaws.com", "arn:aws:sns:us-east-1::topic", services.MissingPart, "arn:aws:sns:REGION:ACCOUNT:TOPIC"},
	{"sns.amazonaws.com", "arn:aws:sns::123456789012:topic", services.MissingPart, "arn:aws:sns:REGION:ACCOUNT:TOPIC"},
	{"apigateway.amazonaws.com", "arn:aws:execute-api:ap-southeast-1::*", services.MissingPart, "arn:aws:execute-api:REGION:ACCOUNT:API/STAGE/METHOD/PATH"},
	{"cloudfront.amazonaws.com", "arn:aws:cloudfront:::distribution/E1", services.MissingPart, "arn:aws:cloudfront::ACCOUNT:distribution/ID"},
	{"cloudfront.amazonaws.com", "arn:aws:cloudfront::123456789012:distribution/E1", 0, ""},

	// The ARN of a bucket has neither, that of a distribution has no region.
	{"s3.amazonaws.com", "arn:aws:s3:us-east-1:123456789012:b", services.ExtraPart, "arn:aws:s3:::b"},
	{"s3.amazonaws.com", "arn:aws:s3:us-east-1::b", services.ExtraPart, "arn:aws:s3:::b"},
	{"s3.amazonaws.com", "arn:aws:s3::123456789012:b", services.ExtraPart, "arn:aws:s3:::b"},
	{"cloudfront.amazonaws.com", "arn:aws:cloudfront:us-east-1:123456789012:distribution/E1", services.ExtraPart, "arn:aws:cloudfront::123456789012:distribution/E1"},
	{"s3.amazonaws.com", "arn:aws:s3:::b", 0, ""},

	{"s3.amazonaws.com", "arn:aws:s3:::b/*", services.ObjectOfBucket, "arn:aws:s3:::b"},
	{"s3.amazonaws.com", "arn:aws:s3:::b/", services.ObjectOfBucket, "arn:aws:s3:::b"},
	{"s3.amazonaws.com", "arn:aws:s3:::b/photos/1.jpg", services.ObjectOfBucket, "arn:aws:s3:::b"},
	{"s3.amazonaws.com", "arn:aws:s3:::b*", 0, ""},

	{"sns.amazonaws.com", "arn:aws:sns:us-east-1:123456789012:t:2bcfbf39-05c3-41de-beaa-fcfcc21c8f55", services.Subscription, "arn:aws:sns:us-east-1:123456789012:t"},
	{"sns.amazonaws.com", "arn:aws:sns:us-east-1:123456789012:t:*", services.Subscription, "arn:aws:sns:us-east-1:123456789012:t"},
	{"sns.amazonaws.com", "arn:aws:sns:us-east-1:123456789012:t.fifo:1", services.Subscription, "arn:aws:sns:us-east-1:123456789012:t.fifo"},
	{"sns.amazonaws.com", "arn:aws:sns:us-east-1:123456789012:t.fifo", 0, ""},

	{"events.amazonaws.com", "arn:aws:events:us-east-1:123456789012:rule/default/r", services.DefaultBus, "arn:aws:events:us-east-1:123456789012:rule/r"},
	{"events.amazonaws.com", "arn:aws:events:us-east-1:123456789012:rule/default/*", services.DefaultBus, "arn:aws:events:us-east-1:123456789012:rule/*"},
	{"events.amazonaws.com", "arn:aws:events:us-east-1:123456789012:rule/default/a/b", services.DefaultBus, "arn:aws:events:us-east-1:123456789012:rule/a/b"},
	// A rule may have the name "default", and the name of a bus may begin with it.
	{"events.amazonaws.com", "arn:aws:events:us-east-1:123456789012:rule/default", 0, ""},
	{"events.amazonaws.com", "arn:aws:events:us-east-1:123456789012:rule/default-bus/r", 0, ""},

	{"logs.amazonaws.com", "arn:aws:logs:us-east-1:123456789012:log-group:/a/b", services.LogGroupEnd, "arn:aws:logs:us-east-1:123456789012:log-group:/a/b:*"},
	{"logs.amazonaws.com", "arn:aws:logs:us-east-1:123456789012:log-group:/a/b:", services.LogGroupEnd, "arn:aws:logs:us-east-1:123456789012:log-group:/a/b:*"},
	{"logs.amazonaws.com", "arn:aws:logs:us-east-1:123456789012:log-group:/a/b:log-stream:s", services.LogGroupEnd, "arn:aws:logs:us-east-1:123456789012:log-group:/a/b:*"},
	{"logs.amazonaws.com", "arn:aws:logs:us-east-1:123456789012:log-group:/a/b:*", 0, ""},
	{"logs.amazonaws.com", "arn:aws:logs:us-east-1:123456789012:log-group:/a/*", 0, ""},
	{"logs.amazonaws.com", "arn:aws:logs:us-east-1:123456789012:destination:d", 0, ""},

	{"secretsmanager.amazonaws.com", "arn:aws:secretsmanager:us-east-1:123456789012:secret:MySecret", services.SecretSuffix, "arn:aws:secretsmanager:us-east-1:123456789012:secret:MySecret-??????"},
	{"secretsmanager.amazonaws.com", "arn:aws:secretsmanager:us-east-1:123456789012:secret:prod/db", services.SecretSuffix, "arn:aws:secretsmanager:us-east-1:123456789012:secret:prod/db-??????"},
	{"secretsmanager.amazonaws.com", "arn:aws:secretsmanager:us-east-1:123456789012:secret:MySecret-w935b", services.SecretSuffix, "arn:aws:secretsmanager:us-east-1:123456789012:secret:MySecret-w935b-??????"},
	{"secretsmanager.amazonaws.com", "arn:aws:secretsmanager:us-east-1:123456789012:secret:-w935bc", services.SecretSuffix, "arn:aws:secretsmanager:us-east-1:123456789012:secret:-w935bc-??????"},
	{"secretsmanager.amazonaws.com", "arn:aws:secretsmanager:us-east-1:123456789012:secret:MySecret-w935_c", services.SecretSuffix, "arn:aws:secretsmanager:us-east-1:123456789012:secret:MySecret-w935_c-??????"},
	{"secretsmanager.amazonaws.com", "arn:aws:secretsmanager:us-east-1:123456789012:secret:MySecret-_935bc", services.SecretSuffix, "arn:aws:secretsmanager:us-east-1:123456789012:secret:MySecret-_935bc-??????"},
	{"secretsmanager.amazonaws.com", "arn:aws:secretsmanager:us-east-1:123456789012:secret:s-w935bc", 0, ""},
	{"secretsmanager.amazonaws.com", "arn:aws:secretsmanager:us-east-1:123456789012:secret:MySecret-w935bc", 0, ""},
	{"secretsmanager.amazonaws.com", "arn:aws:secretsmanager:us-east-1:123456789012:secret:MySecret-??????", 0, ""},
	{"secretsmanager.amazonaws.com", "arn:aws:secretsmanager:us-east-1:123456789012:secret:MySecret*", 0, ""},

	// REST and HTTP APIs have stage, method and path.
	{"apigateway.amazonaws.com", "arn:aws:execute-api:us-east-1:123456789012:API", services.NoRoute, "arn:aws:execute-api:us-east-1:123456789012:API/*"},
	{"apigateway.amazonaws.com", "arn:aws:execute-api:us-east-1:123456789012:API/prod", services.NoRoute, "arn:aws:execute-api:us-east-1:123456789012:API/prod/*"},
	{"apigateway.amazonaws.com", "arn:aws:execute-api:us-east-1:123456789012:API/$default", services.NoRoute, "arn:aws:execute-api:us-east-1:123456789012:API/$default/*"},
	{"apigateway.amazonaws.com", "arn:aws:execute-api:us-east-1:123456789012:API/prod*", 0, ""},
	{"apigateway.amazonaws.com", "arn:aws:execute-api:us-east-1:123456789012:*", 0, ""},
	{"apigateway.amazonaws.com", "arn:aws:execute-api:us-east-1:123456789012:API/*$connect", 0, ""},
	{"apigateway.amazonaws.com", "arn:aws:execute-api:us-east-1:123456789012:API/*/*", 0, ""},
	{"apigateway.amazonaws.com", "arn:aws:execute-api:us-east-1:123456789012:API/prod/GET/", 0, ""},
	{"apigateway.amazonaws.com", "arn:aws:execute-api:us-east-1:123456789012:API/authorizers/a1", 0, ""},
	// WebSocket APIs have stage and route.
	{"apigateway.amazonaws.com", "arn:aws:execute-api:us-east-1:123456789012:API/$connect", services.NoRoute, "arn:aws:execute-api:us-east-1:123456789012:API/*/$connect"},
	{"apigateway.amazonaws.com", "arn:aws:execute-api:us-east-1:123456789012:API/prod/$connect", 0, ""},
	{"apigateway.amazonaws.com", "arn:aws:execute-api:us-east-1:123456789012:API/prod/get", 0, ""},

	{"apigateway.amazonaws.com", "arn:aws:execute-api:us-east-1:123456789012:API/*/GET//pets", services.EmptySegment, "arn:aws:execute-api:us-east-1:123456789012:API/*/GET/pets"},
	{"apigateway.amazonaws.com", "arn:aws:execute-api:us-east-1:123456789012:API//GET/pets", services.EmptySegment, "arn:aws:execute-api:us-east-1:123456789012:API/GET/pets"},
	{"apigateway.amazonaws.com", "arn:aws:execute-api:us-east-1:123456789012:API/prod/", services.EmptySegment, "arn:aws:execute-api:us-east-1:123456789012:API/prod/*"},
	{"apigateway.amazonaws.com", "arn:aws:execute-api:us-east-1:123456789012:API/*/", services.EmptySegment, "arn:aws:execute-api:us-east-1:123456789012:API/*/*"},
	{"apigateway.amazonaws.com", "arn:aws:execute-api:us-east-1:123456789012:API/*/GET/pets/", 0, ""},

	{"apigateway.amazonaws.com", "arn:aws:execute-api:us-east-1:123456789012:API/*/ANY/pets", services.AnyMethod, "arn:aws:execute-api:us-east-1:123456789012:API/*/*/pets"},
	{"apigateway.amazonaws.com", "arn:aws:execute-api:us-east-1:123456789012:API/*/any/pets", services.AnyMethod, "arn:aws:execute-api:us-east-1:123456789012:API/*/*/pets"},
	{"apigateway.amazonaws.com", "arn:aws:execute-api:us-east-1:123456789012:API/prod/ANY/", services.AnyMethod, "arn:aws:execute-api:us-east-1:123456789012:API/prod/*/"},
	// The path may begin with the word any.
	{"apigateway.amazonaws.com", "arn:aws:execute-api:us-east-1:123456789012:API/*/*/any/iam", 0, ""},

	{"apigateway.amazonaws.com", "arn:aws:execute-api:us-east-1:123456789012:API/*/get/pets", services.MethodCase, "arn:aws:execute-api:us-east-1:123456789012:API/*/GET/pets"},
	{"apigateway.amazonaws.com", "arn:aws:execute-api:us-east-1:123456789012:API/prod/Post/pets", services.MethodCase, "arn:aws:execute-api:us-east-1:123456789012:API/prod/POST/pets"},
	{"apigateway.amazonaws.com", "arn:aws:execute-api:us-east-1:123456789012:API/prod/delete/a/b", services.MethodCase, "arn:aws:execute-api:us-east-1:123456789012:API/prod/DELETE/a/b"},
	{"apigateway.amazonaws.com", "arn:aws:execute-api:us-east-1:123456789012:API/prod/GET/get/pets", 0, ""},

	// A variable that is not set leaves an empty name.
	{"events.amazonaws.com", "arn:aws:events:us-east-1:123456789012:rule/", services.EmptyName, "arn:aws:events:REGION:ACCOUNT:rule/NAME"},
	{"events.amazonaws.com", "arn:aws:events:us-east-1:123456789012:rule/*", 0, ""},
	{"lambda.alarms.cloudwatch.amazonaws.com", "arn:aws:cloudwatch:us-east-1:123456789012:alarm:", services.EmptyName, "arn:aws:cloudwatch:REGION:ACCOUNT:alarm:NAME"},
	{"lambda.alarms.cloudwatch.amazonaws.com", "arn:aws:cloudwatch:us-east-1:123456789012:alarm::", 0, ""},
	{"logs.amazonaws.com", "arn:aws:logs:us-east-1:123456789012:log-group::*", services.EmptyName, "arn:aws:logs:REGION:ACCOUNT:log-group:NAME:*"},
	{"ses.amazonaws.com", "arn:aws:ses:us-east-1:123456789012:receipt-rule-set/:receipt-rule/a", services.EmptyName, "arn:aws:ses:REGION:ACCOUNT:receipt-rule-set/SET:receipt-rule/RULE"},
	// A resource of another kind is not judged, even if it begins like the text after a
	// name.
	{"logs.amazonaws.com", "arn:aws:logs:us-east-1:123456789012::x", 0, ""},

	{"events.amazonaws.com", "arn:aws:events:us-east-1:123456789012:rule/arn:aws:events:us-east-1:123456789012:event-bus/b/r", services.NestedARN, "arn:aws:events:REGION:ACCOUNT:rule/NAME"},
	{"cognito-idp.amazonaws.com", "arn:aws:cognito-idp:us-east-1:123456789012:userpool/arn:aws:x", services.NestedARN, "arn:aws:cognito-idp:REGION:ACCOUNT:userpool/ID"},
	{"config.amazonaws.com", "arn:aws:config:us-east-1:123456789012:arn:aws-cn:y", services.NestedARN, "arn:aws:config:REGION:ACCOUNT:config-rule/ID"},
	{"events.amazonaws.com", "arn:aws:events:us-east-1:123456789012:rule/learn:aws", 0, ""},
}

func TestMistakeOf(t *testing.T) {
	for _, c := range mistakes {
		got, found := mistakeOf(t, c.principal, c.source)
		if found != (c.kind != 0) {
			t.Errorf("%s: found %v, want %v", c.source, found, c.kind != 0)
		}
		if got.Kind != c.kind {
			t.Errorf("%s: kind %d, want %d", c.source, got.Kind, c.kind)
		}
		if got.Right != c.right {
			t.Errorf("%s: right %q, want %q", c.source, got.Right, c.right)
		}
		if found && got.Reason == "" {
			t.Errorf("%s: no reason", c.source)
		}
	}
}

// The reason distinguishes the forms of a mistake.
func TestReasons(t *testing.T) {
	for _, c := range []struct{ principal, source, want string }{
		{"logs.amazonaws.com", "arn:aws:logs:us-east-1:123456789012:log-group:g:log-stream:s", "names a log stream"},
		{"logs.amazonaws.com", "arn:aws:logs:us-east-1:123456789012:log-group:g:", `lacks the ":*"`},
		{"logs.amazonaws.com", "arn:aws:logs:us-east-1:123456789012:log-group:g", `lacks the ":*"`},
		{"apigateway.amazonaws.com", "arn:aws:execute-api:us-east-1:123456789012:API", "lacks stage, method and path"},
		{"apigateway.amazonaws.com", "arn:aws:execute-api:us-east-1:123456789012:API/prod", "lacks method and path after the stage"},
		{"apigateway.amazonaws.com", "arn:aws:execute-api:us-east-1:123456789012:API/$default", "lacks method and path after the stage"},
		{"apigateway.amazonaws.com", "arn:aws:execute-api:us-east-1:123456789012:API/$connect", "has no stage before the route"},
	} {
		if got, _ := mistakeOf(t, c.principal, c.source); !strings.Contains(got.Reason, c.want) {
			t.Errorf("%s: reason %q, want %q in it", c.source, got.Reason, c.want)
		}
	}
}

// The ARN to write instead has no mistake.
func TestAdviceIsRight(t *testing.T) {
	for _, c := range mistakes {
		if c.right == "" || c.kind == services.EmptySegment {
			continue // the segment that was left out is not known
		}
		if m, found := mistakeOf(t, c.principal, c.right); found {
			t.Errorf("%s: the advised ARN %s %s", c.source, c.right, m.Reason)
		}
	}
}

func mistakeOf(t *testing.T, principal, source string) (services.Mistake, bool) {
	t.Helper()
	s, ok := services.Lookup(principal)
	if !ok {
		t.Fatalf("%s is not in the table", principal)
	}
	parsed := mustParse(t, source)
	kind, ok := s.Source(parsed.Service())
	if !ok {
		t.Fatalf("%s has no source %s", principal, source)
	}
	return services.MistakeOf(parsed, kind)
}

func mustParse(t *testing.T, s string) arn.ARN {
	t.Helper()
	a, err := arn.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// MistakeOf does not panic for any ARN, and never advises the ARN itself.
func FuzzMistakeOf(f *testing.F) {
	for _, c := range mistakes {
		f.Add(c.principal, c.source)
	}
	f.Fuzz(func(t *testing.T, principal, source string) {
		s, _ := services.Lookup(principal)
		parsed, err := arn.Parse(source)
		if err != nil {
			t.Skip()
		}
		kind, ok := s.Source(parsed.Service())
		if !ok {
			t.Skip()
		}
		m, found := services.MistakeOf(parsed, kind)
		if found != (m.Kind != 0) {
			t.Errorf("%s: found %v, kind %d; want a kind exactly if a mistake is found", source, found, m.Kind)
		}
		if found != (m.Reason != "") {
			t.Errorf("%s: found %v, reason %q; want a reason exactly if a mistake is found", source, found, m.Reason)
		}
		if m.Right == source {
			t.Errorf("%s: the advised ARN is the same", source)
		}
	})
}
