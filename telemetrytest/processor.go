package telemetrytest

import (
	"context"
	"fmt"
	"path"
	"path/filepath"
	"runtime"
	"strings"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// maxSpans bounds what a recorder holds, so that a benchmark or a load test
// cannot fill the memory unnoticed.
const maxSpans = 1 << 16

// spanKey tells a span from all others.
type spanKey struct {
	trace trace.TraceID
	span  trace.SpanID
}

func keyOf(sc trace.SpanContext) spanKey { return spanKey{sc.TraceID(), sc.SpanID()} }

// recorded is a span from its start on. All fields but live are set once,
// before it is shared or under the recorder's mutex.
type recorded struct {
	parent trace.SpanContext
	live   sdktrace.ReadOnlySpan // nil once ended
	span   sdktrace.ReadOnlySpan // nil until ended
	site   []uintptr             // the stack of its start
}

// processor feeds a recorder.
type processor struct{ r *Recorder }

var _ sdktrace.SpanProcessor = processor{}

func (p processor) OnStart(_ context.Context, s sdktrace.ReadWriteSpan) {
	var pcs [48]uintptr
	n := runtime.Callers(2, pcs[:])
	p.r.mu.Lock()
	defer p.r.mu.Unlock()
	if len(p.r.spans) >= maxSpans {
		p.r.lost++
		return
	}
	span := &recorded{parent: s.Parent(), live: s, site: append([]uintptr(nil), pcs[:n]...)}
	p.r.spans = append(p.r.spans, span)
	p.r.open[keyOf(s.SpanContext())] = span
}

func (p processor) OnEnd(s sdktrace.ReadOnlySpan) {
	p.r.mu.Lock()
	defer p.r.mu.Unlock()
	p.r.problems.checkSpan(p.r.config.rules, s)
	key := keyOf(s.SpanContext())
	span, ok := p.r.open[key]
	if !ok {
		return
	}
	delete(p.r.open, key)
	span.live, span.span, span.site = nil, s, nil
	p.r.ended = append(p.r.ended, span)
}

func (processor) Shutdown(context.Context) error   { return nil }
func (processor) ForceFlush(context.Context) error { return nil }

// site says where the code under test started a span: the first frame that is
// neither this library's nor OpenTelemetry's.
func site(pcs []uintptr) string {
	frames := runtime.CallersFrames(pcs)
	for {
		f, more := frames.Next()
		if f.Function != "" && !library(f.Function, f.File) {
			return fmt.Sprintf("%s:%d in %s", filepath.Base(f.File), f.Line, path.Base(f.Function))
		}
		if !more {
			return "an unknown place"
		}
	}
}

// library reports whether a function only passes the start of a span on. Tests
// and examples of this module do not.
func library(function, file string) bool {
	const module = "github.com/lift-sys/telemetry"
	switch {
	case strings.HasSuffix(file, "_test.go"):
		return false
	case strings.HasPrefix(function, "go.opentelemetry.io/"), strings.HasPrefix(function, "runtime."):
		return true
	case strings.HasPrefix(function, module+"/examples/"):
		return false
	}
	return strings.HasPrefix(function, module+".") || strings.HasPrefix(function, module+"/")
}
