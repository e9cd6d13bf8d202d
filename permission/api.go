package permission

import "context"

// AddPermissionAPIClient is the one method of a client that adds permissions:
// the parameter type for a function that only adds.
type AddPermissionAPIClient interface {
	AddPermission(context.Context, *AddPermissionInput, ...func(*Options)) (*AddPermissionOutput, error)
}

// GetPolicyAPIClient is the one method of a client that reads policies.
type GetPolicyAPIClient interface {
	GetPolicy(context.Context, *GetPolicyInput, ...func(*Options)) (*GetPolicyOutput, error)
}

// RemovePermissionAPIClient is the one method of a client that removes
// permissions.
type RemovePermissionAPIClient interface {
	RemovePermission(context.Context, *RemovePermissionInput, ...func(*Options)) (*RemovePermissionOutput, error)
}

// API is the three operations on single statements together. *Client implements it,
// and so do the stand-ins of package permissiontest.
type API interface {
	AddPermissionAPIClient
	GetPolicyAPIClient
	RemovePermissionAPIClient
}

// ResourcePolicyAPI is the three operations on whole policies. *Client implements
// it, and so do the stand-ins of package permissiontest. It is an interface of its
// own, so that an implementation of API need not have them, and a program that calls
// none of them does not link them.
type ResourcePolicyAPI interface {
	PutResourcePolicy(context.Context, *PutResourcePolicyInput, ...func(*Options)) (*PutResourcePolicyOutput, error)
	GetResourcePolicy(context.Context, *GetResourcePolicyInput, ...func(*Options)) (*GetResourcePolicyOutput, error)
	DeleteResourcePolicy(context.Context, *DeleteResourcePolicyInput, ...func(*Options)) (*DeleteResourcePolicyOutput, error)
}

var (
	_ API               = (*Client)(nil)
	_ ResourcePolicyAPI = (*Client)(nil)
)
