package sdkparity_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/arn"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// jsCall is a call for javascript/calls.mjs, jsOutcome its outcome.
type jsCall struct {
	Endpoint        string         `json:"endpoint"`
	AccessKeyID     string         `json:"accessKeyId"`
	SecretAccessKey string         `json:"secretAccessKey"`
	Operation       string         `json:"operation"`
	Input           map[string]any `json:"input"`
}

type jsOutcome struct {
	Output map[string]string `json:"output"`
	Status int               `json:"status"`
	Error  *jsError          `json:"error"`
}

type jsError struct {
	Name, Message, Fault, Type, Reason, RetryAfterSeconds string
	Status                                                int
	// Typed means that the error is an instance of the SDK's class of this name,
	// OfLambda that it is one of the service's base class.
	Typed, OfLambda, HasRequestID bool
}

// jsSDK installs the SDK from its lock file into a temporary folder. It skips the test
// if node is missing or no registry can be reached.
func jsSDK(t *testing.T) (folder string) {
	t.Helper()
	for _, program := range []string{"node", "npm"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("the AWS SDK for JavaScript is not tried: %s is not installed", program)
		}
	}
	folder = t.TempDir()
	if err := os.CopyFS(folder, os.DirFS("javascript")); err != nil {
		t.Fatal(err)
	}
	out, err := jsRun(t, folder, nil, "npm", "ci", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund")
	if err != nil && unreachable(out) {
		t.Skipf("the AWS SDK for JavaScript is not tried: npm reaches no registry:\n%s", out)
	}
	if err != nil {
		t.Fatalf("npm ci: %v\n%s", err, out)
	}
	return folder
}

// unreachable reports whether npm failed because of the network.
func unreachable(output []byte) bool {
	for _, code := range []string{"ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ENETUNREACH", "ENOTCACHED"} {
		if bytes.Contains(output, []byte(code)) {
			return true
		}
	}
	return false
}

// jsRun runs a program in a folder. On failure its output includes standard error.
func jsRun(t *testing.T, folder string, stdin []byte, name string, args ...string) ([]byte, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Stdin = folder, bytes.NewReader(stdin)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return append(stdout.Bytes(), stderr.Bytes()...), err
	}
	return stdout.Bytes(), nil
}

// jsTest is a call and its wanted outcome.
type jsTest struct {
	name  string
	call  jsCall
	want  jsOutcome
	after func(*testing.T, jsOutcome)
}

// jsScene returns a service for one test, with the function fn, its version 1 and its
// alias live.
func jsScene(t *testing.T, rules ...permissiontest.Rule) *permissiontest.Server {
	t.Helper()
	s := permissiontest.NewServer(t, permissiontest.WithCredentials("AKIDEXAMPLE", "secret", ""))
	s.CreateFunction("fn")
	s.CreateAlias("fn", "live", s.PublishVersion("fn"))
	s.Faults(rules...)
	return s
}

func jsTo(s *permissiontest.Server, operation string, input map[string]any) jsCall {
	return jsCall{s.URL, "AKIDEXAMPLE", "secret", operation, input}
}

// jsGrant returns a valid grant with some members changed.
func jsGrant(changes map[string]any) map[string]any {
	grant := map[string]any{
		"FunctionName": "fn", "StatementId": "s3", "Action": "lambda:InvokeFunction", "Principal": "s3.amazonaws.com",
	}
	for name, value := range changes {
		grant[name] = value
	}
	return grant
}

// jsTyped returns the outcome with an exception of a class of its own.
func jsTyped(status int, name, message string) jsOutcome {
	return jsOutcome{Error: &jsError{
		Name: name, Message: message, Status: status, Fault: "client", Type: "User", Typed: true, OfLambda: true, HasRequestID: true,
	}}
}

