package permission

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go/middleware"
	"github.com/lambdaperm/lambdaperm/arn"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission/policy"
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

// GetPolicyAPIClient is the one method of a client that reads policies.
type GetPolicyAPIClient interface {
	GetPolicy(context.Context, *GetPolicyInput, ...func(*Options)) (*GetPolicyOutput, error)
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

// PolicyReading is the policy of one function, version or alias as GetPolicy or
// GetResourcePolicy answered it.
type PolicyReading struct {
	// Document is the policy. It is the zero Document if there is no policy.
	Document policy.Document

	// RevisionID identifies this state of the policy: as the RevisionId of a change it
	// makes the service refuse to change any other state. It is empty if there is no
	// policy, or if the answer has no RevisionId.
	RevisionID string

	// Found reports whether there is a policy.
	Found bool
}

// ReadPolicy reads the policy of function: a name, a partial ARN or a full ARN,
// with the version or alias in it (Thumbnail:PROD) if the policy of that one is
// meant. optFns apply to the call.
//
// If there is no policy, Found is false and the error nil: the statements of the
// function are the same as with an empty policy. The service gives the same
// answer for a function, version or alias that does not exist, so that Found
// does not say whether it does (GetPolicy, "Errors"). A function of another region
// or account is an error, never an absent policy.
//
// The error is that of the call, a *arn.ParseError if function is not the name of
// one, or one that wraps a *policy.ParseError if the answer is not a policy.
// ReadPolicy may be called by any number of goroutines if api may.
func ReadPolicy(ctx context.Context, api GetPolicyAPIClient, function string, optFns ...func(*Options)) (PolicyReading, error) {
	f, err := arn.ParseFunction(function)
	if err != nil {
		return PolicyReading{}, err
	}
	return readScope(ctx, api, aws.String(f.Unqualified().String()), qualifierText(f.Qualifier()), optFns)
}

// qualifierText returns the text of q, or nil if q is zero.
func qualifierText(q arn.Qualifier) *string {
	if q.IsZero() {
		return nil
	}
	return aws.String(q.String())
}

// readScope is ReadPolicy for the members of an input, which are sent as they are.
func readScope(ctx context.Context, api GetPolicyAPIClient, functionName, qualifier *string, optFns []func(*Options)) (PolicyReading, error) {
	out, err := api.GetPolicy(ctx, &GetPolicyInput{FunctionName: functionName, Qualifier: qualifier}, optFns...)
	if err != nil {
		return absentOr(err)
	}
	return newReading("GetPolicy", out.Policy, out.RevisionId)
}

// ReadResourcePolicy is ReadPolicy by GetResourcePolicy: it reads the policy of a
// function, version or alias by its full ARN. Programs that go on to put the policy
// need the right to lambda:GetResourcePolicy as well as lambda:GetPolicy.
//
// If there is no policy, Found is false and the error nil; the service gives the same
// answer for a function, version or alias that does not exist. The error is that of
// the call, an *arn.ParseError if functionARN is not the full ARN of a function, or one
// that wraps a *policy.ParseError if the answer is not a policy.
// ReadResourcePolicy may be called by any number of goroutines if api may.
func ReadResourcePolicy(ctx context.Context, api ResourcePolicyAPI, functionARN string, optFns ...func(*Options)) (PolicyReading, error) {
	if err := requireFullARN("ReadResourcePolicy", functionARN); err != nil {
		return PolicyReading{}, err
	}
	return readResource(ctx, api, &functionARN, optFns)
}

// requireFullARN returns an error unless s is the full ARN of a function, version or
// alias.
func requireFullARN(caller, s string) error {
	f, err := arn.ParseFunction(s)
	if err == nil && !f.IsComplete() {
		err = &arn.ParseError{Func: "ParseFunction", Input: s, Rest: s, Reason: "a full ARN is required: arn:aws:lambda:REGION:ACCOUNT:function:NAME"}
	}
	if err != nil {
		return fmt.Errorf("permission.%s: %w", caller, err)
	}
	return nil
}

// readResource is ReadResourcePolicy for the member of an input, which is sent as it
// is.
func readResource(ctx context.Context, api ResourcePolicyAPI, resourceARN *string, optFns []func(*Options)) (PolicyReading, error) {
	return readingOf(api.GetResourcePolicy(ctx, &GetResourcePolicyInput{ResourceArn: resourceARN}, optFns...))
}

// readingOf returns an answer of GetResourcePolicy as a PolicyReading.
func readingOf(out *GetResourcePolicyOutput, err error) (PolicyReading, error) {
	if err != nil {
		return absentOr(err)
	}
	return newReading("GetResourcePolicy", out.Policy, out.RevisionId)
}

// absentOr returns the reading without a policy if err is the service's answer that
// the scope has no policy, and err otherwise.
func absentOr(err error) (PolicyReading, error) {
	if isPolicyAbsent(err) {
		return PolicyReading{}, nil
	}
	return PolicyReading{}, err
}

// newReading parses the policy in the answer of an operation.
func newReading(operation string, text, revisionID *string) (PolicyReading, error) {
	document, err := policy.Parse(aws.ToString(text))
	if err != nil {
		return PolicyReading{}, fmt.Errorf("permission: %s's answer is not a policy: %w", operation, err)
	}
	return PolicyReading{Document: document, RevisionID: aws.ToString(revisionID), Found: true}, nil
}

// isPolicyAbsent reports whether the service answered that a scope has no policy.
func isPolicyAbsent(err error) bool { return lambdaerrors.IsNotFound(err) && !isElsewhere(err) }

// isElsewhere reports whether err is a ResourceNotFoundException because the
// function's ARN names another region, which says nothing about its policy.
func isElsewhere(err error) bool {
	return lambdaerrors.IsNotFound(err) && strings.HasPrefix(lambdaerrors.Message(err), "Functions from ")
}
