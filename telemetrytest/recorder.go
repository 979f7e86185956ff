package telemetrytest

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"

	sdkmetric "go.opentelemetry.io/otel/sdk/metric"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/internal/core"
)

// A Recorder holds the spans and metrics of one test in memory. Get one from
// [Context]. All methods are safe for concurrent use; those that can fail the
// test must be called from the test's goroutine.
type Recorder struct {
	t      testing.TB
	tel    *telemetry.Telemetry
	config config

	mu       sync.Mutex
	spans    []*recorded // in the order of their starts
	ended    []*recorded // in the order of their ends
	open     map[spanKey]*recorded
	lost     int // spans over maxSpans
	problems problems
	errors   []error // that OpenTelemetry reported
	serving  int     // requests in [Recorder.Handler]
	idle     chan struct{}

	collecting  sync.Mutex // held to read and add up metrics
	reader      *sdkmetric.ManualReader
	metrics     metrics
	collections uint64 // so far
}

// Context returns a context whose telemetry goes to a recorder in memory, and
// the recorder. Every trace is recorded, nothing is sent, and nothing global
// is changed but OpenTelemetry's error handler, which is put back. Once the
// test has ended, it is judged as the package documentation says.
func Context(t testing.TB, opts ...Option) (context.Context, *Recorder) {
	t.Helper()
	r := &Recorder{t: t, open: make(map[spanKey]*recorded), reader: newReader()}
	for _, opt := range opts {
		opt(&r.config)
	}
	reports.attach(r)
	tel, err := telemetry.New(t.Context(), append([]telemetry.Option{
		telemetry.WithSpanProcessor(processor{r}),
		telemetry.WithMetricReader(r.reader),
		telemetry.WithSampleRatio(1),
		telemetry.WithoutSelfMetrics(),
		telemetry.WithLogger(slog.New(slog.DiscardHandler)),
		telemetry.WithGetenv(func(string) string { return "" }), // what a developer has set is not under test
	}, r.config.telemetry...)...)
	r.tel = tel
	if err != nil {
		reports.detach(r)
		t.Fatalf("telemetrytest: %v", err)
	}
	t.Cleanup(r.finish)
	ctx := r.Context(t.Context())
	return ctx, r
}

// Context returns a context below ctx whose telemetry goes to r.
func (r *Recorder) Context(ctx context.Context) context.Context {
	return telemetry.NewContext(ctx, r.tel)
}

// Telemetry returns the handle whose data r records, for its providers and its
// statistics. The test must not shut it down.
func (r *Recorder) Telemetry() *telemetry.Telemetry { return r.tel }

// Spans returns the spans that have ended, in the order of their ends: as a
// rule, children before their parents.
//
// An LLM call of telemetryllm whose last attempt has failed, and that would
// wait for another one, ends first.
func (r *Recorder) Spans() []Span {
	r.settle()
	r.mu.Lock()
	defer r.mu.Unlock()
	spans := make([]Span, len(r.ended))
	for i, s := range r.ended {
		spans[i] = newSpan(s.span)
	}
	return spans
}

// Span returns the one span of the given name that has ended. None or several
// fail the test at once.
func (r *Recorder) Span(name string) Span {
	r.t.Helper()
	var found []Span
	for _, s := range r.Spans() {
		if s.Name == name {
			found = append(found, s)
		}
	}
	if len(found) != 1 {
		r.t.Fatalf("telemetrytest: %d spans %q have ended, want 1; recorded:\n%s", len(found), name, indent(r.Tree()))
		return Span{}
	}
	return found[0]
}

// Errors returns the errors that OpenTelemetry has reported since the start of
// the test, in order, to any test.
func (r *Recorder) Errors() []error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.errors)
}

// note remembers an error that OpenTelemetry reported.
func (r *Recorder) note(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.errors) < maxErrors {
		r.errors = append(r.errors, err)
	}
}

// settle ends what waits for more to be heard of it.
func (r *Recorder) settle() {
	if p := core.From(r.Context(context.Background())); p != nil {
		p.EndHeld()
	}
}

// Reset forgets the spans that have ended, and what the metrics have counted.
// Spans that are open stay, and so do reasons to fail the test.
func (r *Recorder) Reset() {
	r.collecting.Lock()
	r.collect()
	r.metrics = nil
	r.collecting.Unlock()

	r.mu.Lock()
	defer r.mu.Unlock()
	r.ended = nil
	r.spans = slices.DeleteFunc(r.spans, func(s *recorded) bool { return s.live == nil })
}

// finish judges the test.
func (r *Recorder) finish() {
	r.t.Helper()
	tree := r.Tree()
	unended := r.unended()
	r.collecting.Lock()
	r.collect()
	r.collecting.Unlock()
	// The test's own context is over by now.
	err := r.tel.Shutdown(context.WithoutCancel(r.t.Context()))
	reports.detach(r)

	if err != nil {
		r.note(fmt.Errorf("shutdown: %w", err))
	}

	r.mu.Lock()
	defer r.mu.Unlock()
	var b strings.Builder
	if !r.config.unended {
		section(&b, "spans that were not ended (defer End, or use AllowUnended)", unended)
	}
	section(&b, "names that are not in the registry (correct them, or use AllowUnknown)", r.problems.names.list)
	section(&b, "values that the registry does not permit (correct them, or use AllowInvalid)", r.problems.values.list)
	if !r.config.errors {
		section(&b, "errors that OpenTelemetry reported (remove their cause, or use AllowErrors)", texts(r.errors))
	}
	if r.lost > 0 {
		section(&b, "too many spans (call Reset now and then)", []string{fmt.Sprintf("%d spans were not recorded, because there were %d already", r.lost, maxSpans)})
	}
	if b.Len() > 0 {
		r.t.Errorf("telemetrytest: %srecorded:\n%s", b.String(), indent(tree))
	}
}

// unended describes the spans that are open.
func (r *Recorder) unended() []string {
	var list []string
	for _, s := range r.snapshot() {
		if s.live != nil {
			list = append(list, fmt.Sprintf("%s, started at %s", s.live.Name(), site(s.site)))
		}
	}
	return list
}

func texts(errs []error) []string {
	list := make([]string, len(errs))
	for i, err := range errs {
		list[i] = err.Error()
	}
	return list
}

// section writes a list under a title, unless it is empty.
func section(b *strings.Builder, title string, list []string) {
	if len(list) == 0 {
		return
	}
	fmt.Fprintf(b, "%s:\n", title)
	for i, line := range list {
		if i == maxListed {
			fmt.Fprintf(b, "    and %d more\n", len(list)-i)
			break
		}
		fmt.Fprintf(b, "%s\n", indent(line))
	}
}

// maxListed bounds what one failure lists.
const maxListed = 20

// indent moves every line of text to the right.
func indent(text string) string {
	if text == "" {
		return "    (nothing)"
	}
	return "    " + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n    ")
}
