package sdkapi

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/validate"
)

// API is a Lambda client of the SDK in the shape of [permission.API] and of
// [permission.ResourcePolicyAPI]. [New] makes it; the methods of the zero API panic. It
// is safe for concurrent use, as the client is.
type API struct{ client *lambda.Client }

var (
	_ permission.API               = (*API)(nil)
	_ permission.ResourcePolicyAPI = (*API)(nil)
)

// New returns the client as an API. It panics if client is nil.
func New(client *lambda.Client) *API {
	if client == nil {
		panic("sdkapi.New: the client is nil")
	}
	return &API{client}
}

// Request returns an input of the SDK as a request in plain values, which packages
// validate, lint and policy read and of which ensure.Desired has a list. Its field
// Empty has the members that are pointers to "". A nil input is read as an empty one.
func Request(in *lambda.AddPermissionInput) validate.Request {
	if in == nil {
		return (*permission.AddPermissionInput)(nil).Request()
	}
	return (&permission.AddPermissionInput{
		Action:                in.Action,
		FunctionName:          in.FunctionName,
		Principal:             in.Principal,
		StatementId:           in.StatementId,
		EventSourceToken:      in.EventSourceToken,
		FunctionUrlAuthType:   permission.FunctionUrlAuthType(in.FunctionUrlAuthType),
		InvokedViaFunctionUrl: in.InvokedViaFunctionUrl,
		PrincipalOrgID:        in.PrincipalOrgID,
		Qualifier:             in.Qualifier,
		RevisionId:            in.RevisionId,
		SourceAccount:         in.SourceAccount,
		SourceArn:             in.SourceArn,
	}).Request()
}

// AddPermission calls the client's AddPermission.
func (a *API) AddPermission(ctx context.Context, in *permission.AddPermissionInput, optFns ...func(*permission.Options)) (*permission.AddPermissionOutput, error) {
	var params *lambda.AddPermissionInput
	if in != nil {
		params = &lambda.AddPermissionInput{
			Action:                in.Action,
			FunctionName:          in.FunctionName,
			Principal:             in.Principal,
			StatementId:           in.StatementId,
			EventSourceToken:      in.EventSourceToken,
			FunctionUrlAuthType:   types.FunctionUrlAuthType(in.FunctionUrlAuthType),
			InvokedViaFunctionUrl: in.InvokedViaFunctionUrl,
			PrincipalOrgID:        in.PrincipalOrgID,
			Qualifier:             in.Qualifier,
			RevisionId:            in.RevisionId,
			SourceAccount:         in.SourceAccount,
			SourceArn:             in.SourceArn,
		}
	}
	out, err := a.client.AddPermission(ctx, params, sdkOptions(optFns)...)
	if err != nil {
		return nil, err
	}
	return &permission.AddPermissionOutput{Statement: out.Statement, ResultMetadata: out.ResultMetadata}, nil
}

// GetPolicy calls the client's GetPolicy.
func (a *API) GetPolicy(ctx context.Context, in *permission.GetPolicyInput, optFns ...func(*permission.Options)) (*permission.GetPolicyOutput, error) {
	var params *lambda.GetPolicyInput
	if in != nil {
		params = &lambda.GetPolicyInput{FunctionName: in.FunctionName, Qualifier: in.Qualifier}
	}
	out, err := a.client.GetPolicy(ctx, params, sdkOptions(optFns)...)
	if err != nil {
		return nil, err
	}
	return &permission.GetPolicyOutput{Policy: out.Policy, RevisionId: out.RevisionId, ResultMetadata: out.ResultMetadata}, nil
}

// RemovePermission calls the client's RemovePermission.
func (a *API) RemovePermission(ctx context.Context, in *permission.RemovePermissionInput, optFns ...func(*permission.Options)) (*permission.RemovePermissionOutput, error) {
	var params *lambda.RemovePermissionInput
	if in != nil {
		params = &lambda.RemovePermissionInput{
			FunctionName: in.FunctionName,
			StatementId:  in.StatementId,
			Qualifier:    in.Qualifier,
			RevisionId:   in.RevisionId,
		}
	}
	out, err := a.client.RemovePermission(ctx, params, sdkOptions(optFns)...)
	if err != nil {
		return nil, err
	}
	return &permission.RemovePermissionOutput{ResultMetadata: out.ResultMetadata}, nil
}

// PutResourcePolicy calls the client's PutResourcePolicy.
func (a *API) PutResourcePolicy(ctx context.Context, in *permission.PutResourcePolicyInput, optFns ...func(*permission.Options)) (*permission.PutResourcePolicyOutput, error) {
	var params *lambda.PutResourcePolicyInput
	if in != nil {
		params = &lambda.PutResourcePolicyInput{Policy: in.Policy, ResourceArn: in.ResourceArn, RevisionId: in.RevisionId}
	}
	out, err := a.client.PutResourcePolicy(ctx, params, sdkOptions(optFns)...)
	if err != nil {
		return nil, err
	}
	return &permission.PutResourcePolicyOutput{Policy: out.Policy, RevisionId: out.RevisionId, ResultMetadata: out.ResultMetadata}, nil
}

// GetResourcePolicy calls the client's GetResourcePolicy.
func (a *API) GetResourcePolicy(ctx context.Context, in *permission.GetResourcePolicyInput, optFns ...func(*permission.Options)) (*permission.GetResourcePolicyOutput, error) {
	var params *lambda.GetResourcePolicyInput
	if in != nil {
		params = &lambda.GetResourcePolicyInput{ResourceArn: in.ResourceArn}
	}
	out, err := a.client.GetResourcePolicy(ctx, params, sdkOptions(optFns)...)
	if err != nil {
		return nil, err
	}
	return &permission.GetResourcePolicyOutput{Policy: out.Policy, RevisionId: out.RevisionId, ResultMetadata: out.ResultMetadata}, nil
}

// DeleteResourcePolicy calls the client's DeleteResourcePolicy.
func (a *API) DeleteResourcePolicy(ctx context.Context, in *permission.DeleteResourcePolicyInput, optFns ...func(*permission.Options)) (*permission.DeleteResourcePolicyOutput, error) {
	var params *lambda.DeleteResourcePolicyInput
	if in != nil {
		params = &lambda.DeleteResourcePolicyInput{ResourceArn: in.ResourceArn, RevisionId: in.RevisionId}
	}
	out, err := a.client.DeleteResourcePolicy(ctx, params, sdkOptions(optFns)...)
	if err != nil {
		return nil, err
	}
	return &permission.DeleteResourcePolicyOutput{ResultMetadata: out.ResultMetadata}, nil
}
