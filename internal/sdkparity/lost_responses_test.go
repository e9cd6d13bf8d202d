package sdkparity_test

import (
	"bytes"
	"context"
	"fmt"
	"hash/fnv"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/internal/memnet"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/ensure"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
	"github.com/lambdaperm/lambdaperm/permission/sdkapi"
	"github.com/lambdaperm/lambdaperm/validate"
)

// clientTimeout is the case in which the timeout of the HTTP client loses a response.
// It runs in a bubble and in memory, where a slow machine cannot cause the timeout.
const clientTimeout = "client timeout"

// lostResponses are faults with which a change is made and its response is lost.
var lostResponses = map[string]permissiontest.Fault{
	"reset before headers": permissiontest.CommitThen(permissiontest.Reset()),
	"500":                  permissiontest.CommitThen(permissiontest.ServerError()),
	"502":                  permissiontest.CommitThen(permissiontest.BadGateway()),
	"503":                  permissiontest.CommitThen(permissiontest.Fail(&lambdaerrors.ServiceException{StatusCode: 503})),
	clientTimeout:          permissiontest.CommitThen(permissiontest.Late()),
	"truncated body":       permissiontest.Truncated(),
}

// The SDK's client reports a success whose response is lost as a failure. Our client
// and package ensure with the SDK's client report the success. The change is always
// made.
func TestLostResponses(t *testing.T) {
	for name, fault := range lostResponses {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if name == clientTimeout {
				synctest.Test(t, func(t *testing.T) { testLostResponse(t, fault, inMemory) })
				return
			}
			testLostResponse(t, fault, onLoopback)
		})
	}
}

// testLostResponse makes both changes, each in three ways.
func testLostResponse(t *testing.T, fault permissiontest.Fault, serve server) {
	for _, change := range []validate.Operation{validate.AddPermission, validate.RemovePermission} {
		lost := permissiontest.On(1, fault).Of(change)
		if err := plainly(change, theirs(lossy(t, change, lost, serve))); err == nil {
			t.Errorf("%s by the SDK's client succeeds, want an error (is this test still needed?)", change)
		}
		if err := plainly(change, ours(lossy(t, change, lost, serve))); err != nil {
			t.Errorf("%s by ours: %v", change, err)
		}
		if err := ensured(change, theirs(lossy(t, change, lost, serve))); err != nil {
			t.Errorf("%s ensured over the SDK's client: %v", change, err)
		}
	}
}

// lossy serves a policy to which the change applies, and loses the answer to the
// change. It returns the configuration of clients.
func lossy(t *testing.T, change validate.Operation, lost permissiontest.Rule, serve server) aws.Config {
	t.Helper()
	service := permissiontest.NewService()
	if err := service.CreateFunction("Thumbnail"); err != nil {
		t.Fatal(err)
	}
	if change == validate.RemovePermission {
		if err := plainly(validate.AddPermission, service.API()); err != nil {
			t.Fatal(err)
		}
	}
	transport, url := serve(t, permissiontest.Faults(service, lost))
	t.Cleanup(func() {
		if _, present := service.Policy("Thumbnail"); present == (change == validate.RemovePermission) {
			t.Errorf("%s: the change was not made", change)
		}
	})
	cfg := service.Config(url)
	cfg.HTTPClient = &http.Client{Transport: transport, Timeout: time.Minute}
	cfg.Retryer = func() aws.Retryer {
		return retry.NewStandard(func(o *retry.StandardOptions) {
			o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
		})
	}
	return cfg
}

// server serves a handler until the end of the test and returns a transport and a URL
// for it.
type server func(*testing.T, http.Handler) (transport http.RoundTripper, url string)

func inMemory(t *testing.T, handler http.Handler) (http.RoundTripper, string) {
	return memnet.Serve(t, handler), "http://lambda.test"
}

func onLoopback(t *testing.T, handler http.Handler) (http.RoundTripper, string) {
	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.Start()
	transport := &http.Transport{}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		server.CloseClientConnections()
		server.Close()
	})
	return transport, server.URL
}

func ours(cfg aws.Config) permission.API { return permission.NewFromConfig(cfg) }

func theirs(cfg aws.Config) permission.API {
	return sdkapi.New(lambda.NewFromConfig(cfg))
}

func partner() *permission.AddPermissionInput {
	return &permission.AddPermissionInput{
		FunctionName: aws.String("Thumbnail"), StatementId: aws.String("partner"),
		Action: aws.String("lambda:InvokeFunction"), Principal: aws.String("210987654321"),
	}
}

func partnerGone() *permission.RemovePermissionInput {
	return &permission.RemovePermissionInput{FunctionName: aws.String("Thumbnail"), StatementId: aws.String("partner")}
}

// plainly makes the change by one call, and ensured by package ensure.
func plainly(change validate.Operation, api permission.API) (err error) {
	if change == validate.AddPermission {
		_, err = api.AddPermission(context.Background(), partner())
	} else {
		_, err = api.RemovePermission(context.Background(), partnerGone())
	}
	return err
}

func ensured(change validate.Operation, api permission.API) (err error) {
	if change == validate.AddPermission {
		_, err = ensure.Grant(context.Background(), api, partner())
	} else {
		_, err = ensure.Absent(context.Background(), api, "Thumbnail", "partner")
	}
	return err
}

// stormy is an HTTP client of a service in memory with a fault for one request in five:
// the answer is lost or is a 500 after the change, or the request is throttled or
// refused by a conflict that passes. The fault depends on the request and on how often
// it has been sent.
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

// serve passes a request to the service in the form in which a server reads it.
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

// 32 writers add 50 grants each to 8 functions with the faults of stormy, first by
// plain calls of the SDK's client with its retries, then by ensure.Grant with that
// client. Some plain calls fail although the grant was made, and some grants are
// missing. ensure.Grant, called again if it fails, makes all of them.
func TestSoakByPlainCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		plain := soakBy(t, func(ctx context.Context, api permission.API, in *permission.AddPermissionInput) error {
			_, err := api.AddPermission(ctx, in)
			return err
		}, 1)
		t.Logf("plain calls: %+v", plain)
		if plain.falseConflicts == 0 {
			t.Errorf("plain calls: %+v, want conflicts with their own statements", plain)
		}
		if plain.missing == 0 {
			t.Errorf("plain calls: %+v, want missing grants", plain)
		}
		ensured := soakBy(t, func(ctx context.Context, api permission.API, in *permission.AddPermissionInput) error {
			_, err := ensure.Grant(ctx, permission.API(api), in)
			return err
		}, 10)
		t.Logf("Ensure: %+v", ensured)
		if want := (damage{}); ensured != want {
			t.Errorf("ensure.Grant with the SDK's client: %+v, want %+v", ensured, want)
		}
	})
}

// damage counts the failures of one run.
type damage struct {
	failed         int64 // calls that never succeeded
	falseConflicts int64 // of them, those refused because of their own commit
	missing        int   // grants that are missing at the end
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

// soakGrant returns a different grant for each writer and n.
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
