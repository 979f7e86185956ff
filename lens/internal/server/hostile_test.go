package server_test

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"strings"
	"testing"
	"time"

	collectortrace "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/lift-sys/telemetry/lens/internal/server"
	"github.com/lift-sys/telemetry/lens/internal/store"
)

const script = "<script>alert('x')</script>\"; DROP TABLE events; --"

// hostileSpans are spans that nobody should send.
func hostileSpans() map[string]*tracepb.Span {
	now := uint64(time.Now().UnixNano())
	many := make([]*commonpb.KeyValue, 0, 10_000)
	for i := range 10_000 {
		many = append(many, kv(fmt.Sprintf("hostile.%d", i), i))
	}
	deep := kv("deep", "bottom")
	for range 5000 {
		deep = &commonpb.KeyValue{Key: "d", Value: &commonpb.AnyValue{Value: &commonpb.AnyValue_KvlistValue{
			KvlistValue: &commonpb.KeyValueList{Values: []*commonpb.KeyValue{deep}},
		}}}
	}
	span := func(attributes ...*commonpb.KeyValue) *tracepb.Span {
		return &tracepb.Span{Name: "hostile", StartTimeUnixNano: now, EndTimeUnixNano: now + 1, Attributes: attributes}
	}
	times := func(start, end uint64) *tracepb.Span {
		s := span()
		s.StartTimeUnixNano, s.EndTimeUnixNano = start, end
		return s
	}
	return map[string]*tracepb.Span{
		"ten thousand columns":    span(many...),
		"a megabyte of text":      span(kv("user.id", strings.Repeat("é", 1<<19)), kv(strings.Repeat("k", 1<<20), "v")),
		"script everywhere":       {Name: script, TraceState: script, StartTimeUnixNano: now, EndTimeUnixNano: now, Attributes: []*commonpb.KeyValue{kv(script, script), kv("user.id", script)}, Status: &tracepb.Status{Message: script}},
		"a text where numbers go": span(kv("duration_ms", "long"), kv("llm.cost_usd", script), kv("error", "perhaps"), kv("team", 1)),
		"the same column again":   span(kv("team", "a"), kv("team", true), kv("team", 1.5)),
		"nested":                  span(deep),
		"before time":             times(1, 2),
		"after time":              times(math.MaxUint64-1, math.MaxUint64),
		"longer than time":        times(1, math.MaxUint64),
		"backwards":               times(now, now-1),
		"huge numbers":            span(kv("llm.cost_usd", math.MaxFloat64), kv("duration_ms", math.MaxFloat64), kv("SampleRate", math.MaxFloat64), kv("llm.input_tokens", math.MaxInt64)),
		"huge numbers again":      span(kv("llm.cost_usd", math.MaxFloat64), kv("duration_ms", math.MaxFloat64), kv("SampleRate", -1), kv("llm.input_tokens", math.MaxInt64)),
		"no numbers":              span(kv("llm.cost_usd", math.NaN()), kv("duration_ms", math.Inf(-1))),
		"ids of another length":   {TraceId: []byte{1}, SpanId: make([]byte, 100), StartTimeUnixNano: now},
		"zero bytes":              {Name: "a\x00b", StartTimeUnixNano: now, Attributes: []*commonpb.KeyValue{kv("k\x00", "\x00")}},
		"nothing":                 {},
	}
}

// What is sent is stored or refused with a clear status, and everything that
// the page asks can be asked afterwards.
func TestHostile(t *testing.T) {
	url := serve(t, server.Options{Store: openStore(t, store.Options{})})
	for name, span := range hostileSpans() {
		if len(span.GetTraceId()) == 0 {
			span.TraceId, span.SpanId = []byte("0123456789abcdef"), fmt.Appendf(nil, "%08d", len(name))
		}
		body, err := proto.Marshal(&collectortrace.ExportTraceServiceRequest{ResourceSpans: []*tracepb.ResourceSpans{{
			ScopeSpans: []*tracepb.ScopeSpans{{Spans: []*tracepb.Span{span}}},
		}}})
		if err != nil {
			t.Fatal(err)
		}
		if status := post(t, http.DefaultClient, url+"/v1/traces", pack(t, body)); status != http.StatusOK && status != http.StatusBadRequest {
			t.Errorf("%s: %d, want 200 or 400", name, status)
		}
	}
	st := get[map[string]any](t, "GET", url+"/api/status", "")
	if n, _ := st["events"].(float64); n < 14 {
		t.Errorf("%v rows are stored", n)
	}
	all := fmt.Sprintf(`"start_ms":0,"end_ms":%d`, math.MaxInt64/int64(time.Millisecond))
	for _, q := range []string{
		`{"calculations":[{"op":"SUM","column":"llm.cost_usd"},{"op":"AVG","column":"duration_ms"},{"op":"P95","column":"duration_ms"},{"op":"HEATMAP","column":"duration_ms"},{"op":"CONCURRENCY"},{"op":"RATE_SUM","column":"llm.input_tokens"},{"op":"SUM","column":"llm.input_tokens"}]}`,
		`{"breakdowns":["name","user.id","team","trace.trace_id","lift.time"],"calculations":[{"op":"COUNT"},{"op":"COUNT_DISTINCT","column":"team"}]}`,
		`{"filters":[{"column":` + quoted(script) + `,"op":"=","value":` + quoted(script) + `}],"breakdowns":[` + quoted(script) + `]}`,
		`{"breakdowns":["k\u0000"],"filters":[{"column":"k\u0000","op":"=","value":"\u0000"},{"column":"name","op":"contains","value":"a\u0000b"}]}`,
		`{"filters":[{"column":"name","op":"in","value":["a' OR 1=1 --","\\'","%"]}]}`,
	} {
		result := get[struct{ Groups []struct{ Series []any } }](t, "POST", url+"/api/query", `{"query":`+q+`,`+all+`}`)
		for _, g := range result.Groups {
			if len(g.Series) > 1001 {
				t.Errorf("%d points for all of time", len(g.Series))
			}
		}
		if strings.Contains(q, "contains") && len(result.Groups) != 1 {
			t.Errorf("%s: %d groups, want the one with zero bytes", q, len(result.Groups))
		}
	}
	get[[]any](t, "POST", url+"/api/traces", `{"query":{},`+all+`}`)
	get[any](t, "GET", url+"/api/traces/"+fmt.Sprintf("%x", "0123456789abcdef"), "")
	get[[]any](t, "GET", url+"/api/columns", "")
	if after := get[map[string]any](t, "GET", url+"/api/status", ""); after["events"] != st["events"] {
		t.Errorf("%v rows are left of %v", after["events"], st["events"])
	}
}

func quoted(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		return err.Error()
	}
	return string(b)
}
