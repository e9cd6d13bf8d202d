package permissiontest_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/google/go-cmp/cmp"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/internal/memnet"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
)

// met is a fault as a program can see it.
type met struct {
	Status                          int
	Code, Message                   string
	Send, Canceled, Deserialization bool
	Stored                          bool // whether the grant is in the policy
}

func metBy(service *permissiontest.Service, err error) met {
	f := seen(err)
	var (
		send     *smithyhttp.RequestSendError
		canceled *aws.RequestCanceledError
		decoding *smithy.DeserializationError
	)
	document, _ := service.Policy("fn")
	_, stored := document.Lookup("s3")
	return met{
		Status: f.Status, Code: f.Code, Message: f.Message, Stored: stored,
		Canceled:        errors.As(err, &canceled),
		Send:            errors.As(err, &send) && !errors.As(err, &canceled),
		Deserialization: errors.As(err, &decoding),
	}
}

const (
	concurrent = "The function could not be updated due to a concurrent update operation."
	broken     = "An error occurred and the request cannot be processed."
	noIdentity = "The provided principal was invalid. Please check the principal and try again."
)

var faults = []struct {
	name  string
	fault permissiontest.Fault
	want  met
}{
	// Nothing reaches the service.
	{"a reset", permissiontest.Reset(), met{Send: true}},
	{"a throttle", permissiontest.Throttle(), met{Status: 429, Code: "TooManyRequestsException", Message: "Rate exceeded"}},
	{"a server error", permissiontest.ServerError(), met{Status: 500, Code: "ServiceException", Message: broken}},
	{"a concurrent update", permissiontest.ConcurrentUpdate(), met{Status: 409, Code: "ResourceConflictException", Message: concurrent}},
	{"a role created a moment ago", permissiontest.UnknownPrincipal(),
		met{Status: 400, Code: "InvalidParameterValueException", Message: noIdentity}},
	{"another error", permissiontest.Fail(&smithy.GenericAPIError{Code: "RequestExpired", Message: "late"}),
		met{Status: 400, Code: "RequestExpired", Message: "late"}},
	// The call is carried out, but the caller does not get its answer.
	{"commit, then a reset", permissiontest.CommitThen(permissiontest.Reset()), met{Send: true, Stored: true}},
	{"commit, then 500", permissiontest.CommitThen(permissiontest.ServerError()),
		met{Status: 500, Code: "ServiceException", Message: broken, Stored: true}},
	{"commit, then a throttle", permissiontest.CommitThen(permissiontest.Throttle()),
		met{Status: 429, Code: "TooManyRequestsException", Message: "Rate exceeded", Stored: true}},
	// A body that breaks off and one that does not end belong to an answer.
	{"a truncated body", permissiontest.Truncated(), met{Status: 201, Deserialization: true, Stored: true}},
	{"an endless body", permissiontest.Endless(), met{Status: 201, Deserialization: true, Stored: true}},
	// Only GetPolicy can be stale.
	{"a stale read", permissiontest.Stale(), met{Stored: true}},
	{"no fault", permissiontest.Fault{}, met{Stored: true}},
	{"no fault, committed", permissiontest.CommitThen(permissiontest.Fault{}), met{Stored: true}},
}

// A caller sees the same fault from a client over HTTP and from an API.
func TestFaults(t *testing.T) {
	for _, tt := range faults {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for _, door := range []string{"HTTP", "API"} {
				w := newWorld(t)
				var api permission.API = w.Client(bare)
				if door == "HTTP" {
					w.Faults(permissiontest.On(1, tt.fault))
				} else {
					api = permissiontest.APIFaults(api, permissiontest.On(1, tt.fault))
				}
				_, err := api.AddPermission(t.Context(), grant(), unchecked)
				if diff := cmp.Diff(tt.want, metBy(w.Service, err)); diff != "" {
					t.Errorf("%s: %v (-want +got):\n%s", door, err, diff)
				}
				// The next call succeeds.
				if err := add(api, sid("next")); err != nil {
					t.Errorf("%s: the call after the fault: err = %v, want nil", door, err)
				}
			}
		})
	}
}

