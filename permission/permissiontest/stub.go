package permissiontest

import (
	"context"
	"fmt"
	"sync"

	"github.com/lambdaperm/lambdaperm/permission"
)

// Stub is a permission.API and a permission.ResourcePolicyAPI that answers by the
// functions in its fields and records the calls. It checks no rules and has no state; use a Service for those.
//
// A call whose function is nil returns an error that names the field. The fields must
// not change while calls are made; the functions must be safe for concurrent use if
// the calls are concurrent. The zero Stub is ready for use.
type Stub struct {
	AddPermissionFunc    func(context.Context, *permission.AddPermissionInput, ...func(*permission.Options)) (*permission.AddPermissionOutput, error)
	GetPolicyFunc        func(context.Context, *permission.GetPolicyInput, ...func(*permission.Options)) (*permission.GetPolicyOutput, error)
	RemovePermissionFunc func(context.Context, *permission.RemovePermissionInput, ...func(*permission.Options)) (*permission.RemovePermissionOutput, error)

	PutResourcePolicyFunc    func(context.Context, *permission.PutResourcePolicyInput, ...func(*permission.Options)) (*permission.PutResourcePolicyOutput, error)
	GetResourcePolicyFunc    func(context.Context, *permission.GetResourcePolicyInput, ...func(*permission.Options)) (*permission.GetResourcePolicyOutput, error)
	DeleteResourcePolicyFunc func(context.Context, *permission.DeleteResourcePolicyInput, ...func(*permission.Options)) (*permission.DeleteResourcePolicyOutput, error)

	mu    sync.Mutex
	calls []Call
}

var (
	_ permission.API               = (*Stub)(nil)
	_ permission.ResourcePolicyAPI = (*Stub)(nil)
)

// Call is one call of a Stub.
type Call struct {
	// Operation is the operation's name: "AddPermission", "GetResourcePolicy" and so
	// on.
	Operation string
	// Input is the caller's input, not a copy: a *permission.AddPermissionInput and so
	// on.
	Input any
}

// Calls returns the calls so far, in the order in which they began.
func (s *Stub) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Call(nil), s.calls...)
}

// AddPermission records the call and answers by AddPermissionFunc.
func (s *Stub) AddPermission(ctx context.Context, in *permission.AddPermissionInput, optFns ...func(*permission.Options)) (*permission.AddPermissionOutput, error) {
	return stubbed(s, "AddPermission", s.AddPermissionFunc, ctx, in, optFns)
}

// GetPolicy records the call and answers by GetPolicyFunc.
func (s *Stub) GetPolicy(ctx context.Context, in *permission.GetPolicyInput, optFns ...func(*permission.Options)) (*permission.GetPolicyOutput, error) {
	return stubbed(s, "GetPolicy", s.GetPolicyFunc, ctx, in, optFns)
}

// RemovePermission records the call and answers by RemovePermissionFunc.
func (s *Stub) RemovePermission(ctx context.Context, in *permission.RemovePermissionInput, optFns ...func(*permission.Options)) (*permission.RemovePermissionOutput, error) {
	return stubbed(s, "RemovePermission", s.RemovePermissionFunc, ctx, in, optFns)
}

// PutResourcePolicy records the call and answers by PutResourcePolicyFunc.
func (s *Stub) PutResourcePolicy(ctx context.Context, in *permission.PutResourcePolicyInput, optFns ...func(*permission.Options)) (*permission.PutResourcePolicyOutput, error) {
	return stubbed(s, "PutResourcePolicy", s.PutResourcePolicyFunc, ctx, in, optFns)
}

// GetResourcePolicy records the call and answers by GetResourcePolicyFunc.
func (s *Stub) GetResourcePolicy(ctx context.Context, in *permission.GetResourcePolicyInput, optFns ...func(*permission.Options)) (*permission.GetResourcePolicyOutput, error) {
	return stubbed(s, "GetResourcePolicy", s.GetResourcePolicyFunc, ctx, in, optFns)
}

// DeleteResourcePolicy records the call and answers by DeleteResourcePolicyFunc.
func (s *Stub) DeleteResourcePolicy(ctx context.Context, in *permission.DeleteResourcePolicyInput, optFns ...func(*permission.Options)) (*permission.DeleteResourcePolicyOutput, error) {
	return stubbed(s, "DeleteResourcePolicy", s.DeleteResourcePolicyFunc, ctx, in, optFns)
}

func stubbed[In, Out any](s *Stub, operation string,
	answer func(context.Context, In, ...func(*permission.Options)) (Out, error),
	ctx context.Context, in In, optFns []func(*permission.Options),
) (out Out, err error) {
	s.mu.Lock()
	s.calls = append(s.calls, Call{operation, in})
	s.mu.Unlock()
	if answer == nil {
		return out, fmt.Errorf("permissiontest: Stub.%sFunc is nil: set it, since %s was called", operation, operation)
	}
	return answer(ctx, in, optFns...)
}
