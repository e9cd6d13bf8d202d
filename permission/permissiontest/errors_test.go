package permissiontest_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/permission"
)

// refusal is a request that the service refuses.
type refusal struct {
	name    string // the rule
	arrange func(*testing.T, *world)
	call    func(permission.API) error
	status  int
	code    string
	body    string // the whole body, byte for byte
}

// added returns a function that adds a statement to the policy.
func added(edits ...func(*permission.AddPermissionInput)) func(*testing.T, *world) {
	return func(t *testing.T, w *world) { t.Helper(); mustAdd(t, w.API(), edits...) }
}

// typed and capital return error bodies in the two forms of the service.
func typed(message string) string {
	return `{"Type":"User","message":` + strconv.Quote(message) + `}`
}

func capital(message string) string {
	return `{"Message":` + strconv.Quote(message) + `,"Type":"User"}`
}

const (
	invalidParameter = "InvalidParameterValueException"
	notFound         = "ResourceNotFoundException"
)

var invalidPrincipal = typed("The provided principal was invalid. Please check the principal and try again.")

var addRefusals = []refusal{
	// The name and Qualifier disagree; the function and the qualifiers need not exist.
	{"derived qualifier", nil, adding(function("fn:alias-not-42"), qualifier("42")), 400, invalidParameter,
		typed("The derived qualifier from the function name does not match the specified qualifier.")},
	// $LATEST in Qualifier and in the name.
	{"$LATEST as Qualifier", nil, adding(qualifier("$LATEST")), 400, invalidParameter,
		typed("We currently do not support adding policies for $LATEST.")},
	{"$LATEST in the name", nil, adding(function("fn:$LATEST")), 400, invalidParameter,
		typed("We currently do not support adding policies for $LATEST.")},
	{"$LATEST twice, of an unknown function", nil, adding(function("none:$LATEST"), qualifier("$LATEST")), 400, invalidParameter,
		typed("We currently do not support adding policies for $LATEST.")},
	// A principal that does not exist.
	{"not an AWS domain", nil, adding(principal("invalid.nonaws.com")), 400, invalidParameter, invalidPrincipal},
	{"the bare domain", nil, adding(principal("amazonaws.com")), 400, invalidParameter, invalidPrincipal},
	{"an IAM identity that does not exist", func(t *testing.T, w *world) {
		w.DeletePrincipal("arn:aws:iam::111111111111:role/gone")
	}, adding(principal("arn:aws:iam::111111111111:role/gone")), 400, invalidParameter, invalidPrincipal},
	// The policy has a principal that was deleted after it was added.
	{"a dead principal in the policy", func(t *testing.T, w *world) {
		mustAdd(t, w.API(), principal("arn:aws:iam::111111111111:role/r"))
		w.DeletePrincipal("arn:aws:iam::111111111111:role/r")
	}, adding(sid("other")), 400, invalidParameter, invalidPrincipal},
	// One colon is missing.
	{"malformed IAM ARN", nil, adding(principal("arn:aws:iam:000000000000:role/xxxx")), 400, invalidParameter,
		typed(`The provided input'arn:aws:iam:000000000000:role/xxxx'was invalid. Member must satisfy expression: [\w+=,.@-]* Please check your input and try again.`)},
	{"function unknown", nil, adding(function("doesnotexist")), 404, notFound,
		capital("Function not found: arn:aws:lambda:us-east-1:111111111111:function:doesnotexist")},
	// The service does not enforce the documented limit of 64 characters.
	{"a name of 65 characters", nil, adding(function(strings.Repeat("a", 65))), 404, notFound,
		capital("Function not found: arn:aws:lambda:us-east-1:111111111111:function:" + strings.Repeat("a", 65))},
	{"alias unknown", nil, adding(qualifier("alias-doesnotexist")), 404, notFound,
		capital("Cannot find alias arn: " + fnARN + ":alias-doesnotexist")},
	{"version unknown", nil, adding(qualifier("12")), 404, notFound,
		capital("Function not found: " + fnARN + ":12")},
	{"a qualifier with $", nil, adding(qualifier("valid-with-$-but-doesnotexist")), 404, notFound,
		capital("Function not found: " + fnARN + ":valid-with-$-but-doesnotexist")},
	{"StatementId exists", added(), adding(), 409, "ResourceConflictException",
		typed("The statement id (s3) provided already exists. Please provide a new statement id, or remove the existing statement.")},
	{"RevisionId of no policy", nil, adding(revision("wrong")), 412, "PreconditionFailedException",
		typed("The Revision Id provided does not match the latest Revision Id. Call the GetPolicy API to retrieve the latest Revision Id")},
	{"RevisionId of another policy", added(), adding(sid("b"), revision("wrong")), 412, "PreconditionFailedException",
		typed("The Revision Id provided does not match the latest Revision Id. Call the GetPolicy API to retrieve the latest Revision Id")},
	{"$LATEST.PUBLISHED", nil, adding(qualifier("$LATEST.PUBLISHED")), 404, notFound,
		capital("Function not found: " + fnARN + ":$LATEST.PUBLISHED")},
	{"another region", nil, adding(function("arn:aws:lambda:ap-southeast-1:111111111111:function:fn")), 404, notFound,
		capital("Functions from 'ap-southeast-1' are not reachable in this region ('us-east-1')")},
	{"another account", nil, adding(function("222222222222:function:fn")), 403, "AccessDeniedException",
		`{"Message":null}`},
	{"policy too long", nil, adding(oversized), 400, "PolicyLengthExceededException",
		typed("The final policy size (20749) is bigger than the limit (20480).")},
	{"FunctionUrlAuthType with another action", nil, adding(authType), 400, invalidParameter,
		typed("FunctionUrlAuthType is only supported for lambda:InvokeFunctionUrl action")},
	{"InvokedViaFunctionUrl with another action", nil, adding(viaURL), 400, invalidParameter,
		typed("InvokedViaFunctionUrl is only supported for lambda:InvokeFunction action")},
}

