package permissiontest_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/google/go-cmp/cmp"
	lambdaerrors "github.com/lambdaperm/lambdaperm/errors"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
	"github.com/lambdaperm/lambdaperm/validate"
)

// met is what a caller sees of a fault, by what a program can ask.
type met struct {
	Status                          int
	Code, Message                   string
	Send, Canceled, Deserialization bool
	Stored                          bool // whether the grant is in the policy
}

func metBy(w *world, err error) met {
	f := seen(err)
	var (
		send     *smithyhttp.RequestSendError
		canceled *aws.RequestCanceledError
		decoding *smithy.DeserializationError
	)
	document, _ := w.Policy("fn")
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
	{"lateness", permissiontest.Late(), met{Canceled: true}},
	{"a throttle", permissiontest.Throttle(), met{Status: 429, Code: "TooManyRequestsException", Message: "Rate exceeded"}},
	{"a server error", permissiontest.ServerError(), met{Status: 500, Code: "ServiceException", Message: broken}},
	{"a concurrent update", permissiontest.ConcurrentUpdate(), met{Status: 409, Code: "ResourceConflictException", Message: concurrent}},
	{"a role created a moment ago", permissiontest.UnknownPrincipal(),
		met{Status: 400, Code: "InvalidParameterValueException", Message: noIdentity}},
	{"an error of one's own", permissiontest.Fail(&smithy.GenericAPIError{Code: "RequestExpired", Message: "late"}),
		met{Status: 400, Code: "RequestExpired", Message: "late"}},
	// The work is done and the caller does not learn it.
	{"commit, then a reset", permissiontest.CommitThen(permissiontest.Reset()), met{Send: true, Stored: true}},
	{"commit, then 500", permissiontest.CommitThen(permissiontest.ServerError()),
		met{Status: 500, Code: "ServiceException", Message: broken, Stored: true}},
	{"commit, then lateness", permissiontest.CommitThen(permissiontest.Late()), met{Canceled: true, Stored: true}},
	{"commit, then a throttle", permissiontest.CommitThen(permissiontest.Throttle()),
		met{Status: 429, Code: "TooManyRequestsException", Message: "Rate exceeded", Stored: true}},
	// A body that breaks off, and one that does not end, are those of an answer.
	{"a truncated body", permissiontest.Truncated(), met{Status: 201, Deserialization: true, Stored: true}},
	{"an endless body", permissiontest.Endless(), met{Status: 201, Deserialization: true, Stored: true}},
	// About GetPolicy alone.
	{"a stale read", permissiontest.Stale(), met{Stored: true}},
	{"no fault", permissiontest.Fault{}, met{Stored: true}},
	{"no fault, committed", permissiontest.CommitThen(permissiontest.Fault{}), met{Stored: true}},
}

// A caller sees the same of a fault whether a client brings it from HTTP or an
// API returns it.
func TestFaults(t *testing.T) {
	for _, tt := range faults {
		t.Run(tt.name, func(t *testing.T) {
			for _, door := range []string{"HTTP", "API"} {
				w := newWorld(t)
				var api permission.API = w.Client(bare)
				if door == "HTTP" {
					w.Faults(permissiontest.On(1, tt.fault))
				} else {
					api = permissiontest.APIFaults(api, permissiontest.On(1, tt.fault))
				}
				err := addUntilGivenUp(t, api, tt.want.Canceled)
				if diff := cmp.Diff(tt.want, metBy(w, err)); diff != "" {
					t.Errorf("%s: %v (-want +got):\n%s", door, err, diff)
				}
				// The next call goes through.
				if err := add(api, sid("next")); err != nil {
					t.Errorf("%s: the call after the fault: %v", door, err)
				}
			}
		})
	}
}

// bare is a client that takes each answer as it comes.
func bare(o *permission.Options) {
	unchecked(o)
	o.DisableLostResponseRecovery = true
}

// addUntilGivenUp adds the grant; a caller who has to give up has a deadline, the
// others have none that could pass.
func addUntilGivenUp(t *testing.T, api permission.API, givesUp bool) error {
	t.Helper()
	ctx := t.Context()
	if givesUp {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, 100*time.Millisecond)
		defer cancel()
	}
	_, err := api.AddPermission(ctx, grant(), unchecked)
	return err
}

