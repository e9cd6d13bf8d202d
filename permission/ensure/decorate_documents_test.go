package ensure_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/ensure"
)

// documentCalls are the calls on whole policies.
func documentCalls(function string) map[string]func(context.Context, permission.ResourcePolicyAPI) error {
	return map[string]func(context.Context, permission.ResourcePolicyAPI) error{
		"PutResourcePolicy": func(ctx context.Context, api permission.ResourcePolicyAPI) error {
			_, err := api.PutResourcePolicy(ctx, &permission.PutResourcePolicyInput{ResourceArn: &function, Policy: aws.String("{}")})
			return err
		},
		"GetResourcePolicy": func(ctx context.Context, api permission.ResourcePolicyAPI) error {
			_, err := api.GetResourcePolicy(ctx, &permission.GetResourcePolicyInput{ResourceArn: &function})
			return err
		},
		"DeleteResourcePolicy": func(ctx context.Context, api permission.ResourcePolicyAPI) error {
			_, err := api.DeleteResourcePolicy(ctx, &permission.DeleteResourcePolicyInput{ResourceArn: &function})
			return err
		},
	}
}

// slowDocuments is the operations on whole policies, which take a second each and count
// how many calls of slow and of itself run at the same time.
type slowDocuments struct {
	below *slow
	calls atomic.Int32
}

func (s *slowDocuments) work() {
	s.calls.Add(1)
	if n := s.below.running.Add(1); n > s.below.most.Load() {
		s.below.most.Store(n)
	}
	time.Sleep(time.Second)
	s.below.running.Add(-1)
}

func (s *slowDocuments) PutResourcePolicy(context.Context, *permission.PutResourcePolicyInput, ...func(*permission.Options)) (*permission.PutResourcePolicyOutput, error) {
	s.work()
	return &permission.PutResourcePolicyOutput{}, nil
}

func (s *slowDocuments) GetResourcePolicy(context.Context, *permission.GetResourcePolicyInput, ...func(*permission.Options)) (*permission.GetResourcePolicyOutput, error) {
	s.work()
	return &permission.GetResourcePolicyOutput{}, nil
}

func (s *slowDocuments) DeleteResourcePolicy(context.Context, *permission.DeleteResourcePolicyInput, ...func(*permission.Options)) (*permission.DeleteResourcePolicyOutput, error) {
	s.work()
	return &permission.DeleteResourcePolicyOutput{}, nil
}

// Puts, removals of policies and writes of statements to one function pass one at a time
// if they share the turns; readings do not wait, except in a hold.
func TestSerializedDocuments(t *testing.T) {
	for name, call := range documentCalls(thumbnailARN + ":PROD") {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				below := newSlow()
				var turns ensure.Turns
				api := ensure.Serialized(below, &turns)
				documents := ensure.SerializedDocuments(&slowDocuments{below: below}, &turns)
				start := time.Now()
				var all sync.WaitGroup
				all.Go(func() { _, _ = api.AddPermission(context.Background(), grant()) })
				all.Go(func() { _ = call(context.Background(), documents) })
				all.Wait()
				want := 2 * time.Second
				if name == "GetResourcePolicy" {
					want = time.Second
				}
				if took := time.Since(start); took != want {
					t.Errorf("took %v, want %v", took, want)
				}
			})
		})
		t.Run(name+" in a hold", func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				below := newSlow()
				var turns ensure.Turns
				api := ensure.Serialized(below, &turns)
				documents := ensure.SerializedDocuments(&slowDocuments{below: below}, &turns)
				held, release := ensure.Hold(context.Background(), "Thumbnail")
				_ = call(held, documents)
				var all sync.WaitGroup
				all.Go(func() { _, _ = api.AddPermission(context.Background(), grant()) })
				synctest.Wait()
				_, _ = api.AddPermission(held, grant())
				if n := below.most.Load(); n != 1 {
					t.Errorf("%d calls at a time, want one", n)
				}
				if n := below.running.Load(); n != 0 {
					t.Errorf("another write runs during the hold")
				}
				release()
				all.Wait()
			})
		})
	}
}

