package sdkparity_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/aws/smithy-go/tracing"
)

// tracer is a tracer provider that remembers its spans: when each began and
// ended, within which, and with which properties.
type tracer struct {
	mu     sync.Mutex
	scopes []string
	events []string // in the order of time
	spans  []*span
}

func (t *tracer) Tracer(scope string, _ ...tracing.TracerOption) tracing.Tracer {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.scopes = append(t.scopes, scope)
	return t
}

func (t *tracer) StartSpan(ctx context.Context, name string, opts ...tracing.SpanOption) (context.Context, tracing.Span) {
	t.mu.Lock()
	defer t.mu.Unlock()
	var o tracing.SpanOptions
	for _, opt := range opts {
		opt(&o)
	}
	s := &span{tracer: t, name: name, path: name, kind: o.Kind, properties: o.Properties.Values()}
	if parent, ok := tracing.GetSpan(ctx); ok {
		s.path = parent.(*span).path + "/" + name
	}
	if s.properties == nil {
		s.properties = map[any]any{}
	}
	t.spans = append(t.spans, s)
	t.events = append(t.events, "start "+s.path)
	return tracing.WithSpan(ctx, s), s
}

// trace describes the spans in words.
type trace struct{ Events, Spans []string }

func (t *tracer) trace() trace {
	t.mu.Lock()
	defer t.mu.Unlock()
	all := trace{Events: t.events}
	for _, s := range t.spans {
		line := fmt.Sprintf("%s: kind %d, status %d, ended %t", s.path, s.kind, s.status, s.ended)
		for _, key := range slices.Sorted(maps.Keys(textKeys(s.properties))) {
			line += fmt.Sprintf(", %s=%#v", key, s.properties[key])
		}
		all.Spans = append(all.Spans, line)
	}
	return all
}

func textKeys(properties map[any]any) map[string]any {
	texts := map[string]any{}
	for key, value := range properties {
		texts[key.(string)] = value
	}
	return texts
}

type span struct {
	tracer     *tracer
	name, path string
	kind       tracing.SpanKind
	status     tracing.SpanStatus
	properties map[any]any
	ended      bool
}

func (s *span) Name() string { return s.name }
func (s *span) Context() tracing.SpanContext {
	return tracing.SpanContext{TraceID: "t", SpanID: s.path}
}
func (s *span) AddEvent(string, ...tracing.EventOption) { s.tracer.note("event in " + s.path) }
func (s *span) SetStatus(status tracing.SpanStatus)     { s.status = status }

func (s *span) SetProperty(k, v any) {
	s.tracer.mu.Lock()
	defer s.tracer.mu.Unlock()
	s.properties[k] = v
}

// End ends the span; the SDK ends some twice, which is once.
func (s *span) End() {
	if !s.ended {
		s.ended = true
		s.tracer.note("end " + s.path)
	}
}

func (t *tracer) note(event string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.events = append(t.events, event)
}
