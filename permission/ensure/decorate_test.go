package ensure_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/ensure"
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
		api := ensure.Serialized(below)
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
		api := ensure.Serialized(newSlow())
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
		api := ensure.Serialized(below)
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
		api := ensure.Serialized(below)
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
		"Serialized":    ensure.Serialized,
		"Paced over it": func(api permission.API) permission.API { return ensure.Paced(ensure.Serialized(api), nil) },
		"AwaitingRoles over it": func(api permission.API) permission.API {
			return ensure.AwaitingRoles(ensure.Serialized(api), 0)
		},
		"it over Paced": func(api permission.API) permission.API { return ensure.Serialized(ensure.Paced(api, nil)) },
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
					if _, err := ensure.Grant(context.Background(), api, in, func(o *ensure.Options) { o.MaxTries = 1 }); err != nil {
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

// Calls of all kinds, through every API that shares a pace, are spaced evenly:
// fifteen in a second unless said otherwise. The first goes at once.
func TestPaced(t *testing.T) {
	tests := map[string]struct {
		pace *ensure.Pace
		rate int
	}{
		"the default":      {nil, 15},
		"as NewPace's":     {ensure.NewPace(0), 15},
		"as fast as given": {ensure.NewPace(4), 4},
	}
	for name, tt := range tests {
		synctest.Test(t, func(t *testing.T) {
			a := ensure.Paced(newService(t).API(), tt.pace)
			b := a
			if tt.pace != nil {
				b = ensure.Paced(newService(t).API(), tt.pace)
			}
			start := time.Now()
			for range tt.rate {
				_, _ = a.AddPermission(context.Background(), grant())
				_, _ = b.GetPolicy(context.Background(), &permission.GetPolicyInput{FunctionName: aws.String("Thumbnail")})
				_, _ = a.RemovePermission(context.Background(), removal())
			}
			interval := time.Second / time.Duration(tt.rate)
			if took, want := time.Since(start), time.Duration(3*tt.rate-1)*interval; took != want {
				t.Errorf("%s: %d calls took %v, want %v", name, 3*tt.rate, took, want)
			}
		})
	}
}

// A pause earns no burst: the quota is one of each second.
func TestPacedAfterAPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pace := ensure.NewPace(10)
		_ = pace.Wait(context.Background())
		time.Sleep(time.Hour)
		start := time.Now()
		for range 3 {
			_ = pace.Wait(context.Background())
		}
		if took := time.Since(start); took != 200*time.Millisecond {
			t.Errorf("3 calls after a pause took %v, want 200ms", took)
		}
	})
}

// Waiting is fair, and those who give up take no time of those behind them.
func TestPaceIsFair(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pace := ensure.NewPace(1)
		start := time.Now()
		impatient, cancel := context.WithTimeout(context.Background(), 1500*time.Millisecond)
		defer cancel()
		var mu sync.Mutex
		var order []int
		var all sync.WaitGroup
		for i := range 6 {
			all.Go(func() {
				ctx := context.Background()
				if i == 2 || i == 3 {
					ctx = impatient
				}
				err := pace.Wait(ctx)
				var canceled *aws.RequestCanceledError
				if err != nil && (!errors.As(err, &canceled) || time.Since(start) != 1500*time.Millisecond) {
					t.Errorf("%d: %v after %v", i, err, time.Since(start))
				}
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					order = append(order, i)
				}
			})
			synctest.Wait()
		}
		all.Wait()
		if took := time.Since(start); took != 3*time.Second || len(order) != 4 || order[2] != 4 || order[3] != 5 {
			t.Errorf("order = %v in %v, want 0 1 4 5 in 3s", order, took)
		}
	})
}

// A call whose context has ended is not made.
func TestPacedObeysContexts(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	below := &permissiontest.Stub{}
	api := ensure.Paced(below, nil)
	for range 64 { // both are ready, and select has no order
		if _, err := api.GetPolicy(ctx, nil); !errors.Is(err, context.Canceled) {
			t.Errorf("err = %v", err)
		}
	}
	_, addErr := api.AddPermission(ctx, grant())
	_, getErr := api.GetPolicy(ctx, nil)
	_, removeErr := api.RemovePermission(ctx, nil)
	for _, err := range []error{addErr, getErr, removeErr} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("err = %v", err)
		}
	}
	if len(below.Calls()) > 0 {
		t.Errorf("calls: %v", below.Calls())
	}
}

