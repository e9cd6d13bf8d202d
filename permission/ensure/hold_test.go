package ensure_test

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
		api := ensure.Serialized(below, nil)
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
		wantEqual(t, "writes at a time", below.most.Load(), 1)
		wantEqual(t, "time of all, a second each", time.Since(start), time.Duration(len(names))*time.Second)
	})
}

// Calls for other functions do not wait, nor do those for names that cannot be parsed,
// nor do readings.
func TestSerializedInParallel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := ensure.Serialized(newSlow(), nil)
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
		api := ensure.Serialized(below, nil)
		go func() { _, _ = api.AddPermission(context.Background(), grant()) }()
		synctest.Wait()
		ctx, cancel := context.WithTimeout(context.Background(), time.Second/2)
		defer cancel()
		start := time.Now()
		_, err := api.AddPermission(ctx, grant())
		mustBe[*aws.RequestCanceledError](t, err)
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("err = %v, want that the deadline has passed", err)
		}
		if took := time.Since(start); took != time.Second/2 {
			t.Errorf("gave up after %v, want 500ms", took)
		}
		if _, err := api.AddPermission(context.Background(), grant()); err != nil {
			t.Error(err)
		}
		for range 64 { // both are ready, and select has no order
			_, err := api.AddPermission(ctx, grant())
			mustBe[*aws.RequestCanceledError](t, err)
		}
		if n := len(below.Calls()); n != 2 {
			t.Errorf("%d calls were made, want the 2 of contexts that had not ended", n)
		}
		if n := below.most.Load(); n != 1 {
			t.Errorf("%d calls at a time, want one", n)
		}
	})
}

// First come, first served.
func TestSerializedIsFair(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		below := newSlow()
		api := ensure.Serialized(below, nil)
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

// logging is an API of a program's own, which knows nothing of holds.
type logging struct{ permission.API }

// Grant holds the function from the reading to the write, through other
// decorators and a program's own too: writers of one program never overtake each
// other.
func TestGrantHoldsTheFunction(t *testing.T) {
	serialized := func(api permission.API) permission.API { return ensure.Serialized(api, nil) }
	paced := func(api permission.API) permission.API { return ensure.Paced(api, nil) }
	decorations := map[string]func(permission.API) permission.API{
		"Serialized":                 serialized,
		"Paced over it":              func(api permission.API) permission.API { return paced(serialized(api)) },
		"AwaitingRoles over it":      func(api permission.API) permission.API { return ensure.AwaitingRoles(serialized(api), 0) },
		"it over Paced":              func(api permission.API) permission.API { return serialized(paced(api)) },
		"a program's own over it":    func(api permission.API) permission.API { return logging{serialized(api)} },
		"a program's own in between": func(api permission.API) permission.API { return paced(logging{serialized(logging{api})}) },
	}
	for name, decorate := range decorations {
		synctest.Test(t, func(t *testing.T) {
			service, _ := newThumbnail(t)
			mustAdd(t, service.API(), other())
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
			if n := len(below.writes()); n != 20 {
				t.Errorf("%s: %d writes, want 20", name, n)
			}
			if n := len(sids(service, "Thumbnail")); n != 21 {
				t.Errorf("%s: %d statements, want 21", name, n)
			}
		})
	}
}

// Absent and AbsentGrant hold the function as well.
func TestAbsentHoldsTheFunction(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService(t)
		for i := range 20 {
			in := grant()
			in.StatementId = aws.String("grant-" + string(rune('a'+i)))
			in.SourceArn = aws.String("arn:aws:s3:::bucket-" + string(rune('a'+i)))
			mustAdd(t, service.API(), in)
		}
		below := &watched{API: service.API(), before: func(string) error { time.Sleep(time.Millisecond); return nil }}
		api := logging{ensure.Serialized(below, nil)}
		once := func(o *ensure.Options) { o.MaxTries = 1 }
		var all sync.WaitGroup
		for i := range 10 {
			all.Go(func() {
				if _, err := ensure.Absent(context.Background(), api, "Thumbnail", "grant-"+string(rune('a'+i)), once); err != nil {
					t.Error(err)
				}
			})
			all.Go(func() {
				in := withSourceArn(grant(), "arn:aws:s3:::bucket-"+string(rune('k'+i)))
				in.StatementId = nil
				if _, err := ensure.AbsentGrant(context.Background(), api, in, once); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if left := sids(service, "Thumbnail"); len(left) > 0 {
			t.Errorf("left: %q", left)
		}
	})
}

// A hold takes the turn at its first call, a reading too, and keeps it until
// release: another write waits, and another function does not.
func TestHold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := ensure.Serialized(newSlow(), nil)
		held, release := ensure.Hold(context.Background(), "Thumbnail:PROD")
		if _, err := api.GetPolicy(held, &permission.GetPolicyInput{FunctionName: aws.String("Thumbnail")}); err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		written := make(chan time.Duration)
		go func() {
			_, _ = api.AddPermission(context.Background(), grant())
			written <- time.Since(start)
		}()
		synctest.Wait()
		if _, err := api.AddPermission(held, named(thumbnail)); err != nil {
			t.Fatal(err)
		}
		if _, err := api.RemovePermission(held, removal()); err != nil {
			t.Fatal(err)
		}
		if _, err := api.AddPermission(context.Background(), named("another")); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took != 3*time.Second {
			t.Errorf("three calls took %v, want 3s", took)
		}
		time.Sleep(time.Minute)
		release()
		release()
		if waited := <-written; waited != time.Minute+4*time.Second {
			t.Errorf("the other write ended after %v, want a second after the release", waited)
		}
		if _, err := api.GetPolicy(held, &permission.GetPolicyInput{FunctionName: aws.String("Thumbnail")}); !errors.Is(err, context.Canceled) {
			t.Errorf("after the release: err = %v, want that the context has ended", err)
		}
	})
}

