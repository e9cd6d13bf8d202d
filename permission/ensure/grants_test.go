package ensure_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/google/go-cmp/cmp"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/ensure"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
	"github.com/lambdaperm/lambdaperm/validate"
)

// The result is there for failures too.
func TestGrantsResult(t *testing.T) {
	service := permissiontest.NewService() // without the function
	for _, d := range []ensure.Desired{{}, of(rule("a")), {Function: "Thumbnail", Owner: "a.b"}} {
		result, err := ensure.Grants(t.Context(), service.API(), d)
		if err == nil {
			t.Errorf("%+v: no error", d)
		}
		if result == nil {
			t.Fatalf("%+v: no result", d)
		}
		wantEqual(t, "Function", result.Function, d.Function)
	}
}

// Grants over a Serialized holds the function: no write meets another.
func TestGrantsHolds(t *testing.T) {
	service, api := newThumbnail(t)
	serialized := newSerialized(api)
	done := make(chan error)
	for range 8 {
		go func() {
			_, err := ensure.Grants(t.Context(), serialized, of(buckets(5, "111111111111")...))
			done <- err
		}()
	}
	for range 8 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if len(api.writes()) != 5 {
		t.Errorf("%d writes, want 5", len(api.writes()))
	}
	if got := len(sids(service, "Thumbnail")); got != 5 {
		t.Errorf("%d statements, want 5", got)
	}
}

func newSerialized(api permission.API) permission.API { return ensure.Serialized(api, nil) }

// The whole way over HTTP, with the client's retries and its recovery below: answers
// are lost, and every list is right in the end.
func TestGrantsOverHTTP(t *testing.T) {
	server := permissiontest.NewServer(t)
	server.CreateFunction("Thumbnail")
	client := server.Client(func(o *permission.Options) {
		o.Retryer = retry.NewStandard(func(o *retry.StandardOptions) {
			o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
		})
	})
	server.Faults(
		permissiontest.Every(3, permissiontest.CommitThen(permissiontest.Reset())).Of(validate.AddPermission, validate.RemovePermission),
		permissiontest.Every(5, permissiontest.ServerError()),
	)
	for _, list := range []ensure.Desired{of(buckets(8, "111111111111")...), of(buckets(8, "222222222222")...), of(buckets(4, "222222222222")...)} {
		result := mustGrants(t, client, list)
		if len(result.Left) > 0 {
			t.Errorf("left: %v", result.Left)
		}
		if plan := mustPlan(t, server.API(), list); !plan.Empty() {
			t.Errorf("not right at the end:\n%s", plan)
		}
	}
}

// An addition that was carried out, and whose answer is lost, does not end a plan: the
// other additions are made.
func TestGrantsGoesOnAfterALostAnswer(t *testing.T) {
	service, _ := newThumbnail(t)
	api := permissiontest.APIFaults(service.API(), permissiontest.On(1, permissiontest.CommitThen(permissiontest.Reset())).Of(validate.AddPermission))
	if _, err := ensure.Grants(t.Context(), api, of(rule("a"), rule("b"))); err != nil {
		t.Errorf("err = %v, want nil", err)
	}
	if got := len(sids(service, "Thumbnail")); got != 2 {
		t.Errorf("%d statements, want 2", got)
	}
}

// A throttle that outlasts the client is worth another try later.
func TestGrantsTransient(t *testing.T) {
	_, api := newThumbnail(t)
	api.before = func(call string) error {
		if call == "GetPolicy" {
			return nil
		}
		return &lambdaerrors.TooManyRequestsException{StatusCode: 429}
	}
	if _, err := ensure.Grants(t.Context(), api, of(rule("a"))); !lambdaerrors.IsTransient(err) {
		t.Errorf("error %v is not transient, want that it is", err)
	}
}

// withoutRevisions is an API that gives no RevisionId, as some emulators do.
type withoutRevisions struct{ permission.API }

func (w withoutRevisions) GetPolicy(ctx context.Context, in *permission.GetPolicyInput, optFns ...func(*permission.Options)) (*permission.GetPolicyOutput, error) {
	out, err := w.API.GetPolicy(ctx, in, optFns...)
	if err == nil {
		out.RevisionId = nil
	}
	return out, err
}

