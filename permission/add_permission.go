package permission

import (
	"context"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go/middleware"
	"github.com/lambdaperm/lambdaperm/validate"
)

// AddPermissionInput is one grant: a principal, an action, and the function, version
// or alias to which it applies. Field names, types and meaning are those of
// service/lambda's AddPermissionInput. A nil optional field is absent from the
// request. A pointer to "" is present; the default pre-flight refuses it in every
// field but RevisionId.
//
// The limits and patterns named here are those of validate.Current, which the
// default pre-flight checks before anything is sent (AddPermission, "Request
// Parameters").
type AddPermissionInput struct {
	// Action is the action that is allowed: lambda:InvokeFunction or another API name
	// behind lambda:, or a wildcard, lambda:* or *. Required.
	Action *string

	// FunctionName is the function whose policy gets the statement: a name
	// (Thumbnail), a partial ARN (123456789012:function:Thumbnail) or a full ARN,
	// each with or without :QUALIFIER. At most 256 characters, a bare name at most
	// 64. Required.
	FunctionName *string

	// Principal is the service (s3.amazonaws.com), the account id or the ARN of the
	// IAM user or role that gets the permission, or * for everyone. Required.
	Principal *string

	// StatementId names the statement, uniquely in the policy of one function,
	// version or alias: 1 to 100 letters, digits, hyphens and underscores. Required.
	StatementId *string

	// EventSourceToken is the token that an Alexa skill must supply: at most 256
	// letters, digits, dots, underscores and hyphens. It counts as a secret: no
	// message of this library shows it.
	EventSourceToken *string

	// FunctionUrlAuthType limits the grant to a function URL of this authentication
	// type. It is valid only with the action lambda:InvokeFunctionUrl.
	FunctionUrlAuthType FunctionUrlAuthType

	// InvokedViaFunctionUrl limits the grant to calls through a function URL. It is
	// valid only with the action lambda:InvokeFunction.
	InvokedViaFunctionUrl *bool

	// PrincipalOrgID limits the grant to the accounts of an organization
	// (o-a1b2c3d4e5).
	PrincipalOrgID *string

	// Qualifier is the version or alias to which the grant applies; without one,
	// here or in FunctionName, it applies to the unqualified function. $LATEST is
	// refused by the service.
	Qualifier *string

	// RevisionId makes the service refuse the change when the policy is no longer
	// the one read by the GetPolicy call that gave this id.
	RevisionId *string

	// SourceAccount is the 12-digit id of the account that owns the event source.
	SourceAccount *string

	// SourceArn is the ARN of the event source; * and ? match as in ArnLike.
	SourceArn *string
}

// AddPermissionOutput is the answer to AddPermission.
type AddPermissionOutput struct {
	// Statement is the stored statement as JSON text; policy.ParseStatement reads it.
	Statement *string

	// AlreadyPresent reports that a response was lost or could not be read to its end,
	// and that the policy has a statement with the requested meaning. Statement is
	// then the stored one. Whether an earlier attempt of this call or another program
	// stored it is not known.
	AlreadyPresent bool

	// ResultMetadata holds the request id, the attempts and the raw response.
	ResultMetadata middleware.Metadata
}

// AddPermissionAPIClient is the one method of a client that adds permissions:
// the parameter type for a function that only adds.
type AddPermissionAPIClient interface {
	AddPermission(context.Context, *AddPermissionInput, ...func(*Options)) (*AddPermissionOutput, error)
}

// AddPermission adds one statement to the policy of a function, version or
// alias. The service does not treat a repeated call as the same call: a second
// statement with the same id is a ResourceConflictException.
//
// The client makes up for that. If the response to an attempt was lost, and the
// next attempt is refused because the id is taken or RevisionId is no longer the
// latest, the client reads the policy. If it has a statement with the requested
// meaning, the call succeeds with AlreadyPresent set; otherwise the error is the
// service's own in a *LostResponseError. This needs permission for
// lambda:GetPolicy; see Options.DisableLostResponseRecovery.
//
// A grant that breaks a rule of the pre-flight is a *validate.Error, and nothing
// is sent. The service's refusals are the types of package errors. Every error
// is wrapped in a *smithy.OperationError.
func (c *Client) AddPermission(ctx context.Context, params *AddPermissionInput, optFns ...func(*Options)) (*AddPermissionOutput, error) {
	if params == nil {
		params = &AddPermissionInput{}
	}
	result, metadata, err := c.invoke(ctx, addPermission, params, optFns)
	if err != nil {
		return c.recoverAdd(ctx, params, optFns, metadata, err)
	}
	out, ok := result.(*AddPermissionOutput)
	if !ok {
		return nil, unknownResult(addPermission, result)
	}
	out.ResultMetadata = metadata
	return out, nil
}

var addPermission = &operation{
	name:      "AddPermission",
	span:      "Lambda.AddPermission",
	method:    "POST",
	accepts:   accepts[AddPermissionInput],
	required:  requiredByAddPermission,
	serialize: serializeAddPermission,
	decode:    decodeAddPermission,
}

