package export

import (
	"context"
	"fmt"
	"sync"

	"go.opentelemetry.io/otel/sdk/instrumentation"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry/internal/delivery"
	"github.com/lift-sys/telemetry/internal/otlp"
	"github.com/lift-sys/telemetry/internal/sanitize"
	"github.com/lift-sys/telemetry/internal/tail"
)

// Encoder encodes each ended span once and hands the bytes to a delivery
// pipeline. It is safe for concurrent use.
type Encoder struct {
	out     *delivery.Pipeline
	repair  *sanitize.Sanitizer
	rates   bool
	scratch sync.Pool // of *[]byte
}

// NewEncoder returns an encoder in front of out. With rates, spans that stand
// for several get the attribute SampleRate.
func NewEncoder(out *delivery.Pipeline, repair *sanitize.Sanitizer, rates bool) *Encoder {
	return &Encoder{out: out, repair: repair, rates: rates, scratch: sync.Pool{New: func() any {
		return new(make([]byte, 0, 4<<10))
	}}}
}

// maxScratch is the largest buffer that is kept for the next span.
const maxScratch = 64 << 10

// Take encodes s. What it stands for is appended to the finished encoding:
// sampling may decide about bytes, but must not edit them.
func (e *Encoder) Take(s sdktrace.ReadOnlySpan, weight int) {
	e.encode(s, func(b []byte) []byte {
		if weight > 1 && e.rates {
			b = otlp.Amend(b, 0, otlp.Amendment{SampleRate: weight})
		}
		e.out.Append(e.scope(s.InstrumentationScope()), b, weight)
		return b
	})
}

// encode lets f have the encoded span for as long as it runs. f returns its
// buffer, which may have grown.
func (e *Encoder) encode(s sdktrace.ReadOnlySpan, f func(b []byte) []byte) {
	buf := e.scratch.Get().(*[]byte)
	b := f(otlp.AppendSpan((*buf)[:0], s, e.repair))
	if cap(b) <= maxScratch {
		*buf = b
		e.scratch.Put(buf)
	}
}

func (e *Encoder) scope(s instrumentation.Scope) uint16 {
	return e.out.Scope(s, func(b []byte) []byte { return otlp.AppendScope(b, s, e.repair) })
}

// TailEncoder is an Encoder whose spans pass a tail buffer on their way to
// delivery. It is safe for concurrent use.
type TailEncoder struct {
	*Encoder

	tail *tail.Buffer
}

// NewTailEncoder returns an encoder in front of b, which hands over to out.
func NewTailEncoder(out *delivery.Pipeline, b *tail.Buffer, repair *sanitize.Sanitizer) *TailEncoder {
	return &TailEncoder{NewEncoder(out, repair, false), b}
}

// Watch notes that a span has started.
func (e *TailEncoder) Watch(sc, parent trace.SpanContext) { e.tail.Start(sc, parent) }

// Take encodes s. What it stands for is not known before its trace is decided.
func (e *TailEncoder) Take(s sdktrace.ReadOnlySpan, _ int) {
	e.encode(s, func(b []byte) []byte {
		e.tail.End(s, e.scope(s.InstrumentationScope()), b)
		return b
	})
}

// Flush decides about the traces that have ended. It fails where spans have to
// wait for the event budget.
func (e *TailEncoder) Flush(context.Context) error {
	if n := e.tail.Flush(); n > 0 {
		return fmt.Errorf("telemetry: spans wait for the event budget, which decides every ten seconds: %d", n)
	}
	return nil
}

// Shutdown decides about all traces.
func (e *TailEncoder) Shutdown(context.Context) error {
	e.tail.Shutdown()
	return nil
}

// Keeps reports false: what is kept is bytes.
func (*Encoder) Keeps() bool { return false }

// Flush does nothing: the pipeline is flushed by its owner.
func (*Encoder) Flush(context.Context) error { return nil }

// Shutdown does nothing: the pipeline is shut down by its owner.
func (*Encoder) Shutdown(context.Context) error { return nil }

// MetricEncoder is the metric exporter in front of a delivery pipeline. The
// SDK never calls it concurrently.
type MetricEncoder struct {
	out         *delivery.Pipeline
	repair      *sanitize.Sanitizer
	temporality sdkmetric.TemporalitySelector
	enabled     func() bool
	buf         []byte
}

var _ sdkmetric.Exporter = (*MetricEncoder)(nil)

// NewMetricEncoder returns a metric exporter in front of out. While enabled
// returns false, what is collected is thrown away.
func NewMetricEncoder(out *delivery.Pipeline, repair *sanitize.Sanitizer, t sdkmetric.TemporalitySelector, enabled func() bool) *MetricEncoder {
	return &MetricEncoder{out: out, repair: repair, temporality: t, enabled: enabled}
}

// Export encodes the metrics and hands them over.
func (m *MetricEncoder) Export(_ context.Context, rm *metricdata.ResourceMetrics) error {
	if m.enabled() {
		m.send(rm)
	}
	return nil
}

// send halves what is too large for one request, down to single metrics. The
// SDK bounds the series of a metric, so that one always fits.
func (m *MetricEncoder) send(rm *metricdata.ResourceMetrics) {
	payload, points := otlp.AppendMetrics(m.buf[:0], rm, m.repair)
	m.buf = payload
	if points == 0 {
		return
	}
	if len(payload) > m.out.MaxMetrics() {
		if a, b, ok := halves(rm); ok {
			m.send(a)
			m.send(b)
			return
		}
	}
	m.out.AppendMetrics(payload, points)
}

// halves splits by scope, then by metric.
func halves(rm *metricdata.ResourceMetrics) (a, b *metricdata.ResourceMetrics, ok bool) {
	with := func(scopes ...metricdata.ScopeMetrics) *metricdata.ResourceMetrics {
		return &metricdata.ResourceMetrics{Resource: rm.Resource, ScopeMetrics: scopes}
	}
	if n := len(rm.ScopeMetrics); n > 1 {
		return with(rm.ScopeMetrics[:n/2]...), with(rm.ScopeMetrics[n/2:]...), true
	}
	scope := rm.ScopeMetrics[0]
	n := len(scope.Metrics)
	if n < 2 {
		return nil, nil, false
	}
	first, second := scope, scope
	first.Metrics, second.Metrics = scope.Metrics[:n/2], scope.Metrics[n/2:]
	return with(first), with(second), true
}

// Temporality is the configured one.
func (m *MetricEncoder) Temporality(k sdkmetric.InstrumentKind) metricdata.Temporality {
	return m.temporality(k)
}

// Aggregation is the SDK's default.
func (*MetricEncoder) Aggregation(k sdkmetric.InstrumentKind) sdkmetric.Aggregation {
	return sdkmetric.DefaultAggregationSelector(k)
}

// ForceFlush does nothing: the pipeline is flushed by its owner.
func (*MetricEncoder) ForceFlush(context.Context) error { return nil }

// Shutdown does nothing: the pipeline is shut down by its owner.
func (*MetricEncoder) Shutdown(context.Context) error { return nil }
