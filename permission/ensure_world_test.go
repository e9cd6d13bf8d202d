package permission_test

import (
	"context"
	"slices"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

// watched is an API over another one that keeps what was called and lets a test
// step in: before a call, which an error keeps from being made, and after it, when
// an error hides its result.
type watched struct {
	permission.API
	before, after func(call string) error

	mu    sync.Mutex
	calls []string
}

// Calls are written as AddPermission s3-photos, GetPolicy, RemovePermission s3-photos.
func (w *watched) note(call string) error {
	w.mu.Lock()
	w.calls = append(w.calls, call)
	w.mu.Unlock()
	if w.before == nil {
		return nil
	}
	return w.before(call)
}

func (w *watched) done(call string, err error) error {
	if err != nil || w.after == nil {
		return err
	}
	return w.after(call)
}

// writes are the calls that change something.
func (w *watched) writes() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(w.calls), func(call string) bool { return call == "GetPolicy" })
}

func (w *watched) AddPermission(ctx context.Context, in *permission.AddPermissionInput, optFns ...func(*permission.Options)) (*permission.AddPermissionOutput, error) {
	call := "AddPermission " + aws.ToString(in.StatementId)
	if err := w.note(call); err != nil {
		return nil, err
	}
	out, err := w.API.AddPermission(ctx, in, optFns...)
	if err := w.done(call, err); err != nil {
		return nil, err
	}
	return out, nil
}

func (w *watched) GetPolicy(ctx context.Context, in *permission.GetPolicyInput, optFns ...func(*permission.Options)) (*permission.GetPolicyOutput, error) {
	if err := w.note("GetPolicy"); err != nil {
		return nil, err
	}
	out, err := w.API.GetPolicy(ctx, in, optFns...)
	if err := w.done("GetPolicy", err); err != nil {
		return nil, err
	}
	return out, nil
}

func (w *watched) RemovePermission(ctx context.Context, in *permission.RemovePermissionInput, optFns ...func(*permission.Options)) (*permission.RemovePermissionOutput, error) {
	call := "RemovePermission " + aws.ToString(in.StatementId)
	if err := w.note(call); err != nil {
		return nil, err
	}
	out, err := w.API.RemovePermission(ctx, in, optFns...)
	if err := w.done(call, err); err != nil {
		return nil, err
	}
	return out, nil
}

// sids returns the ids of a function's policy, sorted.
func sids(service *permissiontest.Service, function string) []string {
	document, _ := service.Policy(function)
	var ids []string
	for _, s := range document.Statements() {
		ids = append(ids, s.Sid())
	}
	slices.Sort(ids)
	return ids
}

func statement(t *testing.T, service *permissiontest.Service, id string) policy.Statement {
	t.Helper()
	document, _ := service.Policy("Thumbnail")
	s, ok := document.Lookup(id)
	if !ok {
		t.Fatalf("the policy has no statement %q: %s", id, document)
	}
	return s
}

// replacing allows Ensure to replace.
func replacing(o *permission.EnsureOptions) { o.Replace = true }

// elsewhere is the same grant for another bucket.
func elsewhere() *permission.AddPermissionInput {
	return withSourceArn(grant(), "arn:aws:s3:::elsewhere")
}
