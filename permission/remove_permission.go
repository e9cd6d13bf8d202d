package permission

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go/middleware"
	"github.com/lambdaperm/lambdaperm/validate"
)

// RemovePermissionInput names one statement of the policy of a function, version
// or alias (RemovePermission, "URI Request Parameters").
type RemovePermissionInput struct {
	// FunctionName is a name, a partial ARN or a full ARN, each with or without
	// :QUALIFIER. Required.
	FunctionName *string

	// StatementId is the id of the statement to remove: 1 to 100 letters, digits,
	// hyphens, underscores and dots. Required.
	StatementId *string

	// Qualifier is the version or alias from whose policy the statement is removed;
	// without one, here or in FunctionName, it is that of the unqualified function.
	Qualifier *string

	// RevisionId makes the service refuse the change when the policy is no longer
	// the one read by the GetPolicy call that gave this id.
	RevisionId *string
}

// RemovePermissionOutput is the answer to RemovePermission, which is empty.
type RemovePermissionOutput struct {
	// ResultMetadata holds the request id, the attempts and the raw response.
	ResultMetadata middleware.Metadata
}

// RemovePermissionAPIClient is the one method of a client that removes
// permissions.
type RemovePermissionAPIClient interface {
	RemovePermission(context.Context, *RemovePermissionInput, ...func(*Options)) (*RemovePermissionOutput, error)
}

// RemovePermission removes one statement from the policy of a function, version
// or alias. If it was the last one, the policy is gone, and GetPolicy answers with a
// ResourceNotFoundException.
//
// If the response to an attempt was lost, and the next attempt is refused because
// there is nothing to remove or RevisionId is no longer the latest, the client
// reads the policy. If the statement is gone, the call succeeds; otherwise the error
// is the service's own in a *LostResponseError.
func (c *Client) RemovePermission(ctx context.Context, params *RemovePermissionInput, optFns ...func(*Options)) (*RemovePermissionOutput, error) {
	if params == nil {
		params = &RemovePermissionInput{}
	}
	result, metadata, err := c.invoke(ctx, removePermission, params, optFns)
	if err != nil {
		return c.recoverRemove(ctx, params, optFns, metadata, err)
	}
	out, ok := result.(*RemovePermissionOutput)
	if !ok {
		return nil, unknownResult(removePermission, result)
	}
	out.ResultMetadata = metadata
	return out, nil
}

var removePermission = &operation{
	name:      "RemovePermission",
	span:      "Lambda.RemovePermission",
	method:    "DELETE",
	accepts:   accepts[RemovePermissionInput],
	required:  requiredByRemovePermission,
	serialize: serializeRemovePermission,
	decode: func(body []byte) (any, error) {
		return &RemovePermissionOutput{}, decodeEmpty(body)
	},
}

// Request returns the call in plain values, the form that rules reason about. Its
// Empty names the members that are pointers to "". A nil input names no statement.
func (in *RemovePermissionInput) Request() validate.Request {
	if in == nil {
		return validate.Request{Operation: validate.RemovePermission}
	}
	return validate.Request{
		Operation:    validate.RemovePermission,
		FunctionName: aws.ToString(in.FunctionName),
		Qualifier:    aws.ToString(in.Qualifier),
		StatementId:  aws.ToString(in.StatementId),
		RevisionId:   aws.ToString(in.RevisionId),
		Empty: emptyOf(
			member{"FunctionName", in.FunctionName},
			member{"Qualifier", in.Qualifier},
			member{"StatementId", in.StatementId},
			member{"RevisionId", in.RevisionId},
		),
	}
}

func requiredByRemovePermission(input any) [4]member {
	in := input.(*RemovePermissionInput)
	return [4]member{{"FunctionName", in.FunctionName}, {"StatementId", in.StatementId}}
}

// serializeRemovePermission writes both names into the path and the rest into
// the query (RemovePermission, "Request Syntax").
func serializeRemovePermission(input any) (p parts, err error) {
	in := input.(*RemovePermissionInput)
	if err := p.policyOf(in.FunctionName); err != nil {
		return parts{}, err
	}
	if err := p.label("/", "StatementId", in.StatementId, ""); err != nil {
		return parts{}, err
	}
	p.query("Qualifier", in.Qualifier)
	p.query("RevisionId", in.RevisionId)
	return p, nil
}
