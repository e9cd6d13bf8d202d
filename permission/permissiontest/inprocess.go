package permissiontest

import (
	"context"
	"errors"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/validate"
)

// InProcess is a permission.API and a permission.ResourcePolicyAPI that calls a
// Service directly, without HTTP: it uses no port, no signature, no encoding and no
// retries. Otherwise it behaves like a *permission.Client: the pre-flight, the types and
// the wrapping of errors, the request id in the ResultMetadata, and cancelled contexts
// are the same. Of the options only Preflight has an effect.
//
// It is safe for concurrent use, and shares its state with the clients that use the
// Service over HTTP. Use the Service's API method to get one.
type InProcess struct {
	service *Service
	options permission.Options
}

var (
	_ permission.API               = (*InProcess)(nil)
	_ permission.ResourcePolicyAPI = (*InProcess)(nil)
)

// API returns the service as a permission.API and a permission.ResourcePolicyAPI. As
// with permission.New, its pre-flight is Rules(validate.Current), and optFns may add
// checks or set it to nil for all calls. The options of a call apply to that call.
//
//	api := service.API(func(o *permission.Options) { o.Preflight = append(o.Preflight, onlyOurBuckets) })
func (s *Service) API(optFns ...func(*permission.Options)) *InProcess {
	p := &InProcess{service: s}
	p.options.Preflight = []permission.Check{permission.Rules(validate.Current)}
	for _, fn := range optFns {
		fn(&p.options)
	}
	return p
}

// AddPermission adds one statement, as (*permission.Client).AddPermission does.
func (p *InProcess) AddPermission(ctx context.Context, in *permission.AddPermissionInput, optFns ...func(*permission.Options)) (*permission.AddPermissionOutput, error) {
	if in == nil {
		in = &permission.AddPermissionInput{}
	}
	a, metadata, err := p.invoke(ctx, in, addRequest(in), optFns)
	if err != nil {
		return nil, err
	}
	return &permission.AddPermissionOutput{Statement: a.text("Statement"), ResultMetadata: metadata}, nil
}

// GetPolicy reads a policy, as (*permission.Client).GetPolicy does.
func (p *InProcess) GetPolicy(ctx context.Context, in *permission.GetPolicyInput, optFns ...func(*permission.Options)) (*permission.GetPolicyOutput, error) {
	if in == nil {
		in = &permission.GetPolicyInput{}
	}
	req := newRequest(validate.GetPolicy)
	req.set("FunctionName", in.FunctionName)
	req.set("Qualifier", in.Qualifier)
	a, metadata, err := p.invoke(ctx, in, req, optFns)
	if err != nil {
		return nil, err
	}
	return &permission.GetPolicyOutput{
		Policy:         a.text("Policy"),
		RevisionId:     a.text("RevisionId"),
		ResultMetadata: metadata,
	}, nil
}

// RemovePermission removes one statement, as (*permission.Client).RemovePermission
// does.
func (p *InProcess) RemovePermission(ctx context.Context, in *permission.RemovePermissionInput, optFns ...func(*permission.Options)) (*permission.RemovePermissionOutput, error) {
	if in == nil {
		in = &permission.RemovePermissionInput{}
	}
	req := newRequest(validate.RemovePermission)
	req.set("FunctionName", in.FunctionName)
	req.set("StatementId", in.StatementId)
	req.set("Qualifier", in.Qualifier)
	req.set("RevisionId", in.RevisionId)
	_, metadata, err := p.invoke(ctx, in, req, optFns)
	if err != nil {
		return nil, err
	}
	return &permission.RemovePermissionOutput{ResultMetadata: metadata}, nil
}

// PutResourcePolicy replaces a policy, as (*permission.Client).PutResourcePolicy does.
func (p *InProcess) PutResourcePolicy(ctx context.Context, in *permission.PutResourcePolicyInput, optFns ...func(*permission.Options)) (*permission.PutResourcePolicyOutput, error) {
	if in == nil {
		in = &permission.PutResourcePolicyInput{}
	}
	req := newRequest(validate.PutResourcePolicy)
	req.set("ResourceArn", in.ResourceArn)
	req.set("Policy", in.Policy)
	req.set("RevisionId", in.RevisionId)
	a, metadata, err := p.invoke(ctx, in, req, optFns)
	if err != nil {
		return nil, err
	}
	return &permission.PutResourcePolicyOutput{
		Policy:         a.text("Policy"),
		RevisionId:     a.text("RevisionId"),
		ResultMetadata: metadata,
	}, nil
}

// GetResourcePolicy reads a policy, as (*permission.Client).GetResourcePolicy does.
func (p *InProcess) GetResourcePolicy(ctx context.Context, in *permission.GetResourcePolicyInput, optFns ...func(*permission.Options)) (*permission.GetResourcePolicyOutput, error) {
	if in == nil {
		in = &permission.GetResourcePolicyInput{}
	}
	req := newRequest(validate.GetResourcePolicy)
	req.set("ResourceArn", in.ResourceArn)
	a, metadata, err := p.invoke(ctx, in, req, optFns)
	if err != nil {
		return nil, err
	}
	return &permission.GetResourcePolicyOutput{
		Policy:         a.text("Policy"),
		RevisionId:     a.text("RevisionId"),
		ResultMetadata: metadata,
	}, nil
}

