package permission_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
)

// slow is an API whose writes take a second each, and that counts how many of a
// function run at the same time.
type slow struct {
	permissiontest.Stub
	running, most atomic.Int32
}

func newSlow() *slow {
	s := new(slow)
	work := func() {
		if n := s.running.Add(1); n > s.most.Load() {
			s.most.Store(n)
		}
		time.Sleep(time.Second)
		s.running.Add(-1)
	}
	s.AddPermissionFunc = func(context.Context, *permission.AddPermissionInput, ...func(*permission.Options)) (*permission.AddPermissionOutput, error) {
		work()
		return &permission.AddPermissionOutput{}, nil
	}
	s.RemovePermissionFunc = func(context.Context, *permission.RemovePermissionInput, ...func(*permission.Options)) (*permission.RemovePermissionOutput, error) {
		work()
		return &permission.RemovePermissionOutput{}, nil
	}
	s.GetPolicyFunc = func(context.Context, *permission.GetPolicyInput, ...func(*permission.Options)) (*permission.GetPolicyOutput, error) {
		return &permission.GetPolicyOutput{}, nil
	}
	return s
}

// names are all forms of one function's name.
var names = []string{
	"Thumbnail",
	"Thumbnail:PROD",
	"function:Thumbnail",
	"123456789012:Thumbnail",
	"123456789012:function:Thumbnail:1",
	"arn:aws:lambda:us-east-1:123456789012:function:Thumbnail",
	"arn:aws:lambda:us-east-1:123456789012:function:Thumbnail:PROD",
}

func named(name string) *permission.AddPermissionInput {
	in := grant()
	in.FunctionName = aws.String(name)
	return in
}

// Writes to one function pass one at a time, however its name is written.
func TestSerializedByFunction(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		below := newSlow()
		api := permission.Serialized(below)
		start := time.Now()
		var all sync.WaitGroup
		for i, name := range names {
			all.Go(func() {
				if i%2 == 0 {
					_, _ = api.AddPermission(context.Background(), named(name))
				} else {
					_, _ = api.RemovePermission(context.Background(), &permission.RemovePermissionInput{FunctionName: aws.String(name)})
				}
			})
		}
		all.Wait()
		if took := time.Since(start); below.most.Load() != 1 || took != time.Duration(len(names))*time.Second {
			t.Errorf("%d at a time, %v in all; want one, a second each", below.most.Load(), took)
		}
	})
}

// Other functions do not wait, nor do names that cannot be read; nobody waits to
// read.
func TestSerializedInParallel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := permission.Serialized(newSlow())
		start := time.Now()
		var all sync.WaitGroup
		for _, name := range []string{"Thumbnail", "thumbnail", "Thumbnail-2", "a b", "::"} {
			all.Go(func() { _, _ = api.AddPermission(context.Background(), named(name)) })
		}
		_, _ = api.GetPolicy(context.Background(), &permission.GetPolicyInput{FunctionName: aws.String("Thumbnail")})
		if took := time.Since(start); took != 0 {
			t.Errorf("a reading waited %v", took)
		}
		all.Wait()
		if took := time.Since(start); took != time.Second {
			t.Errorf("took %v, want all at the same time", took)
		}
	})
}

// A context that ends while a call waits ends the call: nothing is sent, and those
// behind it go on.
func TestSerializedObeysContexts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		below := newSlow()
		api := permission.Serialized(below)
		go func() { _, _ = api.AddPermission(context.Background(), grant()) }()
		synctest.Wait()
		ctx, cancel := context.WithTimeout(context.Background(), time.Second/2)
		defer cancel()
		start := time.Now()
		_, err := api.AddPermission(ctx, grant())
		var canceled *aws.RequestCanceledError
		if !errors.As(err, &canceled) || !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != time.Second/2 {
			t.Errorf("err = %v after %v", err, time.Since(start))
		}
		if _, err := api.AddPermission(context.Background(), grant()); err != nil {
			t.Error(err)
		}
		for range 64 { // both are ready, and select has no order
			if _, err := api.AddPermission(ctx, grant()); !errors.As(err, &canceled) {
				t.Errorf("a context that had ended before: err = %v", err)
			}
		}
		if n := len(below.Calls()); n != 2 || below.most.Load() != 1 {
			t.Errorf("%d calls were made, %d at a time; want the 2 of contexts that had not ended, one at a time", n, below.most.Load())
		}
	})
}

// First come, first served.
func TestSerializedIsFair(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		below := newSlow()
		api := permission.Serialized(below)
		var all sync.WaitGroup
		for _, name := range names {
			all.Go(func() { _, _ = api.AddPermission(context.Background(), named(name)) })
			synctest.Wait() // until it waits
		}
		all.Wait()
		var order []string
		for _, call := range below.Calls() {
			order = append(order, *call.Input.(*permission.AddPermissionInput).FunctionName)
		}
		if !slices.Equal(order, names) {
			t.Errorf("order = %q, want %q", order, names)
		}
	})
}

// Ensure holds the function from the reading to the write, through other
// decorators too: writers of one program never overtake each other.
func TestEnsureHoldsTheFunction(t *testing.T) {
	decorations := map[string]func(permission.API) permission.API{
		"Serialized":    permission.Serialized,
		"Paced over it": func(api permission.API) permission.API { return permission.Paced(permission.Serialized(api), nil) },
		"AwaitingRoles over it": func(api permission.API) permission.API {
			return permission.AwaitingRoles(permission.Serialized(api), 0)
		},
		"it over Paced": func(api permission.API) permission.API { return permission.Serialized(permission.Paced(api, nil)) },
	}
	for name, decorate := range decorations {
		synctest.Test(t, func(t *testing.T) {
			service, _ := serviceWithOneStatement(t)
			below := &watched{API: service.API(), before: func(string) error { time.Sleep(time.Millisecond); return nil }}
			api := decorate(below)
			var all sync.WaitGroup
			for i := range 20 {
				all.Go(func() {
					in := grant()
					in.StatementId = aws.String("grant-" + string(rune('a'+i)))
					if _, err := permission.Ensure(context.Background(), api, in, func(o *permission.EnsureOptions) { o.MaxTries = 1 }); err != nil {
						t.Errorf("%s: %v", name, err)
					}
				})
			}
			all.Wait()
			if len(below.writes()) != 20 || len(sids(service, "Thumbnail")) != 21 {
				t.Errorf("%s: %d writes, %q", name, len(below.writes()), sids(service, "Thumbnail"))
			}
		})
	}
}
