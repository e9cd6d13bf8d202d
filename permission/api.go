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

// API is the three operations together. *Client implements it, and so do the
// stand-ins of package permissiontest.
type API interface {
	AddPermissionAPIClient
	GetPolicyAPIClient
	RemovePermissionAPIClient
}

var _ API = (*Client)(nil)
