package env_test

import (
	"testing"

	"github.com/lift-sys/telemetry/internal/env"
)

func TestLimits(t *testing.T) {
	run(t, []scenario{
		{
			name: "of spans", reason: "each variable bounds its own",
			environment: environment{
				"OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT": "6", "OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT": "5", "OTEL_SPAN_EVENT_COUNT_LIMIT": "4",
				"OTEL_SPAN_LINK_COUNT_LIMIT": "3", "OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT": "2", "OTEL_LINK_ATTRIBUTE_COUNT_LIMIT": "0",
			},
			want: func(c *env.Config) {
				c.Limits = env.Limits{Attributes: 6, ValueBytes: 5, Events: 4, Links: 3, EventAttributes: 2, LinkAttributes: 0}
			},
		},
		{
			name: "in general", reason: "they hold where the span's are unset",
			environment: environment{"OTEL_ATTRIBUTE_COUNT_LIMIT": "10", "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT": "20", "OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT": "30"},
			want:        func(c *env.Config) { c.Limits.Attributes, c.Limits.ValueBytes = 10, 30 },
		},
		{name: "unlimited", reason: "nothing grows without bound", environment: environment{"OTEL_SPAN_EVENT_COUNT_LIMIT": "-1"}, wantErr: `telemetry: OTEL_SPAN_EVENT_COUNT_LIMIT "-1": want a whole number from 0 to 10000`},
		{name: "too much", reason: "a span ends at 256 KiB", environment: environment{"OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT": "262145"}, wantErr: `telemetry: OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT "262145": want a whole number from 0 to 262144`},
		{name: "words", reason: "no number", environment: environment{"OTEL_SPAN_LINK_COUNT_LIMIT": "many"}, wantErr: `telemetry: OTEL_SPAN_LINK_COUNT_LIMIT "many": want a whole number from 0 to 10000`},
	})
}
