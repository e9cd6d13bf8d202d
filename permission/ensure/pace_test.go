package ensure_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
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

// After a pause the calls are spaced as before, without a burst.
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
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					order = append(order, i)
					return
				}
				var canceled *aws.RequestCanceledError
				if !errors.As(err, &canceled) {
					t.Errorf("%d: err = %v, want an *aws.RequestCanceledError", i, err)
				}
				wantEqual(t, fmt.Sprintf("time until %d gave up", i), time.Since(start), 1500*time.Millisecond)
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

// A call that waits behind another one returns when its own context ends, and not later.
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
		mustBe[*aws.RequestCanceledError](t, err)
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("err = %v, want that the deadline has passed", err)
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
