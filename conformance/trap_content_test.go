package conformance_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"

	"github.com/lift-sys/telemetry"
)

func TestTrapFullQueueIsSilent(t *testing.T) {
	t.Run("plain", func(t *testing.T) {
		var log, errs buffer
		listen(t, &log)
		previous := otel.GetErrorHandler()
		otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { _, _ = errs.Write([]byte(err.Error())) }))
		defer otel.SetErrorHandler(previous)

		free, exported := make(chan struct{}), 0
		tp := plain(t, counting{free, &exported})
		const ended = 5000
		for range ended {
			record(tp, "x")
		}
		close(free)
		err := tp.Shutdown(t.Context())
		if exported == ended || err != nil || log.String()+errs.String() != "" {
			gone(t, fmt.Sprintf("%d of %d exported; error %v, log %q, errors %q", exported, ended, err, log.String(), errs.String()))
		}
	})
	t.Run("ours", func(t *testing.T) {
		b := newBackend(t, always(reply{hang: true}))
		records := make(chan slog.Record, 100)
		tel := start(t, telemetry.WithEndpoint(b.URL), telemetry.WithLogger(slog.New(recordsTo(records))))
		const ended = 2000
		text := attribute.String("text", strings.Repeat("x", 8000))
		for range ended {
			record(tel.TracerProvider(), "x", text)
		}
		s := tel.Stats()
		balanced(t, s)
		if s.Spans.Ended != ended || s.Spans.Dropped.Memory == 0 || s.Buffered > 4<<20 {
			t.Errorf("books %+v with %d bytes held", s.Spans, s.Buffered)
		}
		select {
		case r := <-records:
			if r.Message != "telemetry: data lost" || r.Level != slog.LevelWarn {
				t.Errorf("log record %v %q", r.Level, r.Message)
			}
		case <-time.After(patience):
			t.Error("nothing was logged")
		}
		if len(records) > 0 {
			t.Errorf("%d more records within the minute", len(records))
		}
	})
}

// counting counts spans once it may.
type counting struct {
	free     <-chan struct{}
	exported *int
}

func (c counting) ExportSpans(_ context.Context, spans []sdktrace.ReadOnlySpan) error {
	<-c.free
	*c.exported += len(spans)
	return nil
}
func (counting) Shutdown(context.Context) error { return nil }

// recordsTo is a slog.Handler.
type recordsTo chan<- slog.Record

func (recordsTo) Enabled(context.Context, slog.Level) bool { return true }

func (h recordsTo) Handle(_ context.Context, r slog.Record) error { h <- r; return nil }
func (h recordsTo) WithAttrs([]slog.Attr) slog.Handler            { return h }
func (h recordsTo) WithGroup(string) slog.Handler                 { return h }

func TestTrapInvalidUTF8LosesBatch(t *testing.T) {
	// 100 spans, one of which has half a character at its end.
	spans := func(b *backend, tel interface {
		ForceFlush(context.Context) error
	}, rec func(string, ...attribute.KeyValue),
	) []*tracepb.Span {
		for i := range 99 {
			rec(fmt.Sprint(i))
		}
		rec("bad", attribute.String("prompt", "caf\xc3"))
		_ = tel.ForceFlush(t.Context())
		return b.spans()
	}
	t.Run("plain", func(t *testing.T) {
		b := newBackend(t, nil)
		tp := plain(t, stockExporter(t, to(b)))
		got := spans(b, tp, func(n string, kv ...attribute.KeyValue) { record(tp, n, kv...) })
		if len(got) > 0 {
			gone(t, fmt.Sprintf("%d of 100 spans arrive", len(got)))
		}
	})
	t.Run("ours", func(t *testing.T) {
		b := newBackend(t, nil)
		tel := start(t, telemetry.WithEndpoint(b.URL))
		got := spans(b, flusher{tel}, func(n string, kv ...attribute.KeyValue) { record(tel.TracerProvider(), n, kv...) })
		if len(got) != 100 {
			t.Fatalf("%d of 100 spans arrive", len(got))
		}
		bad := got[slices.IndexFunc(got, func(s *tracepb.Span) bool { return s.GetName() == "bad" })]
		if got, want := attributeOf(bad, "prompt"), "caf\ufffd"; got != want {
			t.Errorf("prompt %q, want %q", got, want)
		}
		if n := tel.Stats().Sanitized.Repaired; n != 1 {
			t.Errorf("%d strings repaired in the books", n)
		}
	})
}

// flusher gives our handle the method's name that the SDK uses.
type flusher struct{ *telemetry.Telemetry }

func (f flusher) ForceFlush(ctx context.Context) error { return f.Flush(ctx) }