// bare is an option for a client without checks, retries and recovery.
func bare(o *permission.Options) {
	unchecked(o)
	o.DisableLostResponseRecovery = true
}

// Faults of the answers to the other operations, whose bodies differ.
func TestFaultsOfOtherOperations(t *testing.T) {
	type outcome struct{ Send, Deserialization, Done bool }
	tests := []struct {
		name  string
		fault permissiontest.Fault
		get   outcome
		del   outcome
	}{
		{"a reset", permissiontest.Reset(), outcome{Send: true}, outcome{Send: true}},
		{"commit, then a reset", permissiontest.CommitThen(permissiontest.Reset()), outcome{Send: true}, outcome{Send: true, Done: true}},
		// RemovePermission answers without a body, which cannot be truncated.
		{"a truncated body", permissiontest.Truncated(), outcome{Deserialization: true}, outcome{Send: true, Done: true}},
		{"an endless body", permissiontest.Endless(), outcome{Deserialization: true}, outcome{Deserialization: true, Done: true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for _, door := range []string{"HTTP", "API"} {
				w := newWorld(t)
				mustAdd(t, w.client)
				var api permission.API = w.Client(bare, freshConnections)
				if door == "HTTP" {
					w.Faults(permissiontest.First(2, tt.fault))
				} else {
					api = permissiontest.APIFaults(api, permissiontest.First(2, tt.fault))
				}
				_, err := get(api, "fn", "")
				m := metBy(w.Service, err)
				if diff := cmp.Diff(tt.get, outcome{m.Send, m.Deserialization, !m.Stored}); diff != "" {
					t.Errorf("%s: GetPolicy: %v (-want +got):\n%s", door, err, diff)
				}
				err = remove(api, "fn", "", "s3", "")
				m = metBy(w.Service, err)
				if diff := cmp.Diff(tt.del, outcome{m.Send, m.Deserialization, !m.Stored}); diff != "" {
					t.Errorf("%s: RemovePermission: %v (-want +got):\n%s", door, err, diff)
				}
			}
		})
	}
}

// A fault that waits does so until the caller's context ends. A refusal whose body
// stalls still has its code, and an answer without a body does not arrive.
func TestFaultsThatWait(t *testing.T) {
	addTo := func(name string) func(context.Context, permission.API) error {
		return func(ctx context.Context, api permission.API) error {
			_, err := api.AddPermission(ctx, grant(function(name)), unchecked)
			return err
		}
	}
	get := func(ctx context.Context, api permission.API) error {
		_, err := api.GetPolicy(ctx, &permission.GetPolicyInput{FunctionName: aws.String("fn")}, unchecked)
		return err
	}
	remove := func(ctx context.Context, api permission.API) error {
		_, err := api.RemovePermission(ctx, &permission.RemovePermissionInput{FunctionName: aws.String("fn"), StatementId: aws.String("s3")}, unchecked)
		return err
	}
	tests := []struct {
		name   string
		fault  permissiontest.Fault
		before []string // the statements that the policy has
		call   func(context.Context, permission.API) error
		want   met
	}{
		{"lateness", permissiontest.Late(), nil, addTo("fn"), met{Canceled: true}},
		{"commit, then lateness", permissiontest.CommitThen(permissiontest.Late()), nil, addTo("fn"), met{Canceled: true, Stored: true}},
		{"a stalled body", permissiontest.Stalled(), nil, addTo("fn"), met{Status: 201, Canceled: true, Stored: true}},
		{"a stalled body of a refusal", permissiontest.Stalled(), nil, addTo("none"), met{Status: 404, Code: notFound, Canceled: true}},
		{"a stalled body of a reading", permissiontest.Stalled(), []string{"s3"}, get, met{Status: 200, Canceled: true, Stored: true}},
		{"a stalled answer without a body", permissiontest.Stalled(), []string{"s3"}, remove, met{Canceled: true}},
	}
	for _, tt := range tests {
		for door, through := range map[string]func(*testing.T, *permissiontest.Service, permissiontest.Rule) permission.API{"HTTP": inMemory, "API": inProcess} {
			t.Run(tt.name+"/"+door, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					service := permissiontest.NewService()
					if err := service.CreateFunction("fn"); err != nil {
						t.Fatal(err)
					}
					for _, id := range tt.before {
						mustAdd(t, service.API(), sid(id))
					}
					ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
					defer cancel()
					err := tt.call(ctx, through(t, service, permissiontest.On(1, tt.fault)))
					got := metBy(service, err)
					if got.Code != "" {
						got.Message = "" // its end may be missing
					}
					if diff := cmp.Diff(tt.want, got); diff != "" {
						t.Errorf("%v (-want +got):\n%s", err, diff)
					}
					if ctx.Err() == nil {
						t.Errorf("err = %v before the context ended", err)
					}
				})
			})
		}
	}
}

