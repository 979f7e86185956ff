package telemetry_test

import (
	"fmt"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry"
)

// What a span had no room for is counted to the piece, whoever let go of it:
// the handle, OpenTelemetry's SDK or the encoder.
func TestDroppedPiecesAreCounted(t *testing.T) {
	const many = 1000
	tests := []struct {
		name, reason string
		fill         func(telemetry.Span, trace.Span)
		opts         []telemetry.Option
		want         telemetry.Sanitized
	}{
		{
			name: "through the handle", reason: "4 of 1000 stay",
			fill: func(s telemetry.Span, _ trace.Span) {
				for i := range many {
					s.Set(attribute.Int(fmt.Sprint("k", i), i))
				}
			},
			want: telemetry.Sanitized{AttributesDropped: many - 4},
		},
		{
			name: "through the SDK", reason: "it says how many it left out",
			fill: func(_ telemetry.Span, s trace.Span) {
				for i := range many {
					s.SetAttributes(attribute.Int(fmt.Sprint("k", i), i))
				}
			},
			want: telemetry.Sanitized{AttributesDropped: many - 4},
		},
		{
			name: "with a foreign processor", reason: "the handle's attributes then pass the SDK",
			fill: func(s telemetry.Span, _ trace.Span) {
				for i := range many {
					s.Set(attribute.Int(fmt.Sprint("k", i), i))
				}
			},
			opts: []telemetry.Option{telemetry.WithSpanProcessor(nothing{})},
			want: telemetry.Sanitized{AttributesDropped: many - 4},
		},
		{
			name: "events", reason: "3 of 10 stay, each with 2 of 5 attributes",
			fill: func(_ telemetry.Span, s trace.Span) {
				for range 10 {
					s.AddEvent("e", trace.WithAttributes(five()...))
				}
			},
			want: telemetry.Sanitized{EventsDropped: 7, AttributesDropped: 3 * 3},
		},
		{
			name: "links", reason: "2 of 10 stay, each with 1 of 5 attributes",
			fill: func(_ telemetry.Span, s trace.Span) {
				for range 10 {
					s.AddLink(trace.Link{SpanContext: s.SpanContext(), Attributes: five()})
				}
			},
			want: telemetry.Sanitized{LinksDropped: 8, AttributesDropped: 2 * 4},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for name, limit := range map[string]string{
				"OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT": "4", "OTEL_SPAN_EVENT_COUNT_LIMIT": "3", "OTEL_SPAN_LINK_COUNT_LIMIT": "2",
				"OTEL_METRICS_EXPORTER": "none", "OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT": "2", "OTEL_LINK_ATTRIBUTE_COUNT_LIMIT": "1",
			} {
				t.Setenv(name, limit)
			}
			b := newBackend(t)
			tel := open(t, append(tt.opts, telemetry.WithEndpoint(b.URL))...)
			resource := tel.Stats().Sanitized.AttributesDropped // the limit is for it, too
			ctx, s := telemetry.Start(telemetry.NewContext(t.Context(), tel), "work")
			tt.fill(s, trace.SpanFromContext(ctx))
			s.End(nil)
			if err := tel.Flush(t.Context()); err != nil {
				t.Fatal(err)
			}
			got := tel.Stats().Sanitized
			got.AttributesDropped -= resource
			diff(t, got, tt.want, tt.reason)
		})
	}
}

func five() (kv []attribute.KeyValue) {
	for i := range 5 {
		kv = append(kv, attribute.Int(fmt.Sprint("k", i), i))
	}
	return kv
}
