package server_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	collectormetrics "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	collectortrace "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	metricspb "go.opentelemetry.io/proto/otlp/metrics/v1"
	resourcepb "go.opentelemetry.io/proto/otlp/resource/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/lift-sys/telemetry/honeycomb/liftsys"
	"github.com/lift-sys/telemetry/lens/internal/server"
	"github.com/lift-sys/telemetry/lens/internal/store"
)

// call sends a request and returns the status and the answer.
func call(t testing.TB, method, url, body string, header ...string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
		if header[i] == "Host" {
			r.Host = header[i+1]
		}
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(b)
}

// get calls the API and reads its answer.
func get[T any](t testing.TB, method, url, body string) T {
	t.Helper()
	status, answer := call(t, method, url, body)
	if status != http.StatusOK {
		t.Fatalf("%s %s %s: %d %s", method, url, body, status, answer)
	}
	var v T
	if err := json.Unmarshal([]byte(answer), &v); err != nil {
		t.Fatalf("%s: %v\n%s", url, err, answer)
	}
	return v
}

// request is one trace in OTLP's JSON: a request with an exception, and an LLM
// call below it that stands for four.
func request(start time.Time) string {
	at := func(ms int) string {
		return fmt.Sprintf("%q", fmt.Sprint(start.Add(time.Duration(ms)*time.Millisecond).UnixNano()))
	}
	return `{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}}]},"scopeSpans":[{"scope":{"name":"lib"},"spans":[
{"traceId":"0102030405060708090a0b0c0d0e0f10","spanId":"0102030405060708","name":"POST /api/sessions","kind":2,"startTimeUnixNano":` + at(0) + `,"endTimeUnixNano":` + at(900) + `,
 "status":{"code":2,"message":"broke"},"attributes":[{"key":"user.id","value":{"stringValue":"u1"}},{"key":"http.route","value":{"stringValue":"/api/sessions"}},{"key":"team <b>","value":{"intValue":"9007199254740993"}}],
 "events":[{"timeUnixNano":` + at(500) + `,"name":"exception","attributes":[{"key":"exception.type","value":{"stringValue":"ValueError"}},{"key":"exception.message","value":{"stringValue":"<script>alert(1)</script>"}}]}],
 "links":[{"traceId":"ffffffffffffffffffffffffffffffff","spanId":"ffffffffffffffff"}]},
{"traceId":"0102030405060708090a0b0c0d0e0f10","spanId":"0807060504030201","parentSpanId":"0102030405060708","name":"llm.call","kind":3,"startTimeUnixNano":` + at(100) + `,"endTimeUnixNano":` + at(800) + `,
 "attributes":[{"key":"llm.provider","value":{"stringValue":"anthropic"}},{"key":"llm.model","value":{"stringValue":"claude"}},{"key":"llm.cost_usd","value":{"doubleValue":0.25}},
 {"key":"llm.input_tokens","value":{"intValue":"100"}},{"key":"llm.output_tokens","value":{"intValue":20}},{"key":"session.id","value":{"stringValue":"s1"}},{"key":"SampleRate","value":{"intValue":"4"}}]}]}]}]}`
}

