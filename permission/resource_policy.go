package permission

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go/middleware"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission/policy"
	"github.com/lambdaperm/lambdaperm/validate"
)

// The operations on whole policies. They work on the policies that AddPermission,
// GetPolicy and RemovePermission work on.

// ResourcePolicyAPI is the three operations on whole policies. *Client implements
// it, and so do the stand-ins of package permissiontest. It is not part of API: an
// implementation of API need not have these operations, and a program that does not
// call them does not link them.
type ResourcePolicyAPI interface {
	PutResourcePolicy(context.Context, *PutResourcePolicyInput, ...func(*Options)) (*PutResourcePolicyOutput, error)
	GetResourcePolicy(context.Context, *GetResourcePolicyInput, ...func(*Options)) (*GetResourcePolicyOutput, error)
	DeleteResourcePolicy(context.Context, *DeleteResourcePolicyInput, ...func(*Options)) (*DeleteResourcePolicyOutput, error)
}

// PutResourcePolicyInput is a whole policy, and the function, version or alias that
// gets it (PutResourcePolicy, "URI Request Parameters" and "Request Body").
type PutResourcePolicyInput struct {
	// Policy is the policy document as JSON text: 1 to 20,480 characters. The stored
	// policy has at most 20,480 bytes. Required.
	Policy *string

	// ResourceArn is the full ARN of a function, version or alias, without wildcards:
	// at most 256 characters. Required.
	ResourceArn *string

	// RevisionId makes the service refuse the change when the policy is no longer
	// the one that was read with this id: a UUID in lower case. Without it the put
	// replaces every statement, those that others added since the reading included.
	RevisionId *string
}

// PutResourcePolicyOutput is the answer to PutResourcePolicy.
type PutResourcePolicyOutput struct {
	// Policy is the stored policy document as JSON text; policy.Parse reads it. It is
	// not documented that the service stores the text as it was sent.
	Policy *string

	// RevisionId identifies the new state of the policy. It is nil if the answer has
	// no RevisionId.
	RevisionId *string

	// AlreadyPresent reports that a response was lost or could not be read to its end,
	// and that the stored policy has the meaning of the one that was put. Policy and
	// RevisionId are then those of a GetResourcePolicy after it. Whether an earlier
	// attempt of this call or another program stored it is not known.
	AlreadyPresent bool

	// ResultMetadata holds the request id, the attempts and the raw response.
	ResultMetadata middleware.Metadata
}

// PutResourcePolicy replaces the whole policy of a function, version or alias,
// statements of AddPermission included. A program that puts a policy without reading
// the stored one first removes the statements of others: EditResourcePolicy reads
// first, and sends the RevisionId.
//
// If the response to an attempt was lost, and the next attempt is refused because
// RevisionId is no longer the latest, the client reads the policy. If it means the
// same as the one to be put, the call succeeds with AlreadyPresent set; otherwise the
// error is the service's own in a *LostResponseError. Without a RevisionId the next
// attempt is not refused, and removes statements that others added after the first.
//
// The service asks for permission for lambda:PutResourcePolicy, lambda:AddPermission
// and lambda:RemovePermission; the reading after a lost response for
// lambda:GetResourcePolicy and lambda:GetPolicy.
func (c *Client) PutResourcePolicy(ctx context.Context, params *PutResourcePolicyInput, optFns ...func(*Options)) (*PutResourcePolicyOutput, error) {
	if params == nil {
		params = &PutResourcePolicyInput{}
	}
	result, metadata, err := c.invoke(ctx, putResourcePolicy, params, optFns)
	if err != nil {
		return c.recoverPut(ctx, params, optFns, metadata, err)
	}
	out, ok := result.(*PutResourcePolicyOutput)
	if !ok {
		return nil, unknownResult(putResourcePolicy, result)
	}
	out.ResultMetadata = metadata
	return out, nil
}

var putResourcePolicy = &operation{
	name:      "PutResourcePolicy",
	span:      "Lambda.PutResourcePolicy",
	method:    "PUT",
	accepts:   accepts[PutResourcePolicyInput],
	required:  requiredByPutResourcePolicy,
	serialize: serializePutResourcePolicy,
	decode:    decodePutResourcePolicy,
}