// A pace that is no number is the default one; the slowest still paces.
func TestNewPaceOddNumbers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, rate := range []float64{math.NaN(), -1, 0, 1e-300} {
			pace := ensure.NewPace(rate)
			start := time.Now()
			for range 2 {
				if err := pace.Wait(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			if time.Since(start) <= 0 {
				t.Errorf("%v calls a second are not paced", rate)
			}
		}
	})
}

// knownAfter is an API that learns of all principals after a time.
func knownAfter(t *testing.T, d time.Duration) *watched {
	known := time.Now().Add(d)
	return &watched{API: newService(t).API(), before: func(call string) error {
		if strings.HasPrefix(call, "AddPermission") && time.Now().Before(known) {
			return lambdaerrors.FromResponse(400, map[string][]string{"X-Amzn-Errortype": {"InvalidParameterValueException"}},
				[]byte(`{"message":"The provided principal was invalid. Please check the principal and try again."}`))
		}
		return nil
	}}
}

func ofRole() *permission.AddPermissionInput {
	in := other()
	in.StatementId, in.Principal = aws.String("new-role"), aws.String(deployRole)
	return in
}

// A role that becomes known in time is waited for; the wait is bounded.
func TestAwaitingRoles(t *testing.T) {
	tests := []struct {
		known, most time.Duration
		ok          bool
	}{
		{0, 0, true},
		{10 * time.Second, 0, true}, // well within the default
		{time.Minute, 0, false},
		{time.Minute, 2 * time.Minute, true},
		{10 * time.Second, 5 * time.Second, false},
	}
	for _, tt := range tests {
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			_, err := ensure.AwaitingRoles(knownAfter(t, tt.known), tt.most).AddPermission(context.Background(), ofRole())
			most := tt.most
			if most == 0 {
				most = ensure.DefaultRoleWait
			}
			var e *ensure.PrincipalError
			if (err == nil) != tt.ok || err != nil && !errors.As(err, &e) || time.Since(start) > most {
				t.Errorf("%+v: err = %v after %v", tt, err, time.Since(start))
			}
		})
	}
}

// Nothing else is waited for: not a service, which is known or not; not a policy
// with a deleted principal, which stays as it is; not another error.
func TestAwaitingRolesWaitsForNothingElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		_, service := ensure.AwaitingRoles(knownAfter(t, time.Second), 0).AddPermission(context.Background(), grant())
		_, deleted := ensure.AwaitingRoles(poisoned(t).API(), 0).AddPermission(context.Background(), ofRole())
		unknown := ofRole()
		unknown.FunctionName = aws.String("unknown")
		_, notFound := ensure.AwaitingRoles(newService(t).API(), 0).AddPermission(context.Background(), unknown)
		var e *ensure.PrincipalError
		if service == nil || !errors.As(deleted, &e) || len(e.Deleted) != 2 || !lambdaerrors.IsNotFound(notFound) || time.Since(start) != 0 {
			t.Errorf("errors: %v, %v, %v after %v", service, deleted, notFound, time.Since(start))
		}
	})
}

// The context ends the wait.
func TestAwaitingRolesObeysContexts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		start := time.Now()
		below := knownAfter(t, time.Hour)
		_, err := ensure.AwaitingRoles(below, 0).AddPermission(ctx, ofRole())
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != 2*time.Second {
			t.Errorf("err = %v after %v", err, time.Since(start))
		}
	})
}

// Ensure works over it.
func TestEnsureAwaitsRoles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out, err := ensure.Grant(context.Background(), ensure.AwaitingRoles(knownAfter(t, 5*time.Second), 0), ofRole())
		if err != nil || out.Outcome != ensure.OutcomeAdded {
			t.Errorf("%v, %v", out, err)
		}
	})
}