func TestTrace(t *testing.T) {
	start := time.Now().Add(-time.Minute).Truncate(time.Millisecond)
	url := serve(t, server.Options{Store: openStore(t, store.Options{}), Version: "v1"})
	if status, answer := call(t, "POST", url+"/v1/traces", request(start)); status != http.StatusOK || answer != "{}" {
		t.Fatalf("OTLP in JSON: %d %s", status, answer)
	}

	type anyMap = map[string]any
	status := get[anyMap](t, "GET", url+"/api/status", "")
	if status["events"] != 4.0 || status["spans"] != 2.0 || status["version"] != "v1" {
		t.Errorf("status %v, want 4 events and 2 spans", status)
	}

	ms := float64(start.UnixMilli())
	list := get[[]anyMap](t, "POST", url+"/api/traces", `{"query":{"breakdowns":["user.id","trace.trace_id"],"filters":[{"column":"error","op":"=","value":true}]},"key":["u1","0102030405060708090a0b0c0d0e0f10"]}`)
	want := []anyMap{{
		"trace_id": "0102030405060708090a0b0c0d0e0f10", "start_ms": ms, "duration_ms": 900.0, "name": "POST /api/sessions", "service": "shop",
		"spans": 2.0, "errors": 1.0, "cost_usd": 0.25, "tokens": 120.0, "user_id": "u1", "session_id": "s1",
	}}
	if diff := cmp.Diff(want, list); diff != "" {
		t.Errorf("traces (-want +got):\n%s", diff)
	}
	if none := get[[]anyMap](t, "POST", url+"/api/traces", `{"query":{"breakdowns":["user.id"]},"key":["nobody"]}`); len(none) != 0 {
		t.Errorf("traces of nobody: %v", none)
	}

	trace := get[struct {
		DurationMS float64 `json:"duration_ms"`
		Spans      []struct {
			SpanID   string `json:"span_id"`
			ParentID string `json:"parent_id"`
			Weight   int    `json:"weight"`
			Error    bool   `json:"error"`
			Fields   map[string]json.RawMessage
			Events   []struct {
				TMS    float64 `json:"t_ms"`
				Fields map[string]any
			}
			Links []struct {
				TraceID string `json:"trace_id"`
				SpanID  string `json:"span_id"`
			}
		}
	}](t, "GET", url+"/api/traces/0102030405060708090a0b0c0d0e0f10", "")
	if len(trace.Spans) != 2 || trace.DurationMS != 900 {
		t.Fatalf("trace %+v, want 2 spans of 900 ms", trace)
	}
	root, llm := trace.Spans[0], trace.Spans[1]
	if !root.Error || string(root.Fields["exception.type"]) != `"ValueError"` || string(root.Fields["team <b>"]) != "9007199254740993" {
		t.Errorf("root %+v: want the fields of its exception and all digits of its own", root)
	}
	if len(root.Events) != 1 || root.Events[0].TMS != ms+500 || root.Events[0].Fields["exception.message"] != "<script>alert(1)</script>" {
		t.Errorf("events %+v", root.Events)
	}
	if len(root.Links) != 1 || root.Links[0].TraceID != strings.Repeat("f", 32) || root.Links[0].SpanID != strings.Repeat("f", 16) {
		t.Errorf("links %+v", root.Links)
	}
	if llm.ParentID != root.SpanID || llm.Weight != 4 {
		t.Errorf("call %+v: want a child of the root that stands for four", llm)
	}

	costs := get[struct {
		Rows []struct {
			Key          string
			CostUSD      float64 `json:"cost_usd"`
			Calls        float64
			OutputTokens float64 `json:"output_tokens"`
		}
		Total struct {
			CostUSD float64 `json:"cost_usd"`
		}
	}](t, "GET", url+"/api/costs?by=model", "")
	if len(costs.Rows) != 1 || costs.Rows[0].Key != "claude" || costs.Rows[0].CostUSD != 1 || costs.Rows[0].Calls != 4 || costs.Rows[0].OutputTokens != 80 || costs.Total.CostUSD != 1 {
		t.Errorf("costs %+v, want those of four calls", costs)
	}
}

// Everything that is defined can be asked, and the page gets what it was
// promised.
func TestDefinition(t *testing.T) {
	url := serve(t, server.Options{Store: openStore(t, store.Options{})})
	if status, answer := call(t, "POST", url+"/v1/traces", request(time.Now())); status != http.StatusOK {
		t.Fatal(answer)
	}
	type saved struct{ Query json.RawMessage }
	asked := 0
	ask := func(q json.RawMessage) {
		t.Helper()
		asked++
		get[map[string]any](t, "POST", url+"/api/query", `{"query":`+string(q)+`}`)
	}
	for _, q := range get[[]saved](t, "GET", url+"/api/queries", "") {
		ask(q.Query)
	}
	charts := make(map[string]int)
	for _, b := range get[[]struct {
		ID     string
		Panels []struct {
			Kind, Chart string
			Width       int
			Query       json.RawMessage
		}
	}](t, "GET", url+"/api/boards", "") {
		for _, p := range b.Panels {
			if p.Kind == "query" {
				charts[p.Chart]++
				ask(p.Query)
			}
			if p.Width == 0 {
				t.Errorf("a panel of %s has no width", b.ID)
			}
		}
	}
	want := map[string]int{"line": 8, "bar": 2, "combo": 6, "heatmap": 3, "stacked": 1, "table": 4}
	if diff := cmp.Diff(want, charts); diff != "" {
		t.Errorf("charts (-want +got):\n%s", diff)
	}
	if asked < 24+len(liftsys.Define(liftsys.Options{}).Queries) {
		t.Errorf("only %d queries were asked", asked)
	}
	columns := make(map[string]string)
	for _, c := range get[[]struct{ Name, Type string }](t, "GET", url+"/api/columns", "") {
		columns[c.Name] = c.Type
	}
	for name, kind := range map[string]string{
		"user.id": "string", "team <b>": "integer", "sli.request_fast": "boolean", "lift.error_percent": "integer", "k8s.pod.name": "string", "duration_ms": "float",
	} {
		if columns[name] != kind {
			t.Errorf("column %q is of type %q, want %q", name, columns[name], kind)
		}
	}
}