// What a load balancer says in front of a service that is down is not of the
// service: HTML, without a code or a request id. The status survives.
func TestBadGateway(t *testing.T) {
	w := newWorld(t)
	w.Faults(permissiontest.First(1, permissiontest.BadGateway()))
	overHTTP := add(w.client)
	if w.last.status != 502 || w.last.header.Get("Content-Type") != "text/html" || w.last.header.Get("X-Amzn-Requestid") != "" {
		t.Errorf("%d %v %s", w.last.status, w.last.header, w.last.body)
	}
	inProcess := add(permissiontest.APIFaults(w.API(), permissiontest.First(1, permissiontest.BadGateway())))
	if diff := cmp.Diff(seen(overHTTP), seen(inProcess)); diff != "" || seen(overHTTP).Status != 502 {
		t.Errorf("%v; API differs from HTTP (-HTTP +API):\n%s", overHTTP, diff)
	}
}

// A throttle carries the seconds to wait when it is asked to.
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
			if diff := cmp.Diff(tt.want, throttled.RetryAfterSeconds); diff != "" || throttled.Reason != "CallerRateLimitExceeded" {
				t.Errorf("%q, RetryAfterSeconds (-want +got):\n%s", throttled.Reason, diff)
			}
		}
		if w.last.body != `{"Reason":"CallerRateLimitExceeded","Type":"User","message":"Rate exceeded"}` {
			t.Errorf("body %s", w.last.body)
		}
	}
}

// Every error of the service, given as a value, comes back as that value: code,
// message, fault, type and the documented status.
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
			if want.Type == "*smithy.GenericAPIError" { // whose answer has no fault, and here no text
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

// Faults on the answers to the other operations, which have bodies of other
// kinds.
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
		// RemovePermission answers without a body, which cannot be cut.
		{"a truncated body", permissiontest.Truncated(), outcome{Deserialization: true}, outcome{Send: true, Done: true}},
		{"an endless body", permissiontest.Endless(), outcome{Deserialization: true}, outcome{Deserialization: true, Done: true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
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
				m := metBy(w, err)
				if diff := cmp.Diff(tt.get, outcome{m.Send, m.Deserialization, !m.Stored}); diff != "" {
					t.Errorf("%s: GetPolicy: %v (-want +got):\n%s", door, err, diff)
				}
				err = remove(api, "fn", "", "s3", "")
				m = metBy(w, err)
				if diff := cmp.Diff(tt.del, outcome{m.Send, m.Deserialization, !m.Stored}); diff != "" {
					t.Errorf("%s: RemovePermission: %v (-want +got):\n%s", door, err, diff)
				}
			}
		})
	}
}

// freshConnections keeps Go's transport from sending a GET again.
func freshConnections(o *permission.Options) {
	o.HTTPClient = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
}

// A body that breaks off in a refusal costs its text, not its code.
func TestTruncatedRefusal(t *testing.T) {
	w := newWorld(t)
	w.Faults(permissiontest.On(1, permissiontest.Truncated()), permissiontest.On(2, permissiontest.Endless()))
	for range 2 {
		_, err := w.Client(unchecked).AddPermission(t.Context(), grant(function("none")), unchecked)
		if !lambdaerrors.IsNotFound(err) || seen(err).Status != 404 {
			t.Errorf("%v, want the 404", err)
		}
	}
	api := permissiontest.APIFaults(w.API(), permissiontest.On(1, permissiontest.Truncated()))
	if err := add(api, function("none")); !lambdaerrors.IsNotFound(err) {
		t.Errorf("%v, want the 404", err)
	}
}