// A context that ends while a call waits for its turn keeps the call from being sent.
func TestSerializedDocumentsObeysContexts(t *testing.T) {
	for name, call := range documentCalls(thumbnailARN) {
		if strings.HasPrefix(name, "Get") { // it does not wait
			continue
		}
		synctest.Test(t, func(t *testing.T) {
			below := &slowDocuments{below: newSlow()}
			api := ensure.SerializedDocuments(below, nil)
			ctx, cancel := context.WithTimeout(context.Background(), time.Second/2)
			defer cancel()
			var all sync.WaitGroup
			all.Go(func() { _ = call(context.Background(), api) })
			synctest.Wait()
			if err := call(ctx, api); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%s: err = %v, want that the deadline has passed", name, err)
			}
			wantEqual(t, name+": calls that were sent", below.calls.Load(), 1)
			all.Wait()
		})
	}
}

// Both kinds of operations share a pace, and each call waits for it.
func TestPacedDocuments(t *testing.T) {
	for name, call := range documentCalls(thumbnailARN) {
		synctest.Test(t, func(t *testing.T) {
			pace := ensure.NewPace(0.1)
			below := &slowDocuments{below: newSlow()}
			api, documents := ensure.Paced(below.below, pace), ensure.PacedDocuments(below, pace)
			start := time.Now()
			for range 2 {
				_ = call(context.Background(), documents)
				_, _ = api.GetPolicy(context.Background(), &permission.GetPolicyInput{FunctionName: aws.String("Thumbnail")})
			}
			if took := time.Since(start); took != 30*time.Second {
				t.Errorf("%s: four calls took %v, want 30s", name, took)
			}
			ctx, cancel := context.WithTimeout(context.Background(), time.Second)
			defer cancel()
			if err := call(ctx, documents); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%s: err = %v, want that the deadline has passed", name, err)
			}
			wantEqual(t, name+": calls that were sent", below.calls.Load(), 2)
		})
	}
	synctest.Test(t, func(t *testing.T) {
		documents := ensure.PacedDocuments(&slowDocuments{below: newSlow()}, nil)
		start := time.Now()
		var all sync.WaitGroup
		for range 16 {
			all.Go(func() { _ = documentCalls(thumbnailARN)["GetResourcePolicy"](context.Background(), documents) })
		}
		all.Wait()
		if took, want := time.Since(start), 15*(time.Second/15)+time.Second; took != want {
			t.Errorf("sixteen calls without a pace of their own took %v, want %v", took, want)
		}
	})
}

// Programs that put and programs that add share the turns: nobody is overtaken.
func TestWholeDocumentInTurns(t *testing.T) {
	f := newDocumentFixture(t)
	store(t, f.service, owned(rule("a")))
	var turns ensure.Turns
	api := ensure.Serialized(f.api, &turns)
	way := ensure.WholeDocument(ensure.SerializedDocuments(f.documents, &turns))
	var all sync.WaitGroup
	for i, name := range []string{"app", "bpp", "cpp", "dpp"} {
		list := inFull(of(rule("one-"+name), rule("two-"+name)))
		list.Owner = name
		all.Go(func() {
			optFns := []func(*ensure.Options){way}
			if i%2 == 1 {
				optFns = nil
			}
			if _, err := ensure.Grants(t.Context(), api, list, optFns...); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if got := len(sids(f.service, "Thumbnail")); got != 8 {
		t.Errorf("%d statements, want 8", got)
	}
	puts := 0
	for _, call := range f.api.calls {
		if call == "PutResourcePolicy" {
			puts++
		}
	}
	if puts != 2 {
		t.Errorf("%d puts, want 2, since none is overtaken: %q", puts, slices.Clone(f.api.calls))
	}
}