// The service accepts the signed requests of the unmodified AWS SDK for JavaScript,
// which reads the answers and returns each error as an exception of the right class.
func TestJavaScriptSDK(t *testing.T) {
	folder := jsSDK(t)
	tests := slices.Concat(jsStory(t), jsDocuments(t), jsErrors(t))
	calls := make([]jsCall, len(tests))
	for i, tt := range tests {
		calls[i] = tt.call
	}
	stdin, err := json.Marshal(calls)
	if err != nil {
		t.Fatal(err)
	}
	out, err := jsRun(t, folder, stdin, "node", "calls.mjs")
	if err != nil {
		t.Fatalf("node: %v\n%s", err, out)
	}
	var outcomes []jsOutcome
	if err := json.Unmarshal(out, &outcomes); err != nil {
		t.Fatalf("%v in\n%s", err, out)
	}
	if len(outcomes) != len(tests) {
		t.Fatalf("%d outcomes, want %d:\n%s", len(outcomes), len(tests), out)
	}
	for i, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.after != nil {
				tt.after(t, outcomes[i])
				return
			}
			if diff := cmp.Diff(tt.want, outcomes[i]); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// jsStory returns calls that add, read and remove a grant with names and values that
// must be escaped.
func jsStory(t *testing.T) []jsTest {
	s := jsScene(t)
	const qualified = "arn:aws:lambda:us-east-1:123456789012:function:fn:live"
	statement := `{"Sid":"s3","Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"lambda:InvokeFunction",` +
		`"Resource":"` + qualified + `","Condition":{"StringEquals":{"AWS:SourceAccount":"123456789012"},` +
		`"ArnLike":{"AWS:SourceArn":"arn:aws:s3:::büc&<ket> \"q\""}}}`
	target := map[string]any{"FunctionName": "123456789012:function:fn:live", "Qualifier": "live"}
	grant := jsGrant(target)
	grant["SourceArn"], grant["SourceAccount"] = `arn:aws:s3:::büc&<ket> "q"`, "123456789012"
	return []jsTest{
		{name: "add", call: jsTo(s, "AddPermission", grant),
			want: jsOutcome{Status: 201, Output: map[string]string{"Statement": statement}}},
		{name: "get", call: jsTo(s, "GetPolicy", map[string]any{"FunctionName": qualified}), after: func(t *testing.T, o jsOutcome) {
			document, err := policy.Parse(o.Output["Policy"])
			if err != nil {
				t.Errorf("%v: %v", o, err)
			}
			var stored []string
			for _, s := range document.Statements() {
				stored = append(stored, s.Raw())
			}
			if diff := cmp.Diff([]string{statement}, stored); diff != "" {
				t.Errorf("statements (-want +got):\n%s", diff)
			}
			if o.Output["RevisionId"] == "" {
				t.Errorf("%v, want a RevisionId", o)
			}
		}},
		{name: "remove", call: jsTo(s, "RemovePermission", map[string]any{"FunctionName": "fn:live", "StatementId": "s3", "Qualifier": "live"}),
			want: jsOutcome{Status: 204, Output: map[string]string{}}},
		{name: "get nothing", call: jsTo(s, "GetPolicy", map[string]any{"FunctionName": qualified}),
			want: jsTyped(404, "ResourceNotFoundException", "The resource you requested does not exist.")},
	}
}

// jsDocuments returns calls that put, read and delete a whole policy that must be
// escaped, with its revisions.
func jsDocuments(t *testing.T) []jsTest {
	s := jsScene(t)
	const resource = "arn:aws:lambda:us-east-1:123456789012:function:fn:live"
	document := `{"Statement":{"Sid":"deny","Effect":"Deny","Principal":"*","Action":"lambda:*","Resource":"` + resource + `",` +
		`"Condition":{"StringLike":{"aws:PrincipalTag/büc&<ket>":"\"q\" \u2028"}}}}`
	const first = "20000000-0000-4000-8000-000000000002" // after that of the alias
	whole := func(operation string, members map[string]any) jsCall {
		input := map[string]any{"ResourceArn": resource}
		maps.Copy(input, members)
		return jsTo(s, operation, input)
	}
	stored := jsOutcome{Status: 200, Output: map[string]string{"Policy": document, "RevisionId": first}}
	blocking := jsScene(t)
	blocking.BlockPublicPolicy("fn", true)
	open := strings.NewReplacer(`"Deny"`, `"Allow"`, ":live", "").Replace(document)
	return []jsTest{
		{name: "put", call: whole("PutResourcePolicy", map[string]any{"Policy": document}), want: stored},
		{name: "get it", call: whole("GetResourcePolicy", nil), want: stored},
		{name: "delete by an old revision", call: whole("DeleteResourcePolicy", map[string]any{"RevisionId": "20000000-0000-4000-8000-000000000001"}),
			want: jsTyped(412, "PreconditionFailedException",
				"The Revision Id provided does not match the latest Revision Id. Call the GetPolicy API to retrieve the latest Revision Id")},
		{name: "delete", call: whole("DeleteResourcePolicy", map[string]any{"RevisionId": first}), want: jsOutcome{Status: 204, Output: map[string]string{}}},
		{name: "get none", call: whole("GetResourcePolicy", nil),
			want: jsTyped(404, "ResourceNotFoundException", "The resource you requested does not exist.")},
		{name: "put a public policy", call: jsTo(blocking, "PutResourcePolicy", map[string]any{"ResourceArn": strings.TrimSuffix(resource, ":live"), "Policy": open}),
			want: jsTyped(400, "PublicPolicyException", "Lambda blocked the creation of this policy because it would grant public access to your function. "+
				"If this is intentional, change your function's BlockPublicPolicy setting to allow public access and try again.")},
	}
}

// jsErrors returns calls with the errors of AddPermission, some of which need a fault.
func jsErrors(t *testing.T) []jsTest {
	s := jsScene(t)
	add := func(changes map[string]any) jsCall { return jsTo(s, "AddPermission", jsGrant(changes)) }
	failing := func(rule permissiontest.Fault) jsCall {
		return jsTo(jsScene(t, permissiontest.On(1, rule)), "AddPermission", jsGrant(nil))
	}
	wrongSecret := add(nil)
	wrongSecret.SecretAccessKey = "wrong"
	tooLong := validate.Request{StatementId: "s3", Action: "lambda:InvokeFunction", Principal: "s3.amazonaws.com",
		SourceArn: "arn:aws:s3:::" + strings.Repeat("b", policy.MaxSize)}
	unknownKey := add(nil)
	unknownKey.AccessKeyID = "AKIDOTHER"
	return []jsTest{
		{name: "InvalidParameterValueException", call: add(map[string]any{"Principal": "invalid.nonaws.com"}),
			want: jsTyped(400, "InvalidParameterValueException", "The provided principal was invalid. Please check the principal and try again.")},
		{name: "PolicyLengthExceededException", call: add(map[string]any{"SourceArn": tooLong.SourceArn}),
			want: jsTyped(400, "PolicyLengthExceededException", jsTooLong(t, tooLong))},
		{name: "PreconditionFailedException", call: add(map[string]any{"RevisionId": "wrong"}),
			want: jsTyped(412, "PreconditionFailedException",
				"The Revision Id provided does not match the latest Revision Id. Call the GetPolicy API to retrieve the latest Revision Id")},
		{name: "ResourceNotFoundException", call: add(map[string]any{"FunctionName": "none"}),
			want: jsTyped(404, "ResourceNotFoundException", "Function not found: arn:aws:lambda:us-east-1:123456789012:function:none")},
		{name: "a grant for ResourceConflictException", call: add(nil), after: func(t *testing.T, o jsOutcome) {
			if o.Status != 201 {
				t.Errorf("status %d, want 201: %+v", o.Status, o)
			}
		}},
		{name: "ResourceConflictException", call: add(nil),
			want: jsTyped(409, "ResourceConflictException",
				"The statement id (s3) provided already exists. Please provide a new statement id, or remove the existing statement.")},
		{name: "TooManyRequestsException", call: failing(permissiontest.ThrottleFor(2 * time.Second)),
			want: jsOutcome{Error: &jsError{Name: "TooManyRequestsException", Message: "Rate exceeded", Status: 429, Fault: "client", Type: "User",
				Reason: "CallerRateLimitExceeded", RetryAfterSeconds: "2", Typed: true, OfLambda: true, HasRequestID: true}}},
		{name: "ServiceException", call: failing(permissiontest.ServerError()),
			want: jsOutcome{Error: &jsError{Name: "ServiceException", Message: "An error occurred and the request cannot be processed.", Status: 500,
				Fault: "server", Type: "Service", Typed: true, OfLambda: true, HasRequestID: true}}},
		{name: "PublicPolicyException", call: failing(permissiontest.Fail(&lambdaerrors.PublicPolicyException{Message: aws.String("public")})),
			want: jsTyped(400, "PublicPolicyException", "public")},
		// Errors with codes that are not in the model have the base class of the
		// service.
		{name: "ValidationException", call: add(map[string]any{"StatementId": "a b"}),
			want: jsUntyped(400, "ValidationException", "1 validation error detected: Value 'a b' at 'statementId' failed to satisfy constraint: "+
				"Member must satisfy regular expression pattern: ([a-zA-Z0-9-_]+)")},
		{name: "InvalidSignatureException", call: wrongSecret,
			want: jsUntyped(403, "InvalidSignatureException", "The request signature we calculated does not match the signature you provided. "+
				"Check your AWS Secret Access Key and signing method. Consult the service documentation for details.")},
		{name: "UnrecognizedClientException", call: unknownKey,
			want: jsUntyped(403, "UnrecognizedClientException", "The security token included in the request is invalid.")},
	}
}

// jsTooLong returns the message for a policy that one grant makes too long.
func jsTooLong(t *testing.T, grant validate.Request) string {
	t.Helper()
	statement, err := policy.NewStatement(grant, arn.MustParseFunction("arn:aws:lambda:us-east-1:123456789012:function:fn"))
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("The final policy size (%d) is bigger than the limit (%d).", policy.Document{}.With(statement).Size(), policy.MaxSize)
}

func jsUntyped(status int, name, message string) jsOutcome {
	return jsOutcome{Error: &jsError{Name: name, Message: message, Status: status, Fault: "client", OfLambda: true, HasRequestID: true}}
}

// The lock file names no registry, so that npm uses the configured one.
func TestJavaScriptLockNamesNoRegistry(t *testing.T) {
	lock, err := os.ReadFile(filepath.Join("javascript", "package-lock.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{"resolved", "://"} {
		if bytes.Contains(lock, []byte(word)) {
			t.Errorf("package-lock.json contains %q", word)
		}
	}
}