// DeleteResourcePolicy removes a policy, as (*permission.Client).DeleteResourcePolicy
// does.
func (p *InProcess) DeleteResourcePolicy(ctx context.Context, in *permission.DeleteResourcePolicyInput, optFns ...func(*permission.Options)) (*permission.DeleteResourcePolicyOutput, error) {
	if in == nil {
		in = &permission.DeleteResourcePolicyInput{}
	}
	req := newRequest(validate.DeleteResourcePolicy)
	req.set("ResourceArn", in.ResourceArn)
	req.set("RevisionId", in.RevisionId)
	_, metadata, err := p.invoke(ctx, in, req, optFns)
	if err != nil {
		return nil, err
	}
	return &permission.DeleteResourcePolicyOutput{ResultMetadata: metadata}, nil
}

func addRequest(in *permission.AddPermissionInput) request {
	req := newRequest(validate.AddPermission)
	req.invokedViaFunctionUrl = in.InvokedViaFunctionUrl
	if in.FunctionUrlAuthType != "" {
		req.members["FunctionUrlAuthType"] = string(in.FunctionUrlAuthType)
	}
	for name, value := range map[string]*string{
		"Action":           in.Action,
		"EventSourceToken": in.EventSourceToken,
		"FunctionName":     in.FunctionName,
		"Principal":        in.Principal,
		"PrincipalOrgID":   in.PrincipalOrgID,
		"Qualifier":        in.Qualifier,
		"RevisionId":       in.RevisionId,
		"SourceAccount":    in.SourceAccount,
		"SourceArn":        in.SourceArn,
		"StatementId":      in.StatementId,
	} {
		req.set(name, value)
	}
	return req
}

func (p *InProcess) invoke(ctx context.Context, in any, req request, optFns []func(*permission.Options)) (*answer, middleware.Metadata, error) {
	a, metadata, err := p.call(ctx, in, req, optFns)
	if err != nil {
		err = &smithy.OperationError{ServiceID: "Lambda", OperationName: req.operation.String(), Err: err}
	}
	return a, metadata, err
}

func (p *InProcess) call(ctx context.Context, in any, req request, optFns []func(*permission.Options)) (*answer, middleware.Metadata, error) {
	var metadata middleware.Metadata
	if err := p.preflight(ctx, in, req.operation, optFns); err != nil {
		return nil, metadata, err
	}
	if err := checkSendable(req); err != nil {
		return nil, metadata, err
	}
	if err := ctx.Err(); err != nil {
		return nil, metadata, &aws.RequestCanceledError{Err: err}
	}
	a, id := p.service.perform(req), p.service.nextRequestID()
	p.service.log(req.operation.String(), a, id)
	awsmiddleware.SetRequestIDMetadata(&metadata, id)
	if a.refused() {
		return nil, metadata, responseError(a.status, a.header(id), a.body())
	}
	return a, metadata, nil
}

// preflight runs the checks of a call by the middleware of package permission, as
// every client does.
func (p *InProcess) preflight(ctx context.Context, in any, operation validate.Operation, optFns []func(*permission.Options)) error {
	o := p.options.Copy()
	for _, fn := range optFns {
		fn(&o)
	}
	if len(o.Preflight) == 0 {
		return nil
	}
	stack := middleware.NewStack(operation.String(), func() any { return nil })
	if err := permission.Preflight(o.Preflight...)(stack); err != nil {
		return err
	}
	_, _, err := middleware.DecorateHandler(passed{}, stack).Handle(ctx, in)
	return err
}

// passed is the last handler of a stack that only checks.
type passed struct{}

func (passed) Handle(context.Context, any) (any, middleware.Metadata, error) {
	return nil, middleware.Metadata{}, nil
}

// checkSendable returns the error for an input that a client cannot send even without
// a pre-flight: a required member is missing, or a part of the path is empty.
func checkSendable(req request) error {
	missing := smithy.InvalidParamsError{Context: req.operation.String() + "Input"}
	for _, c := range constraints {
		if _, present := req.members[c.Field]; c.holdsFor(req) && c.Required && !present {
			missing.Add(smithy.NewErrParamRequired(c.Field))
		}
	}
	if missing.Len() > 0 {
		return missing
	}
	for _, label := range labelsOf(req.operation) {
		if req.members[label] == "" {
			return emptyLabel(label)
		}
	}
	return nil
}

// labelsOf returns the members that an operation has in the path of its request.
func labelsOf(operation validate.Operation) []string {
	switch operation {
	case validate.PutResourcePolicy, validate.GetResourcePolicy, validate.DeleteResourcePolicy:
		return []string{"ResourceArn"}
	case validate.RemovePermission:
		return []string{"FunctionName", "StatementId"}
	}
	return []string{"FunctionName"}
}

func emptyLabel(member string) error {
	return &smithy.SerializationError{Err: errors.New("input member " + member + " must not be empty")}
}

// text returns a member of a successful answer.
func (a *answer) text(name string) *string {
	if text, ok := a.members[name].(string); ok {
		return &text
	}
	return nil
}

// responseError returns a client's error for a refusal.
func responseError(status int, header http.Header, body []byte) error {
	return answered(status, header, lambdaerrors.FromResponse(status, header, body))
}

// answered wraps an error that came with an HTTP response.
func answered(status int, header http.Header, err error) error {
	return &awshttp.ResponseError{
		RequestID: header.Get("X-Amzn-Requestid"),
		ResponseError: &smithyhttp.ResponseError{
			Response: &smithyhttp.Response{Response: &http.Response{
				StatusCode: status,
				Status:     http.StatusText(status),
				Header:     header,
				Body:       http.NoBody,
			}},
			Err: err,
		},
	}
}
