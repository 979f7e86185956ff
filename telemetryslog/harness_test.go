package telemetryslog_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.uber.org/goleak"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/telemetryslog"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// quiet options keep a test's telemetry to itself.
var quiet = []telemetry.Option{
	telemetry.WithLogger(slog.New(slog.DiscardHandler)),
	telemetry.WithGetenv(func(string) string { return "" }),
}

// record returns a context whose spans the recorder keeps as the SDK has them.
func record(t testing.TB, opts ...telemetry.Option) (context.Context, *tracetest.SpanRecorder) {
	t.Helper()
	r := tracetest.NewSpanRecorder()
	tel, err := telemetry.New(t.Context(), append(append(quiet[:2:2], opts...), telemetry.WithSpanProcessor(r))...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tel.Shutdown(context.WithoutCancel(t.Context())) })
	return telemetry.NewContext(t.Context(), tel), r
}

// remote returns a context with fixed ids, as another process may send them.
func remote(ctx context.Context) context.Context {
	return telemetry.Extract(ctx, map[string]string{
		"traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-03",
		"session.id":  "s-1", "request.id": "r-1", "user.id": "u-1",
	})
}

const (
	remoteTrace = "4bf92f3577b34da6a3ce929d0e0e4736"
	remoteSpan  = "00f067aa0ba902b7"
)

type m = map[string]any

// output is where a logger writes JSON without times.
type output struct{ bytes.Buffer }

func (o *output) logger(opts ...telemetryslog.Option) *slog.Logger {
	return slog.New(telemetryslog.NewHandler(o.json(), opts...))
}

func (o *output) json() slog.Handler {
	return slog.NewJSONHandler(o, &slog.HandlerOptions{ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
		if len(groups) == 0 && a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}})
}

// records returns what was written, and fails where a name stands twice on one
// level, which JSON allows and no reader expects.
func (o *output) records(t testing.TB) []m {
	t.Helper()
	var all []m
	for line := range strings.Lines(o.String()) {
		var r m
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatal(err)
		}
		again, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		if len(again) != len(strings.TrimSpace(line)) {
			t.Errorf("a name stands twice: %s", line)
		}
		all = append(all, r)
	}
	return all
}

type event struct {
	Name  string
	Attrs m
}

// span is what tests compare of a recorded span.
type span struct {
	Name, Status string
	Attrs        m
	Events       []event
}

func views(spans []sdktrace.ReadOnlySpan) []span {
	var all []span
	for _, s := range spans {
		v := span{Name: s.Name(), Attrs: values(s.Attributes())}
		if st := s.Status(); st.Code != 0 {
			v.Status = st.Code.String() + ": " + st.Description
		}
		for _, e := range s.Events() {
			v.Events = append(v.Events, event{e.Name, values(e.Attributes)})
		}
		all = append(all, v)
	}
	return all
}

func values(kv []attribute.KeyValue) m {
	out := m{}
	for _, kv := range kv {
		out[string(kv.Key)] = kv.Value.AsInterface()
		if kv.Key == "exception.stacktrace" {
			out[string(kv.Key)] = "…"
		}
	}
	return out
}

func diff(t testing.TB, got, want any, why string) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", why, d)
	}
}

// sink takes records and does nothing with them.
type sink struct{}

func (sink) Enabled(context.Context, slog.Level) bool  { return true }
func (sink) Handle(context.Context, slog.Record) error { return nil }
func (s sink) WithAttrs([]slog.Attr) slog.Handler      { return s }
func (s sink) WithGroup(string) slog.Handler           { return s }

// marking is a logger whose errors mark spans.
func marking() *slog.Logger {
	return slog.New(telemetryslog.NewHandler(sink{}, telemetryslog.WithErrors()))
}
