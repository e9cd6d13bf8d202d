package sdkparity_test

import (
	"context"
	"fmt"

	"github.com/lambdaperm/lambdaperm/permission"
)

// invoke makes the call that the type of the input stands for.
func invoke(ctx context.Context, api permission.API, input any, optFns ...func(*permission.Options)) (any, error) {
	switch in := input.(type) {
	case *permission.AddPermissionInput:
		return api.AddPermission(ctx, in, optFns...)
	case *permission.GetPolicyInput:
		return api.GetPolicy(ctx, in, optFns...)
	case *permission.RemovePermissionInput:
		return api.RemovePermission(ctx, in, optFns...)
	}
	whole, ok := api.(permission.ResourcePolicyAPI)
	if !ok {
		return nil, fmt.Errorf("%T has no operation that takes a %T", api, input)
	}
	switch in := input.(type) {
	case *permission.PutResourcePolicyInput:
		return whole.PutResourcePolicy(ctx, in, optFns...)
	case *permission.GetResourcePolicyInput:
		return whole.GetResourcePolicy(ctx, in, optFns...)
	case *permission.DeleteResourcePolicyInput:
		return whole.DeleteResourcePolicy(ctx, in, optFns...)
	}
	return nil, fmt.Errorf("no operation takes a %T", input)
}
