package ensure_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"
	"github.com/lambdaperm/lambdaperm/arn"
	"github.com/lambdaperm/lambdaperm/internal/memnet"
	"github.com/lambdaperm/lambdaperm/permission"
	"github.com/lambdaperm/lambdaperm/permission/ensure"
	"github.com/lambdaperm/lambdaperm/permission/permissiontest"
	"github.com/lambdaperm/lambdaperm/permission/policy"
)

const (
	soakWriters   = 32
	soakGrants    = 50 // of each writer
	soakFunctions = 8
)

// TestSoak lets 32 writers ensure 50 grants each on 8 functions, whose names they
// write in every form, while one request in five goes wrong. In the end every
// grant is there exactly once, nothing else was touched, and no request was sent
// for a context that had ended. The test runs in the time of a bubble.
func TestSoak(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	tests := []struct {
		name     string
		seed     uint64
		decorate func(permission.API) permission.API
	}{
		{"writers take turns", 1, func(api permission.API) permission.API { return ensure.Serialized(api, nil) }},
		{"writers know nothing of each other", 2, func(api permission.API) permission.API { return api }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { newSoak(t, tt.seed, tt.decorate).run() })
		})
	}
}

type soak struct {
	t       *testing.T
	service *permissiontest.Service
	storm   *storm
	api     permission.API

	failures atomic.Int64 // of Grant; the writer calls it again
	canceled atomic.Int64 // contexts that ended during Grant
}

func newSoak(t *testing.T, seed uint64, decorate func(permission.API) permission.API) *soak {
	s := &soak{t: t, service: permissiontest.NewService()}
	for n := range soakFunctions {
		name := fmt.Sprint("function-", n)
		_ = s.service.CreateFunction(name)
		version, _ := s.service.PublishVersion(name)
		_, _ = s.service.CreateAlias(name, "PROD", version)
		for _, qualifier := range []string{"", ":1", ":PROD"} {
			mustAdd(t, s.service.API(), foreign(name+qualifier))
		}
	}
	s.storm = &storm{service: s.service, seed: seed, sent: map[string]int{}, faults: map[string]int{}}
	s.api = decorate(permission.NewFromConfig(s.service.Config("http://lambda.test"), func(o *permission.Options) {
		o.HTTPClient = s.storm
	}))
	return s
}

// foreign is a statement that is not of the writers.
func foreign(function string) *permission.AddPermissionInput {
	return &permission.AddPermissionInput{
		FunctionName: &function, StatementId: aws.String("foreign"),
		Action: aws.String("lambda:GetFunction"), Principal: aws.String("210987654321"),
	}
}

// soakGrant is the n-th grant of a writer, on a function whose name it writes in
// one of the forms, and its scope.
func soakGrant(writer, n int) (in *permission.AddPermissionInput, scope string) {
	function := fmt.Sprint("function-", (writer+n)%soakFunctions)
	forms := []struct{ name, qualifier, scope string }{
		{function, "", ""},
		{"123456789012:" + function, "", ""},
		{"123456789012:function:" + function, "", ""},
		{"arn:aws:lambda:us-east-1:123456789012:function:" + function, "", ""},
		{function + ":PROD", "", ":PROD"},
		{function, "PROD", ":PROD"},
		{"arn:aws:lambda:us-east-1:123456789012:function:" + function + ":PROD", "", ":PROD"},
		{function + ":1", "1", ":1"},
		{"123456789012:function:" + function, "1", ":1"},
		{"arn:aws:lambda:us-east-1:123456789012:function:" + function + ":1", "", ":1"},
	}
	form := forms[draw(0, fmt.Sprint(writer, " ", n))%uint64(len(forms))]
	in = &permission.AddPermissionInput{
		FunctionName: aws.String(form.name), StatementId: aws.String(fmt.Sprintf("w%d-g%d", writer, n)),
		Action: aws.String("lambda:InvokeFunction"), Principal: aws.String("sns.amazonaws.com"),
	}
	if form.qualifier != "" {
		in.Qualifier = aws.String(form.qualifier)
	}
	if n%7 == 0 {
		in.Principal = aws.String("210987654321") // is stored as another text
	}
	return in, function + form.scope
}

