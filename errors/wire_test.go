package errors_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
)

const functionARN = "arn:aws:lambda:us-east-1:111111111111:function:doesnotexist"

// wireTests are recorded answers of the service, to AddPermission unless the comment
// names another operation.
var wireTests = []struct {
	status  int
	code    string
	body    string
	length  int // the recorded Content-Length; 0 if it is not known
	message string
	asks    []string // the questions that answer true
	kind    lambdaerrors.ConflictKind
}{
	// Qualifier with another qualifier in the name.
	{400, "InvalidParameterValueException",
		`{"Type":"User","message":"The derived qualifier from the function name does not match the specified qualifier."}`, 0,
		"The derived qualifier from the function name does not match the specified qualifier.",
		[]string{"IsInvalidParameterValue"}, lambdaerrors.NotConflict},
	// A grant on $LATEST.
	{400, "InvalidParameterValueException",
		`{"Type":"User","message":"We currently do not support adding policies for $LATEST."}`, 0,
		"We currently do not support adding policies for $LATEST.",
		[]string{"IsInvalidParameterValue"}, lambdaerrors.NotConflict},
	// A principal that is not accepted.
	{400, "InvalidParameterValueException",
		`{"Type":"User","message":"The provided principal was invalid. Please check the principal and try again."}`, 0,
		"The provided principal was invalid. Please check the principal and try again.",
		[]string{"IsInvalidParameterValue"}, lambdaerrors.NotConflict},
	// FunctionUrlAuthType with another action.
	{400, "InvalidParameterValueException",
		`{"Type":"User","message":"FunctionUrlAuthType is only supported for lambda:InvokeFunctionUrl action"}`, 0,
		"FunctionUrlAuthType is only supported for lambda:InvokeFunctionUrl action",
		[]string{"IsInvalidParameterValue"}, lambdaerrors.NotConflict},
	// A member that breaks its pattern. The answer has no Type.
	{400, "ValidationException",
		`{"message":"1 validation error detected: Value 'example.com' at 'statementId' failed to satisfy constraint: Member must satisfy regular expression pattern: ([a-zA-Z0-9-_]+)"}`, 0,
		"1 validation error detected: Value 'example.com' at 'statementId' failed to satisfy constraint: Member must satisfy regular expression pattern: ([a-zA-Z0-9-_]+)",
		[]string{"IsInvalidParameterValue"}, lambdaerrors.NotConflict},
	// The function does not exist. Answers of this code have Message instead of
	// message.
	{404, "ResourceNotFoundException",
		`{"Message":"Function not found: ` + functionARN + `","Type":"User"}`, 0,
		"Function not found: " + functionARN,
		[]string{"IsNotFound"}, lambdaerrors.NotConflict},
	// The alias does not exist.
	{404, "ResourceNotFoundException",
		`{"Message":"Cannot find alias arn: ` + functionARN + `:live","Type":"User"}`, 0,
		"Cannot find alias arn: " + functionARN + ":live",
		[]string{"IsNotFound"}, lambdaerrors.NotConflict},
	// GetPolicy: there is no policy.
	{404, "ResourceNotFoundException",
		`{"Message":"The resource you requested does not exist.","Type":"User"}`, 0,
		"The resource you requested does not exist.",
		[]string{"IsNotFound"}, lambdaerrors.NotConflict},
	// RemovePermission: there is no function, no policy, no statement.
	{404, "ResourceNotFoundException",
		`{"Message":"No policy found for: ` + functionARN + `","Type":"User"}`, 0,
		"No policy found for: " + functionARN,
		[]string{"IsNotFound"}, lambdaerrors.NotConflict},
	{404, "ResourceNotFoundException",
		`{"Message":"No policy is associated with the given resource.","Type":"User"}`, 0,
		"No policy is associated with the given resource.",
		[]string{"IsNotFound"}, lambdaerrors.NotConflict},
	{404, "ResourceNotFoundException",
		`{"Message":"Statement doesnotexist is not found in resource policy.","Type":"User"}`, 0,
		"Statement doesnotexist is not found in resource policy.",
		[]string{"IsNotFound"}, lambdaerrors.NotConflict},
	// The statement id exists.
	{409, "ResourceConflictException",
		`{"Type":"User","message":"The statement id (s3) provided already exists. Please provide a new statement id, or remove the existing statement."}`, 0,
		"The statement id (s3) provided already exists. Please provide a new statement id, or remove the existing statement.",
		[]string{"IsConflict"}, lambdaerrors.DuplicateStatement},
	// Two grants on one function at the same time.
	{409, "ResourceConflictException",
		`{"Type":"User","message":"The function could not be updated due to a concurrent update operation."}`, 0,
		"The function could not be updated due to a concurrent update operation.",
		[]string{"IsConflict"}, lambdaerrors.ConcurrentUpdate},
	// The function is being updated.
	{409, "ResourceConflictException",
		`{"Type":"User","message":"The operation cannot be performed at this time. An update is in progress for resource: ` + functionARN + `"}`, 0,
		"The operation cannot be performed at this time. An update is in progress for resource: " + functionARN,
		[]string{"IsConflict"}, lambdaerrors.UpdateInProgress},
	// An old RevisionId.
	{412, "PreconditionFailedException",
		`{"Type":"User","message":"The Revision Id provided does not match the latest Revision Id. Call the GetPolicy API to retrieve the latest Revision Id"}`, 149,
		"The Revision Id provided does not match the latest Revision Id. Call the GetPolicy API to retrieve the latest Revision Id",
		[]string{"IsPreconditionFailed"}, lambdaerrors.NotConflict},
	// The same, in the words of the service until 2024.
	{412, "PreconditionFailedException",
		`{"Type":"User","message":"The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id"}`, 0,
		"The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id",
		[]string{"IsPreconditionFailed"}, lambdaerrors.NotConflict},
	// The policy is full.
	{400, "PolicyLengthExceededException",
		`{"Type":"User","message":"The final policy size (20749) is bigger than the limit (20480)."}`, 0,
		"The final policy size (20749) is bigger than the limit (20480).",
		[]string{"IsPolicyLengthExceeded"}, lambdaerrors.NotConflict},
	// Public access is blocked.
	{400, "PublicPolicyException",
		`{"Message":"Lambda blocked the creation of this policy because it would grant public access to your function. If this is intentional, change your function's BlockPublicPolicy setting to allow public access and try again.","Type":"User"}`, 0,
		"Lambda blocked the creation of this policy because it would grant public access to your function. If this is intentional, change your function's BlockPublicPolicy setting to allow public access and try again.",
		[]string{"IsPublicPolicy"}, lambdaerrors.NotConflict},
	// Too many requests.
	{429, "TooManyRequestsException",
		`{"Reason":"CallerRateLimitExceeded","Type":"User","message":"Rate exceeded"}`, 0,
		"Rate exceeded",
		[]string{"IsThrottled"}, lambdaerrors.NotConflict},
	// A fault of the service, and an older one without a body.
	{500, "ServiceException",
		`{"Message":"An error occurred and the request cannot be processed.","Type":"Service"}`, 0,
		"An error occurred and the request cannot be processed.",
		[]string{"IsServiceFault"}, lambdaerrors.NotConflict},
	{500, "InternalFailure", ``, 0, "UnknownError", []string{"IsServiceFault"}, lambdaerrors.NotConflict},
	// IAM denies; for another account without a message.
	{403, "AccessDeniedException",
		`{"Message":"User: arn:aws:sts::111111111111:assumed-role/R/S is not authorized to perform: lambda:AddPermission on resource: ` + functionARN + ` because no identity-based policy allows the lambda:AddPermission action"}`, 0,
		"User: arn:aws:sts::111111111111:assumed-role/R/S is not authorized to perform: lambda:AddPermission on resource: " + functionARN + " because no identity-based policy allows the lambda:AddPermission action",
		[]string{"IsAccessDenied"}, lambdaerrors.NotConflict},
	{403, "AccessDeniedException", `{"Message":null}`, 0, "UnknownError", []string{"IsAccessDenied"}, lambdaerrors.NotConflict},
	// The path is not one of the service's.
	{403, "AccessDeniedException",
		`{"Message":"Unable to determine service/operation name to be authorized"}`, 0,
		"Unable to determine service/operation name to be authorized",
		[]string{"IsAccessDenied"}, lambdaerrors.NotConflict},
	// The credentials are expired, unknown, wrong or absent.
	{403, "ExpiredTokenException",
		`{"message":"The security token included in the request is expired"}`, 0,
		"The security token included in the request is expired", nil, lambdaerrors.NotConflict},
	{403, "UnrecognizedClientException",
		`{"message":"The security token included in the request is invalid."}`, 68,
		"The security token included in the request is invalid.", nil, lambdaerrors.NotConflict},
	{403, "InvalidSignatureException",
		`{"message":"The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details."}`, 192,
		"The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
		nil, lambdaerrors.NotConflict},
	{403, "InvalidSignatureException",
		`{"message":"Signature expired: 20150806T131223Z is now earlier than 20150806T131534Z (20150806T132034Z - 5 min.)"}`, 0,
		"Signature expired: 20150806T131223Z is now earlier than 20150806T131534Z (20150806T132034Z - 5 min.)",
		nil, lambdaerrors.NotConflict},
	{403, "MissingAuthenticationTokenException",
		`{"message":"Missing Authentication Token"}`, 42,
		"Missing Authentication Token", nil, lambdaerrors.NotConflict},
	// The front end fails: the answer has no code and is not JSON.
	{502, "", badGateway, 0, "502 Bad Gateway 502 Bad Gateway nginx", []string{"IsServiceFault"}, lambdaerrors.NotConflict},
	{503, "", "<ServiceUnavailableException/>\n", 0, "<ServiceUnavailableException/>", []string{"IsServiceFault"}, lambdaerrors.NotConflict},
	{503, "", ``, 0, "UnknownError", []string{"IsServiceFault"}, lambdaerrors.NotConflict},
}

