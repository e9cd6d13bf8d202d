package permissiontest_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/internal/corpus"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

const invoke = "lambda:InvokeFunction"

// AddPermission returns the statements that were recorded from the service or published
// by its users, byte for byte, and GetPolicy returns a policy of that statement.
func TestRecordedStatements(t *testing.T) {
	type edits = []func(*permission.AddPermissionInput)
	tests := []struct {
		name  string
		grant edits
		want  string
	}{
		{"a bucket", edits{sourceARN("arn:aws:s3:::test-bucket")},
			statementOf("s3", `{"Service":"s3.amazonaws.com"}`, invoke, fnARN, `{"ArnLike":{"AWS:SourceArn":"arn:aws:s3:::test-bucket"}}`)},
		{"a topic", edits{sid("sns"), principal("sns.amazonaws.com"), sourceARN("arn:aws:sns:us-east-1:111111111111:topic")},
			statementOf("sns", `{"Service":"sns.amazonaws.com"}`, invoke, fnARN,
				`{"ArnLike":{"AWS:SourceArn":"arn:aws:sns:us-east-1:111111111111:topic"}}`)},
		{"a service without limits has no Condition", edits{sid("states"), principal("states.amazonaws.com")},
			statementOf("states", `{"Service":"states.amazonaws.com"}`, invoke, fnARN, "")},
		{"everybody, with one account", edits{sid("wilcard"), principal("*"), sourceAccount(account)},
			statementOf("wilcard", `"*"`, invoke, fnARN, `{"StringEquals":{"AWS:SourceAccount":"111111111111"}}`)},
		{"an account, stored as its root user", edits{sid("account"), principal(account)},
			statementOf("account", `{"AWS":"arn:aws:iam::111111111111:root"}`, invoke, fnARN, "")},
		{"a role, stored unchanged", edits{sid("role"), principal("arn:aws:iam::111111111111:role/lambda")},
			statementOf("role", `{"AWS":"arn:aws:iam::111111111111:role/lambda"}`, invoke, fnARN, "")},
		{"the optional fields", edits{sid("urlPermission"), principal("*"), action("lambda:InvokeFunctionUrl"),
			sourceAccount(account), sourceARN("arn:aws:s3:::test-bucket"), urlFields},
			statementOf("urlPermission", `"*"`, "lambda:InvokeFunctionUrl", fnARN,
				`{"StringEquals":{"AWS:SourceAccount":"111111111111","lambda:FunctionUrlAuthType":"NONE",`+
					`"aws:PrincipalOrgID":"o-1234567890"},"ArnLike":{"AWS:SourceArn":"arn:aws:s3:::test-bucket"}}`)},
		{"through a function URL", edits{sid("url"), principal("*"), func(in *permission.AddPermissionInput) { in.InvokedViaFunctionUrl = aws.Bool(true) }},
			statementOf("url", `"*"`, invoke, fnARN, `{"Bool":{"lambda:InvokedViaFunctionUrl":"true"}}`)},
		{"a skill", edits{sid("alexa"), principal("alexa-appkit.amazon.com"), func(in *permission.AddPermissionInput) { in.EventSourceToken = aws.String("amzn1.ask.skill.1") }},
			statementOf("alexa", `{"Service":"alexa-appkit.amazon.com"}`, invoke, fnARN, `{"StringEquals":{"lambda:EventSourceToken":"amzn1.ask.skill.1"}}`)},
		{"a version, named twice", edits{function("fn:1"), qualifier("1")},
			statementOf("s3", `{"Service":"s3.amazonaws.com"}`, invoke, fnARN+":1", "")},
		{"an alias, not resolved to its version", edits{qualifier("live")},
			statementOf("s3", `{"Service":"s3.amazonaws.com"}`, invoke, fnARN+":live", "")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			mustAdd(t, w.client, tt.grant...)
			want(t, "answer of AddPermission", wire{201, "", body(t, "Statement", tt.want)}, w.last.wire())
			in := grant(tt.grant...)
			out, err := get(w.client, *in.FunctionName, aws.ToString(in.Qualifier))
			if err != nil {
				t.Fatal(err)
			}
			want(t, "status of GetPolicy", 200, w.last.status)
			want(t, "Policy", `{"Version":"2012-10-17","Id":"default","Statement":[`+tt.want+`]}`, aws.ToString(out.Policy))
		})
	}
}

// body returns an answer with one member: a JSON text as a JSON string.
func body(t *testing.T, member, text string) string {
	t.Helper()
	quoted, err := json.Marshal(text)
	if err != nil {
		t.Fatal(err)
	}
	return `{"` + member + `":` + string(quoted) + `}`
}

