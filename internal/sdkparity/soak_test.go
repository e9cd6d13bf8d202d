package sdkparity_test

import (
	"bytes"
	"context"
	"fmt"
	"hash/fnv"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/aws"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/ensure"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
)

// stormy is a transport to a service in memory that goes wrong for one request in
// five: its answer is lost, it is lost itself, or it is refused for the moment.
// The fault depends on the request and on how often it was sent.
type stormy struct {
	service *permissiontest.Service
	mu      sync.Mutex
	sent    map[string]int
}

func (s *stormy) Do(r *http.Request) (*http.Response, error) {
	switch n := s.draw(r); {
	case n%5 != 0:
		return s.serve(r), nil
	case n/5%4 == 0:
		s.serve(r)
		return nil, syscall.ECONNRESET
	case n/5%4 == 1:
		s.serve(r)
		return busy(500, "ServiceException", "An error occurred and the request cannot be processed."), nil
	case n/5%4 == 2:
		return busy(429, "TooManyRequestsException", "Rate exceeded"), nil
	}
	return busy(409, "ResourceConflictException", "The function could not be updated due to a concurrent update operation."), nil
}

func busy(status int, code, message string) *http.Response {
	w := httptest.NewRecorder()
	w.Header().Set("X-Amzn-Errortype", code)
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"Type":"User","message":%q}`, message)
	return w.Result()
}

func (s *stormy) draw(r *http.Request) uint64 {
	var body []byte
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	key := r.Method + r.URL.String() + string(body)
	s.mu.Lock()
	s.sent[key]++
	n := s.sent[key]
	s.mu.Unlock()
	h := fnv.New64a()
	fmt.Fprint(h, n, key)
	x := h.Sum64()
	x = (x ^ x>>33) * 0xff51afd7ed558ccd
	return x ^ x>>33
}

// serve hands a request to the service as a server would have read it.
func (s *stormy) serve(r *http.Request) *http.Response {
	in := r.Clone(r.Context())
	in.Host, in.RequestURI = r.URL.Host, r.URL.RequestURI()
	if in.Body == nil {
		in.Body = http.NoBody
	} else {
		body, _ := io.ReadAll(r.Body)
		in.Body, r.Body = io.NopCloser(bytes.NewReader(body)), io.NopCloser(bytes.NewReader(body))
	}
	w := httptest.NewRecorder()
	s.service.ServeHTTP(w, in)
	return w.Result()
}

// TestSoakByPlainCalls adds the same grants in the same storm, 32 writers and 50
// grants each on 8 functions: once by the plain calls of the SDK's client, with
// its retries, and once by Ensure over that client. The plain calls fail where the
// grant was made, and leave grants out; Ensure, called again where it fails,
// makes all of them.
func TestSoakByPlainCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		plain := soakBy(t, func(ctx context.Context, api permission.API, in *permission.AddPermissionInput) error {
			_, err := api.AddPermission(ctx, in)
			return err
		}, 1)
		t.Logf("plain calls: %+v", plain)
		if plain.falseConflicts == 0 || plain.missing == 0 {
			t.Error("the SDK's client lost nothing: the comparison shows nothing")
		}
		ensured := soakBy(t, func(ctx context.Context, api permission.API, in *permission.AddPermissionInput) error {
			_, err := ensure.Grant(ctx, permission.API(api), in)
			return err
		}, 10)
		t.Logf("Ensure: %+v", ensured)
		if ensured.missing != 0 || ensured.failed != 0 {
			t.Errorf("Ensure over the SDK's client: %+v, want nothing lost", ensured)
		}
	})
}

// damage counts the failures of a run.
type damage struct {
	failed         int64 // calls that never succeeded
	falseConflicts int64 // of them, those refused because of their own commit
	missing        int   // grants that are not there in the end
}

func soakBy(t *testing.T, add func(context.Context, permission.API, *permission.AddPermissionInput) error, tries int) damage {
	t.Helper()
	service := permissiontest.NewService()
	for n := range 8 {
		if err := service.CreateFunction(fmt.Sprint("function-", n)); err != nil {
			t.Fatal(err)
		}
		version, _ := service.PublishVersion(fmt.Sprint("function-", n))
		for _, alias := range []string{"PROD", "TEST"} {
			if _, err := service.CreateAlias(fmt.Sprint("function-", n), alias, version); err != nil {
				t.Fatal(err)
			}
		}
	}
	cfg := service.Config("http://lambda.test")
	cfg.HTTPClient = &stormy{service: service, sent: map[string]int{}}
	api := ensure.Serialized(theirs(cfg), nil)
	var failed, falseConflicts atomic.Int64
	var writers sync.WaitGroup
	for writer := range 32 {
		writers.Go(func() {
			for n := range 50 {
				var err error
				for try := 0; try < tries && (try == 0 || err != nil); try++ {
					err = add(context.Background(), api, soakGrant(writer, n))
				}
				if err != nil {
					failed.Add(1)
				}
				if lambdaerrors.ConflictKindOf(err) == lambdaerrors.DuplicateStatement {
					falseConflicts.Add(1)
				}
			}
		})
	}
	writers.Wait()
	return damage{failed.Load(), falseConflicts.Load(), 32*50 - stored(service)}
}

// soakGrant is a grant of its own for each writer and n.
func soakGrant(writer, n int) *permission.AddPermissionInput {
	function := fmt.Sprint("function-", (writer+n)%8)
	forms := []string{function, "123456789012:" + function, function + ":PROD", "arn:aws:lambda:us-east-1:123456789012:function:" + function + ":TEST"}
	return &permission.AddPermissionInput{
		FunctionName: aws.String(forms[(writer+n/8)%4]), StatementId: aws.String(fmt.Sprintf("w%d-g%d", writer, n)),
		Action: aws.String("lambda:InvokeFunction"), Principal: aws.String("sns.amazonaws.com"),
	}
}

// stored counts the statements of all policies.
func stored(service *permissiontest.Service) (n int) {
	for f := range 8 {
		for _, qualifier := range []string{"", ":PROD", ":TEST"} {
			document, _ := service.Policy(fmt.Sprint("function-", f, qualifier))
			n += len(document.Statements())
		}
	}
	return n
}
