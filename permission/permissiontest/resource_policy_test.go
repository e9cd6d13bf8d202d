package permissiontest_test

import (
	"encoding/json"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
)

const resourcePath = "/2026-07-09/resource-policy/arn%3Aaws%3Alambda%3Aus-east-1%3A123456789012%3Afunction%3Afn"

// send signs and sends one request to the service.
func send(t *testing.T, service *permissiontest.Service, method, target, body string) *httptest.ResponseRecorder {
	t.Helper()
	s := validSigning()
	s.method, s.target, s.body = method, target, body
	return s.send(t, service)
}

// putBody returns the body of PutResourcePolicy, without a RevisionId if revision is
// "".
func putBody(document, revision string) string {
	body := `{"Policy":` + strconv.Quote(document)
	if revision != "" {
		body += `,"RevisionId":"` + revision + `"`
	}
	return body + "}"
}

// documentOf returns a policy of one statement, changed by edits.
func documentOf(edits ...string) string {
	return strings.NewReplacer(edits...).Replace(`{"Version":"2012-10-17","Statement":[{"Sid":"a","Effect":"Allow",` +
		`"Principal":{"Service":"s3.amazonaws.com"},"Action":"lambda:InvokeFunction",` +
		`"Resource":"arn:aws:lambda:us-east-1:123456789012:function:fn"}]}`)
}

// policyBody returns the body of an answer with a policy.
func policyBody(document, revision string) string {
	return `{"Policy":` + strconv.Quote(document) + `,"RevisionId":"` + revision + `"}`
}

// stepRevision returns the nth revision id of a service.
func stepRevision(n int) string { return "20000000-0000-4000-8000-00000000000" + strconv.Itoa(n) }

// All operations write and read the same policy.
func TestResourcePolicySharesThePolicy(t *testing.T) {
	service := fixedService(t)
	const policyPath = "/2015-03-31/functions/fn/policy"
	deny := documentOf("Allow", "Deny", `{"Service":"s3.amazonaws.com"}`, `"*"`)
	added := `{"Sid":"s3","Effect":"Allow","Principal":{"Service":"s3.amazonaws.com"},"Action":"lambda:InvokeFunction",` +
		`"Resource":"arn:aws:lambda:us-east-1:123456789012:function:fn"}`
	spaced := "\n" + strings.ReplaceAll(deny, ",", " , ")
	both := strings.TrimSuffix(deny, "]}") + "," + added + "]}"
	alone := `{"Version":"2012-10-17","Statement":[` + added + `]}`
	steps := []struct {
		name, method, target, body string
		want                       wire
	}{
		{"put a document with spaces", "PUT", resourcePath, putBody(spaced, ""), wire{200, "", policyBody(spaced, stepRevision(1))}},
		{"read it", "GET", resourcePath, "", wire{200, "", policyBody(spaced, stepRevision(1))}},
		{"put", "PUT", resourcePath, putBody(deny, ""), wire{200, "", policyBody(deny, stepRevision(2))}},
		{"read by GetResourcePolicy", "GET", resourcePath, "", wire{200, "", policyBody(deny, stepRevision(2))}},
		{"read by GetPolicy", "GET", policyPath, "", wire{200, "", policyBody(deny, stepRevision(2))}},
		{"AddPermission appends", "POST", policyPath, validBody, wire{201, "", `{"Statement":` + strconv.Quote(added) + `}`}},
		{"read both", "GET", resourcePath, "", wire{200, "", policyBody(both, stepRevision(3))}},
		{"RemovePermission removes", "DELETE", policyPath + "/a", "", wire{204, "", ""}},
		{"read the rest", "GET", resourcePath, "", wire{200, "", policyBody(alone, stepRevision(4))}},
		{"delete by an old revision", "DELETE", resourcePath + "?RevisionId=" + stepRevision(3), "", revisionRefused},
		{"delete by the latest", "DELETE", resourcePath + "?RevisionId=" + stepRevision(4), "", wire{204, "", ""}},
		{"no policy is left", "GET", policyPath, "", wire{404, notFound, capital("The resource you requested does not exist.")}},
	}
	for _, step := range steps {
		want(t, step.name, step.want, wireOf(send(t, service, step.method, step.target, step.body)))
	}
	want(t, "Unknown", nil, service.Unknown())
}

var revisionRefused = wire{412, "PreconditionFailedException",
	typed("The Revision Id provided does not match the latest Revision Id. Call the GetPolicy API to retrieve the latest Revision Id")}

