package otlp_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"

	"github.com/lift-sys/telemetry/internal/otlp"
	"github.com/lift-sys/telemetry/internal/sanitize"
)

func manyAttrs(n, size int) []attribute.KeyValue {
	return list(n, func() attribute.KeyValue { return attribute.String("k", strings.Repeat("v", size)) })
}

func TestSpanLimits(t *testing.T) {
	events := func(n, attrs, size int) []sdktrace.Event {
		i := 0
		return list(n, func() sdktrace.Event {
			i++
			return sdktrace.Event{Name: fmt.Sprint(i), Attributes: manyAttrs(attrs, size)}
		})
	}
	tests := []struct {
		name   string
		limits sanitize.Limits
		span   tracetest.SpanStub
		// What has to arrive.
		attrs, droppedAttrs, events, droppedEvents, links, droppedLinks int
		counts                                                          sanitize.Counts
		reason                                                          string
	}{
		{
			name: "attributes", span: tracetest.SpanStub{Attributes: manyAttrs(130, 1), DroppedAttributes: 3},
			attrs: 128, droppedAttrs: 5, counts: sanitize.Counts{AttributesDropped: 5}, reason: "counted on top of the SDK's, and together with them",
		},
		{
			name: "events", span: tracetest.SpanStub{Events: events(130, 1, 1), DroppedEvents: 3},
			events: 128, droppedEvents: 5, counts: sanitize.Counts{EventsDropped: 5}, reason: "the oldest go",
		},
		{
			name: "links", span: tracetest.SpanStub{Links: make([]sdktrace.Link, 130), DroppedLinks: 3},
			links: 128, droppedLinks: 5, counts: sanitize.Counts{LinksDropped: 5}, reason: "the oldest go",
		},
		{
			name: "large events", span: tracetest.SpanStub{Attributes: manyAttrs(20, 8000), Events: events(20, 1, 8000)},
			attrs: 20, events: 20, counts: sanitize.Counts{SpansShrunk: 1}, reason: "shorter events are enough",
		},
		{
			name: "large values", span: tracetest.SpanStub{Attributes: manyAttrs(100, 8000), Events: events(3, 1, 8000)},
			attrs: 100, events: 3, counts: sanitize.Counts{SpansShrunk: 1}, reason: "shorter values are enough",
		},
		{
			name: "events beyond help", span: tracetest.SpanStub{Attributes: manyAttrs(100, 8000), Events: events(128, 100, 8000), Links: make([]sdktrace.Link, 3)},
			attrs: 100, droppedEvents: 128, droppedLinks: 3, counts: sanitize.Counts{SpansShrunk: 1, EventsDropped: 128, LinksDropped: 3}, reason: "events and links go",
		},
		{
			name: "attributes beyond help", limits: sanitize.Limits{SpanBytes: 32 << 10, Attributes: 1000}, span: tracetest.SpanStub{Attributes: manyAttrs(1000, 8000)},
			attrs: 447, droppedAttrs: 553, counts: sanitize.Counts{SpansShrunk: 1, AttributesDropped: 553}, reason: "what does not fit goes",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			san := sanitize.New(tt.limits)
			s := tt.span.Snapshot()
			b := otlp.AppendSpan(nil, s, san)
			if most := san.Limits().SpanBytes; len(b) > most {
				t.Errorf("%d bytes, want at most %d", len(b), most)
			}
			got := decode(t, b, new(tracepb.ScopeSpans)).Spans[0]
			type shape struct{ Attrs, DroppedAttrs, Events, DroppedEvents, Links, DroppedLinks int }
			want := shape{tt.attrs, tt.droppedAttrs, tt.events, tt.droppedEvents, tt.links, tt.droppedLinks}
			if diff := cmp.Diff(want, shape{
				len(got.Attributes), int(got.DroppedAttributesCount), len(got.Events), int(got.DroppedEventsCount),
				len(got.Links), int(got.DroppedLinksCount),
			}); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
			if n := len(got.Events); n > 0 && got.Events[n-1].Name != s.Events()[len(s.Events())-1].Name {
				t.Errorf("the last event is gone")
			}
			counts := san.Counts()
			counts.Truncated = 0 // counted in the first pass, as far as that got
			if diff := cmp.Diff(tt.counts, counts); diff != "" {
				t.Errorf("counts (-want +got):\n%s", diff)
			}

			// The view for the stock exporters keeps the same limits.
			viewSan := sanitize.New(tt.limits)
			view := viewSan.Span(s)
			if c := viewSan.Counts(); c.SpansShrunk != tt.counts.SpansShrunk || c.EventsDropped != tt.counts.EventsDropped || c.LinksDropped != tt.counts.LinksDropped {
				t.Errorf("view counted %+v, want %+v", c, tt.counts)
			}
			b = otlp.AppendSpan(nil, view, viewSan)
			if c := viewSan.Counts(); c.SpansShrunk != tt.counts.SpansShrunk {
				t.Errorf("view counted %+v, want %+v, once", c, tt.counts)
			}
			if len(b) > viewSan.Limits().SpanBytes {
				t.Errorf("view takes %d bytes", len(b))
			}
		})
	}
}

// TestSpanNeverExceedsItsLimit walks over sizes around the limit, where each
// part of a span is the one that does not fit any more.
func TestSpanNeverExceedsItsLimit(t *testing.T) {
	san := sanitize.New(sanitize.Limits{SpanBytes: 32 << 10})
	shrunk := 0
	for size := 3200; size < 4100; size += 3 {
		s := tracetest.SpanStub{
			Name:       "near the limit",
			Status:     sdktrace.Status{Description: strings.Repeat("s", 7000)},
			Attributes: manyAttrs(6, size), DroppedAttributes: 1 << 30,
			Events: []sdktrace.Event{{Name: "e", Attributes: manyAttrs(1, size/2)}}, DroppedEvents: 1 << 30,
			Links: []sdktrace.Link{{Attributes: manyAttrs(1, size/4)}}, DroppedLinks: 1 << 30,
		}
		before := san.Counts().SpansShrunk
		b := otlp.AppendSpan(nil, s.Snapshot(), san)
		if len(b) > 32<<10 {
			t.Errorf("values of %d bytes: %d bytes", size, len(b))
		}
		if n := len(decode(t, b, new(tracepb.ScopeSpans)).Spans[0].Attributes); n != 6 {
			t.Errorf("values of %d bytes: %d attributes", size, n)
		}
		shrunk += int(san.Counts().SpansShrunk - before)
	}
	if shrunk == 0 || shrunk == 300 {
		t.Errorf("%d of 300 spans shrunk: the walk does not cross the limit", shrunk)
	}
}
