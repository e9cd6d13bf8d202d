package permissiontest_test

import (
	"errors"
	"fmt"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
)

// A stale read repeats the previous read; the next read is current again. Each
// function, version and alias has its own previous read.
func TestStale(t *testing.T) {
	w := newWorld(t)
	rules := []permissiontest.Rule{
		permissiontest.On(2, permissiontest.Stale()), permissiontest.On(3, permissiontest.Stale()),
	}
	w.Faults(rules...)
	for door, api := range map[string]permission.API{
		"HTTP": w.client, "API": permissiontest.APIFaults(w.API(), rules...),
	} {
		mustAdd(t, api, sid(door))
		now := sids(t, api, "")
		mustAdd(t, api, sid(door+"-new"))
		var got [][]string
		for range 2 {
			got = append(got, sids(t, api, ""))
		}
		if diff := cmp.Diff([][]string{now, now}, got); diff != "" {
			t.Errorf("%s: stale reads (-want +got):\n%s", door, diff)
		}
		if diff := cmp.Diff(append(now, door+"-new"), sids(t, api, "")); diff != "" {
			t.Errorf("%s: the next read (-want +got):\n%s", door, diff)
		}
	}
}

// A stale read without a previous one shows no policy.
func TestStaleOfNothingRead(t *testing.T) {
	w := newWorld(t)
	mustAdd(t, w.API())
	mustAdd(t, w.API(), qualifier("live"))
	w.Faults(permissiontest.On(2, permissiontest.Stale()))
	inProcess := permissiontest.APIFaults(w.API(), permissiontest.On(2, permissiontest.Stale()))
	for door, api := range map[string]permission.API{"HTTP": w.client, "API": inProcess} {
		var got [][]string
		for _, q := range []string{"", "live", "live"} {
			got = append(got, sids(t, api, q))
		}
		if diff := cmp.Diff([][]string{{"s3"}, nil, {"s3"}}, got); diff != "" {
			t.Errorf("%s: reads (-want +got):\n%s", door, diff)
		}
	}
}

// A caller may change an output without an effect on the next output.
func TestStaleIsACopy(t *testing.T) {
	w := newWorld(t)
	mustAdd(t, w.API())
	api := permissiontest.APIFaults(w.API(), permissiontest.On(2, permissiontest.Stale()), permissiontest.On(3, permissiontest.Stale()))
	for range 3 {
		out, err := get(api, "fn", "")
		if err != nil {
			t.Fatal(err)
		}
		if out.Policy == nil {
			t.Fatal("Policy is nil, want the policy that was added")
		}
		out.Policy = nil
	}
}

// A stale read does not repeat an answer without a policy.
func TestStaleForgetsFailures(t *testing.T) {
	w := newWorld(t)
	mustAdd(t, w.API())
	busy := permissiontest.On(2, permissiontest.ServerError())
	behind := permissiontest.On(3, permissiontest.Stale())
	server := httptest.NewServer(permissiontest.Faults(permissiontest.Faults(w.Service, busy), behind))
	defer server.Close()
	for door, api := range map[string]permission.API{
		"HTTP": permission.NewFromConfig(w.Service.Config(server.URL), unchecked),
		"API":  permissiontest.APIFaults(permissiontest.APIFaults(w.API(), busy), behind),
	} {
		var got []int
		for range 3 {
			_, err := get(api, "fn", "")
			got = append(got, seen(err).Status)
		}
		if diff := cmp.Diff([]int{0, 500, 0}, got); diff != "" {
			t.Errorf("%s: statuses (-want +got):\n%s", door, diff)
		}
	}
}

// storm affects about every second request, with faults that lose answers, refuse the
// call or end the connection.
var storm = []permissiontest.Rule{
	permissiontest.Every(5, permissiontest.CommitThen(permissiontest.Reset())),
	permissiontest.Every(7, permissiontest.CommitThen(permissiontest.ServerError())),
	permissiontest.Every(11, permissiontest.Throttle()),
	permissiontest.Every(13, permissiontest.ConcurrentUpdate()),
	permissiontest.Every(17, permissiontest.BadGateway()),
	permissiontest.Every(19, permissiontest.Reset()),
	permissiontest.Every(23, permissiontest.Truncated()),
}

// persistent returns a client that retries every call without waiting.
func persistent(o *permission.Options) {
	o.Retryer = retry.NewStandard(func(so *retry.StandardOptions) {
		so.MaxAttempts = 50
		so.RateLimiter = ratelimit.None
		so.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
		so.Retryables = append(so.Retryables, retry.IsErrorRetryableFunc(func(err error) aws.Ternary {
			var broken *smithy.DeserializationError
			kind := lambdaerrors.ConflictKindOf(err)
			passes := kind == lambdaerrors.ConcurrentUpdate || kind == lambdaerrors.UnknownConflict // its text was truncated
			return aws.BoolTernary(passes || errors.As(err, &broken))
		}))
	})
}

// 64 goroutines use one service with faults. Each goroutine's own statement is stored
// once. Of the goroutines that add different grants with one Sid, exactly one is
// successful and is told so.
func TestConcurrentWithFaults(t *testing.T) {
	const goroutines, contested = 64, 8
	w := newWorld(t)
	w.Faults(storm...)
	client := w.Client(persistent)
	var wg sync.WaitGroup
	var mu sync.Mutex
	won := map[string][]string{} // by Sid, the accounts that were told that they added it
	for i := range goroutines {
		wg.Go(func() {
			if _, err := client.AddPermission(t.Context(), grant(sid(fmt.Sprint("own-", i)))); err != nil {
				t.Errorf("own-%d: %v", i, err)
			}
			shared, owner := fmt.Sprint("shared-", i%contested), fmt.Sprintf("%012d", i)
			_, err := client.AddPermission(t.Context(), grant(sid(shared), principal(owner)))
			if err == nil {
				mu.Lock()
				won[shared] = append(won[shared], owner)
				mu.Unlock()
			} else if lambdaerrors.ConflictKindOf(err) != lambdaerrors.DuplicateStatement {
				t.Errorf("%s: %v", shared, err)
			}
			if i%4 == 0 {
				_, err := client.RemovePermission(t.Context(), &permission.RemovePermissionInput{
					FunctionName: aws.String("fn"), StatementId: aws.String(fmt.Sprint("own-", i)),
				})
				if err != nil {
					t.Errorf("removing own-%d: %v", i, err)
				}
			}
		})
	}
	wg.Wait()
	checkStorm(t, w, goroutines, contested, won)
}

func checkStorm(t *testing.T, w *world, goroutines, contested int, won map[string][]string) {
	t.Helper()
	document, _ := w.Policy("fn")
	stored := map[string]string{}
	for _, s := range document.Statements() {
		if _, twice := stored[s.Sid()]; twice {
			t.Errorf("%s is stored twice", s.Sid())
		}
		stored[s.Sid()] = s.Principals()[0].Value
	}
	for i := range goroutines {
		want := i%4 != 0 // the others were removed again
		if _, ok := stored[fmt.Sprint("own-", i)]; ok != want {
			t.Errorf("own-%d is stored: %t, want %t", i, ok, want)
		}
	}
	for i := range contested {
		shared := fmt.Sprint("shared-", i)
		if len(won[shared]) != 1 {
			t.Errorf("%s: the accounts %v were told that they added it, want one account", shared, won[shared])
			continue
		}
		if want := "arn:aws:iam::" + won[shared][0] + ":root"; stored[shared] != want {
			t.Errorf("%s: stored for %s, want %s", shared, stored[shared], want)
		}
	}
}
