package ensure_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/ensure"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
	"github.com/lambdaperm/lambdaperm/validate"
)

// fleet is a service with n functions, and a desired list for each.
func fleet(t testing.TB, n int) (*permissiontest.Service, []ensure.Desired) {
	t.Helper()
	service := permissiontest.NewService()
	var list []ensure.Desired
	for i := range n {
		name := fmt.Sprintf("f%03d", i)
		if err := service.CreateFunction(name); err != nil {
			t.Fatal(err)
		}
		list = append(list, ensure.Desired{Function: name, Owner: "app", Grants: []validate.Request{rule("a"), rule(name)}})
	}
	return service, list
}

// gauge counts how many calls are made at the same time, in all and for a function.
type gauge struct {
	permission.API
	mu        sync.Mutex
	now, most int
	busy      map[string]int
	met       []string
}

func (g *gauge) GetPolicy(ctx context.Context, in *permission.GetPolicyInput, optFns ...func(*permission.Options)) (*permission.GetPolicyOutput, error) {
	g.mu.Lock()
	g.now++
	g.most = max(g.most, g.now)
	if g.busy[*in.FunctionName]++; g.busy[*in.FunctionName] > 1 {
		g.met = append(g.met, *in.FunctionName)
	}
	g.mu.Unlock()
	for range 20 {
		runtime.Gosched()
	}
	g.mu.Lock()
	g.now--
	g.busy[*in.FunctionName]--
	g.mu.Unlock()
	return g.API.GetPolicy(ctx, in, optFns...)
}

// Every element has one result, and no more functions are worked on at a time than
// allowed. One function is never worked on twice at a time.
func TestAll(t *testing.T) {
	service, list := fleet(t, 40)
	list = slices.Concat(list, list) // each function twice
	list = append(list, list[0], list[0])
	api := &gauge{API: service.API(), busy: make(map[string]int)}
	seen := make(map[string]int)
	for result, err := range ensure.All(t.Context(), api, slices.Values(list), func(o *ensure.Options) { o.Parallel = 3 }) {
		if err != nil {
			t.Error(err)
		}
		if len(result.Left) > 0 {
			t.Errorf("%s: left %v", result.Function, result.Left)
		}
		seen[result.Function]++
	}
	for _, d := range list[:40] {
		want := 2
		if d.Function == list[0].Function {
			want = 4
		}
		if seen[d.Function] != want {
			t.Errorf("%s: %d results, want %d", d.Function, seen[d.Function], want)
		}
		if plan := mustPlan(t, service.API(), d); !plan.Empty() {
			t.Errorf("not right at the end:\n%s", plan)
		}
	}
	if api.most > 3 {
		t.Errorf("%d calls at the same time, want 3 at most", api.most)
	}
	if len(api.met) > 0 {
		t.Errorf("functions that were worked on twice at the same time: %v", api.met)
	}
}

// An error of one function does not keep the others from their grants.
func TestAllErrors(t *testing.T) {
	service, list := fleet(t, 10)
	list[3].Function = "missing"
	list[7].Owner = "a.b"
	var failed []string
	for result, err := range ensure.All(t.Context(), service.API(), slices.Values(list)) {
		if err != nil {
			failed = append(failed, result.Function)
		}
	}
	slices.Sort(failed)
	if diff := cmp.Diff([]string{"f007", "missing"}, failed); diff != "" {
		t.Errorf("failed (-want +got)\n%s", diff)
	}
}

// endless yields the functions of a list again and again, and notes that it was
// ended.
func endless(list []ensure.Desired, taken *atomic.Int32, isEnded *atomic.Bool) iter.Seq[ensure.Desired] {
	return func(yield func(ensure.Desired) bool) {
		defer isEnded.Store(true)
		for i := 0; ; i++ {
			taken.Add(1)
			if !yield(list[i%len(list)]) {
				return
			}
		}
	}
}

// Breaking out of the loop ends everything: no goroutine is left, and the sequence
// is told.
func TestAllBreak(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // fails if a goroutine is left
		service, list := fleet(t, 10)
		var taken atomic.Int32
		var isEnded atomic.Bool
		n := 0
		for range ensure.All(t.Context(), service.API(), endless(list, &taken, &isEnded)) {
			if n++; n == 5 {
				break
			}
		}
		if !isEnded.Load() {
			t.Error("the sequence was not ended")
		}
		if most := int32(n + ensure.DefaultParallel + 1); taken.Load() > most {
			t.Errorf("%d elements were taken for %d results, want %d at most", taken.Load(), n, most)
		}
	})
}

// When the context ends no more elements are taken; those that were have results.
func TestAllCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service, list := fleet(t, 10)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var taken atomic.Int32
		var isEnded atomic.Bool
		results, cancelled := 0, 0
		for _, err := range ensure.All(ctx, service.API(), endless(list, &taken, &isEnded)) {
			if results++; results == 5 {
				cancel()
			}
			if errors.Is(err, context.Canceled) {
				cancelled++
			}
		}
		if results > 5+ensure.DefaultParallel {
			t.Errorf("%d results, want %d at most", results, 5+ensure.DefaultParallel)
		}
		if missing := int(taken.Load()) - results; missing != 0 {
			t.Errorf("%d of %d elements that were taken have no result", missing, taken.Load())
		}
		if !isEnded.Load() {
			t.Error("the sequence was not ended")
		}
	})
}

// An element that waits for its function when the context ends has a result too.
func TestAllCancelledWhileWaiting(t *testing.T) {
	_, api := newThumbnail(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	api.before = func(string) error {
		cancel()
		return nil
	}
	results := 0
	for result, err := range ensure.All(ctx, api, slices.Values([]ensure.Desired{of(rule("a")), of(rule("b"))})) {
		results++
		if !errors.Is(err, context.Canceled) {
			t.Errorf("result %d: error %v, want one of the context", results, err)
		}
		if result.Function != "Thumbnail" {
			t.Errorf("result %d: function %q", results, result.Function)
		}
	}
	if results != 2 {
		t.Errorf("%d results, want one for each element that was taken", results)
	}
}
