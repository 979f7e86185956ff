package telemetrytest_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/telemetrytest"
)

func remoteParent() trace.SpanContext {
	return trace.NewSpanContext(trace.SpanContextConfig{
		TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}, TraceFlags: trace.FlagsSampled, Remote: true,
	})
}

func TestSpans(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, rec := telemetrytest.Context(t)
		start := time.Now()
		root := trace.ContextWithSpanContext(ctx, remoteParent())
		tracer := rec.Telemetry().TracerProvider().Tracer("x")
		ctx, parent := tracer.Start(root, "parent", trace.WithSpanKind(trace.SpanKindServer),
			trace.WithLinks(trace.Link{SpanContext: remoteParent(), Attributes: []attribute.KeyValue{attribute.Bool("b", true)}}))
		time.Sleep(time.Second)
		_, child := tracer.Start(ctx, "child")
		child.SetAttributes(attribute.Int("i", 1), attribute.StringSlice("s", []string{"a"}))
		child.End()
		parent.SetStatus(codes.Error, "boom")
		parent.AddEvent("e", trace.WithAttributes(attribute.Float64("f", 0.5)))
		parent.End()

		parentID, childID := parent.SpanContext().SpanID(), child.SpanContext().SpanID()
		later := start.Add(time.Second)
		want := []telemetrytest.Span{{
			Name: "child", Kind: trace.SpanKindInternal, Scope: "x", TraceID: trace.TraceID{1}, SpanID: childID, Parent: parentID,
			Attributes: telemetrytest.Attributes{"i": int64(1), "s": []string{"a"}}, Start: later, End: later,
		}, {
			Name: "parent", Kind: trace.SpanKindServer, Scope: "x", TraceID: trace.TraceID{1}, SpanID: parentID,
			Parent: trace.SpanID{2}, RemoteParent: true, Status: codes.Error, Message: "boom",
			Events: []telemetrytest.Event{{Name: "e", Time: later, Attributes: telemetrytest.Attributes{"f": 0.5}}},
			Links:  []telemetrytest.Link{{TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}, Attributes: telemetrytest.Attributes{"b": true}}},
			Start:  start, End: later,
		}}
		if d := cmp.Diff(want, rec.Spans()); d != "" {
			t.Error(d)
		}
		got := rec.Span("parent")
		if d := cmp.Diff(want[1], got); d != "" {
			t.Error(d)
		}
		if got.Duration() != time.Second {
			t.Errorf("duration %v, want 1s", got.Duration())
		}
		if e, ok := got.Event("e"); !ok || e.Attributes["f"] != 0.5 {
			t.Errorf("event e: %v %v", e, ok)
		}
		if e, ok := got.Event("none"); ok {
			t.Errorf("event none: %v", e)
		}
	})
}

func TestSpanFatal(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		spans        []string
		want         string
	}{
		{"none", "a typing error must not pass", []string{"a"}, "0 spans \"x\" have ended, want 1; recorded:\n    x (not ended)\n    a"},
		{"two", "it is not clear which one is meant", []string{"x", "a", "x"}, "2 spans \"x\" have ended, want 1; recorded:\n    x (not ended)\n    x\n    a\n    x"},
		{"one", "the open one does not count", []string{"x"}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := judge(t, func(t *fakeT) {
				ctx, rec := telemetrytest.Context(t, telemetrytest.AllowUnended())
				telemetry.Start(ctx, "x")
				for _, name := range tt.spans {
					_, s := telemetry.Start(ctx, name)
					s.End(nil)
				}
				rec.Span("x")
			})
			if f.fatal != (tt.want != "") || !strings.Contains(f.text(), tt.want) {
				t.Errorf("want %q, because %s; got (fatal %t):\n%s", tt.want, tt.reason, f.fatal, f.text())
			}
		})
	}
}

func TestReset(t *testing.T) {
	ctx, rec := telemetrytest.Context(t)
	open, s := telemetry.Start(ctx, "open")
	_, first := telemetry.Start(open, "first")
	first.End(nil)
	telemetry.Event(open, "one")
	rec.Reset()
	if got := rec.Spans(); len(got) != 0 {
		t.Errorf("spans after Reset: %v", got)
	}
	if got := rec.Metrics(); len(got) != 0 {
		t.Errorf("metrics after Reset: %v", got)
	}
	_, second := telemetry.Start(open, "second")
	second.End(nil)
	s.End(nil)
	telemetry.Event(ctx, "two")
	rec.AssertTree(t, "open\n  second")
	if got := rec.Counter(attr.MetricEvents); got != 1 {
		t.Errorf("%s is %v after Reset, want 1", attr.MetricEvents, got)
	}
}