// Within a hold a second one of the same function changes nothing: the turn is
// kept until the outer one is released.
func TestHoldWithinAHold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := newService(t)
		api := ensure.Serialized(service.API(), nil)
		outer, release := ensure.Hold(context.Background(), "Thumbnail")
		for _, want := range []ensure.Outcome{ensure.OutcomeAdded, ensure.OutcomeUnchanged} {
			out, err := ensure.Grant(outer, api, grant())
			wantGranted(t, out, err, want)
		}
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if _, err := api.RemovePermission(ctx, removal()); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("another write: err = %v, want that it waited until its context ended", err)
		}
		release()
		if _, err := api.RemovePermission(context.Background(), removal()); err != nil {
			t.Errorf("after the release: %v", err)
		}
	})
}

// A context that outlives the release holds nothing any more.
func TestHoldOutlived(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := ensure.Serialized(newSlow(), nil)
		held, release := ensure.Hold(context.Background(), "Thumbnail")
		release()
		for _, ctx := range []context.Context{context.WithoutCancel(held), context.Background()} {
			if _, err := api.AddPermission(ctx, grant()); err != nil {
				t.Error(err)
			}
		}
	})
}

// Release waits for the call that is being made, so that nobody else writes
// meanwhile.
func TestReleaseWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		below := newSlow()
		api := ensure.Serialized(below, nil)
		held, release := ensure.Hold(context.Background(), "Thumbnail")
		go func() { _, _ = api.AddPermission(held, grant()) }()
		synctest.Wait()
		start := time.Now()
		release()
		if took := time.Since(start); took != time.Second {
			t.Errorf("release took %v, want the second of the call", took)
		}
		if _, err := api.AddPermission(context.Background(), grant()); err != nil {
			t.Error(err)
		}
		if n := below.most.Load(); n != 1 {
			t.Errorf("%d writes at a time, want one", n)
		}
	})
}

