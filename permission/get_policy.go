package permission

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go/middleware"
	"github.com/lambdaperm/lambdaperm/validate"
)

// GetPolicyInput names the function, version or alias whose policy is read
// (GetPolicy, "URI Request Parameters").
type GetPolicyInput struct {
	// FunctionName is a name, a partial ARN or a full ARN, each with or without
	// :QUALIFIER. Required.
	FunctionName *string

	// Qualifier is the version or alias whose policy is read; without one, here or
	// in FunctionName, it is that of the unqualified function.
	Qualifier *string
}

// GetPolicyOutput is the answer to GetPolicy.
type GetPolicyOutput struct {
	// Policy is the policy document as JSON text; policy.Parse reads it.
	Policy *string

	// RevisionId identifies this state of the policy. AddPermission and
	// RemovePermission accept it to refuse a change of any other state. It is nil if
	// the answer has no RevisionId.
	RevisionId *string

	// ResultMetadata holds the request id, the attempts and the raw response.
	ResultMetadata middleware.Metadata
}

// GetPolicy reads the resource policy of a function, version or alias. A scope
// without a policy is a ResourceNotFoundException, as is a function that does
// not exist: the service does not tell them apart here.
func (c *Client) GetPolicy(ctx context.Context, params *GetPolicyInput, optFns ...func(*Options)) (*GetPolicyOutput, error) {
	if params == nil {
		params = &GetPolicyInput{}
	}
	result, metadata, err := c.invoke(ctx, getPolicy, params, optFns)
	if err != nil {
		return nil, err
	}
	out, ok := result.(*GetPolicyOutput)
	if !ok {
		return nil, unknownResult(getPolicy, result)
	}
	out.ResultMetadata = metadata
	return out, nil
}

var getPolicy = &operation{
	name:      "GetPolicy",
	span:      "Lambda.GetPolicy",
	method:    "GET",
	accepts:   accepts[GetPolicyInput],
	required:  requiredByGetPolicy,
	serialize: serializeGetPolicy,
	decode:    decodeGetPolicy,
}

// Request returns the call in plain values, the form that rules reason about. Its
// Empty names the members that are pointers to "". A nil input names no function.
func (in *GetPolicyInput) Request() validate.Request {
	if in == nil {
		return validate.Request{Operation: validate.GetPolicy}
	}
	return validate.Request{
		Operation:    validate.GetPolicy,
		FunctionName: aws.ToString(in.FunctionName),
		Qualifier:    aws.ToString(in.Qualifier),
		Empty:        emptyOf(member{"FunctionName", in.FunctionName}, member{"Qualifier", in.Qualifier}),
	}
}

func requiredByGetPolicy(input any) [4]member {
	return [4]member{{"FunctionName", input.(*GetPolicyInput).FunctionName}}
}

// serializeGetPolicy writes a request without a body (GetPolicy, "Request
// Syntax").
func serializeGetPolicy(input any) (p parts, err error) {
	in := input.(*GetPolicyInput)
	if err := p.policyOf(in.FunctionName); err != nil {
		return parts{}, err
	}
	p.query("Qualifier", in.Qualifier)
	return p, nil
}

func decodeGetPolicy(body []byte) (any, error) {
	policy, revisionID, err := decodePolicy(body)
	if err != nil {
		return nil, err
	}
	return &GetPolicyOutput{Policy: policy, RevisionId: revisionID}, nil
}

// decodePolicy reads an answer that is a policy and its revision.
func decodePolicy(body []byte) (policy, revisionID *string, err error) {
	err = readAnswer(body, func(name string) **string {
		switch name {
		case "Policy":
			return &policy
		case "RevisionId":
			return &revisionID
		}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	return policy, revisionID, requireMember("Policy", policy)
}