// Without revisions a reading comes before the first removal, and before each one
// under an adopted id.
func TestGrantsWithoutRevisions(t *testing.T) {
	service, api := newThumbnail(t)
	store(t, service, owned(rule("gone")), owned(rule("gone too")), withID("old", rule("a")))
	list := of(withID("old", rule("b")))
	list.Adopt = func(id string) bool { return id == "old" }
	mustGrants(t, withoutRevisions{api}, list)
	readings := len(api.calls) - len(api.writes())
	if readings != 3 { // the first one, and one before each removal of the replacement, which come first
		t.Errorf("%d readings, want 3: %v", readings, api.calls)
	}
	if diff := cmp.Diff([]string{"old"}, sids(service, "Thumbnail")); diff != "" {
		t.Errorf("the policy (-want +got)\n%s", diff)
	}
}

// callCase is a list of grants before and after a change.
type callCase struct {
	name          string
	list          ensure.Desired
	before, after []validate.Request
	want          int // calls of Grants
}

// callCases are the rows of the table in docs/desired-state.md.
func callCases() []callCase {
	const old, new = "111111111111", "222222222222"
	ownIDs := func(list []validate.Request) []validate.Request {
		for i, g := range list {
			list[i] = withID(fmt.Sprintf("photos-%02d", i), g)
		}
		return list
	}
	changed := func(list []validate.Request) []validate.Request {
		copy(list, buckets(10, new))
		return list
	}
	adopting := of()
	adopting.Adopt = adoptAll
	return []callCase{
		{"unchanged", of(), buckets(50, old), buckets(50, old), 1},
		{"all new", of(), nil, buckets(50, old), 51},
		{"10 changed", of(), buckets(50, old), changed(buckets(50, old)), 22},
		{"10 changed, under adopted ids of their own", adopting, ownIDs(buckets(50, old)), ownIDs(changed(buckets(50, old))), 61},
		{"50 changed", of(), buckets(50, old), buckets(50, new), 102},
		{"10 removed", of(), buckets(50, old), buckets(40, old), 11},
		{"all removed", of(), buckets(50, old), nil, 51},
	}
}

// The calls that 50 grants cost.
func TestCalls(t *testing.T) {
	for _, tt := range callCases() {
		t.Run(tt.name, func(t *testing.T) {
			service, api := newThumbnail(t)
			before, after := tt.list, tt.list
			before.Grants, after.Grants = tt.before, tt.after
			mustGrants(t, service.API(), before)
			plan := mustPlan(t, service.API(), after, ensure.AllowRemoveAll)
			result := mustGrants(t, api, after, ensure.AllowRemoveAll)
			if len(api.calls) != tt.want {
				t.Errorf("%d calls, want %d: %v", len(api.calls), tt.want, api.calls)
			}
			if result.Calls != len(api.calls) {
				t.Errorf("the result counts %d calls, want %d", result.Calls, len(api.calls))
			}
			if planned := 1 + plan.Calls().Total(); planned != tt.want {
				t.Errorf("the plan says %d calls, want %d", planned, tt.want)
			}
			if again := mustPlan(t, service.API(), after); !again.Empty() {
				t.Errorf("planned again it is not empty:\n%s", again)
			}
		})
	}
}

// The page compares the calls with those of other ways, and has the right figures.
func TestCallsPage(t *testing.T) {
	page, err := os.ReadFile("../../docs/desired-state.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range callCases() {
		grants := tt.want
		each, plain := callsOneByOne(t, tt, ensureOne), callsOneByOne(t, tt, removeAndAdd)
		row := fmt.Sprintf("| %s | %d (%.1f s) | %d (%.1f s) | %d (%.1f s) |", tt.name,
			grants, float64(grants)/15, each, float64(each)/15, plain, float64(plain)/15)
		if !strings.Contains(string(page), row) {
			t.Errorf("the page does not have the row\n%s", row)
		}
	}
}

// callsOneByOne counts the calls when each grant is dealt with by itself, under an id
// of its own.
func callsOneByOne(t *testing.T, tt callCase, do func(*testing.T, permission.API, string, *permission.AddPermissionInput)) int {
	t.Helper()
	_, api := newThumbnail(t)
	id := func(i int) string { return fmt.Sprintf("photos-%02d", i) }
	input := func(i int, g validate.Request) *permission.AddPermissionInput {
		g.FunctionName, g.StatementId = "Thumbnail", id(i)
		return permission.NewAddPermissionInput(g)
	}
	for i, g := range tt.before {
		mustAdd(t, api.API, input(i, g))
	}
	for i := range max(len(tt.before), len(tt.after)) {
		if i < len(tt.after) {
			do(t, api, id(i), input(i, tt.after[i]))
		} else {
			do(t, api, id(i), nil)
		}
	}
	return len(api.calls)
}