func (s *soak) run() {
	var writers sync.WaitGroup
	for writer := range soakWriters {
		writers.Go(func() {
			for n := range soakGrants {
				s.ensure(writer, n)
			}
		})
	}
	writers.Wait()
	s.check()
}

// ensure calls Grant until it succeeds, as a program does that is started again.
// One context in eight ends soon, the first time.
func (s *soak) ensure(writer, n int) {
	in, _ := soakGrant(writer, n)
	hurried := draw(s.storm.seed, fmt.Sprint("hurry ", writer, " ", n))
	for try := range 20 {
		patience := time.Hour
		if try == 0 && hurried%8 == 0 {
			patience = time.Duration(hurried/8%1000) * time.Millisecond
		}
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		_, err := ensure.Grant(ctx, s.api, in)
		cancel()
		switch {
		case err == nil:
			return
		case errors.Is(err, context.DeadlineExceeded):
			s.canceled.Add(1)
		default:
			s.failures.Add(1)
		}
	}
	s.t.Errorf("writer %d never added grant %d", writer, n)
}

func (s *soak) check() {
	for scope, want := range s.wanted() {
		document, _ := s.service.Policy(scope)
		got := map[string]int{}
		for _, statement := range document.Statements() {
			got[statement.Sid()]++
			if built, ok := want[statement.Sid()]; ok && !statement.Equivalent(built) {
				s.t.Errorf("%s has %s, want %s", scope, statement, built)
			}
		}
		once := map[string]int{}
		for id := range maps.Keys(want) {
			once[id] = 1
		}
		if diff := cmp.Diff(once, got); diff != "" {
			s.t.Errorf("statements of %s, and how often (-want +got):\n%s", scope, diff)
		}
	}
	s.checkWeather()
}

// wanted are the statements of each scope in the end, by id.
func (s *soak) wanted() map[string]map[string]policy.Statement {
	want := map[string]map[string]policy.Statement{}
	note := func(in *permission.AddPermissionInput, scope string) {
		if want[scope] == nil {
			want[scope] = map[string]policy.Statement{}
		}
		want[scope][*in.StatementId] = s.build(in, scope)
	}
	for n := range soakFunctions {
		for _, qualifier := range []string{"", ":1", ":PROD"} {
			scope := fmt.Sprint("function-", n, qualifier)
			note(foreign(scope), scope)
		}
	}
	for writer := range soakWriters {
		for n := range soakGrants {
			note(soakGrant(writer, n))
		}
	}
	return want
}

// checkWeather checks that faults met the requests, and how the calls dealt with them.
func (s *soak) checkWeather() {
	if len(s.storm.late) > 0 {
		s.t.Errorf("%d requests were sent after their context had ended: %q", len(s.storm.late), s.storm.late[0])
	}
	total := 0
	for _, f := range stormFaults {
		if s.storm.faults[f.name] == 0 {
			s.t.Errorf("the fault %q never happened", f.name)
		}
		total += s.storm.faults[f.name]
	}
	if share := float64(total) / float64(s.storm.requests); share < 0.15 || share > 0.25 {
		s.t.Errorf("%.0f %% of %d requests went wrong, want about 20 %%", 100*share, s.storm.requests)
	}
	if s.canceled.Load() == 0 {
		s.t.Error("no context ended during a call")
	}
	names := slices.Sorted(maps.Keys(s.storm.faults))
	s.t.Logf("%d requests, %d of them hit (%d kinds); %d calls failed and were made again, %d ended with their context",
		s.storm.requests, total, len(names), s.failures.Load(), s.canceled.Load())
}

// build returns the statement that the service stores for in, by another way than
// the code under test takes.
func (s *soak) build(in *permission.AddPermissionInput, scope string) policy.Statement {
	req := in.Request()
	req.FunctionName, req.Qualifier = "", ""
	statement, err := policy.NewStatement(req, arn.MustParseFunction(scope).Complete("aws", "us-east-1", "123456789012"))
	if err != nil {
		s.t.Fatal(err)
	}
	return statement
}

// storm is a transport to a service in memory that goes wrong for one request in
// five. The fate of a request depends on the seed, on its text and on how
// often it was sent before, so that a seed stands for a run however goroutines are
// scheduled.
type storm struct {
	service *permissiontest.Service
	seed    uint64

	mu       sync.Mutex
	sent     map[string]int
	requests int
	faults   map[string]int
	late     []string // requests that were sent after their context had ended
}

