package sdkparity_test

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go/metrics"
	"github.com/google/go-cmp/cmp"
)

// For every answer both clients record the same values with the same instruments, in
// the same order and with the same properties.
func TestMetricsParity(t *testing.T) {
	for name, change := range tracedSettings {
		for answer, first := range answers() {
			if name != "plain" && strings.HasPrefix(answer, "error ") {
				continue // tested with the plain setting
			}
			for operation, input := range operations {
				if answer == "failure body breaks off" && slices.Contains(withoutBody, operation) {
					continue // ours tries again; see tracingDifferences
				}
				for again, second := range map[string]reply{"success": accept, "the same": first} {
					perCall := again == "success"
					ours := measure(t, oursObserved, change, input, []reply{first, second}, perCall)
					sdks := measure(t, sdkObserved, change, input, []reply{first, second}, perCall)
					if answer == "failure error body breaks" { // ours keeps the code
						named(sdks, "*http.ResponseError", "ServiceException")
						named(sdks, "*retry.MaxAttemptsError", "ServiceException")
					}
					if !sdks.has("client.http.do_request_duration") { // the SDK makes these when it sends a request
						maps.DeleteFunc(ours.Instruments, func(name, _ string) bool { return strings.HasPrefix(name, "client.http.") })
					}
					if diff := cmp.Diff(sdks, ours); diff != "" {
						t.Errorf("%s, %s, %s, then %s (-SDK +ours):\n%s", name, answer, operation, again, diff)
					}
					if len(ours.Records) == 0 {
						t.Errorf("%s, %s, %s, then %s: no records", name, answer, operation, again)
					}
				}
			}
		}
	}
}

// TestMetrics lists the records of one call.
func TestMetrics(t *testing.T) {
	got := measure(t, oursObserved, func(*setting) {}, operations["GetPolicy"], []reply{failures["500"], accept}, false)
	const call, signed = `, rpc.method="GetPolicy", rpc.service="Lambda"`, `, auth.scheme_id="aws.auth#sigv4"`
	attempt := func(end ...string) []string {
		return append([]string{
			"client.call.attempts 1" + call,
			"client.call.auth.resolve_identity_duration plausible true" + signed + call,
			"client.call.resolve_endpoint_duration plausible true" + call,
			"client.call.auth.signing_duration plausible true" + signed + call,
			"client.http.do_request_duration plausible true",
			"client.call.deserialization_duration plausible true" + call,
			"client.call.attempt_duration plausible true" + call,
		}, end...)
	}
	want := slices.Concat(
		[]string{"client.call.serialization_duration plausible true" + call},
		attempt(`client.call.errors 1, exception.type="ServiceException"`+call),
		attempt(),
		[]string{"client.call.duration plausible true" + call},
	)
	if diff := cmp.Diff(want, got.Records); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// The scope of each client's metrics is the path of its package.
func TestMeterScope(t *testing.T) {
	for want, client := range map[string]observed{
		"github.com/lambdaperm/lambdaperm/permission": oursObserved,
		"github.com/aws/aws-sdk-go-v2/service/lambda": sdkObserved,
	} {
		var m meter
		if _, err := invoke(context.Background(), client(setting{Config: plainConfig(&recorder{})}, observers{meters: &m}), operations["GetPolicy"]); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{want}, slices.Collect(maps.Keys(m.scopes))); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

// Over TLS connections both clients also record the events of the transport. Their
// order is not compared, since it depends on the transport.
func TestConnectionMetricsParity(t *testing.T) {
	ours, sdks := overTLS(t, oursObserved), overTLS(t, sdkObserved)
	if diff := cmp.Diff(sdks, ours); diff != "" {
		t.Errorf("(-SDK +ours):\n%s", diff)
	}
	for _, name := range []string{"acquire_duration", "tls_handshake_duration", "dns_lookup_duration", "usage 1"} {
		if !ours.has("client.http.connections." + name) {
			t.Errorf("there is no record of connections.%s", name)
		}
	}
}

// If a meter fails to make an instrument, the call fails with its error.
func TestMeterWithoutInstruments(t *testing.T) {
	for name, client := range map[string]observed{"ours": oursObserved, "SDK": sdkObserved} {
		for _, perCall := range []bool{false, true} {
			transport := &recorder{}
			api, optFns := observers{meters: refusingMeter{}}.apply(client, setting{Config: plainConfig(transport)}, perCall)
			_, err := invoke(context.Background(), api, operations["GetPolicy"], optFns...)
			if err == nil || !strings.Contains(err.Error(), errRefused.Error()) {
				t.Errorf("%s, per call %t: error %v, want %v in it", name, perCall, err, errRefused)
			}
			if n := len(transport.requests); n != 0 {
				t.Errorf("%s, per call %t: %d requests, want 0", name, perCall, n)
			}
		}
	}
}

var errRefused = fmt.Errorf("no more instruments")

type refusingMeter struct{ metrics.NopMeter }

func (r refusingMeter) Meter(string, ...metrics.MeterOption) metrics.Meter { return r }

func (refusingMeter) Float64Histogram(string, ...metrics.InstrumentOption) (metrics.Float64Histogram, error) {
	return nil, errRefused
}

// measure returns the records of a call. It makes the call in a bubble, since an answer
// may ask the client to wait.
func measure(t *testing.T, client observed, change func(*setting), input any, replies []reply, perCall bool) measured {
	t.Helper()
	var m meter
	synctest.Test(t, func(*testing.T) {
		set := setting{Config: plainConfig(&script{replies: replies})}
		set.Retryer = newHasty
		change(&set)
		api, optFns := observers{meters: &m}.apply(client, set, perCall)
		_, _ = invoke(context.Background(), api, input, optFns...)
	})
	return m.measured()
}

// named replaces a value in the records.
func named(m measured, old, name string) {
	for i, r := range m.Records {
		m.Records[i] = strings.ReplaceAll(r, `"`+old+`"`, `"`+name+`"`)
	}
}

// overTLS returns the records of calls on a new connection and on the same connection
// again. On a busy machine net/http may not reuse a connection; then overTLS repeats
// the calls.
func overTLS(t *testing.T, client observed) measured {
	t.Helper()
	for range 10 {
		if m, connections := callsOverTLS(t, client); connections == 1 {
			return m
		}
	}
	t.Fatal("net/http reused no connection in ten runs")
	return measured{}
}

// callsOverTLS makes the calls of overTLS and also returns the number of connections.
func callsOverTLS(t *testing.T, client observed) (m measured, connections int64) {
	t.Helper()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		resp := success(req)
		w.WriteHeader(resp.StatusCode)
		_, _ = io.Copy(w, resp.Body)
	}))
	var opened atomic.Int64
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			opened.Add(1)
		}
	}
	server.StartTLS()
	defer server.Close()
	transport := server.Client().Transport.(*http.Transport)
	transport.TLSClientConfig.ServerName = "example.com" // the name in the certificate
	set, meters := setting{Config: plainConfig(&http.Client{Transport: transport})}, &meter{}
	set.BaseEndpoint = aws.String(strings.Replace(server.URL, "127.0.0.1", "localhost", 1))
	api := client(set, observers{meters: meters})
	for _, name := range []string{"GetPolicy", "RemovePermission", "GetPolicy"} {
		if _, err := invoke(context.Background(), api, operations[name]); err != nil {
			t.Fatal(err)
		}
		await(t, func() bool { return meters.inUse() == 0 })
	}
	if _, err := invoke(context.Background(), api, operations["AddPermission"]); err != nil {
		t.Fatal(err)
	}
	all := meters.measured()
	slices.Sort(all.Records)
	// It depends on timing whether net/http reuses the connection of a request with a
	// body, and so whether the end of its use is recorded.
	all.Records = slices.DeleteFunc(all.Records, func(r string) bool { return strings.HasPrefix(r, "client.http.connections.usage -1") })
	return all, opened.Load()
}