func TestRecordedAnswers(t *testing.T) {
	for _, tt := range wireTests {
		if tt.length != 0 && len(tt.body) != tt.length {
			t.Errorf("%s: the recorded body has %d bytes, the body of the row %d", tt.code, tt.length, len(tt.body))
		}
		h := header("Content-Type", "application/json", "X-Amzn-Requestid", "id")
		wantCode := "UnknownError"
		if tt.code != "" {
			h.Set("X-Amzn-Errortype", tt.code)
			wantCode = tt.code
		}
		api := lambdaerrors.FromResponse(tt.status, h, []byte(tt.body))
		if api.ErrorCode() != wantCode {
			t.Errorf("%d %s: code %q, want that of the header", tt.status, tt.code, api.ErrorCode())
		}
		if diff := cmp.Diff(tt.message, api.ErrorMessage()); diff != "" {
			t.Errorf("%d %s: message (-want +got):\n%s", tt.status, tt.code, diff)
		}
		err := operation(response(tt.status, api))
		if diff := cmp.Diff(sorted(tt.asks), answers(err)); diff != "" {
			t.Errorf("%d %s %q: questions (-want +got):\n%s", tt.status, tt.code, tt.message, diff)
		}
		if kind := lambdaerrors.ConflictKindOf(err); kind != tt.kind {
			t.Errorf("%d %s %q: kind %v, want %v", tt.status, tt.code, tt.message, kind, tt.kind)
		}
	}
}