func TestRefusals(t *testing.T) {
	url := serve(t, server.Options{Store: openStore(t, store.Options{})})
	tests := []struct {
		name, method, path, body string
		header                   []string
		status                   int
		says                     string
	}{
		{"no JSON", "POST", "/api/query", "{", nil, 400, "no JSON"},
		{"no part of a query", "POST", "/api/query", `{"query":{"select":1}}`, nil, 400, "select"},
		{"unknown column", "POST", "/api/query", `{"query":{"breakdowns":["nobody.has.this"]}}`, nil, 400, `nobody.has.this\" is not in the dataset: check its name`},
		{"Honeycomb's rule", "POST", "/api/query", `{"query":{"calculations":[{"op":"AVG","column":"error"}]}}`, nil, 400, "needs numbers"},
		{"hostile column", "POST", "/api/query", `{"query":{"breakdowns":["\"; DROP TABLE events; --"]}}`, nil, 400, "is not in the dataset"},
		{"unknown field", "POST", "/api/query", `{"calculations":[{"op":"NOPE"}]}`, nil, 400, "calculations"},
		{"unknown operator", "POST", "/api/query", `{"query":{"calculations":[{"op":"NOPE"}]}}`, nil, 400, "use one of COUNT, "},
		{"time range below 0", "POST", "/api/query", `{"query":{"time_range":-5}}`, nil, 400, "time range -5s"},
		{"traces of a time range below 0", "POST", "/api/traces", `{"query":{"time_range":-5}}`, nil, 400, "time range -5s"},
		{"time the wrong way", "POST", "/api/query", `{"query":{},"start_ms":5,"end_ms":4}`, nil, 400, "the end after the start"},
		{"time of nobody", "POST", "/api/query", `{"query":{},"start_ms":5,"end_ms":9223372036854775807}`, nil, 400, "Unix milliseconds"},
		{"short key", "POST", "/api/traces", `{"query":{"breakdowns":["name","error"]},"key":["a"]}`, nil, 400, "give one for each"},
		{"no such trace", "GET", "/api/traces/00000000000000000000000000000001", "", nil, 404, "no such trace"},
		{"no trace id", "GET", "/api/traces/'%20OR%201=1", "", nil, 404, "no such trace"},
		{"costs by what", "GET", "/api/costs?by=moon", "", nil, 400, "use model"},
		{"no such part", "GET", "/api/secrets", "", nil, 404, "no such part"},
		{"another name for this machine", "GET", "/api/status", "", []string{"Host", "evil.example"}, 403, "not this machine"},
		{"another site's page", "POST", "/api/query", `{"query":{}}`, []string{"Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"}, 403, "cross-origin"},
		{"another site's OTLP", "POST", "/v1/traces", "{}", []string{"Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"}, 403, "cross-origin"},
		{"OTLP of another type", "POST", "/v1/traces", "x", []string{"Content-Type", "text/plain"}, 415, "application/x-protobuf"},
		{"OTLP in an unknown encoding", "POST", "/v1/traces", "x", []string{"Content-Encoding", "br"}, 400, "send gzip"},
		{"OTLP that is no gzip", "POST", "/v1/traces", "x", []string{"Content-Encoding", "gzip"}, 400, "no gzip"},
		{"OTLP that is no JSON", "POST", "/v1/traces", "{", nil, 400, "no JSON"},
		{"OTLP with an id of nobody", "POST", "/v1/traces", `{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"zz"}]}]}]}`, nil, 400, "hexadecimal"},
		{"OTLP nested too deep", "POST", "/v1/traces", strings.Repeat(`{"a":`, 10_000), nil, 400, "nested"},
		{"OTLP that is cut off", "POST", "/v1/traces", "\x0a\x7f\x01", []string{"Content-Type", "application/x-protobuf"}, 400, "no OTLP in protobuf"},
		{"metrics that are cut off", "POST", "/v1/metrics", "\x0a\x7f\x01", []string{"Content-Type", "application/x-protobuf"}, 400, "no OTLP in protobuf"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			status, answer := call(t, tt.method, url+tt.path, tt.body, tt.header...)
			if status != tt.status || !strings.Contains(answer, tt.says) {
				t.Errorf("answer %d %s, want %d that says %q", status, answer, tt.status, tt.says)
			}
		})
	}
	if n := get[map[string]any](t, "GET", url+"/api/status", "")["events"]; n != 0.0 {
		t.Errorf("%v rows are stored of what was refused", n)
	}
}