// ensureOne is ensure.Grant, or ensure.Absent for no grant.
func ensureOne(t *testing.T, api permission.API, id string, in *permission.AddPermissionInput) {
	t.Helper()
	var err error
	if in == nil {
		_, err = ensure.Absent(t.Context(), api, "Thumbnail", id)
	} else {
		_, err = ensure.Grant(t.Context(), api, in, ensure.Replace)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// removeAndAdd removes a statement, whether or not it is there, and adds it, as scripts
// do. In between the grant is not in force.
func removeAndAdd(t *testing.T, api permission.API, id string, in *permission.AddPermissionInput) {
	t.Helper()
	api.RemovePermission(t.Context(), &permission.RemovePermissionInput{FunctionName: aws.String("Thumbnail"), StatementId: &id}) // not there: an error
	if in == nil {
		return
	}
	if _, err := api.AddPermission(t.Context(), in); err != nil {
		t.Fatal(err)
	}
}

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

// As many functions are worked on at the same time as Parallel says, and none when the
// loop was left.
func TestAllParallel(t *testing.T) {
	for parallel, want := range map[int]int{0: ensure.DefaultParallel, 1: 1, 7: 7} {
		synctest.Test(t, func(t *testing.T) {
			service, list := fleet(t, 20)
			var mu sync.Mutex
			now, most := 0, 0
			count := func(n int) {
				mu.Lock()
				defer mu.Unlock()
				now += n
				most = max(most, now)
			}
			api := &watched{API: service.API()}
			api.before = func(string) error {
				count(1)
				time.Sleep(time.Second)
				count(-1)
				return nil
			}
			results := 0
			for range ensure.All(t.Context(), api, slices.Values(list), func(o *ensure.Options) { o.Parallel = parallel }) {
				if results++; results == 10 {
					break
				}
			}
			wantEqual(t, fmt.Sprint("results with Parallel ", parallel), results, 10)
			wantEqual(t, fmt.Sprint("calls at the same time with Parallel ", parallel), most, want)
			wantEqual(t, fmt.Sprint("calls that go on after the loop with Parallel ", parallel), now, 0)
		})
	}
}

// With WholeDocument each function that has a policy is written once, and not statement
// by statement; one without a policy gets its first statement by AddPermission.
func TestAllWholeDocument(t *testing.T) {
	service, list := fleet(t, 20)
	api := &watched{API: service.API()}
	whole := ensure.WholeDocument(&watchedDocuments{api, service.API()})
	for _, tt := range []struct {
		grants func(name string) []validate.Request
		want   []string // the calls that write, for each function
	}{
		{func(name string) []validate.Request { return []validate.Request{rule("a"), rule(name)} }, []string{"AddPermission", "PutResourcePolicy"}},
		{func(name string) []validate.Request { return []validate.Request{rule("b"), rule("c"), rule(name)} }, []string{"PutResourcePolicy"}},
		{func(name string) []validate.Request { return []validate.Request{rule("b"), rule("c"), rule(name)} }, nil},
	} {
		for i := range list {
			list[i].Grants = tt.grants(list[i].Function)
		}
		api.calls = nil
		seen := make(map[string]int)
		for result, err := range ensure.All(t.Context(), api, slices.Values(list), whole) {
			if err != nil {
				t.Errorf("%s: %v", result.Function, err)
			}
			seen[result.Function]++
		}
		if len(seen) != len(list) {
			t.Errorf("results of %d functions, want %d", len(seen), len(list))
		}
		got, want := make(map[string]int), make(map[string]int)
		for _, call := range api.writes() {
			name, _, _ := strings.Cut(call, " ")
			got[name]++
		}
		for _, name := range tt.want {
			want[name] = len(list)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("writes (-want +got)\n%s", diff)
		}
		for _, d := range list {
			if plan := mustPlan(t, service.API(), d); !plan.Empty() {
				t.Errorf("not right at the end:\n%s", plan)
			}
		}
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
	synctest.Test(t, func(t *testing.T) {
		_, api := newThumbnail(t)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		api.before = func(string) error {
			time.Sleep(time.Second) // by then the second element waits
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
	})
}
