package sdkparity

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/lambdaperm/lambdaperm/permission"
)

// Adapter makes the SDK's Lambda client a permission.API. Copy this file and
// adapter_options.go into the program that needs it.
//
// Errors stay the SDK's own: the questions of package errors (IsConflict,
// IsNotFound and the others) answer for them too, errors.As with the types of
// that package does not. The client's calls are checked before they are sent only
// if permission.Preflight is among its APIOptions.
//
// The zero Adapter has no client and panics. It is safe for concurrent use, as
// the client is.
type Adapter struct{ Client *lambda.Client }

var _ permission.API = Adapter{}

// AddPermission calls the client's AddPermission.
func (a Adapter) AddPermission(ctx context.Context, in *permission.AddPermissionInput, optFns ...func(*permission.Options)) (*permission.AddPermissionOutput, error) {
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
	out, err := a.Client.AddPermission(ctx, params, sdkOptions(optFns)...)
	if err != nil {
		return nil, err
	}
	return &permission.AddPermissionOutput{Statement: out.Statement, ResultMetadata: out.ResultMetadata}, nil
}

// GetPolicy calls the client's GetPolicy.
func (a Adapter) GetPolicy(ctx context.Context, in *permission.GetPolicyInput, optFns ...func(*permission.Options)) (*permission.GetPolicyOutput, error) {
	var params *lambda.GetPolicyInput
	if in != nil {
		params = &lambda.GetPolicyInput{FunctionName: in.FunctionName, Qualifier: in.Qualifier}
	}
	out, err := a.Client.GetPolicy(ctx, params, sdkOptions(optFns)...)
	if err != nil {
		return nil, err
	}
	return &permission.GetPolicyOutput{Policy: out.Policy, RevisionId: out.RevisionId, ResultMetadata: out.ResultMetadata}, nil
}

// RemovePermission calls the client's RemovePermission.
func (a Adapter) RemovePermission(ctx context.Context, in *permission.RemovePermissionInput, optFns ...func(*permission.Options)) (*permission.RemovePermissionOutput, error) {
	var params *lambda.RemovePermissionInput
	if in != nil {
		params = &lambda.RemovePermissionInput{
			FunctionName: in.FunctionName,
			StatementId:  in.StatementId,
			Qualifier:    in.Qualifier,
			RevisionId:   in.RevisionId,
		}
	}
	out, err := a.Client.RemovePermission(ctx, params, sdkOptions(optFns)...)
	if err != nil {
		return nil, err
	}
	return &permission.RemovePermissionOutput{ResultMetadata: out.ResultMetadata}, nil
}
