package alerttest

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/event"
	"github.com/lift-sys/telemetry/internal/otlp"
	"github.com/lift-sys/telemetry/internal/sanitize"
	"github.com/lift-sys/telemetry/telemetrytest"
)

// sent keeps spans as they are sent.
type sent struct{ scopes []*tracepb.ScopeSpans }

func (*sent) OnStart(context.Context, sdktrace.ReadWriteSpan) {}
func (*sent) Shutdown(context.Context) error                  { return nil }
func (*sent) ForceFlush(context.Context) error                { return nil }

func (s *sent) OnEnd(span sdktrace.ReadOnlySpan) {
	ss := &tracepb.ScopeSpans{}
	if err := proto.Unmarshal(otlp.AppendSpan(nil, span, sanitize.New(sanitize.Limits{})), ss); err != nil {
		return // the comparison fails
	}
	ss.Scope = &commonpb.InstrumentationScope{Name: span.InstrumentationScope().Name}
	s.scopes = append(s.scopes, ss)
}

// The rows of recorded spans are those of the bytes that leave a service.
func TestRowsAreThoseOfWhatIsSent(t *testing.T) {
	capture := &sent{}
	ctx, rec := telemetrytest.Context(t, telemetrytest.With(telemetry.WithSpanProcessor(capture)), telemetrytest.AllowUnknown("x.*"))
	ctx, session := telemetry.StartSession(ctx, telemetry.SessionRequest{Source: "prompt"})
	linked := trace.ContextWithSpanContext(ctx, trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{7}, SpanID: trace.SpanID{8}}))
	_, span := telemetry.Start(ctx, "x.work", attribute.Bool("x.b", true), attribute.Float64("x.f", 0.5), attribute.Int("x.i", 3),
		attribute.StringSlice("x.ss", []string{"a", "b"}), attribute.Int64Slice("x.is", []int64{1}), attribute.Float64Slice("x.fs", []float64{1.5}), attribute.BoolSlice("x.bs", []bool{true}))
	trace.SpanFromContext(ctx).AddLink(trace.LinkFromContext(linked, attribute.String("x.why", "batch")))
	telemetry.Event(ctx, "x.happened", attribute.Int("x.n", 1))
	err := errors.New("broken")
	span.End(&err)
	session.End(nil)

	want := event.FromTraces([]*tracepb.ResourceSpans{{Resource: resource(nil), ScopeSpans: capture.scopes}})
	if len(want) < 4 {
		t.Fatalf("%d rows were sent, want two spans, an exception, an event and a link", len(want))
	}
	byIdentity := func(events []event.Event) map[string]event.Event {
		m := make(map[string]event.Event)
		for _, e := range events {
			m[fmt.Sprint(e.Time.UnixNano(), e.Fields[attr.ColumnName], e.Fields[attr.ColumnMetaAnnotationType])] = e
		}
		return m
	}
	if diff := cmp.Diff(byIdentity(want), byIdentity(rows(rec.Spans(), nil))); diff != "" {
		t.Errorf("(-sent +recorded):\n%s", diff)
	}
}
