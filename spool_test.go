package telemetry_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/attribute"

	"github.com/lift-sys/telemetry"
)

// unreachable is an address where nobody listens.
const unreachable = "http://127.0.0.1:9"

// TestSpool stops a process whose backend is away, and starts another.
func TestSpool(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		spool        func(dir string) telemetry.Option
	}{
		{"option", "the program names the directory", func(dir string) telemetry.Option {
			return telemetry.WithSpool(dir, telemetry.SpoolMaxBytes(1<<20), telemetry.SpoolMaxAge(time.Hour), telemetry.SpoolSync(), telemetry.SpoolAlways())
		}},
		{"variable", "the operator names the directory", func(dir string) telemetry.Option {
			return telemetry.WithGetenv(func(name string) string {
				return map[string]string{"LIFT_TELEMETRY_SPOOL": dir + ",always"}[name]
			})
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "spool")
			first := open(t, telemetry.WithEndpoint(unreachable), tt.spool(dir))
			ctx := telemetry.NewContext(t.Context(), first)
			_, s := telemetry.Start(ctx, "work")
			s.Set(attribute.String("note", "Bearer abcdefghijklmnopqrstuvwxyz0123456789"))
			s.End(nil)
			err := first.Shutdown(t.Context())
			if err == nil || !strings.Contains(err.Error(), "spooled") {
				t.Errorf("Shutdown: %v; want it to say that the span is in the spool", err)
			}
			stats := first.Stats()
			conserved(t, stats)
			diff(t, stats.Spans, telemetry.Tally{Ended: 1, Spooled: 1}, "in the spool: "+tt.reason)

			b := newBackend(t)
			second := open(t, telemetry.WithEndpoint(b.URL), tt.spool(dir))
			for second.Stats().Spans.Exported == 0 {
				if t.Context().Err() != nil {
					t.Fatal("nothing was replayed")
				}
				time.Sleep(10 * time.Millisecond)
			}
			stats = second.Stats()
			conserved(t, stats)
			diff(t, stats.Spans, telemetry.Tally{Recovered: 1, Exported: 1, Replayed: 1}, "sent by the next process")
			spans := b.seen().Spans
			if len(spans) != 1 || spans[0] != "work" {
				t.Errorf("arrived: %+v", spans)
			}
		})
	}
}

// TestADiskThatCannotHoldASpool has a file in the way, which stops root too.
func TestADiskThatCannotHoldASpool(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	b := newBackend(t)
	var log strings.Builder
	tel := open(t, telemetry.WithEndpoint(b.URL), telemetry.WithSpool(filepath.Join(file, "spool")),
		telemetry.WithLogger(slog.New(slog.NewTextHandler(&log, nil))))
	diff(t, tel.Health(), telemetry.HealthDegraded, "health tells of it")
	_, span := telemetry.Start(telemetry.NewContext(t.Context(), tel), "work")
	span.End(nil)
	if err := tel.Flush(t.Context()); err != nil {
		t.Error(err)
	}
	stats := tel.Stats()
	diff(t, stats.Spans, telemetry.Tally{Ended: 1, Exported: 1}, "delivery goes on from memory")
	if want := "not a directory"; !strings.Contains(stats.SpoolError, want) || !strings.Contains(log.String(), want) {
		t.Errorf("SpoolError %q, log %q; want both to say %q", stats.SpoolError, log.String(), want)
	}
}

func TestASpoolThatOthersCanWriteTo(t *testing.T) {
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	tel, err := telemetry.New(t.Context(), telemetry.WithEndpoint(unreachable), telemetry.WithSpool(dir))
	if err == nil || !strings.HasPrefix(err.Error(), "telemetry: spool: directory ") || !strings.HasSuffix(err.Error(), "set it to 0700") {
		t.Errorf("error %v; want it to name the directory and the remedy", err)
	}
	diff(t, tel.Config().Enabled, false, "wrong configuration leaves telemetry off")
}

func ExampleWithSpool() {
	dir, err := os.MkdirTemp("", "spool")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = os.RemoveAll(dir) }()
	ctx := context.Background()
	tel, err := telemetry.New(ctx,
		telemetry.WithEndpoint("http://127.0.0.1:9"), // nobody listens
		telemetry.WithSpool(dir, telemetry.SpoolMaxBytes(64<<20)))
	if err != nil {
		fmt.Println(err)
		return
	}
	_, span := telemetry.Start(telemetry.NewContext(ctx, tel), "work")
	span.End(nil)
	_ = tel.Shutdown(ctx) // says that the span is in the spool

	stats := tel.Stats().Spans
	fmt.Println("ended", stats.Ended, "spooled", stats.Spooled, "lost", stats.Dropped.Total())
	// Output: ended 1 spooled 1 lost 0
}
