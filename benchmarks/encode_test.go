package benchmarks_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/benchmarks/naive"
	"github.com/lift-sys/telemetry/benchmarks/ours"
	"github.com/lift-sys/telemetry/internal/otlp"
	"github.com/lift-sys/telemetry/internal/sanitize"
)

// batch is how many spans the stock batch processor exports at once, and so
// what one operation of BenchmarkEncode encodes.
const batch = 512

// BenchmarkEncode takes ended spans with 20 attributes to bytes. naive is the
// stock exporter as it runs, transform, marshal and HTTP client, with a
// transport that throws away; the client's share is that of one request per
// 512 spans. ours is AppendSpan, which repairs and redacts as well.
func BenchmarkEncode(b *testing.B) {
	spans := ended(b)
	b.Run("spans_512/naive", func(b *testing.B) {
		e, err := naive.NewSpanExporter(b.Context(), naive.Config{URL: "http://localhost", Transport: drain{}})
		if err != nil {
			b.Fatal(err)
		}
		b.ReportAllocs()
		for b.Loop() {
			if err := e.ExportSpans(b.Context(), spans); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("spans_512/ours", func(b *testing.B) {
		san := sanitize.New(sanitize.Limits{})
		var buf []byte
		b.ReportAllocs()
		for b.Loop() {
			buf = buf[:0]
			for _, s := range spans {
				buf = otlp.AppendSpan(buf, s, san)
			}
		}
	})
}

// TestEncodeAllocs holds the encoder to one allocation per span: the copy that
// the SDK makes of a list.
func TestEncodeAllocs(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	span, san := ended(t)[0], sanitize.New(sanitize.Limits{})
	if n := len(span.Attributes()); n != 20 {
		t.Fatalf("the span has %d attributes, want 20", n)
	}
	buf := otlp.AppendSpan(nil, span, san)
	if n := testing.AllocsPerRun(100, func() { buf = otlp.AppendSpan(buf[:0], span, san) }); n != 1 {
		t.Errorf("AppendSpan makes %v allocations, want 1", n)
	}
}

// ended returns spans of LLM calls as the SDK hands them to exporters.
func ended(t testing.TB) []sdktrace.ReadOnlySpan {
	t.Helper()
	rec := tracetest.NewSpanRecorder()
	tel, err := telemetry.New(t.Context(), telemetry.WithSpanProcessor(rec))
	if err != nil {
		t.Fatal(err)
	}
	ctx, s := telemetry.NewContext(t.Context(), tel), ours.Telemetry{Telemetry: tel}
	for range batch {
		s.RootCall(ctx)
	}
	if err := tel.Shutdown(context.WithoutCancel(t.Context())); err != nil {
		t.Fatal(err)
	}
	return rec.Ended()
}

// drain is a transport without a network.
type drain struct{}

func (drain) RoundTrip(r *http.Request) (*http.Response, error) {
	_, _ = io.Copy(io.Discard, r.Body)
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/x-protobuf"}},
		Body: io.NopCloser(strings.NewReader("")), Request: r,
	}, nil
}