// Rules count calls from 1, each for itself, and the first that hits counts.
func TestRules(t *testing.T) {
	busy, down := permissiontest.Throttle(), permissiontest.ServerError()
	adds, gets := validate.AddPermission, validate.GetPolicy
	tests := []struct {
		name  string
		rules []permissiontest.Rule
		want  []int // statuses of add, get, add, get, add, get
	}{
		{"none", nil, []int{0, 404, 0, 404, 0, 404}},
		{"the third", []permissiontest.Rule{permissiontest.On(3, busy)}, []int{0, 404, 429, 404, 0, 404}},
		{"the first two", []permissiontest.Rule{permissiontest.First(2, busy)}, []int{429, 429, 0, 404, 0, 404}},
		{"every second", []permissiontest.Rule{permissiontest.Every(2, busy)}, []int{0, 429, 0, 429, 0, 429}},
		{"the second of an operation", []permissiontest.Rule{permissiontest.On(2, busy).Of(gets)}, []int{0, 404, 0, 429, 0, 404}},
		{"of two operations", []permissiontest.Rule{permissiontest.On(2, busy).Of(gets, adds)}, []int{0, 429, 0, 404, 0, 404}},
		// Stale and UnknownPrincipal know what they are about.
		{"what a fault is about", []permissiontest.Rule{permissiontest.On(2, permissiontest.UnknownPrincipal())},
			[]int{0, 404, 400, 404, 0, 404}},
		{"two at once", []permissiontest.Rule{permissiontest.Every(2, busy), permissiontest.Every(3, down)},
			[]int{0, 429, 500, 429, 0, 429}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			w.Faults(tt.rules...)
			for door, api := range map[string]permission.API{
				"HTTP": w.client, "API": permissiontest.APIFaults(w.API(), tt.rules...),
			} {
				var got []int
				for i := range 3 {
					got = append(got, seen(add(api, sid(fmt.Sprint(door, i)))).Status)
					_, err := get(api, "fn", "1")
					got = append(got, seen(err).Status)
				}
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Errorf("%s: statuses (-want +got):\n%s", door, diff)
				}
			}
		})
	}
}

func TestRulesPanic(t *testing.T) {
	for name, make := range map[string]func(){
		"On":    func() { permissiontest.On(0, permissiontest.Reset()) },
		"First": func() { permissiontest.First(0, permissiontest.Reset()) },
		"Every": func() { permissiontest.Every(-1, permissiontest.Reset()) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s takes a call before the first", name)
				}
			}()
			make()
		}()
	}
}

// Faults compose: a wrapper around a wrapper, on either door.
func TestFaultsCompose(t *testing.T) {
	service := permissiontest.NewService()
	if err := service.CreateFunction("fn"); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(permissiontest.Faults(
		permissiontest.Faults(service, permissiontest.On(1, permissiontest.CommitThen(permissiontest.Reset()))),
		permissiontest.On(2, permissiontest.CommitThen(permissiontest.Throttle()))))
	defer server.Close()
	client := permission.NewFromConfig(service.Config(server.URL), unchecked)
	var send *smithyhttp.RequestSendError
	if err := add(client, sid("a")); !errors.As(err, &send) {
		t.Errorf("the inner fault: %v", err)
	}
	if err := add(client, sid("b")); !lambdaerrors.IsThrottled(err) {
		t.Errorf("the outer fault: %v", err)
	}
	if d, _ := service.Policy("fn"); len(d.Statements()) != 2 {
		t.Errorf("policy %s, want both statements", d)
	}
	api := permissiontest.APIFaults(
		permissiontest.APIFaults(service.API(), permissiontest.On(1, permissiontest.Reset())),
		permissiontest.On(2, permissiontest.Throttle()))
	if err := add(api, sid("c")); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("the inner fault: %v", err)
	}
	if err := add(api, sid("d")); !lambdaerrors.IsThrottled(err) {
		t.Errorf("the outer fault: %v", err)
	}
}

// A fault inside a fault that was committed ends the connection all the same.
func TestResetBelowCommit(t *testing.T) {
	w := newWorld(t)
	handler := permissiontest.Faults(permissiontest.Faults(w.Service, permissiontest.On(1, permissiontest.Reset())),
		permissiontest.On(1, permissiontest.CommitThen(permissiontest.Throttle())))
	server := httptest.NewServer(handler)
	defer server.Close()
	client := permission.NewFromConfig(w.Service.Config(server.URL), unchecked)
	if err := add(client); !errors.Is(err, io.EOF) {
		t.Errorf("%v, want a connection that ends", err)
	}
}

// What is in flight when a test ends does not hold it up.
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
		t.Error("the call was answered")
	}
}

type doer func(*http.Request) (*http.Response, error)

func (d doer) Do(r *http.Request) (*http.Response, error) { return d(r) }

// Without a deadline there is nothing to wait for.
func TestLateWithoutDeadline(t *testing.T) {
	api := permissiontest.APIFaults(permissiontest.NewService().API(), permissiontest.On(1, permissiontest.Late()))
	if _, err := api.AddPermission(context.Background(), grant()); err == nil {
		t.Error("no error")
	}
}