// Request returns the call in plain values, the form that rules reason about. Its
// Empty names the members that are pointers to "". A nil input names no resource.
func (in *PutResourcePolicyInput) Request() validate.Request {
	if in == nil {
		return validate.Request{Operation: validate.PutResourcePolicy}
	}
	return validate.Request{
		Operation:   validate.PutResourcePolicy,
		ResourceArn: aws.ToString(in.ResourceArn),
		Policy:      aws.ToString(in.Policy),
		RevisionId:  aws.ToString(in.RevisionId),
		Empty: emptyOf(
			member{"ResourceArn", in.ResourceArn},
			member{"Policy", in.Policy},
			member{"RevisionId", in.RevisionId},
		),
	}
}

func requiredByPutResourcePolicy(input any) [4]member {
	in := input.(*PutResourcePolicyInput)
	return [4]member{{"ResourceArn", in.ResourceArn}, {"Policy", in.Policy}}
}

// serializePutResourcePolicy writes ResourceArn into the path and the rest into the
// body, in the order in which the SDK writes it.
func serializePutResourcePolicy(input any) (p parts, err error) {
	in := input.(*PutResourcePolicyInput)
	if err := p.resource(in.ResourceArn); err != nil {
		return parts{}, err
	}
	o := jsonObject{buf: make([]byte, 0, len(aws.ToString(in.Policy))*5/4+512)} // with room for escapes
	o.text("Policy", in.Policy)
	o.text("RevisionId", in.RevisionId)
	p.body = o.close()
	return p, nil
}

func decodePutResourcePolicy(body []byte) (any, error) {
	policy, revisionID, err := decodePolicy(body)
	if err != nil {
		return nil, err
	}
	return &PutResourcePolicyOutput{Policy: policy, RevisionId: revisionID}, nil
}

// GetResourcePolicyInput names the function, version or alias whose policy is read
// (GetResourcePolicy, "URI Request Parameters").
type GetResourcePolicyInput struct {
	// ResourceArn is the full ARN of a function, version or alias, without wildcards:
	// at most 256 characters. Required.
	ResourceArn *string
}

// GetResourcePolicyOutput is the answer to GetResourcePolicy.
type GetResourcePolicyOutput struct {
	// Policy is the policy document as JSON text; policy.Parse reads it.
	Policy *string

	// RevisionId identifies this state of the policy. PutResourcePolicy and
	// DeleteResourcePolicy accept it to refuse a change of any other state. It is nil
	// if the answer has no RevisionId.
	RevisionId *string

	// ResultMetadata holds the request id, the attempts and the raw response.
	ResultMetadata middleware.Metadata
}

// GetResourcePolicy reads the whole policy of a function, version or alias, as
// GetPolicy does, which takes a name in place of an ARN. A scope without a policy is a
// ResourceNotFoundException. The service asks for permission for
// lambda:GetResourcePolicy and lambda:GetPolicy.
func (c *Client) GetResourcePolicy(ctx context.Context, params *GetResourcePolicyInput, optFns ...func(*Options)) (*GetResourcePolicyOutput, error) {
	if params == nil {
		params = &GetResourcePolicyInput{}
	}
	result, metadata, err := c.invoke(ctx, getResourcePolicy, params, optFns)
	if err != nil {
		return nil, err
	}
	out, ok := result.(*GetResourcePolicyOutput)
	if !ok {
		return nil, unknownResult(getResourcePolicy, result)
	}
	out.ResultMetadata = metadata
	return out, nil
}

var getResourcePolicy = &operation{
	name:    "GetResourcePolicy",
	span:    "Lambda.GetResourcePolicy",
	method:  "GET",
	accepts: accepts[GetResourcePolicyInput],
	required: func(input any) [4]member {
		return [4]member{{"ResourceArn", input.(*GetResourcePolicyInput).ResourceArn}}
	},
	serialize: func(input any) (p parts, err error) {
		return p, p.resource(input.(*GetResourcePolicyInput).ResourceArn)
	},
	decode: decodeGetResourcePolicy,
}

// Request returns the call in plain values, the form that rules reason about. Its
// Empty names ResourceArn if it is a pointer to "". A nil input names no resource.
func (in *GetResourcePolicyInput) Request() validate.Request {
	if in == nil {
		return validate.Request{Operation: validate.GetResourcePolicy}
	}
	return validate.Request{
		Operation:   validate.GetResourcePolicy,
		ResourceArn: aws.ToString(in.ResourceArn),
		Empty:       emptyOf(member{"ResourceArn", in.ResourceArn}),
	}
}

func decodeGetResourcePolicy(body []byte) (any, error) {
	policy, revisionID, err := decodePolicy(body)
	if err != nil {
		return nil, err
	}
	return &GetResourcePolicyOutput{Policy: policy, RevisionId: revisionID}, nil
}

