package telemetryslog_test

import (
	"context"
	"io"
	"log/slog"
	"testing"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/telemetryslog"
)

// bare is a handler that allocates nothing by itself.
func bare() slog.Handler { return slog.NewJSONHandler(io.Discard, nil) }

func one(ctx context.Context, l *slog.Logger) {
	l.LogAttrs(ctx, slog.LevelInfo, "x", slog.Int("a", 1))
}

func two(ctx context.Context, l *slog.Logger) {
	l.LogAttrs(ctx, slog.LevelInfo, "x", slog.Int("a", 1), slog.Int("b", 2))
}

func failed(ctx context.Context, l *slog.Logger) {
	l.LogAttrs(ctx, slog.LevelError, "x", slog.Any("err", errBoom))
}

// The numbers are exact: fewer is good news that belongs here too.
func TestAllocations(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	on, _ := record(t)
	span, s := telemetry.StartSession(remote(on), telemetry.SessionRequest{ID: "s-1"})
	defer s.End(nil)
	out, _ := record(t, telemetry.WithSampleRatio(0))
	type key struct{}
	busy := context.WithValue(t.Context(), key{}, 1)
	ours := slog.New(telemetryslog.NewHandler(bare()))
	errs := slog.New(telemetryslog.NewHandler(bare(), telemetryslog.WithErrors()))
	group := func(l *slog.Logger) *slog.Logger { return l.With("t", 1).WithGroup("g").With("u", 2) }
	tests := []struct {
		name string
		ctx  context.Context
		log  *slog.Logger
		f    func(context.Context, *slog.Logger)
		want float64
	}{
		{"bare", span, slog.New(bare()), two, 0},
		{"no telemetry", busy, ours, two, 0},
		{"no span", on, ours, two, 0},
		{"no span, in a group", on, group(ours), two, 0},
		{"no span, an error", on, errs, failed, 0},
		{"no span, sampled out", out, ours, two, 0},
		{"span: its ids in hexadecimal", span, ours, one, 1},
		{"span, and no room in the record", span, ours, two, 2},
		{"span, in a group", span, group(ours), one, 2},
		{"span, errors on", span, errs, one, 1},
		{"span, more errors than may be said", span, errs, failed, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for range 20 { // past the limit of events
				tt.f(tt.ctx, tt.log)
			}
			if got := testing.AllocsPerRun(200, func() { tt.f(tt.ctx, tt.log) }); got != tt.want {
				t.Errorf("%v allocations, want %v", got, tt.want)
			}
		})
	}
}

// Each pair is the same logger without the handler and with it.
func BenchmarkHandler(b *testing.B) {
	on, _ := record(b)
	span, s := telemetry.StartSession(remote(on), telemetry.SessionRequest{ID: "s-1"})
	defer s.End(nil)
	base, ours := slog.New(bare()), slog.New(telemetryslog.NewHandler(bare()))
	for _, bb := range []struct {
		name string
		ctx  context.Context
		log  *slog.Logger
	}{
		{"no span/bare", on, base},
		{"no span/ours", on, ours},
		{"span/bare", span, base},
		{"span/by hand", span, base.With("trace_id", remoteTrace, "span_id", remoteSpan, "session.id", "s-1", "request.id", "r-1")},
		{"span/ours", span, ours},
		{"group/bare", span, base.WithGroup("g")},
		{"group/ours", span, ours.WithGroup("g")},
		{"error/bare", span, base},
		{"error/ours", span, slog.New(telemetryslog.NewHandler(bare(), telemetryslog.WithErrors()))},
	} {
		b.Run(bb.name, func(b *testing.B) {
			f := two
			if bb.name[:5] == "error" {
				f = failed
			}
			b.ReportAllocs()
			for b.Loop() {
				f(bb.ctx, bb.log)
			}
		})
	}
}
