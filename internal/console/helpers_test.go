package console_test

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/console"
)

var update = flag.Bool("update", false, "rewrite the golden files")

var epoch = time.Date(2026, 11, 2, 10, 0, 0, 0, time.UTC)

// span describes a span of a test trace: ids are small numbers, 0 is none, and
// times are milliseconds after the trace's start.
type span struct {
	name       string
	trace      byte // default 1
	id, parent byte
	remote     bool
	from, to   float64
	status     codes.Code
	message    string
	attrs      []attribute.KeyValue
	links      []byte // the traces that it links to
	dropped    int    // links
}

func (s span) snapshot() sdktrace.ReadOnlySpan {
	tid := trace.TraceID{0x4b, 0xf9, 0x2f, 0x35, 15: max(s.trace, 1)}
	sc := func(id byte, remote bool) trace.SpanContext {
		if id == 0 {
			return trace.SpanContext{}
		}
		return trace.NewSpanContext(trace.SpanContextConfig{
			TraceID: tid, SpanID: trace.SpanID{7: id}, TraceFlags: trace.FlagsSampled, Remote: remote,
		})
	}
	at := func(ms float64) time.Time { return epoch.Add(time.Duration(ms * float64(time.Millisecond))) }
	var links []sdktrace.Link
	for _, id := range s.links {
		links = append(links, sdktrace.Link{SpanContext: trace.NewSpanContext(trace.SpanContextConfig{
			TraceID: trace.TraceID{0xab, 15: id}, SpanID: trace.SpanID{7: id},
		})})
	}
	return tracetest.SpanStub{
		Name:        s.name,
		SpanContext: sc(s.id, false),
		Parent:      sc(s.parent, s.remote),
		StartTime:   at(s.from),
		EndTime:     at(s.to),
		Status:      sdktrace.Status{Code: s.status, Description: s.message},
		Attributes:  s.attrs,
		Links:       links, DroppedLinks: s.dropped,
		Resource: resource.NewSchemaless(attr.ServiceName.String("lift-api")),
	}.Snapshot()
}

// show prints the spans in the order given and returns what was written.
func show(t *testing.T, o console.Options, spans ...span) string {
	t.Helper()
	var b bytes.Buffer
	if o.Getenv == nil {
		o.Getenv = func(string) string { return "" }
	}
	p := console.New(&b, o)
	for _, s := range spans {
		p.OnEnd(s.snapshot())
	}
	if err := p.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// golden compares got with a file under testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got; -update rewrites it):\n%s", path, diff)
	}
}

// buffer is a writer for several goroutines. Each Write first receives from
// gate, unless that is nil.
type buffer struct {
	gate chan struct{}
	mu   sync.Mutex
	b    bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	if b.gate != nil {
		<-b.gate
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

func shutdown(t *testing.T, p *console.Printer) {
	t.Helper()
	if err := p.Shutdown(context.WithoutCancel(t.Context())); err != nil {
		t.Errorf("Shutdown: %v", err)
	}
}
