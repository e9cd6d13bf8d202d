package permissiontest

import (
	"fmt"
	"net/http"
)

// answer is the service's answer to a request, independent of the transport: a
// status and the members of the body, and for a refusal its error code.
type answer struct {
	status  int
	code    string // "" for a success
	members map[string]any
}

// refused reports whether the answer is an error.
func (a *answer) refused() bool { return a.code != "" }

// The shapes of errors: whether a body has Message or message, and whether it has
// Type, depends on the code. The shapes come from the sources named below.

// typedError has the shape of most modelled errors.
func typedError(status int, code, message string) *answer {
	return &answer{status, code, map[string]any{"Type": "User", "message": message}}
}

// plainError has the shape of errors that are detected before the operation runs.
func plainError(status int, code, message string) *answer {
	return &answer{status, code, map[string]any{"message": message}}
}

// accessDenied has a capital Message, which is null if the service gives no reason.
func accessDenied(message any) *answer {
	return &answer{http.StatusForbidden, "AccessDeniedException", map[string]any{"Message": message}}
}

// notFound has both a capital Message and a Type. No other modelled error that
// these operations answer has.
func notFound(message string) *answer {
	return &answer{http.StatusNotFound, "ResourceNotFoundException", map[string]any{"Message": message, "Type": "User"}}
}

func invalidParameter(message string) *answer {
	return typedError(http.StatusBadRequest, "InvalidParameterValueException", message)
}

// serializationError is the answer to a request that cannot be decoded. The
// service's own answer is not known. The code and the texts are those of other AWS
// services with JSON bodies.
func serializationError(message string) *answer {
	return plainError(http.StatusBadRequest, "SerializationException", message)
}

// The refusals follow, each with the source of its text:
//
//   - Test..., with a method: the test of LocalStack by that name, in
//     tests/aws/services/lambda_/test_lambda_api.py, whose snapshot was recorded
//     from AWS in November 2025.
//   - owner/name#number: an issue or pull request on GitHub that quotes the live
//     service.

// TestLambdaPermissions.test_permission_exceptions; TestLambdaFunction.test_ops_with_arn_qualifier_mismatch.
func qualifierMismatch() *answer {
	return invalidParameter("The derived qualifier from the function name does not match the specified qualifier.")
}

// TestLambdaPermissions.test_permission_exceptions.
func latestTakesNoPolicy() *answer {
	return invalidParameter("We currently do not support adding policies for $LATEST.")
}

// invalidPrincipal is the message for a principal that does not exist:
// TestLambdaPermissions.test_permission_exceptions. It is also the message for an
// addition to a policy that names a deleted identity:
// aws-cloudformation/cloudformation-coverage-roadmap#1189.
const invalidPrincipal = "The provided principal was invalid. Please check the principal and try again."

// aws/aws-cli#7408.
func malformedIAMARN(principal string) *answer {
	return invalidParameter("The provided input'" + principal + "'was invalid. " +
		`Member must satisfy expression: [\w+=,.@-]* Please check your input and try again.`)
}

// TestLambdaPermissions.test_permission_exceptions, for functions, versions, and
// qualifiers that cannot be an alias.
func functionNotFound(functionARN string) *answer {
	return notFound("Function not found: " + functionARN)
}

// TestLambdaPermissions.test_permission_exceptions.
func aliasNotFound(aliasARN string) *answer {
	return notFound("Cannot find alias arn: " + aliasARN)
}

// TestLambdaFunction.test_get_function_wrong_region and test_function_arns, for
// eight other operations on functions.
func unreachableRegion(region, own string) *answer {
	return notFound("Functions from '" + region + "' are not reachable in this region ('" + own + "')")
}

// anotherAccount has null in place of a message, which the SDK for Go shows as
// "UnknownError": TestLambdaFunction.test_function_arns, for CreateFunction.
func anotherAccount() *answer { return accessDenied(nil) }

// TestLambdaPermissions.test_permission_exceptions.
func statementExists(sid string) *answer {
	return typedError(http.StatusConflict, "ResourceConflictException", "The statement id ("+sid+
		") provided already exists. Please provide a new statement id, or remove the existing statement.")
}

// TestLambdaRevisions.test_function_revisions_permissions, for AddPermission.
func revisionMismatch() *answer {
	return typedError(http.StatusPreconditionFailed, "PreconditionFailedException",
		"The Revision Id provided does not match the latest Revision Id. "+
			"Call the GetPolicy API to retrieve the latest Revision Id")
}

// adobe/helix-deploy#24.
func policyTooLong(size, limit int) *answer {
	return typedError(http.StatusBadRequest, "PolicyLengthExceededException",
		fmt.Sprintf("The final policy size (%d) is bigger than the limit (%d).", size, limit))
}

// noPolicy is the answer of GetPolicy: TestLambdaPermissions.test_permission_exceptions,
// test_lambda_permission_fn_versioning and test_remove_multi_permissions.
func noPolicy() *answer { return notFound("The resource you requested does not exist.") }

// noPolicyOfFunction is the answer of RemovePermission where the function does not
// exist: TestLambdaPermissions.test_permission_exceptions.
func noPolicyOfFunction(functionARN string) *answer {
	return notFound("No policy found for: " + functionARN)
}

// noPolicyToChange is the answer of RemovePermission where the scope has no policy:
// TestLambdaPermissions.test_permission_exceptions.
func noPolicyToChange() *answer {
	return notFound("No policy is associated with the given resource.")
}

// TestLambdaLayer.test_layer_policy_exceptions, for the policy of a layer.
func statementNotFound(sid string) *answer {
	return notFound("Statement " + sid + " is not found in resource policy.")
}

// boto/botocore#678.
func unknownOperation() *answer {
	return accessDenied("Unable to determine service/operation name to be authorized")
}
