//go:build proof

package collector_test

import (
	"compress/gzip"
	"context"
	"io"
	"log/slog"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/sampling"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
	coltrace "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/lift-sys/telemetry"
)

const (
	requests = 16_000 // each two spans
	ratio    = 0.25   // of the service itself
	errorsOf = 40     // every 40th request fails
	gate     = "processor.tailsamplingprocessor.usetracestate"
)

// backend is where samplers send to.
type backend struct {
	mu     sync.Mutex
	traces map[trace.TraceID][]*tracepb.Span
	bad    []string
}

func (b *backend) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, req := io.Reader(r.Body), new(coltrace.ExportTraceServiceRequest)
	if r.Header.Get("Content-Encoding") == "gzip" {
		body, _ = gzip.NewReader(r.Body)
	}
	raw, err := io.ReadAll(body)
	if err == nil {
		err = proto.Unmarshal(raw, req)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if err != nil || r.Header.Get("X-Honeycomb-Team") != "secret" {
		b.bad = append(b.bad, r.URL.Path)
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	for _, rs := range req.ResourceSpans {
		for _, ss := range rs.ScopeSpans {
			for _, s := range ss.Spans {
				id := trace.TraceID(s.TraceId)
				b.traces[id] = append(b.traces[id], s)
			}
		}
	}
}

func (b *backend) has(ids map[trace.TraceID]bool) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	for id := range ids {
		if len(b.traces[id]) < 2 {
			return false
		}
	}
	return true
}

// weight returns for how many a span stands, as its tracestate says.
func weight(t *testing.T, s *tracepb.Span) float64 {
	t.Helper()
	w3c, err := sampling.NewW3CTraceState(s.TraceState)
	if err != nil {
		t.Fatalf("tracestate %q: %v", s.TraceState, err)
	}
	for _, kv := range s.Attributes {
		if kv.Key == "SampleRate" {
			t.Fatal("a span has an attribute SampleRate, which the Collector would not have changed")
		}
	}
	if _, ok := w3c.OTelValue().TValueThreshold(); !ok {
		return 1
	}
	return w3c.OTelValue().AdjustedCount()
}

// send makes the requests over ten seconds, and returns the failed ones that
// the service itself kept.
func send(t *testing.T, url string) (failed map[trace.TraceID]bool) {
	t.Helper()
	tel, err := telemetry.New(t.Context(), telemetry.WithEndpoint(url), telemetry.WithGetenv(func(string) string { return "" }),
		telemetry.WithLogger(slog.New(slog.DiscardHandler)), telemetry.WithoutSelfMetrics(),
		telemetry.WithWeightEncoding("collector"), telemetry.WithSampleRatio(ratio))
	if err != nil {
		t.Fatal(err)
	}
	tracer, pace := tel.TracerProvider().Tracer("proof"), time.NewTicker(10*time.Second/(requests/100))
	defer pace.Stop()
	failed = map[trace.TraceID]bool{}
	for i := range requests {
		if i%100 == 0 {
			<-pace.C
		}
		ctx, root := tracer.Start(t.Context(), "request")
		_, child := tracer.Start(ctx, "step")
		if (i+1)%errorsOf == 0 {
			child.SetStatus(codes.Error, "failed")
			if sc := root.SpanContext(); sc.IsSampled() {
				failed[sc.TraceID()] = true
			}
		}
		child.End()
		root.End()
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := tel.Shutdown(ctx); err != nil {
		t.Fatal(err)
	}
	if s := tel.Stats().Spans; s.Exported != s.Ended || s.Ended == 0 {
		t.Fatalf("of %d spans %d arrived at the gateway", s.Ended, s.Exported)
	}
	return failed
}

func TestWeightsThroughCollectors(t *testing.T) {
	if os.Getenv("LIFT_PROOF") == "" {
		t.Skip("set LIFT_PROOF=1: it takes two minutes")
	}
	t.Setenv("HONEYCOMB_API_KEY", "secret")
	t.Setenv("KEEP_PERCENT", "10")
	bounded := set("processors::tail_sampling::policies", `[{name: errors, type: status_code, status_code: {status_codes: [ERROR]}},
		{name: others, type: rate_limiting, rate_limiting: {spans_per_second: 100}}]`)
	for _, tc := range []struct {
		name   string
		args   []string
		right  bool
		reason string
	}{
		{"with the gate", []string{"--feature-gates=" + gate}, true, "samplers raise th by what they drop"},
		{"with a bound", []string{"--feature-gates=" + gate, bounded}, true, "samplers raise th to what fits"},
		{"without the gate", []string{"--feature-gates=-" + gate}, false, "samplers leave the service's th as it is: boards show what was kept"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			b := &backend{traces: map[trace.TraceID][]*tracepb.Span{}}
			honeycomb := httptest.NewServer(b)
			defer honeycomb.Close()
			front, samplers := free(t), []string{free(t), free(t)}
			var stops []func()
			for _, address := range samplers {
				stops = append(stops, run(t, "sampler.yaml", address, append([]string{
					set("receivers::otlp::protocols::grpc::endpoint", address),
					set("exporters::otlp_http::endpoint", honeycomb.URL),
				}, tc.args...)...))
			}
			stopGateway := run(t, "gateway.yaml", front,
				set("receivers::otlp::protocols::http::endpoint", front),
				set("exporters::load_balancing::resolver::dns", "null"),
				set("exporters::load_balancing::resolver::static::hostnames", "["+samplers[0]+", "+samplers[1]+"]"))

			failed := send(t, "http://"+front)
			within(t, "every failed request that the service kept arrives whole", func() bool { return b.has(failed) })
			stopGateway()
			for _, stop := range stops {
				stop() // decides about the rest
			}
			if len(b.bad) > 0 {
				t.Fatalf("requests that no backend takes: %q", b.bad)
			}

			var sum, variance float64
			for id, spans := range b.traces {
				if len(spans) != 2 {
					t.Fatalf("a trace came with %d of its 2 spans: its spans went to different samplers", len(spans))
				}
				w := weight(t, spans[0])
				if other := weight(t, spans[1]); w != other {
					t.Fatalf("spans of one trace stand for %v and %v", w, other)
				}
				if failed[id] && w != 1/ratio {
					t.Errorf("a failed request stands for %v, want %v: no sampler drops any", w, 1/ratio)
				}
				sum, variance = sum+w, variance+w*(w-1)
			}
			deviation := math.Sqrt(variance)
			t.Logf("%d of %d requests arrived, %d of them failed; they stand for %.0f ± %.0f", len(b.traces), requests, len(failed), sum, deviation)
			if kept := float64(len(b.traces)); kept > requests*ratio*0.75 {
				t.Fatalf("samplers kept %.0f of about %.0f traces, too many to prove a thing", kept, requests*ratio)
			}
			if right := math.Abs(sum-requests) < 4*deviation; right != tc.right {
				t.Errorf("they stand for %.0f of %d requests, %.1f standard errors off; right: %v, want %v, because %s",
					sum, requests, math.Abs(sum-requests)/deviation, right, tc.right, tc.reason)
			}
		})
	}
}