// DeleteResourcePolicyInput names the function, version or alias whose policy is
// removed (DeleteResourcePolicy, "URI Request Parameters").
type DeleteResourcePolicyInput struct {
	// ResourceArn is the full ARN of a function, version or alias, without wildcards:
	// at most 256 characters. Required.
	ResourceArn *string

	// RevisionId makes the service refuse the change when the policy is no longer
	// the one that was read with this id: a UUID in lower case.
	RevisionId *string
}

// DeleteResourcePolicyOutput is the answer to DeleteResourcePolicy, which is empty.
type DeleteResourcePolicyOutput struct {
	// ResultMetadata holds the request id, the attempts and the raw response.
	ResultMetadata middleware.Metadata
}

// DeleteResourcePolicy removes the policy of a function, version or alias with all
// its statements, those of AddPermission included.
//
// If the response to an attempt was lost, and the next attempt is refused because
// there is no policy or RevisionId is no longer the latest, the client reads the
// policy. If the policy is gone, the call succeeds; otherwise the error is the
// service's own in a *LostResponseError.
//
// The service asks for permission for lambda:DeleteResourcePolicy and
// lambda:RemovePermission; the reading after a lost response for
// lambda:GetResourcePolicy and lambda:GetPolicy.
func (c *Client) DeleteResourcePolicy(ctx context.Context, params *DeleteResourcePolicyInput, optFns ...func(*Options)) (*DeleteResourcePolicyOutput, error) {
	if params == nil {
		params = &DeleteResourcePolicyInput{}
	}
	result, metadata, err := c.invoke(ctx, deleteResourcePolicy, params, optFns)
	if err != nil {
		return c.recoverDelete(ctx, params, optFns, metadata, err)
	}
	out, ok := result.(*DeleteResourcePolicyOutput)
	if !ok {
		return nil, unknownResult(deleteResourcePolicy, result)
	}
	out.ResultMetadata = metadata
	return out, nil
}

var deleteResourcePolicy = &operation{
	name:    "DeleteResourcePolicy",
	span:    "Lambda.DeleteResourcePolicy",
	method:  "DELETE",
	accepts: accepts[DeleteResourcePolicyInput],
	required: func(input any) [4]member {
		return [4]member{{"ResourceArn", input.(*DeleteResourcePolicyInput).ResourceArn}}
	},
	serialize: serializeDeleteResourcePolicy,
	decode: func(body []byte) (any, error) {
		return &DeleteResourcePolicyOutput{}, decodeEmpty(body)
	},
}

// Request returns the call in plain values, the form that rules reason about. Its
// Empty names the members that are pointers to "". A nil input names no resource.
func (in *DeleteResourcePolicyInput) Request() validate.Request {
	if in == nil {
		return validate.Request{Operation: validate.DeleteResourcePolicy}
	}
	return validate.Request{
		Operation:   validate.DeleteResourcePolicy,
		ResourceArn: aws.ToString(in.ResourceArn),
		RevisionId:  aws.ToString(in.RevisionId),
		Empty:       emptyOf(member{"ResourceArn", in.ResourceArn}, member{"RevisionId", in.RevisionId}),
	}
}

// serializeDeleteResourcePolicy writes ResourceArn into the path and RevisionId into
// the query.
func serializeDeleteResourcePolicy(input any) (p parts, err error) {
	in := input.(*DeleteResourcePolicyInput)
	if err := p.resource(in.ResourceArn); err != nil {
		return parts{}, err
	}
	p.query("RevisionId", in.RevisionId)
	return p, nil
}

// maxEdits is how often EditResourcePolicy calls edit at most. Of several programs
// that change a policy at the same time one succeeds in each round, so that ten of
// them succeed.
const maxEdits = 10