// await waits until done returns true.
func await(t *testing.T, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !done(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("not done within a minute")
		}
	}
}

// meter is a meter provider that records its instruments and their values. It
// implements the kinds of instruments that the clients use; another kind panics.
type meter struct {
	otherKinds
	mu          sync.Mutex
	scopes      map[string]bool
	instruments map[string]string // name to kind, unit and description
	records     []string
	open        int64 // number of connections in use
}

type otherKinds interface{ metrics.Meter }

func (m *meter) Meter(scope string, _ ...metrics.MeterOption) metrics.Meter {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.scopes == nil {
		m.scopes, m.instruments = map[string]bool{}, map[string]string{}
	}
	m.scopes[scope] = true
	return m
}

func (m *meter) instrument(kind, name string, opts []metrics.InstrumentOption) instrument {
	m.mu.Lock()
	defer m.mu.Unlock()
	var o metrics.InstrumentOptions
	for _, opt := range opts {
		opt(&o)
	}
	m.instruments[name] = fmt.Sprintf("%s in %s: %s", kind, o.UnitLabel, o.Description)
	return instrument{m, name}
}

func (m *meter) Int64Counter(name string, opts ...metrics.InstrumentOption) (metrics.Int64Counter, error) {
	return counter{m.instrument("counter", name, opts)}, nil
}

func (m *meter) Int64UpDownCounter(name string, opts ...metrics.InstrumentOption) (metrics.Int64UpDownCounter, error) {
	return counter{m.instrument("up-down counter", name, opts)}, nil
}

func (m *meter) Float64Histogram(name string, opts ...metrics.InstrumentOption) (metrics.Float64Histogram, error) {
	return histogram{m.instrument("histogram", name, opts)}, nil
}

type instrument struct {
	meter *meter
	name  string
}

func (i instrument) record(value string, opts []metrics.RecordMetricOption) {
	var o metrics.RecordMetricOptions
	for _, opt := range opts {
		opt(&o)
	}
	line, properties := i.name+" "+value, textKeys(o.Properties.Values())
	for _, key := range slices.Sorted(maps.Keys(properties)) {
		line += fmt.Sprintf(", %s=%#v", key, properties[key])
	}
	i.meter.mu.Lock()
	defer i.meter.mu.Unlock()
	i.meter.records = append(i.meter.records, line)
}

type counter struct{ instrument }

func (c counter) Add(_ context.Context, n int64, opts ...metrics.RecordMetricOption) {
	if c.name == "client.http.connections.usage" {
		c.meter.mu.Lock()
		c.meter.open += n
		c.meter.mu.Unlock()
	}
	c.record(fmt.Sprint(n), opts)
}

type histogram struct{ instrument }

// Record records whether the value is a plausible duration of these calls in seconds.
func (h histogram) Record(_ context.Context, seconds float64, opts ...metrics.RecordMetricOption) {
	h.record(fmt.Sprintf("plausible %t", seconds >= 0 && seconds < 60), opts)
}

// measured has the instruments and the records of a meter.
type measured struct {
	Instruments map[string]string
	Records     []string
}

// has reports whether a record begins with prefix.
func (m measured) has(prefix string) bool {
	return slices.ContainsFunc(m.Records, func(r string) bool { return strings.HasPrefix(r, prefix) })
}

func (m *meter) measured() measured {
	m.mu.Lock()
	defer m.mu.Unlock()
	return measured{m.instruments, slices.Clone(m.records)}
}

// inUse returns the number of connections in use.
func (m *meter) inUse() int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.open
}
