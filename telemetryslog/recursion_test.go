package telemetryslog_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"

	"go.opentelemetry.io/otel"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/telemetryslog"
)

// broken is an exporter that always fails.
type broken struct{}

func (broken) ExportSpans(context.Context, []sdktrace.ReadOnlySpan) error { return errBoom }
func (broken) Shutdown(context.Context) error                             { return nil }

// The library's own log may go through the handler: what it says about failed
// exports makes no spans that are exported in turn. Not parallel, because of
// Init.
func TestTheLibrarysOwnLog(t *testing.T) {
	var out output
	log := out.logger(telemetryslog.WithErrors())
	handler := otel.GetErrorHandler()
	defer otel.SetErrorHandler(handler)

	tel, err := telemetry.Init(t.Context(), telemetry.WithSpanExporter(broken{}), telemetry.WithLogger(log), quiet[1])
	if err != nil {
		t.Fatal(err)
	}
	ctx, s := telemetry.StartSession(t.Context(), telemetry.SessionRequest{ID: "s-1"})
	log.ErrorContext(ctx, "no luck", "err", errBoom)
	s.End(nil)
	otel.Handle(errBoom)
	if err := tel.Flush(t.Context()); err == nil {
		t.Error("want the loss to be told")
	}
	stats := tel.Stats()
	_ = tel.Shutdown(t.Context())

	diff(t, stats.Started, uint64(1), "logging starts no span")
	r := out.records(t)
	if len(r) < 2 || r[0]["session.id"] != "s-1" {
		t.Errorf("want the service's record and the library's: %v", r)
	}
	for _, own := range r[1:] {
		if own["level"] != "WARN" || own["trace_id"] != nil {
			t.Errorf("the library speaks for no span: %v", own)
		}
	}
}

// talkative is an error that logs while it is read, with itself.
type talkative struct {
	log *slog.Logger
	ctx context.Context
	n   *int
}

func (e talkative) Error() string {
	*e.n++
	e.log.ErrorContext(e.ctx, "reading", "err", e)
	return "talkative"
}

// An error whose methods log, through the same handler and about itself, comes
// to an end, and finds no lock held.
func TestErrorsThatLog(t *testing.T) {
	t.Parallel()
	log := marking()
	var n, classified int
	var in context.Context
	ctx, r := record(t, telemetry.WithErrorClassifier(func(err error) string {
		classified++
		log.ErrorContext(in, "classifying", "err", err)
		return ""
	}))
	in, s := telemetry.Start(ctx, "work")
	log.ErrorContext(in, "one", "err", errors.Join(errBoom, talkative{log, in, &n}))
	s.End(nil)
	got := views(r.Ended())
	if n == 0 || classified == 0 || len(got) != 1 || len(got[0].Events) != 4 {
		t.Errorf("%d readings, %d classifications: %v", n, classified, got)
	}
}
