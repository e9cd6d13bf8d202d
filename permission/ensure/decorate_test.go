package ensure_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/ensure"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
)

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
		if took := time.Since(start); took != 3*time.Second {
			t.Errorf("took %v, want 3s", took)
		}
		if want := []int{0, 1, 4, 5}; !slices.Equal(order, want) {
			t.Errorf("order = %v, want %v", order, want)
		}
	})
}

// Who waits behind somebody who waits for the next call gives up when its own
// context ends, and not later.
func TestPaceWaitForItsTurnObeysContexts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pace := ensure.NewPace(1.0 / 60) // one call a minute
		if err := pace.Wait(context.Background()); err != nil {
			t.Fatal(err)
		}
		next := make(chan error)
		go func() { next <- pace.Wait(context.Background()) }()
		synctest.Wait() // until that one has the turn
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		start := time.Now()
		err := pace.Wait(ctx)
		var canceled *aws.RequestCanceledError
		if !errors.As(err, &canceled) || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("err = %v, want an *aws.RequestCanceledError of the deadline", err)
		}
		if took := time.Since(start); took != time.Second {
			t.Errorf("gave up after %v, want 1s", took)
		}
		if err := <-next; err != nil {
			t.Errorf("the one who had the turn: %v", err)
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

// NaN and rates of 0 or less mean the default pace; the slowest rate still paces.
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
			if (err == nil) != tt.ok {
				t.Errorf("%+v: err = %v", tt, err)
			}
			var e *ensure.PrincipalError
			if err != nil && !errors.As(err, &e) {
				t.Errorf("%+v: err = %v, want a *PrincipalError", tt, err)
			}
			if took := time.Since(start); took > most {
				t.Errorf("%+v: took %v, want at most %v", tt, took, most)
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
		if service == nil {
			t.Error("a service that is not known: no error")
		}
		var e *ensure.PrincipalError
		if !errors.As(deleted, &e) || len(e.Deleted) != 2 {
			t.Errorf("a deleted principal: err = %v, want a *PrincipalError with two statements", deleted)
		}
		if !lambdaerrors.IsNotFound(notFound) {
			t.Errorf("an unknown function: err = %v, want the 404", notFound)
		}
		if took := time.Since(start); took != 0 {
			t.Errorf("waited %v", took)
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

// Grant works over it.
func TestGrantAwaitsRoles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out, err := ensure.Grant(context.Background(), ensure.AwaitingRoles(knownAfter(t, 5*time.Second), 0), ofRole())
		if err != nil || out.Outcome != ensure.OutcomeAdded {
			t.Errorf("%v, %v", out, err)
		}
	})
}