// A call that waits for its turn in a hold obeys its context, and leaves nothing
// taken.
func TestHoldObeysContexts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := ensure.Serialized(newSlow(), nil)
		go func() { _, _ = api.AddPermission(context.Background(), grant()) }()
		synctest.Wait()
		ctx, cancel := context.WithTimeout(context.Background(), time.Second/2)
		defer cancel()
		held, release := ensure.Hold(ctx, "Thumbnail")
		defer release()
		var canceled *aws.RequestCanceledError
		if _, err := api.GetPolicy(held, &permission.GetPolicyInput{FunctionName: aws.String("Thumbnail")}); !errors.As(err, &canceled) {
			t.Errorf("err = %v, want an *aws.RequestCanceledError", err)
		}
		start := time.Now()
		if _, err := api.AddPermission(context.Background(), grant()); err != nil {
			t.Error(err)
		}
		if took := time.Since(start); took != 3*time.Second/2 {
			t.Errorf("the next write took %v, want 1.5s", took)
		}
	})
}

// Calls of one hold pass one at a time, though they are made at the same time.
func TestHoldSharedByGoroutines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		below := newSlow()
		api := ensure.Serialized(below, nil)
		held, release := ensure.Hold(context.Background(), "Thumbnail")
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				if _, err := api.AddPermission(held, grant()); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		release()
		if n := below.most.Load(); n != 1 {
			t.Errorf("%d at a time, want one", n)
		}
	})
}

// A library may serialize an API that the program has serialized already. A call then
// passes two Turns in one hold, and waits in neither for itself.
func TestHoldPassesNestedTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service, _ := newThumbnail(t)
		inner, outer := new(ensure.Turns), new(ensure.Turns)
		api := ensure.Serialized(ensure.Serialized(service.API(), inner), outer)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if _, err := ensure.Grants(ctx, api, of(rule("a"))); err != nil {
			t.Fatal(err)
		}
		// Both turns were left.
		if _, err := ensure.Serialized(service.API(), inner).AddPermission(ctx, named("Thumbnail")); err != nil {
			t.Errorf("in the inner turns: %v", err)
		}
		if _, err := ensure.Grants(ctx, ensure.Serialized(service.API(), outer), of(rule("b"))); err != nil {
			t.Errorf("in the outer turns: %v", err)
		}
	})
}

// APIs with the same turns take turns together, one above the other too; those with
// turns of their own do not.
func TestTurnsAreShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		below := newSlow()
		var turns ensure.Turns
		shared := []permission.API{ensure.Serialized(below, &turns), ensure.Serialized(ensure.Serialized(below, &turns), &turns)}
		own := ensure.Serialized(newSlow(), nil)
		start := time.Now()
		var all sync.WaitGroup
		for _, api := range append(shared, own) {
			all.Go(func() {
				held, release := ensure.Hold(context.Background(), "Thumbnail")
				defer release()
				_, _ = api.AddPermission(held, grant())
			})
			all.Go(func() { _, _ = api.AddPermission(context.Background(), grant()) })
		}
		all.Wait()
		if n := below.most.Load(); n != 1 {
			t.Errorf("%d at a time below the shared turns, want one", n)
		}
		if took := time.Since(start); took != 4*time.Second {
			t.Errorf("took %v, want 4s: the other two beside the first four", took)
		}
	})
}

// Turns forget a function that nobody uses, after a call that gave up too.
func TestTurnsForget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var turns ensure.Turns
		api := ensure.Serialized(newSlow(), &turns)
		ctx, cancel := context.WithTimeout(context.Background(), time.Second/2)
		defer cancel()
		var all sync.WaitGroup
		all.Go(func() { _, _ = api.AddPermission(context.Background(), grant()) })
		synctest.Wait()
		all.Go(func() { _, _ = api.AddPermission(ctx, grant()) })
		all.Go(func() { _, _ = api.AddPermission(context.Background(), named("another")) })
		synctest.Wait()
		if n := turns.Functions(); n != 2 {
			t.Errorf("%d functions are kept while two are in use", n)
		}
		all.Wait()
		for range 64 { // both are ready, and select has no order
			_, _ = api.AddPermission(ctx, grant())
		}
		if n := turns.Functions(); n != 0 {
			t.Errorf("%d functions are kept when nobody uses them", n)
		}
	})
}