// inMemory returns a client of a service with a fault, over connections in memory, so
// that in a synctest bubble the deadline passes only when every goroutine waits.
func inMemory(t *testing.T, service *permissiontest.Service, rule permissiontest.Rule) permission.API {
	transport := memnet.Serve(t, permissiontest.Faults(service, rule))
	return permission.NewFromConfig(service.Config("http://lambda.test"), bare, func(o *permission.Options) {
		o.HTTPClient = &http.Client{Transport: transport}
	})
}

// inProcess returns the service itself with a fault.
func inProcess(_ *testing.T, service *permissiontest.Service, rule permissiontest.Rule) permission.API {
	return permissiontest.APIFaults(service.API(), rule)
}

// freshConnections keeps Go's transport from repeating a GET.
func freshConnections(o *permission.Options) {
	o.HTTPClient = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
}

// A refusal whose body breaks off loses its text, but not its code.
func TestTruncatedRefusal(t *testing.T) {
	w := newWorld(t)
	w.Faults(permissiontest.On(1, permissiontest.Truncated()), permissiontest.On(2, permissiontest.Endless()))
	for range 2 {
		_, err := w.Client(unchecked).AddPermission(t.Context(), grant(function("none")), unchecked)
		if !lambdaerrors.IsNotFound(err) {
			t.Errorf("error %v, want one that IsNotFound", err)
		}
		want(t, "status", 404, seen(err).Status)
	}
	api := permissiontest.APIFaults(w.API(), permissiontest.On(1, permissiontest.Truncated()))
	if err := add(api, function("none")); !lambdaerrors.IsNotFound(err) {
		t.Errorf("err = %v, want the 404", err)
	}
}

// Pending calls do not delay the end of a test.
func TestLateEndsWithTheServer(t *testing.T) {
	tb := &fakeTB{TB: t}
	s := permissiontest.NewServer(tb)
	arrived := make(chan struct{})
	s.Faults(permissiontest.On(1, permissiontest.Late()))
	client := s.Client(unchecked, func(o *permission.Options) {
		o.HTTPClient = doer(func(r *http.Request) (*http.Response, error) { close(arrived); return http.DefaultClient.Do(r) })
	})
	done := make(chan error)
	go func() { done <- add(client) }()
	<-arrived
	tb.end()
	if err := <-done; err == nil {
		t.Error("err = nil, want an error: the call was answered")
	}
}

type doer func(*http.Request) (*http.Response, error)

func (d doer) Do(r *http.Request) (*http.Response, error) { return d(r) }

// A fault that waits for the end of a context returns at once if the context cannot
// end.
func TestLateWithoutDeadline(t *testing.T) {
	for name, fault := range map[string]permissiontest.Fault{"Late": permissiontest.Late(), "Stalled": permissiontest.Stalled()} {
		api := permissiontest.APIFaults(permissiontest.NewService().API(), permissiontest.On(1, fault))
		if _, err := api.AddPermission(context.Background(), grant()); err == nil || !strings.Contains(err.Error(), "needs a context that ends") {
			t.Errorf("%s: error %v, want one that asks for a context that ends", name, err)
		}
	}
}

