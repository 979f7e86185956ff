package server_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	collectortrace "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	resourcepb "go.opentelemetry.io/proto/otlp/resource/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/lift-sys/telemetry/honeycomb/liftsys"
	"github.com/lift-sys/telemetry/lens/internal/server"
	"github.com/lift-sys/telemetry/lens/internal/store"
)

const (
	// spansPerBody is the batch size of OpenTelemetry's SDKs.
	spansPerBody = 512
	// senders is how many services send at once, each a request after the other.
	senders = 32
)

func kv(key string, value any) *commonpb.KeyValue {
	v := new(commonpb.AnyValue)
	switch value := value.(type) {
	case string:
		v.Value = &commonpb.AnyValue_StringValue{StringValue: value}
	case int:
		v.Value = &commonpb.AnyValue_IntValue{IntValue: int64(value)}
	case float64:
		v.Value = &commonpb.AnyValue_DoubleValue{DoubleValue: value}
	case bool:
		v.Value = &commonpb.AnyValue_BoolValue{BoolValue: value}
	}
	return &commonpb.KeyValue{Key: key, Value: v}
}

// body returns a request of LLM calls as the library sends them, packed.
func body(t testing.TB, seed int) []byte {
	t.Helper()
	now := time.Now().UnixNano()
	var spans []*tracepb.Span
	for i := range spansPerBody {
		n := seed*spansPerBody + i
		id := fmt.Appendf(nil, "%016d", n)
		spans = append(spans, &tracepb.Span{
			TraceId: fmt.Appendf(nil, "%016d", n/8), SpanId: id[8:], ParentSpanId: []byte("parent01"), Name: "llm.call", Kind: tracepb.Span_SPAN_KIND_CLIENT,
			StartTimeUnixNano: uint64(now + int64(n)*1000), EndTimeUnixNano: uint64(now + int64(n)*1000 + int64(n%700)*1e6),
			Attributes: []*commonpb.KeyValue{
				kv("user.id", fmt.Sprintf("user-%d", n%2000)), kv("session.id", fmt.Sprintf("session-%d", n%5000)), kv("request.id", fmt.Sprintf("request-%d", n/8)),
				kv("llm.provider", "anthropic"), kv("llm.model", "claude-sonnet-4-5"), kv("llm.input_tokens", 900+n%100), kv("llm.output_tokens", n%400),
				kv("llm.cost_usd", float64(n%100)/1000), kv("llm.latency_ms", float64(n%700)), kv("llm.streaming", n%2 == 0), kv("llm.finish_reason", "stop"),
				kv("llm.cost_source", "table"), kv("llm.price_version", "2026-11-20"), kv("gen_ai.operation.name", "chat"), kv("gen_ai.provider.name", "anthropic"),
				kv("gen_ai.request.model", "claude-sonnet-4-5"), kv("gen_ai.response.model", "claude-sonnet-4-5-20250929"), kv("gen_ai.usage.input_tokens", 900+n%100),
				kv("gen_ai.usage.output_tokens", n%400), kv("gen_ai.conversation.id", fmt.Sprintf("session-%d", n%5000)), kv("SampleRate", 1+n/8%4),
			},
		})
	}
	request := &collectortrace.ExportTraceServiceRequest{ResourceSpans: []*tracepb.ResourceSpans{{
		Resource: &resourcepb.Resource{Attributes: []*commonpb.KeyValue{
			kv("service.name", "lift-sys"), kv("service.version", "1.2.3"), kv("deployment.environment.name", "production"), kv("telemetry.sdk.name", "opentelemetry"),
		}},
		ScopeSpans: []*tracepb.ScopeSpans{{Scope: &commonpb.InstrumentationScope{Name: "github.com/lift-sys/telemetry"}, Spans: spans}},
	}}}
	plain, err := proto.Marshal(request)
	if err != nil {
		t.Fatal(err)
	}
	return pack(t, plain)
}

// pack packs a body with gzip.
func pack(t testing.TB, plain []byte) []byte {
	t.Helper()
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	if _, err := z.Write(plain); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return packed.Bytes()
}

func openStore(t testing.TB, o store.Options) *store.Store {
	t.Helper()
	if o.Path == "" {
		o.Path = filepath.Join(t.TempDir(), "lens.duckdb")
	}
	o.MinFree = max(o.MinFree, 1)
	s, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// serve returns the address of a running server.
func serve(t testing.TB, o server.Options) string {
	t.Helper()
	o.Definition = liftsys.Define(liftsys.Options{})
	h := httptest.NewServer(server.Handler(o))
	t.Cleanup(h.Close)
	return h.URL
}

// BenchmarkIngest sends packed requests over HTTP as fast as they are taken, from
// many services at once, encoded before, and reports spans a second, the longest pause and how many
// requests were refused and sent again. Run it for long enough to meet a
// checkpoint: -benchtime 2000x is a million spans.
func BenchmarkIngest(b *testing.B) {
	s := openStore(b, store.Options{})
	url := serve(b, server.Options{Store: s})
	bodies := make([][]byte, 64)
	for i := range bodies {
		bodies[i] = body(b, i)
	}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: senders}}
	var next, refused atomic.Int64
	var longest atomic.Int64
	var working sync.WaitGroup
	requests := make(chan int)
	for range senders {
		working.Go(func() {
			for range requests {
				payload := bodies[int(next.Add(1))%len(bodies)]
				began := time.Now()
				for post(b, client, url+"/v1/traces", payload) == http.StatusTooManyRequests {
					refused.Add(1)
					time.Sleep(20 * time.Millisecond)
				}
				for took := int64(time.Since(began)); took > longest.Load(); {
					longest.Store(took)
				}
			}
		})
	}
	n := 0
	for b.Loop() {
		requests <- n
		n++
	}
	close(requests)
	working.Wait()
	took := b.Elapsed()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(n*spansPerBody)/time.Duration(used.Utime.Nano()+used.Stime.Nano()).Seconds(), "spans/cpu-s")
	b.ReportMetric(float64(n*spansPerBody)/took.Seconds(), "spans/s")
	b.ReportMetric(float64(longest.Load())/1e6, "longest-ms")
	b.ReportMetric(float64(refused.Load()), "refused")
	st, err := s.Status(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	if st.Spans != int64(n*spansPerBody) {
		b.Errorf("%d spans are stored of %d acknowledged", st.Spans, n*spansPerBody)
	}
}

// post sends a packed request in protobuf and returns the status.
func post(t testing.TB, client *http.Client, url string, payload []byte) int {
	r, err := http.NewRequest(http.MethodPost, url, bytes.NewReader(payload))
	if err != nil {
		t.Error(err)
		return 0
	}
	r.Header.Set("Content-Type", "application/x-protobuf")
	r.Header.Set("Content-Encoding", "gzip")
	answer, err := client.Do(r)
	if err != nil {
		t.Error(err)
		return 0
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		t.Error(err)
	}
	return answer.StatusCode
}
