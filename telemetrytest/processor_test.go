package telemetrytest_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/telemetrytest"
)

func TestLibrary(t *testing.T) {
	for _, tt := range []struct {
		function, file string
		want           bool
	}{
		{"github.com/lift-sys/telemetry.StartSession", "session.go", true},
		{"github.com/lift-sys/telemetry/internal/core.(*Span).Begin", "span.go", true},
		{"github.com/lift-sys/telemetry/telemetryhttp.NewHandler.func1", "handler.go", true},
		{"go.opentelemetry.io/otel/sdk/trace.(*tracer).Start", "tracer.go", true},
		{"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp.(*Transport).RoundTrip", "transport.go", true},
		{"runtime.goexit", "asm.s", true},
		{"github.com/lift-sys/telemetry_test.TestX", "x_test.go", false},
		{"github.com/lift-sys/telemetry.TestX", "x_test.go", false},
		{"github.com/lift-sys/telemetry/examples/pipeline.run", "run.go", false},
		{"github.com/lift-sys/telemetrycheck.run", "run.go", false},
		{"github.com/lift-sys/api.createSession", "create.go", false},
		{"runtimes.start", "start.go", false},
	} {
		if got := telemetrytest.Library(tt.function, tt.file); got != tt.want {
			t.Errorf("%s in %s: library %t, want %t", tt.function, tt.file, got, tt.want)
		}
	}
}

// A recorder holds a bounded number of spans, and says when there are more.
func TestTooManySpans(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		more         int
		want         string
	}{
		{"at the bound", "all fit", 0, ""},
		{"over it", "what is not recorded must be said", 3, "too many spans (call Reset now and then):\n    3 spans were not recorded, because there were 65536 already\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := judge(t, func(f *fakeT) {
				ctx, rec := telemetrytest.Context(f)
				for range telemetrytest.MaxSpans - 1 {
					_, s := telemetry.Start(ctx, "work")
					s.End(nil)
				}
				open, root := telemetry.Start(ctx, "root")
				for range tt.more {
					_, s := telemetry.Start(open, "more")
					s.End(nil)
				}
				root.End(nil)
				if got := len(rec.Spans()); got != telemetrytest.MaxSpans {
					t.Errorf("%d spans recorded, want %d", got, telemetrytest.MaxSpans)
				}
			})
			text, _, _ := strings.Cut(strings.TrimPrefix(f.text(), "telemetrytest: "), "recorded:")
			if text != tt.want {
				t.Errorf("%s: got %q, want %q", tt.reason, text, tt.want)
			}
		})
	}
}

// The place of a start is that of the caller of the helper, in a function of
// its own too.
func TestSite(t *testing.T) {
	var line int
	f := judge(t, func(t *fakeT) {
		ctx, _ := telemetrytest.Context(t)
		func() {
			_, _, line, _ = runtime.Caller(0)
			telemetry.StartIR(ctx, telemetry.IRRequest{})
		}()
	})
	want := fmt.Sprintf("ir.generate, started at processor_test.go:%d in telemetrytest_test.TestSite.func1.1\n", line+1)
	if !strings.Contains(f.text(), want) {
		t.Errorf("want %q in:\n%s", want, f.text())
	}
}
