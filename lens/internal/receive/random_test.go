package receive_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	collectortrace "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	resourcepb "go.opentelemetry.io/proto/otlp/resource/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"

	"github.com/lift-sys/telemetry/lens/internal/table"
)

// maker makes random requests.
type maker struct{ *rand.Rand }

func newMaker(seed uint64) maker { return maker{rand.New(rand.NewPCG(seed, 2))} }

func pick[T any](m maker, list ...T) T { return list[m.IntN(len(list))] }

func some[T any](m maker, most int, f func() T) []T {
	var list []T
	for range m.IntN(most + 1) {
		list = append(list, f())
	}
	return list
}

func (m maker) value(depth int) *commonpb.AnyValue {
	if depth > 6 {
		return nil
	}
	switch m.IntN(9) {
	case 0:
		return nil
	case 1:
		return &commonpb.AnyValue{Value: &commonpb.AnyValue_BoolValue{BoolValue: m.IntN(2) == 0}}
	case 2:
		return &commonpb.AnyValue{Value: &commonpb.AnyValue_IntValue{IntValue: pick[int64](m, 0, 1, 10, -7, math.MaxInt64, math.MinInt64)}}
	case 3:
		return &commonpb.AnyValue{Value: &commonpb.AnyValue_DoubleValue{DoubleValue: pick(m, 0, 1, 0.5, 2.5, 9.49, -1e300, 1e-9, math.NaN(), math.Inf(1))}}
	case 4:
		return &commonpb.AnyValue{Value: &commonpb.AnyValue_BytesValue{BytesValue: []byte{0, 255, 3}}}
	case 5:
		return &commonpb.AnyValue{Value: &commonpb.AnyValue_ArrayValue{ArrayValue: &commonpb.ArrayValue{
			Values: some(m, 3, func() *commonpb.AnyValue { return m.value(depth + 1) }),
		}}}
	case 6:
		return &commonpb.AnyValue{Value: &commonpb.AnyValue_KvlistValue{KvlistValue: &commonpb.KeyValueList{
			Values: some(m, 3, func() *commonpb.KeyValue { return m.pair(depth + 1) }),
		}}}
	}
	return &commonpb.AnyValue{Value: &commonpb.AnyValue_StringValue{
		StringValue: pick(m, "", "a", "llm.call", "<script>alert(1)</script>", "é\u2028\x00\n\"\\\b", "7", "2.5", "1e99", "NaN", "0123456789abcdef"),
	}}
}

func (m maker) pair(depth int) *commonpb.KeyValue {
	return &commonpb.KeyValue{
		Key: pick(m,
			"", "a", "b.c", "user.id", "llm.input_tokens", "llm.cost_usd", "llm.streaming", "error", "name", "duration_ms", "service.name", "SampleRate", "sampleRate",
			"trace.trace_id", "trace.span_id", "status_code", "exception.type", "exception.message", "exception.stacktrace", "exception.escaped", "<b>"),
		Value: m.value(depth),
	}
}

func (m maker) pairs() []*commonpb.KeyValue {
	return some(m, 12, func() *commonpb.KeyValue { return m.pair(1) })
}

func (m maker) id(n int) []byte {
	if m.IntN(8) == 0 {
		return make([]byte, pick(m, 0, n))
	}
	id := make([]byte, n)
	for i := range id {
		id[i] = byte(m.IntN(256))
	}
	return id
}

// at never returns 0, which is now here and 1970 in the reference.
func (m maker) at() uint64 {
	return pick(m, 1, 1_795_000_000_000_000_000, 1_795_000_000_000_000_000+m.Uint64N(1e9), math.MaxInt64, math.MaxUint64)
}

func (m maker) span() *tracepb.Span {
	return &tracepb.Span{
		TraceId: m.id(16), SpanId: m.id(8), ParentSpanId: m.id(8), TraceState: pick(m, "", "", "ot=th:c", "v=1,ot=rv:6e6d1a75832a2f;th:5", "ot=th:fd70a3d70a3d7", "ot=th:8;th:c", "th:8", "ot=th:X"), Name: pick(m, "", "llm.call", "POST /api"),
		Kind: tracepb.Span_SpanKind(m.IntN(7)), StartTimeUnixNano: m.at(), EndTimeUnixNano: m.at(), Attributes: m.pairs(),
		Events: some(m, 3, func() *tracepb.Span_Event {
			return &tracepb.Span_Event{TimeUnixNano: m.at(), Name: pick(m, "exception", "hole.resolved"), Attributes: m.pairs()}
		}),
		Links: some(m, 2, func() *tracepb.Span_Link {
			return &tracepb.Span_Link{TraceId: m.id(16), SpanId: m.id(8), Attributes: m.pairs()}
		}),
		Status: pick(m, nil, &tracepb.Status{Code: tracepb.Status_StatusCode(m.IntN(3)), Message: pick(m, "", "broke")}),
	}
}

func (m maker) request() *collectortrace.ExportTraceServiceRequest {
	return &collectortrace.ExportTraceServiceRequest{ResourceSpans: some(m, 3, func() *tracepb.ResourceSpans {
		return &tracepb.ResourceSpans{
			Resource: pick(m, nil, &resourcepb.Resource{Attributes: m.pairs()}),
			ScopeSpans: some(m, 3, func() *tracepb.ScopeSpans {
				return &tracepb.ScopeSpans{
					Scope: pick(m, nil, &commonpb.InstrumentationScope{Name: "lib", Version: pick(m, "", "v1"), Attributes: m.pairs()}),
					Spans: some(m, 4, m.span),
				}
			}),
		}
	})}
}

// plain is a row as people see it.
type plain struct {
	Time, Weight int64
	Dataset      string
	Fields       map[string]any
}

// rows returns the rows of a batch.
func rows(t testing.TB, b *table.Batch) []plain {
	t.Helper()
	var list []plain
	for i, r := range b.Rows {
		p := plain{r.Time, r.Weight, r.Dataset, make(map[string]any)}
		if len(r.Extra) > 0 {
			if err := json.Unmarshal(r.Extra, &p.Fields); err != nil {
				t.Fatalf("extra fields are no JSON: %v\n%s", err, r.Extra)
			}
		}
		for _, v := range b.Values(i) {
			c := table.Columns()[v.Column]
			switch v.Kind {
			case table.String:
				p.Fields["typed "+c.Name] = v.Str
			case table.TraceID, table.SpanID:
				p.Fields["typed "+c.Name] = v.Hex()
			case table.Float:
				p.Fields["typed "+c.Name] = math.Float64frombits(v.Bits)
			default:
				p.Fields["typed "+c.Name] = fmt.Sprint(v.Kind, int64(v.Bits))
			}
		}
		list = append(list, p)
	}
	return list
}