// A fault takes the place of a request's answer. It may let the service do its
// work all the same.
type fault struct {
	name string
	hits func(*http.Request) bool
	make func(*storm, *http.Request) (*http.Response, error)
}

var stormFaults = []fault{
	{"response lost to a reset", anyRequest, func(s *storm, r *http.Request) (*http.Response, error) {
		s.serve(r)
		return nil, syscall.ECONNRESET
	}},
	{"response lost to a timeout", anyRequest, func(s *storm, r *http.Request) (*http.Response, error) {
		s.serve(r)
		time.Sleep(5 * time.Second)
		return nil, syscall.ETIMEDOUT
	}},
	{"500 after the change", anyRequest, func(s *storm, r *http.Request) (*http.Response, error) {
		s.serve(r)
		return refusal(500, "ServiceException", "An error occurred and the request cannot be processed."), nil
	}},
	{"success cut short", anyRequest, func(s *storm, r *http.Request) (*http.Response, error) {
		resp := s.serve(r)
		if resp.StatusCode/100 == 2 {
			resp.Body = io.NopCloser(io.LimitReader(resp.Body, 10))
		}
		return resp, nil
	}},
	{"request lost", anyRequest, func(*storm, *http.Request) (*http.Response, error) { return nil, io.ErrUnexpectedEOF }},
	{"500", anyRequest, func(*storm, *http.Request) (*http.Response, error) {
		return refusal(500, "ServiceException", "An error occurred and the request cannot be processed."), nil
	}},
	{"429", anyRequest, func(*storm, *http.Request) (*http.Response, error) {
		return refusal(429, "TooManyRequestsException", "Rate exceeded"), nil
	}},
	{"409", isWrite, func(*storm, *http.Request) (*http.Response, error) {
		return refusal(409, "ResourceConflictException", "The function could not be updated due to a concurrent update operation."), nil
	}},
	{"412", isWrite, func(*storm, *http.Request) (*http.Response, error) {
		return refusal(412, "PreconditionFailedException", "The Revision Id provided does not match the latest Revision Id. Call the GetPolicy API to retrieve the latest Revision Id"), nil
	}},
}

func anyRequest(*http.Request) bool { return true }
func isWrite(r *http.Request) bool  { return r.Method != http.MethodGet }

func refusal(status int, code, message string) *http.Response {
	w := httptest.NewRecorder()
	refuse(w, status, code, fmt.Sprintf(`{"Type":"User","message":%q}`, message))
	return w.Result()
}

func (s *storm) Do(r *http.Request) (*http.Response, error) {
	f := s.strike(r)
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	time.Sleep(10 * time.Millisecond) // the way there and back
	if f == nil {
		return s.serve(r), nil
	}
	return f.make(s, r)
}

// strike counts a request and chooses a fault for it, or nil.
func (s *storm) strike(r *http.Request) *fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := r.Method + " " + r.URL.String() + bodyOf(r)
	if deadline, ok := r.Context().Deadline(); ok && time.Now().After(deadline) {
		s.late = append(s.late, key) // a context that ends in the moment of sending does not count
	}
	s.requests++
	s.sent[key]++
	n := draw(s.seed, fmt.Sprint(s.sent[key], key))
	if n%5 != 0 {
		return nil
	}
	f := &stormFaults[n/5%uint64(len(stormFaults))]
	for again := n; !f.hits(r); {
		again++
		f = &stormFaults[draw(again, key)%uint64(len(stormFaults))]
	}
	s.faults[f.name]++
	return f
}

func (s *storm) serve(r *http.Request) *http.Response {
	done := httptest.NewRecorder()
	s.service.ServeHTTP(done, memnet.Received(r))
	return done.Result()
}

// draw returns a number that depends only on the seed and the text.
func draw(seed uint64, text string) uint64 {
	h := fnv.New64a()
	_, _ = fmt.Fprint(h, seed, text)
	x := h.Sum64() // the low bits of FNV are weak: mix
	x ^= x >> 33
	x *= 0xff51afd7ed558ccd
	return x ^ x>>33
}

func bodyOf(r *http.Request) string {
	if r.Body == nil {
		return ""
	}
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	return string(body)
}