// Each version has its own policy, also with these operations.
func TestResourcePolicyOfScopes(t *testing.T) {
	service := fixedService(t)
	if _, err := service.PublishVersion("fn"); err != nil {
		t.Fatal(err)
	}
	document := documentOf("function:fn", "function:fn:1")
	want(t, "PutResourcePolicy of a version", 200, send(t, service, "PUT", resourcePath+"%3A1", putBody(document, "")).Code)
	got, _ := service.Policy("fn:1")
	want(t, "policy of the version", document, got.Raw())
	want(t, "GetResourcePolicy of the function", 404, send(t, service, "GET", resourcePath, "").Code)
}

// PutResourcePolicy compares a RevisionId before it replaces the policy.
func TestPutResourcePolicyRevision(t *testing.T) {
	service := fixedService(t)
	want(t, "a RevisionId of no policy", revisionRefused, wireOf(send(t, service, "PUT", resourcePath, putBody(documentOf(), stepRevision(1)))))
	want(t, "without a RevisionId", 200, send(t, service, "PUT", resourcePath, putBody(documentOf(), "")).Code)
	other := documentOf("Allow", "Deny")
	want(t, "the latest RevisionId", wire{200, "", policyBody(other, stepRevision(2))}, wireOf(send(t, service, "PUT", resourcePath, putBody(other, stepRevision(1)))))
	want(t, "an old RevisionId", revisionRefused, wireOf(send(t, service, "PUT", resourcePath, putBody(documentOf(), stepRevision(1)))))
	document, _ := service.Policy("fn")
	want(t, "policy", other, document.Raw())
}

// Refusals change nothing. Their messages are checked only if other operations have the
// same messages.
func TestResourcePolicyRefusals(t *testing.T) {
	const arnPath = "/2026-07-09/resource-policy/arn%3Aaws%3Alambda%3A"
	const role = "arn:aws:iam::210987654321:role/r"
	large := strings.Repeat("a", 20480)
	tests := []struct {
		name, method, target, body string
		status                     int
		code, message              string // "" is any message
	}{
		{"a name for an ARN", "GET", "/2026-07-09/resource-policy/fn", "", 400, "ValidationException",
			"1 validation error detected: Value 'fn' at 'resourceArn' failed to satisfy constraint: Member must satisfy regular expression pattern: "},
		{"a wildcard", "PUT", resourcePath + "%3A%2A", putBody(documentOf(), ""), 400, "ValidationException", ""},
		{"no Policy", "PUT", resourcePath, `{}`, 400, "ValidationException",
			"1 validation error detected: Value null at 'policy' failed to satisfy constraint: Member must not be null"},
		{"an empty Policy", "PUT", resourcePath, `{"Policy":""}`, 400, "ValidationException", ""},
		{"a Policy of 20481 characters", "PUT", resourcePath, putBody(large+"b", ""), 400, "ValidationException", ""},
		{"a RevisionId of another form", "PUT", resourcePath, putBody(documentOf(), "latest"), 400, "ValidationException", ""},
		{"more bytes than characters", "PUT", resourcePath, putBody(documentOf(`"a"`, `"`+strings.Repeat("é", 12000)+`"`), ""),
			400, "PolicyLengthExceededException", ""},
		{"a text that is not JSON", "PUT", resourcePath, putBody("{", ""), 400, invalidParameter, "The policy is not valid: "},
		{"no statement", "PUT", resourcePath, putBody(`{"Statement":[]}`, ""), 400, invalidParameter, "The policy is not valid: "},
		{"a resource of another function", "PUT", resourcePath, putBody(documentOf("function:fn", "function:other"), ""), 400, invalidParameter, "The policy is not valid: "},
		{"a principal that does not exist", "PUT", resourcePath, putBody(documentOf("s3.amazonaws.com", "s3"), ""), 400, invalidParameter, "The provided principal was invalid."},
		{"a deleted role", "PUT", resourcePath, putBody(documentOf(`{"Service":"s3.amazonaws.com"}`, `{"AWS":"`+role+`"}`), ""), 400, invalidParameter, "The provided principal was invalid."},
		{"the id of a deleted role", "PUT", resourcePath, putBody(documentOf(`{"Service":"s3.amazonaws.com"}`, `{"AWS":"AROA00000000000000001"}`), ""), 400, invalidParameter, "The provided principal was invalid."},
		{"put, $LATEST", "PUT", resourcePath + "%3A%24LATEST", putBody(documentOf(), ""), 400, invalidParameter, "We currently do not support adding policies for $LATEST."},
		{"put, no function", "PUT", resourcePath + "2", putBody(documentOf(), ""), 404, notFound, "Function not found: "},
		{"put, no alias", "PUT", resourcePath + "%3APROD", putBody(documentOf(), ""), 404, notFound, "Cannot find alias arn: "},
		{"put, another region", "PUT", arnPath + "eu-west-1%3A123456789012%3Afunction%3Afn", putBody(documentOf(), ""), 404, notFound, "Functions from 'eu-west-1' are not reachable"},
		{"get, another account", "GET", arnPath + "us-east-1%3A210987654321%3Afunction%3Afn", "", 403, "AccessDeniedException", ""},
		// The documented pattern matches it, although no qualifier has this form.
		{"get, a qualifier with $LATEST inside", "GET", resourcePath + "%3Aa%24LATESTb", "", 404, notFound, "Function not found: "},
		{"get, no function", "GET", resourcePath + "2", "", 404, notFound, "The resource you requested does not exist."},
		{"delete, no function", "DELETE", resourcePath + "2", "", 404, notFound, "No policy found for: "},
		{"delete, no policy", "DELETE", resourcePath, "", 404, notFound, "No policy is associated with the given resource."},
		{"a second label", "GET", resourcePath + "/x", "", 403, "AccessDeniedException", "Unable to determine service/operation name to be authorized"},
		{"another method", "POST", resourcePath, "{}", 403, "AccessDeniedException", "Unable to determine service/operation name to be authorized"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			service := fixedService(t)
			if err := service.DeletePrincipal(role); err != nil {
				t.Fatal(err)
			}
			w := send(t, service, tt.method, tt.target, tt.body)
			want(t, "answer", wire{tt.status, tt.code, w.Body.String()}, wireOf(w))
			var body map[string]any
			if err := json.Unmarshal(w.Body.Bytes(), &body); err != nil {
				t.Fatal(err)
			}
			message, _ := body["message"].(string)
			if capital, ok := body["Message"].(string); ok {
				message = capital
			}
			if !strings.HasPrefix(message, tt.message) {
				t.Errorf("message %q, want one that begins with %q", message, tt.message)
			}
			if document, ok := service.Policy("fn"); ok {
				t.Errorf("policy %s, want no policy", document)
			}
		})
	}
}