// NewAddPermissionInput returns the input that adds the grant r: the inverse of
// Request. A member of r that is "" is absent from the input, unless r.Empty names
// it: then it is a pointer to "". r.Operation is not looked at.
func NewAddPermissionInput(r validate.Request) *AddPermissionInput {
	text := func(name, value string) *string {
		if value == "" && !r.Empty.Has(name) {
			return nil
		}
		return &value
	}
	return &AddPermissionInput{
		Action:                text("Action", r.Action),
		FunctionName:          text("FunctionName", r.FunctionName),
		Principal:             text("Principal", r.Principal),
		StatementId:           text("StatementId", r.StatementId),
		EventSourceToken:      text("EventSourceToken", r.EventSourceToken),
		FunctionUrlAuthType:   FunctionUrlAuthType(r.FunctionUrlAuthType),
		InvokedViaFunctionUrl: r.InvokedViaFunctionUrl,
		PrincipalOrgID:        text("PrincipalOrgID", r.PrincipalOrgID),
		Qualifier:             text("Qualifier", r.Qualifier),
		RevisionId:            text("RevisionId", r.RevisionId),
		SourceAccount:         text("SourceAccount", r.SourceAccount),
		SourceArn:             text("SourceArn", r.SourceArn),
	}
}

// Request returns the grant in plain values, the form that rules reason about.
// Its Empty names the members that are pointers to "". A nil input is the empty
// grant.
func (in *AddPermissionInput) Request() validate.Request {
	if in == nil {
		return validate.Request{}
	}
	return validate.Request{
		FunctionName:          aws.ToString(in.FunctionName),
		Qualifier:             aws.ToString(in.Qualifier),
		StatementId:           aws.ToString(in.StatementId),
		Action:                aws.ToString(in.Action),
		Principal:             aws.ToString(in.Principal),
		SourceArn:             aws.ToString(in.SourceArn),
		SourceAccount:         aws.ToString(in.SourceAccount),
		EventSourceToken:      aws.ToString(in.EventSourceToken),
		PrincipalOrgID:        aws.ToString(in.PrincipalOrgID),
		FunctionUrlAuthType:   string(in.FunctionUrlAuthType),
		RevisionId:            aws.ToString(in.RevisionId),
		InvokedViaFunctionUrl: in.InvokedViaFunctionUrl,
		Empty: emptyOf(
			member{"FunctionName", in.FunctionName},
			member{"Qualifier", in.Qualifier},
			member{"StatementId", in.StatementId},
			member{"Action", in.Action},
			member{"Principal", in.Principal},
			member{"SourceArn", in.SourceArn},
			member{"SourceAccount", in.SourceAccount},
			member{"EventSourceToken", in.EventSourceToken},
			member{"PrincipalOrgID", in.PrincipalOrgID},
			member{"RevisionId", in.RevisionId},
		),
	}
}

func requiredByAddPermission(input any) [4]member {
	in := input.(*AddPermissionInput)
	return [4]member{
		{"FunctionName", in.FunctionName},
		{"StatementId", in.StatementId},
		{"Action", in.Action},
		{"Principal", in.Principal},
	}
}

// serializeAddPermission writes FunctionName into the path, Qualifier into the
// query and everything else into the body (AddPermission, "Request Syntax").
func serializeAddPermission(input any) (p parts, err error) {
	in := input.(*AddPermissionInput)
	if err := p.policyOf(in.FunctionName); err != nil {
		return parts{}, err
	}
	p.query("Qualifier", in.Qualifier)
	p.body = in.body()
	return p, nil
}

func decodeAddPermission(body []byte) (any, error) {
	out := new(AddPermissionOutput)
	err := readAnswer(body, func(name string) **string {
		if name == "Statement" {
			return &out.Statement
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, requireMember("Statement", out.Statement)
}

// body writes the members in the order in which the SDK writes them.
func (in *AddPermissionInput) body() []byte {
	o := jsonObject{buf: make([]byte, 0, 512)}
	o.text("Action", in.Action)
	o.text("EventSourceToken", in.EventSourceToken)
	if in.FunctionUrlAuthType != "" {
		o.text("FunctionUrlAuthType", (*string)(&in.FunctionUrlAuthType))
	}
	if in.InvokedViaFunctionUrl != nil {
		o.name("InvokedViaFunctionUrl")
		o.buf = strconv.AppendBool(o.buf, *in.InvokedViaFunctionUrl)
	}
	o.text("Principal", in.Principal)
	o.text("PrincipalOrgID", in.PrincipalOrgID)
	o.text("RevisionId", in.RevisionId)
	o.text("SourceAccount", in.SourceAccount)
	o.text("SourceArn", in.SourceArn)
	o.text("StatementId", in.StatementId)
	return o.close()
}

// FunctionUrlAuthType is how a function URL authenticates its callers
// (AddPermission, "FunctionUrlAuthType"). The zero value means that the grant
// says nothing about function URLs; it is not sent.
type FunctionUrlAuthType string

// The values of FunctionUrlAuthType that the service knows.
const (
	// FunctionUrlAuthTypeNone is a public URL without authentication.
	FunctionUrlAuthTypeNone FunctionUrlAuthType = "NONE"
	// FunctionUrlAuthTypeAwsIam is a URL for callers who sign with IAM credentials.
	FunctionUrlAuthTypeAwsIam FunctionUrlAuthType = "AWS_IAM"
)

// Values returns the known values; the service may know more. The order is not
// guaranteed to be stable across versions.
func (FunctionUrlAuthType) Values() []FunctionUrlAuthType {
	return []FunctionUrlAuthType{FunctionUrlAuthTypeNone, FunctionUrlAuthTypeAwsIam}
}
