package permission

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/metrics"
	"github.com/aws/smithy-go/middleware"
	"github.com/aws/smithy-go/tracing"
)

// instrumentation is the name under which spans and metrics are made.
const instrumentation = "github.com/lambdaperm/lambdaperm/permission"

// duration identifies one of the durations that are measured in a call.
type duration int

const (
	callDuration duration = iota
	serializeDuration
	resolveIdentityDuration
	resolveEndpointDuration
	signingDuration
	deserializeDuration
	durations
)

// instruments are the names and descriptions of the metrics; the names are those
// of the SDK's clients, so that dashboards keep working.
var instruments = [durations]struct{ name, description string }{
	callDuration:            {"client.call.duration", "Overall call duration (including retries and time to send or receive request and response body)"},
	serializeDuration:       {"client.call.serialization_duration", "The time it takes to serialize a message body"},
	resolveIdentityDuration: {"client.call.auth.resolve_identity_duration", "The time taken to acquire an identity (AWS credentials, bearer token, etc) from an Identity Provider"},
	resolveEndpointDuration: {"client.call.resolve_endpoint_duration", "The time it takes to resolve an endpoint (endpoint resolver, not DNS) for the request"},
	signingDuration:         {"client.call.auth.signing_duration", "The time it takes to sign a request"},
	deserializeDuration:     {"client.call.deserialization_duration", "The time it takes to deserialize a message body"},
}

type histograms [durations]metrics.Float64Histogram

type histogramsKey struct{}

// withHistograms returns a context with the instruments of a call, or ctx itself
// if provider discards measurements.
func withHistograms(ctx context.Context, provider metrics.MeterProvider) (context.Context, error) {
	if _, ok := provider.(metrics.NopMeterProvider); ok {
		return ctx, nil
	}
	meter := provider.Meter(instrumentation)
	var h histograms
	for i, instrument := range instruments {
		var err error
		h[i], err = meter.Float64Histogram(instrument.name, func(o *metrics.InstrumentOptions) {
			o.UnitLabel = "s"
			o.Description = instrument.description
		})
		if err != nil {
			return nil, err
		}
	}
	return context.WithValue(ctx, histogramsKey{}, &h), nil
}

// startTimer measures until the returned function is called.
func startTimer(ctx context.Context, d duration) (stop func()) {
	h, _ := ctx.Value(histogramsKey{}).(*histograms)
	if h == nil {
		return func() {}
	}
	start := time.Now()
	return func() {
		h[d].Record(ctx, time.Since(start).Seconds(), func(o *metrics.RecordMetricOptions) {
			o.Properties.Set("rpc.service", middleware.GetServiceID(ctx))
			o.Properties.Set("rpc.method", middleware.GetOperationName(ctx))
			if d == resolveIdentityDuration || d == signingDuration {
				o.Properties.Set(schemeProperty, callFrom(ctx).schemeID())
			}
		})
	}
}

// startSpan begins the span of a whole call.
func (p *pipeline) startSpan(ctx context.Context) (context.Context, tracing.Span) {
	return tracing.StartSpan(ctx, p.op.span, p.spanOptions...)
}

// describe sets the properties of a call's span.
func (op *operation) describe(o *tracing.SpanOptions) {
	o.Kind = tracing.SpanKindClient
	o.Properties.Set("rpc.system", "aws-api")
	o.Properties.Set("rpc.method", op.name)
	o.Properties.Set("rpc.service", serviceID)
}

// endSpan records how the call ended.
func endSpan(span tracing.Span, err error) {
	defer span.End()
	span.SetProperty("error", err != nil)
	if err == nil {
		span.SetStatus(tracing.SpanStatusOK)
		return
	}
	span.SetStatus(tracing.SpanStatusError)
	span.SetProperty("exception.type", fmt.Sprintf("%T", err))
	span.SetProperty("exception.message", err.Error())
	var api smithy.APIError
	if errors.As(err, &api) {
		span.SetProperty("api.error_code", api.ErrorCode())
		span.SetProperty("api.error_message", api.ErrorMessage())
		span.SetProperty("api.error_fault", api.ErrorFault().String())
	}
}