// Malformed names are refused by every operation.
func TestRecordedInvalidNames(t *testing.T) {
	for _, name := range []string{
		"*",
		"invalid-account:function:my-function",
		"arn:aws:lambda:invalid-region:111111111111:function:my-function",
		"arn:aws:lambda::111111111111:function:my-function", // no region
		"arn:aws:lambda:us-east-1::function:my-function",    // no account
		"function:my-function:$LATEST:extra",
		"arn:aws:lambda:us-east-1:111111111111:function:my-function:1:2",
		"arn:aws:lambda:us-east-1:111111111111:function:my-function:$LATES",
	} {
		w := newWorld(t)
		_, err := get(w.client, name, "")
		for operation, err := range map[string]error{"AddPermission": add(w.client, function(name)), "GetPolicy": err, "RemovePermission": remove(w.client, name, "", "s3", "")} {
			got := seen(err)
			begin := "1 validation error detected: Value '" + name + "' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: ("
			want(t, operation+" of "+name, said{400, "ValidationException", got.Message}, said{got.Status, got.Code, got.Message})
			if !strings.HasPrefix(got.Message, begin) {
				t.Errorf("%s of %q: message %q, want one that begins with %q", operation, name, got.Message, begin)
			}
		}
	}
}

// Names that are well-formed, although they are unusual or longer than the name of a
// function may be, are unknown.
func TestRecordedUnknownNames(t *testing.T) {
	tests := map[string]string{
		strings.Repeat("a", 65):  fnARN[:len(fnARN)-2] + strings.Repeat("a", 65),
		strings.Repeat("a", 234): fnARN[:len(fnARN)-2] + strings.Repeat("a", 234),
		// This is not an incomplete ARN, but a function named "function".
		"arn:aws:lambda:us-east-1:111111111111:function": fnARN[:len(fnARN)-2] + "function",
	}
	for name, resource := range tests {
		w := newWorld(t)
		want(t, name, said{404, "ResourceNotFoundException", "Function not found: " + resource}, saidBy(add(w.client, function(name))))
	}
	w := newWorld(t)
	if got := seen(add(w.client, qualifier("$latest"))); got.Message != "Function not found: "+fnARN+":$latest" {
		t.Errorf("$latest: status %d, message %s; want that the function is not found", got.Status, got.Message)
	}
}

// Statements are in the order in which they were added.
func TestRecordedOrderOfAddition(t *testing.T) {
	w := newWorld(t)
	for _, p := range []string{"states", "lambda", "apigateway"} {
		mustAdd(t, w.client, sid(p), principal(p+".amazonaws.com"))
	}
	if diff := cmp.Diff([]string{"states", "lambda", "apigateway"}, sids(t, w.client, "")); diff != "" {
		t.Errorf("Sids (-want +got):\n%s", diff)
	}
}

// Every documented or published grant is accepted and stored as the statement that
// package policy builds for it.
func TestCorpusGrants(t *testing.T) {
	for _, g := range corpus.Grants() {
		t.Run(g.ID, func(t *testing.T) {
			service, resource := serviceOf(t, g.Request)
			if _, err := service.API().AddPermission(t.Context(), permission.NewAddPermissionInput(g.Request), unchecked); err != nil {
				t.Fatal(err)
			}
			want, err := policy.NewStatement(g.Request, resource)
			if err != nil {
				t.Fatal(err)
			}
			d, _ := service.Policy(resource.String())
			if diff := cmp.Diff(policy.Document{}.With(want).Raw(), d.Raw()); diff != "" {
				t.Errorf("policy (-want +got):\n%s", diff)
			}
		})
	}
}

// Every mistake that the service rejects is rejected, without checks of the client.
func TestCorpusMistakes(t *testing.T) {
	for _, m := range corpus.Mistakes() {
		if m.Class != "service-rejects" {
			continue
		}
		t.Run(m.ID, func(t *testing.T) {
			service, _ := serviceOf(t, m.Request)
			_, err := service.API().AddPermission(t.Context(), permission.NewAddPermissionInput(m.Request), unchecked)
			if seen(err).Status != 400 {
				t.Errorf("err = %v, want a refusal with status 400, like: %s", err, m.Symptom)
			}
		})
	}
}

// serviceOf returns a service with the function, version or alias that a request names,
// if it can have one.
func serviceOf(t *testing.T, req validate.Request) (*permissiontest.Service, arn.Function) {
	t.Helper()
	name, err := arn.ParseFunction(req.FunctionName)
	if err != nil {
		return permissiontest.NewService(), name
	}
	resource := name.Complete("aws", "us-east-1", "123456789012")
	service := permissiontest.NewService(
		permissiontest.WithRegion(resource.Region()), permissiontest.WithAccount(resource.AccountID()))
	if err := service.CreateFunction(resource.Unqualified().String()); err != nil {
		t.Fatal(err)
	}
	if q, err := arn.ParseQualifier(req.Qualifier); err == nil {
		resource = resource.WithQualifier(q)
	}
	q := resource.Qualifier()
	if q.IsVersion() || q.IsAlias() {
		version, err := service.PublishVersion(resource.Name())
		for err == nil && q.IsVersion() && version != q.String() {
			version, err = service.PublishVersion(resource.Name())
		}
		if err == nil && q.IsAlias() {
			_, err = service.CreateAlias(resource.Name(), q.String(), version)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return service, resource
}