func authType(in *permission.AddPermissionInput) {
	in.FunctionUrlAuthType = permission.FunctionUrlAuthTypeNone
}

func viaURL(in *permission.AddPermissionInput) {
	in.Action = aws.String("lambda:InvokeFunctionUrl")
	in.InvokedViaFunctionUrl = aws.Bool(true)
}

// oversized makes the policy of fn with only this statement 20749 bytes long.
func oversized(in *permission.AddPermissionInput) { ofSize(20749)(in) }

var getRefusals = []refusal{
	// It makes no difference whether the function, version or alias exists.
	{"no policy", nil, getting("fn", ""), 404, notFound, capital("The resource you requested does not exist.")},
	{"function unknown", nil, getting("doesnotexist", ""), 404, notFound, capital("The resource you requested does not exist.")},
	{"version without a policy", added(), getting("fn", "1"), 404, notFound, capital("The resource you requested does not exist.")},
	{"alias unknown", added(), getting("fn", "none"), 404, notFound, capital("The resource you requested does not exist.")},
	{"$LATEST never has one", added(), getting("fn:$LATEST", ""), 404, notFound, capital("The resource you requested does not exist.")},
	{"derived qualifier", nil, getting("fn:1", "2"), 400, invalidParameter,
		typed("The derived qualifier from the function name does not match the specified qualifier.")},
	{"another region", nil, getting("arn:aws:lambda:eu-west-1:111111111111:function:fn", ""), 404, notFound,
		capital("Functions from 'eu-west-1' are not reachable in this region ('us-east-1')")},
}

var removeRefusals = []refusal{
	{"function unknown", nil, removing("doesnotexist", "", "s3", ""), 404, notFound,
		capital("No policy found for: arn:aws:lambda:us-east-1:111111111111:function:doesnotexist")},
	{"no policy", nil, removing("fn", "", "s3", ""), 404, notFound,
		capital("No policy is associated with the given resource.")},
	{"$LATEST never has one", added(), removing("fn", "$LATEST", "s3", ""), 404, notFound,
		capital("No policy is associated with the given resource.")},
	{"statement unknown", added(), removing("fn", "", "s4", ""), 404, notFound,
		capital("Statement s4 is not found in resource policy.")},
	{"alias unknown", added(), removing("fn", "none", "s3", ""), 404, notFound,
		capital("Cannot find alias arn: " + fnARN + ":none")},
	{"version unknown", added(), removing("fn", "7", "s3", ""), 404, notFound,
		capital("Function not found: " + fnARN + ":7")},
	{"RevisionId", added(), removing("fn", "", "s3", "wrong"), 412, "PreconditionFailedException",
		typed("The Revision Id provided does not match the latest Revision Id. Call the GetPolicy API to retrieve the latest Revision Id")},
	{"derived qualifier", nil, removing("fn:1", "2", "s3", ""), 400, invalidParameter,
		typed("The derived qualifier from the function name does not match the specified qualifier.")},
	{"another account", nil, removing("222222222222:fn", "", "s3", ""), 403, "AccessDeniedException", `{"Message":null}`},
}

func TestAddPermissionRefusals(t *testing.T)    { testRefusals(t, addRefusals) }
func TestGetPolicyRefusals(t *testing.T)        { testRefusals(t, getRefusals) }
func TestRemovePermissionRefusals(t *testing.T) { testRefusals(t, removeRefusals) }

// testRefusals makes each call over HTTP, where the answer must be the row's to
// the byte, and in process, where the error must be the same.
func testRefusals(t *testing.T, rows []refusal) {
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			w := newWorld(t)
			if row.arrange != nil {
				row.arrange(t, w)
			}
			before := stateOf(t, w)
			overHTTP := row.call(w.client)
			row.checkWire(t, w.last)
			inProcess := row.call(w.API())
			if diff := cmp.Diff(seen(overHTTP), seen(inProcess)); diff != "" {
				t.Errorf("API() differs from HTTP (-HTTP +API):\n%s", diff)
			}
			if diff := cmp.Diff(before, stateOf(t, w)); diff != "" {
				t.Errorf("a refusal changed the state (-before +after):\n%s", diff)
			}
		})
	}
}

func (row refusal) checkWire(t *testing.T, got *lastResponse) {
	t.Helper()
	type wire struct {
		Status                           int
		Code, ContentType, Length, Body  string
		HasRequestID, RequestIDIsUUIDish bool
	}
	id := got.header.Get("X-Amzn-Requestid")
	want := wire{row.status, row.code, "application/json", strconv.Itoa(len(row.body)), row.body, true, true}
	if diff := cmp.Diff(want, wire{
		got.status, got.header.Get("X-Amzn-Errortype"), got.header.Get("Content-Type"),
		got.header.Get("Content-Length"), got.body, id != "", len(id) == 36 && strings.Count(id, "-") == 4,
	}); diff != "" {
		t.Errorf("answer (-want +got):\n%s", diff)
	}
}

// The only recorded answer with headers has 149 bytes: two members without whitespace.
func TestRecordedLength(t *testing.T) {
	w := newWorld(t)
	_ = add(w.client, revision("wrong"))
	if got := w.last.header.Get("Content-Length"); got != "149" {
		t.Errorf("Content-Length %s, want the recorded 149", got)
	}
}
