package conformance_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

// A maker makes random telemetry, the same for the same seed. With raw, texts
// and keys are taken from there.
type maker struct {
	*rand.Rand
	raw []byte
}

func newMaker(seed uint64) *maker { return &maker{Rand: rand.New(rand.NewPCG(seed, 3))} }

func list[T any](n int, f func() T) []T {
	out := make([]T, n)
	for i := range out {
		out[i] = f()
	}
	return out
}

func (m *maker) text() string {
	if m.raw != nil && m.IntN(2) == 0 {
		from := m.IntN(len(m.raw) + 1)
		return string(m.raw[from : from+m.IntN(len(m.raw)-from+1)])
	}
	all := []rune("abc defgh 0123 äö€日本🙂")
	return string(list(m.IntN(60), func() rune { return all[m.IntN(len(all))] }))
}

func (m *maker) key() attribute.Key {
	if m.raw != nil && m.IntN(3) == 0 {
		return attribute.Key("k" + m.text())
	}
	return attribute.Key(fmt.Sprintf("key.%d", m.IntN(1000)))
}

func (m *maker) int64() int64 { return int64(m.Uint64()>>m.IntN(64)) * int64(1-2*m.IntN(2)) }

func (m *maker) bool() bool { return m.IntN(2) == 0 }

func (m *maker) value(depth int) attribute.Value {
	n, kinds := m.IntN(4), 11
	if depth == 0 {
		kinds = 9
	}
	switch m.IntN(kinds) {
	case 0:
		return attribute.BoolValue(m.bool())
	case 1:
		return attribute.Int64Value(m.int64())
	case 2:
		return attribute.Float64Value(m.NormFloat64())
	case 3:
		return attribute.StringValue(m.text())
	case 4:
		return attribute.BoolSliceValue(list(n, m.bool))
	case 5:
		return attribute.Int64SliceValue(list(n, m.int64))
	case 6:
		return attribute.Float64SliceValue(list(n, m.NormFloat64))
	case 7:
		return attribute.StringSliceValue(list(n, m.text))
	case 8:
		return attribute.ByteSliceValue([]byte(m.text()))
	case 9:
		return attribute.SliceValue(list(n, func() attribute.Value { return m.value(depth - 1) })...)
	default:
		return attribute.MapValue(list(n, func() attribute.KeyValue { return m.attribute(depth - 1) })...)
	}
}

func (m *maker) attribute(depth int) attribute.KeyValue {
	return attribute.KeyValue{Key: m.key(), Value: m.value(depth)}
}

func (m *maker) attributes() []attribute.KeyValue {
	return list(m.IntN(20), func() attribute.KeyValue { return m.attribute(2) })
}

// remote returns the span of another service, sampled or not, with or without
// what samplers and vendors put into tracestate.
func (m *maker) remote() trace.SpanContext {
	c := trace.SpanContextConfig{Remote: true, TraceFlags: trace.TraceFlags(m.IntN(4))}
	for i := range c.TraceID {
		c.TraceID[i] = byte(m.Uint32())
	}
	for i := range c.SpanID {
		c.SpanID[i] = byte(m.Uint32())
	}
	c.SpanID[0] |= 1
	states := []string{"", "vendor=1", "ot=th:8", "ot=th:c;rv:fedcba98765432,vendor=x:y", "ot=th:zz", "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"}
	c.TraceState, _ = trace.ParseTraceState(states[m.IntN(len(states))])
	return trace.NewSpanContext(c)
}

func (m *maker) tracer(tp trace.TracerProvider) trace.Tracer {
	var opts []trace.TracerOption
	if m.bool() {
		opts = append(opts, trace.WithInstrumentationVersion("v1."+fmt.Sprint(m.IntN(3))))
	}
	if m.bool() {
		opts = append(opts, trace.WithSchemaURL("https://opentelemetry.io/schemas/1.37.0"))
	}
	if m.bool() {
		opts = append(opts, trace.WithInstrumentationAttributes(attribute.Int("pool", m.IntN(3)), attribute.String("mode", "fäst")))
	}
	return tp.Tracer(fmt.Sprintf("scope/%d", m.IntN(3)), opts...)
}

// spans makes up to n finished spans as roots, children and children of other
// services.
func (m *maker) spans(tp trace.TracerProvider, n int) {
	var parent trace.SpanContext
	for range n {
		switch m.IntN(4) {
		case 0:
			parent = trace.SpanContext{}
		case 1:
			if parent = m.remote(); m.raw != nil {
				parent = trace.SpanContext{} // so that it is sampled
			}
		}
		parent = m.span(parent, m.tracer(tp))
	}
}

func (m *maker) span(parent trace.SpanContext, tracer trace.Tracer) trace.SpanContext {
	began := time.Unix(1_700_000_000+m.Int64N(1e8), m.Int64N(1e9))
	opts := []trace.SpanStartOption{
		trace.WithSpanKind(trace.SpanKind(m.IntN(6))), trace.WithAttributes(m.attributes()...), trace.WithTimestamp(began),
	}
	for range m.IntN(4) {
		opts = append(opts, trace.WithLinks(trace.Link{SpanContext: m.remote(), Attributes: m.attributes()}))
	}
	_, span := tracer.Start(trace.ContextWithSpanContext(context.Background(), parent), "work "+m.text(), opts...)
	for range m.IntN(6) {
		span.AddEvent("event "+m.text(), trace.WithAttributes(m.attributes()...), trace.WithTimestamp(began.Add(time.Duration(m.Int64N(1e9)))))
	}
	if m.bool() {
		span.RecordError(fmt.Errorf("wrong: %s", m.text()), trace.WithTimestamp(began))
	}
	span.SetStatus(codes.Code(m.IntN(3)), m.text())
	span.End(trace.WithTimestamp(began.Add(time.Duration(m.Int64N(1e10)))))
	return span.SpanContext()
}