// Unknown lists members that PutResourcePolicy does not have, including those of
// AddPermission.
func TestPutResourcePolicyUnknown(t *testing.T) {
	service := fixedService(t)
	body := strings.Replace(putBody(documentOf(), ""), "{", `{"InvokedViaFunctionUrl":1,"StatementId":"a",`, 1)
	want(t, "status", 200, send(t, service, "PUT", resourcePath+"?RevisionId="+stepRevision(1), body).Code)
	want(t, "Unknown", []string{
		`PutResourcePolicy: query member "RevisionId"`,
		`PutResourcePolicy: body member "InvokedViaFunctionUrl"`, `PutResourcePolicy: body member "StatementId"`,
	}, service.Unknown())
}

// Faults count and affect the operations on whole policies.
func TestResourcePolicyFaults(t *testing.T) {
	service := fixedService(t)
	handler := permissiontest.Faults(service,
		permissiontest.On(2, permissiontest.CommitThen(permissiontest.ServerError())).Of("PutResourcePolicy"),
		permissiontest.On(2, permissiontest.Stale()).Of("GetResourcePolicy"),
		permissiontest.On(1, permissiontest.Throttle()).Of("DeleteResourcePolicy"))
	call := func(method, body string) wire {
		s := validSigning()
		s.method, s.target, s.body = method, resourcePath, body
		return wireOf(s.send(t, handler))
	}
	first, second := documentOf(), documentOf("Allow", "Deny")
	want(t, "the first put", 200, call("PUT", putBody(first, "")).Status)
	before := wire{200, "", policyBody(first, stepRevision(1))}
	want(t, "the first get", before, call("GET", ""))
	want(t, "the second put", "ServiceException", call("PUT", putBody(second, "")).Code)
	want(t, "the second get, stale", before, call("GET", ""))
	want(t, "the third get", wire{200, "", policyBody(second, stepRevision(2))}, call("GET", ""))
	want(t, "the first delete", "TooManyRequestsException", call("DELETE", "").Code)
	want(t, "the second delete", 204, call("DELETE", "").Status)
}