// A body that is small packed and huge unpacked is refused without unpacking it
// all.
func TestBomb(t *testing.T) {
	url := serve(t, server.Options{Store: openStore(t, store.Options{})})
	packed := pack(t, bytes.Repeat([]byte{0}, 64<<20))
	if status := post(t, http.DefaultClient, url+"/v1/traces", packed); status != http.StatusRequestEntityTooLarge {
		t.Errorf("64 MB in %d bytes: %d, want 413", len(packed), status)
	}
	// A resource with a long text, and spans of two bytes each.
	packed = pack(t, unfolding(t))
	if status := post(t, http.DefaultClient, url+"/v1/traces", packed); status != http.StatusRequestEntityTooLarge {
		t.Errorf("rows without end in %d bytes: %d, want 413", len(packed), status)
	}
}

// unfolding is a body of four megabytes that would make two million rows.
func unfolding(t *testing.T) []byte {
	t.Helper()
	body, err := proto.Marshal(&collectortrace.ExportTraceServiceRequest{ResourceSpans: []*tracepb.ResourceSpans{{
		Resource:   &resourcepb.Resource{Attributes: []*commonpb.KeyValue{kv("team", "many")}},
		ScopeSpans: []*tracepb.ScopeSpans{{Spans: make([]*tracepb.Span, 2_000_000)}},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func TestToken(t *testing.T) {
	url := serve(t, server.Options{Store: openStore(t, store.Options{}), Token: "secret"})
	for _, tt := range []struct {
		name   string
		path   string
		header []string
		status int
	}{
		{"none", "/api/status", nil, 401},
		{"wrong", "/api/status", []string{"Authorization", "Bearer guess"}, 401},
		{"bearer", "/api/status", []string{"Authorization", "Bearer secret"}, 200},
		{"as services send it", "/api/status", []string{"X-Honeycomb-Team", "secret"}, 200},
		{"from another machine", "/api/status", []string{"X-Honeycomb-Team", "secret", "Host", "lens.example"}, 200},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if status, answer := call(t, "GET", url+tt.path, "", tt.header...); status != tt.status || strings.Contains(answer, "secret") {
				t.Errorf("answer %d %s, want %d", status, answer, tt.status)
			}
		})
	}
	if status, _ := call(t, "POST", url+"/v1/traces", "{}"); status != 401 {
		t.Errorf("OTLP without the token: %d, want 401", status)
	}
}

// A full disk stops what writes and nothing else.
func TestFullDisk(t *testing.T) {
	url := serve(t, server.Options{Store: openStore(t, store.Options{MinFree: math.MaxInt64 / 2})})
	if status, answer := call(t, "POST", url+"/v1/traces", request(time.Now())); status != http.StatusServiceUnavailable || !strings.Contains(answer, "no room on the disk") {
		t.Errorf("answer %d %s, want 503", status, answer)
	}
	get[map[string]any](t, "POST", url+"/api/query", `{"query":{}}`)
	if st := get[map[string]any](t, "GET", url+"/api/status", ""); st["disk_full"] != true {
		t.Errorf("status %v does not say that the disk is full", st)
	}
}

// Points come with their weight and in a dataset of their own, which queries do
// not count unless they name it or a metric.
func TestMetrics(t *testing.T) {
	url := serve(t, server.Options{Store: openStore(t, store.Options{})})
	body, err := proto.Marshal(&collectormetrics.ExportMetricsServiceRequest{ResourceMetrics: []*metricspb.ResourceMetrics{{
		ScopeMetrics: []*metricspb.ScopeMetrics{{Metrics: []*metricspb.Metric{{
			Name: "lift.llm.cost", Data: &metricspb.Metric_Gauge{Gauge: &metricspb.Gauge{DataPoints: []*metricspb.NumberDataPoint{{
				TimeUnixNano: uint64(time.Now().UnixNano()), Value: &metricspb.NumberDataPoint_AsDouble{AsDouble: 1.5},
			}}}},
		}}}},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	if status := post(t, http.DefaultClient, url+"/v1/metrics", pack(t, body)); status != http.StatusOK {
		t.Fatalf("metrics: %d", status)
	}
	for _, tt := range []struct {
		dataset, column string
		want            float64
	}{
		{"", "lift.sessions", 1},
		{"", "duration_ms", 0},
		{"unknown_service_metrics", "duration_ms", 1},
		{"unknown_service", "lift.sessions", 0},
	} {
		got := get[struct{ Groups []struct{ Values []any } }](t, "POST", url+"/api/query",
			fmt.Sprintf(`{"dataset":%q,"query":{"calculations":[{"op":"COUNT"},{"op":"SUM","column":%q}]}}`, tt.dataset, tt.column))
		if got.Groups[0].Values[0] != tt.want {
			t.Errorf("dataset %q has %v with %s, want %v rows", tt.dataset, got.Groups[0].Values, tt.column, tt.want)
		}
	}
}
