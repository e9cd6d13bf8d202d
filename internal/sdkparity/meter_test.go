package sdkparity_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/aws/smithy-go/metrics"
)

// meter is a meter provider that remembers its instruments and their records. It makes the kinds that the clients use; any other is a nil pointer.
type meter struct {
	otherKinds
	mu          sync.Mutex
	scopes      map[string]bool
	instruments map[string]string // name to kind, unit and description
	records     []string
	open        int64 // sum of the connections in use
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

// Record keeps whether the value can be a duration of these calls, in seconds.
func (h histogram) Record(_ context.Context, seconds float64, opts ...metrics.RecordMetricOption) {
	h.record(fmt.Sprintf("plausible %t", seconds >= 0 && seconds < 60), opts)
}

// measured holds the instruments and the records of a meter.
type measured struct {
	Instruments map[string]string
	Records     []string
}

func (m *meter) measured() measured {
	m.mu.Lock()
	defer m.mu.Unlock()
	return measured{m.instruments, slices.Clone(m.records)}
}

// inUse returns how many connections are in use.
func (m *meter) inUse() int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.open
}