// A load balancer in front of an unavailable service answers with HTML, without a code
// and a request id. The error has the status.
func TestBadGateway(t *testing.T) {
	w := newWorld(t)
	w.Faults(permissiontest.First(1, permissiontest.BadGateway()))
	overHTTP := add(w.client)
	got := w.last.header
	want(t, "status, content type and request id", []any{502, "text/html", ""},
		[]any{w.last.status, got.Get("Content-Type"), got.Get("X-Amzn-Requestid")})
	inProcess := add(permissiontest.APIFaults(w.API(), permissiontest.First(1, permissiontest.BadGateway())))
	want(t, "status of the error", 502, seen(overHTTP).Status)
	want(t, "error of API()", seen(overHTTP), seen(inProcess))
}

// ThrottleFor adds the seconds to wait to the error.
func TestThrottleFor(t *testing.T) {
	tests := []struct {
		fault permissiontest.Fault
		want  *string
	}{
		{permissiontest.Throttle(), nil},
		{permissiontest.ThrottleFor(2 * time.Second), aws.String("2")},
		{permissiontest.ThrottleFor(1001 * time.Millisecond), aws.String("2")}, // whole seconds, rounded up
	}
	for _, tt := range tests {
		w := newWorld(t)
		w.Faults(permissiontest.On(1, tt.fault))
		inProcess := permissiontest.APIFaults(w.API(), permissiontest.On(1, tt.fault))
		for _, api := range []permission.API{w.client, inProcess} {
			var throttled *lambdaerrors.TooManyRequestsException
			if err := add(api); !errors.As(err, &throttled) {
				t.Fatal(err)
			}
			want(t, "RetryAfterSeconds", tt.want, throttled.RetryAfterSeconds)
			want(t, "Reason", "CallerRateLimitExceeded", throttled.Reason)
		}
		want(t, "body", `{"Reason":"CallerRateLimitExceeded","Type":"User","message":"Rate exceeded"}`, w.last.body)
	}
}

// Fail returns the given error with its code, message, fault, type and documented
// status.
func TestFail(t *testing.T) {
	text := aws.String("why")
	tests := map[smithy.APIError]int{
		&lambdaerrors.InvalidParameterValueException{Message: text}:     400,
		&lambdaerrors.PolicyLengthExceededException{Message: text}:      400,
		&lambdaerrors.PreconditionFailedException{Message: text}:        412,
		&lambdaerrors.PublicPolicyException{Message: text}:              400,
		&lambdaerrors.ResourceConflictException{Message: text}:          409,
		&lambdaerrors.ResourceNotFoundException{Message: text}:          404,
		&lambdaerrors.ServiceException{Message: text}:                   500,
		&lambdaerrors.TooManyRequestsException{Message: text}:           429,
		&lambdaerrors.ServiceException{}:                                500,
		&lambdaerrors.ServiceException{StatusCode: 503}:                 503,
		&smithy.GenericAPIError{Code: "AccessDeniedException"}:          403,
		&smithy.GenericAPIError{Code: "ExpiredTokenException"}:          403,
		&smithy.GenericAPIError{Code: "Odd", Fault: smithy.FaultServer}: 500,
	}
	for given, status := range tests {
		t.Run(fmt.Sprintf("%T %v", given, given), func(t *testing.T) {
			w := newWorld(t)
			w.Faults(permissiontest.On(1, permissiontest.Fail(given)))
			want := failure{
				Status: status, Code: given.ErrorCode(), Message: given.ErrorMessage(), Fault: given.ErrorFault(),
				Type: fmt.Sprintf("%T", given), Operation: "AddPermission", Service: "Lambda", HasRequestID: true,
			}
			got := seen(add(w.client))
			if want.Type == "*smithy.GenericAPIError" { // whose answer has no fault and no message
				want.Fault, want.Message = got.Fault, got.Message
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("over HTTP (-want +got):\n%s\n%s", diff, w.last.body)
			}
			inProcess := add(permissiontest.APIFaults(w.API(), permissiontest.On(1, permissiontest.Fail(given))))
			if diff := cmp.Diff(got, seen(inProcess)); diff != "" {
				t.Errorf("API() differs from HTTP (-HTTP +API):\n%s", diff)
			}
		})
	}
}