// EditResourcePolicy changes the policy of a function, version or alias: it reads the
// policy, calls edit with it, and puts the document that edit returns, provided that
// the policy is still the one that was read. If another program has changed it since,
// which the service answers with a PreconditionFailedException, EditResourcePolicy
// reads again and calls edit again, ten times at most; the error is then the service's
// last one.
//
// A statement goes only if edit removes it. Every put and every delete has the
// RevisionId of the reading that edit saw, so that nothing that was added later is
// lost. The text that is put is the Raw of the document that edit returns.
// Document.With and Document.Without keep every other byte of the text as it was read,
// the space between JSON tokens included. The service's limit of policy.MaxSize bytes
// includes that space as well. edit may be called several times and should depend only
// on its argument. If it returns an error, EditResourcePolicy returns that error, and
// the policy stays as it is.
//
//   - If edit returns a document with the same text, nothing is written.
//   - If it returns one without statements, the policy is deleted.
//   - If there is no policy, edit gets the zero Document. PutResourcePolicy cannot
//     require that there is no policy yet: it would replace a policy that another
//     program makes at the same time. So EditResourcePolicy writes nothing, and the error
//     is a *NoPolicyError, unless edit returns a document without statements. Add a
//     first statement by AddPermission, which replaces nothing, and edit again.
//   - If the policy cannot be read to its last byte, or has no RevisionId, it is not
//     written over: the error is that of ReadResourcePolicy, or says so.
//
// The result is the policy after the call. If api is a Client, a lost response is
// settled as PutResourcePolicy and DeleteResourcePolicy say; with another api edit may
// see a policy that has its change already. The error of a call is returned as it is.
// EditResourcePolicy may be called by any number of goroutines if api and edit may.
func EditResourcePolicy(ctx context.Context, api ResourcePolicyAPI, functionARN string, edit func(policy.Document) (policy.Document, error), optFns ...func(*Options)) (PolicyReading, error) {
	if err := requireFullARN("EditResourcePolicy", functionARN); err != nil {
		return PolicyReading{}, err
	}
	for try := 1; ; try++ {
		before, err := readResource(ctx, api, &functionARN, optFns)
		if err != nil {
			return PolicyReading{}, err
		}
		wanted, err := edit(before.Document)
		if err != nil {
			return PolicyReading{}, err
		}
		after, err := replace(ctx, api, functionARN, before, wanted, optFns)
		if err == nil || try == maxEdits || !isChanged(err) || ctx.Err() != nil {
			return after, err
		}
	}
}

// isChanged reports whether a guarded write was refused because the policy is no
// longer the one that was read. Which of the two answers a policy that is gone gets is
// not documented.
func isChanged(err error) bool {
	return lambdaerrors.IsPreconditionFailed(err) || lambdaerrors.IsNotFound(err)
}

// replace puts wanted in place of the policy that was read, unless the two are the
// same.
func replace(ctx context.Context, api ResourcePolicyAPI, functionARN string, before PolicyReading, wanted policy.Document, optFns []func(*Options)) (PolicyReading, error) {
	isEmpty := len(wanted.Statements()) == 0
	switch {
	case before.Found && wanted.Raw() == before.Document.Raw(), !before.Found && isEmpty:
		return before, nil
	case !before.Found:
		return PolicyReading{}, &NoPolicyError{FunctionARN: functionARN}
	case before.RevisionID == "":
		return PolicyReading{}, fmt.Errorf("permission.EditResourcePolicy: GetResourcePolicy answered without a RevisionId, and without one the policy of %s cannot be replaced safely", functionARN)
	case isEmpty:
		_, err := api.DeleteResourcePolicy(ctx, &DeleteResourcePolicyInput{ResourceArn: &functionARN, RevisionId: &before.RevisionID}, optFns...)
		return PolicyReading{}, err
	}
	return putInPlace(ctx, api, functionARN, before.RevisionID, wanted, optFns)
}

// putInPlace puts wanted if the policy still has the revision.
func putInPlace(ctx context.Context, api ResourcePolicyAPI, functionARN, revisionID string, wanted policy.Document, optFns []func(*Options)) (PolicyReading, error) {
	out, err := api.PutResourcePolicy(ctx, &PutResourcePolicyInput{
		ResourceArn: &functionARN, Policy: aws.String(wanted.Raw()), RevisionId: &revisionID,
	}, optFns...)
	if err != nil {
		return PolicyReading{}, err
	}
	after := PolicyReading{Document: wanted, RevisionID: aws.ToString(out.RevisionId), Found: true}
	if stored, err := policy.Parse(aws.ToString(out.Policy)); err == nil { // otherwise the put has succeeded all the same
		after.Document = stored
	}
	return after, nil
}

// NoPolicyError says that EditResourcePolicy did not write, because the function,
// version or alias has no policy, or does not exist.
type NoPolicyError struct {
	// FunctionARN is the ARN of the function, version or alias.
	FunctionARN string
}

// Error returns a text that says how a policy begins.
func (e *NoPolicyError) Error() string {
	return fmt.Sprintf("permission.EditResourcePolicy: %s has no policy, and a first one cannot be put safely: add a statement by AddPermission, then edit", e.FunctionARN)
}
