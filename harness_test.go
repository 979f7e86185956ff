package telemetry_test

import (
	"context"
	"log/slog"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/propagation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.uber.org/goleak"

	"github.com/lift-sys/telemetry"
)

func TestMain(m *testing.M) {
	for _, kv := range os.Environ() { // tests say themselves what the environment holds
		if name, _, _ := strings.Cut(kv, "="); strings.HasPrefix(name, "OTEL_") || strings.HasPrefix(name, "HONEYCOMB_") || strings.HasPrefix(name, "LIFT_") {
			_ = os.Unsetenv(name)
		}
	}
	goleak.VerifyTestMain(m)
}

// a is a span's attributes by name.
type a map[string]any

// span is what tests compare of a recorded span. Parent is the parent's name,
// "" for a local root.
type span struct {
	Name, Parent, Status string
	Attrs                a
	Events               []event
}

type event struct {
	Name  string
	Attrs a
}

// recorder sees spans as the SDK hands them out.
type recorder struct {
	*tracetest.SpanRecorder
	tel *telemetry.Telemetry
}

// record returns a context whose helpers report to a pipeline of the test's
// own, which is shut down when the test ends.
func record(t testing.TB, opts ...telemetry.Option) (context.Context, *recorder) {
	t.Helper()
	r := &recorder{SpanRecorder: tracetest.NewSpanRecorder()}
	r.tel = open(t, append(opts, telemetry.WithSpanProcessor(r.SpanRecorder), telemetry.WithoutSelfMetrics())...)
	return telemetry.NewContext(t.Context(), r.tel), r
}

// open is New, with a shutdown when the test ends.
func open(t testing.TB, opts ...telemetry.Option) *telemetry.Telemetry {
	t.Helper()
	tel, err := telemetry.New(t.Context(), append([]telemetry.Option{telemetry.WithLogger(quiet)}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tel.Shutdown(context.WithoutCancel(t.Context())) })
	return tel
}

var quiet = slog.New(slog.DiscardHandler)

// spans returns the ended spans in the order in which they ended.
func (r *recorder) spans() []span { return views(r.Ended()) }

func views(ended []sdktrace.ReadOnlySpan) []span {
	names := map[string]string{}
	for _, s := range ended {
		names[s.SpanContext().SpanID().String()] = s.Name()
	}
	var out []span
	for _, s := range ended {
		v := span{Name: s.Name(), Parent: names[s.Parent().SpanID().String()], Attrs: values(s.Attributes())}
		if st := s.Status(); st.Code != 0 {
			v.Status = st.Code.String() + ": " + st.Description
		}
		for _, e := range s.Events() {
			kv := values(e.Attributes)
			if kv["exception.stacktrace"] != nil { // tests of stacks read it themselves
				kv["exception.stacktrace"] = "…"
			}
			v.Events = append(v.Events, event{e.Name, kv})
		}
		out = append(out, v)
	}
	return out
}

func values(kv []attribute.KeyValue) a {
	m := a{}
	for _, kv := range kv {
		m[string(kv.Key)] = kv.Value.AsInterface()
	}
	return m
}

// one returns the span of the given name, of which there must be one.
func (r *recorder) one(t *testing.T, name string) span {
	t.Helper()
	var found []span
	for _, s := range r.spans() {
		if s.Name == name {
			found = append(found, s)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%d spans named %q, want 1", len(found), name)
	}
	return found[0]
}

// pick keeps the attributes with one of the names or, ending in ".", prefixes.
func (s span) pick(names ...string) a {
	out := a{}
	for k, v := range s.Attrs {
		if slices.ContainsFunc(names, func(n string) bool {
			return k == n || strings.HasSuffix(n, ".") && strings.HasPrefix(k, n)
		}) {
			out[k] = v
		}
	}
	return out
}

func diff(t *testing.T, got, want any, why string) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", why, d)
	}
}

type (
	readWriteSpan = sdktrace.ReadWriteSpan
	readOnlySpan  = sdktrace.ReadOnlySpan
)

// nothing is a span processor that does nothing.
type nothing struct{}

func (nothing) OnStart(context.Context, readWriteSpan) {}
func (nothing) OnEnd(readOnlySpan)                     {}
func (nothing) Shutdown(context.Context) error         { return nil }
func (nothing) ForceFlush(context.Context) error       { return nil }

// ended counts spans, and keeps the calls that a session span carries.
type ended struct {
	nothing
	n, session atomic.Int64
}

func (e *ended) OnEnd(s readOnlySpan) {
	e.n.Add(1)
	if calls, ok := values(s.Attributes())["session.llm_calls"].(int64); ok {
		e.session.Store(calls)
	}
}

type mapCarrier = propagation.MapCarrier

func newSpanRecorder() *tracetest.SpanRecorder { return tracetest.NewSpanRecorder() }