// tooLarge answers 413 to requests over limit.
func tooLarge(limit int) func(int, *arrival) reply {
	return func(_ int, a *arrival) reply {
		if a.size > limit {
			return reply{status: http.StatusRequestEntityTooLarge}
		}
		return reply{}
	}
}

func TestTrapBatchTooLarge(t *testing.T) {
	t.Setenv("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "100000") // so that prompts are large here, too
	const limit = 1 << 20
	prompt := attribute.String("prompt", strings.Repeat("word ", 64<<10/5))
	t.Run("plain", func(t *testing.T) {
		b := newBackend(t, tooLarge(limit))
		tp := plain(t, stockExporter(t, to(b)))
		for range 40 {
			record(tp, "x", prompt)
		}
		_ = tp.Shutdown(t.Context())
		if n := len(b.names()); n > 0 {
			gone(t, fmt.Sprintf("%d of 40 spans arrive", n))
		}
	})
	t.Run("ours", func(t *testing.T) {
		b := newBackend(t, tooLarge(limit))
		tel := start(t, telemetry.WithEndpoint(b.URL))
		for range 40 {
			record(tel.TracerProvider(), "x", prompt)
		}
		shutdown(t, tel)
		if n := len(b.names()); n != 40 {
			t.Errorf("%d of 40 spans arrive", n)
		}
	})
	t.Run("ours with a limit below a batch", func(t *testing.T) {
		b := newBackend(t, tooLarge(50_000))
		tel := start(t, telemetry.WithEndpoint(b.URL))
		for i := range 64 {
			record(tel.TracerProvider(), fmt.Sprint(i))
		}
		record(tel.TracerProvider(), "giant", prompt)
		if err := tel.Flush(t.Context()); err == nil || !strings.Contains(err.Error(), "1 span not delivered (lost)") {
			t.Errorf("Flush: %v", err)
		}
		if n := len(b.names()); n != 64 {
			t.Errorf("%d of 64 neighbours arrive", n)
		}
		s := tel.Stats()
		balanced(t, s)
		if s.Spans.Dropped.Oversize != 1 {
			t.Errorf("books %+v", s.Spans)
		}
	})
}

func TestTrapLimitsAreSilent(t *testing.T) {
	many := make([]attribute.KeyValue, 200)
	for i := range many {
		many[i] = attribute.Int(fmt.Sprintf("key%03d", i), i)
	}
	t.Run("plain count", func(t *testing.T) {
		b := newBackend(t, nil)
		var log buffer
		listen(t, &log)
		tp := plain(t, stockExporter(t, to(b)))
		record(tp, "x", many...)
		_ = tp.ForceFlush(t.Context())
		if n := len(b.span().GetAttributes()); n != 128 || log.String() != "" {
			gone(t, fmt.Sprintf("%d of 200 attributes arrive, log %q", n, log.String()))
		}
	})
	t.Run("ours count", func(t *testing.T) {
		b := newBackend(t, nil)
		tel := start(t, telemetry.WithEndpoint(b.URL))
		record(tel.TracerProvider(), "x", many...)
		shutdown(t, tel)
		s := b.span()
		if len(s.GetAttributes()) != 128 || s.GetDroppedAttributesCount() != 72 {
			t.Errorf("%d attributes, %d dropped", len(s.GetAttributes()), s.GetDroppedAttributesCount())
		}
		if n := tel.Stats().Sanitized.AttributesDropped; n != 72 {
			t.Errorf("%d dropped in the books, want 72", n)
		}
	})

	const limit = 100
	long := attribute.String("prompt", strings.Repeat("€", 1000)) // three bytes each
	t.Run("plain size", func(t *testing.T) {
		t.Setenv("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", fmt.Sprint(limit))
		b := newBackend(t, nil)
		tp := plain(t, stockExporter(t, to(b)))
		record(tp, "x", long)
		_ = tp.ForceFlush(t.Context())
		if got := attributeOf(b.span(), "prompt"); got != strings.Repeat("€", limit) {
			gone(t, fmt.Sprintf("a limit of %d gives %d bytes, ending in %q", limit, len(got), got[max(0, len(got)-20):]))
		}
	})
	t.Run("ours size", func(t *testing.T) {
		t.Setenv("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", fmt.Sprint(limit))
		b := newBackend(t, nil)
		tel := start(t, telemetry.WithEndpoint(b.URL))
		record(tel.TracerProvider(), "x", long)
		shutdown(t, tel)
		got := attributeOf(b.span(), "prompt")
		if len(got) > limit || !utf8.ValidString(got) || !strings.HasPrefix(got, "€€€") || strings.HasSuffix(got, "€") {
			t.Errorf("%d bytes, want at most %d with a mark: %q", len(got), limit, got)
		}
		if n := tel.Stats().Sanitized.Truncated; n != 1 {
			t.Errorf("%d truncated in the books", n)
		}
	})
}
