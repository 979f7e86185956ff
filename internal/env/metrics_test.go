package env_test

import (
	"testing"
	"time"

	"github.com/lift-sys/telemetry/internal/env"
)

func TestMetrics(t *testing.T) {
	const temporality = "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE"
	to := func(more environment) environment {
		more["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector
		return more
	}
	sent := func(change func(*env.Config)) func(*env.Config) {
		return func(c *env.Config) { withHeaders(nil, nil)(c); change(c) }
	}
	run(t, []scenario{
		{name: "delta", reason: "by the environment, in any case", environment: to(environment{temporality: "DELTA"}), want: sent(func(c *env.Config) { c.Temporality = env.Delta })},
		{name: "low memory", reason: "the specification's third", environment: to(environment{temporality: "lowmemory"}), want: sent(func(c *env.Config) { c.Temporality = env.LowMemory })},
		{name: "option", reason: "options beat the environment", explicit: env.Explicit{Temporality: env.Cumulative}, environment: to(environment{temporality: "delta"}), want: sent(func(*env.Config) {})},
		{
			name: "cumulative for Honeycomb", reason: "delta is only the default there", environment: environment{temporality: "cumulative", "HONEYCOMB_API_KEY": environmentKey},
			want: func(c *env.Config) { toHoneycomb(c, us, environmentKey); c.Temporality = env.Cumulative },
		},
		{
			name: "only traces at Honeycomb", reason: "where metrics go decides", environment: environment{"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": collector + "/m", "HONEYCOMB_API_KEY": environmentKey},
			want: func(c *env.Config) {
				toHoneycomb(c, us, environmentKey)
				c.Metrics.URL, c.Metrics.Honeycomb, c.Metrics.Headers = collector+"/m", false, nil
				c.Temporality = env.Cumulative
			},
		},
		{name: "times", reason: "milliseconds", environment: to(environment{"OTEL_METRIC_EXPORT_INTERVAL": "5000", "OTEL_METRIC_EXPORT_TIMEOUT": "700"}), want: sent(func(c *env.Config) { c.MetricInterval, c.MetricTimeout = 5*time.Second, 700*time.Millisecond })},
		{name: "interval option", reason: "options beat the environment", explicit: env.Explicit{MetricInterval: time.Second}, environment: to(environment{"OTEL_METRIC_EXPORT_INTERVAL": "5000"}), want: sent(func(c *env.Config) { c.MetricInterval = time.Second })},
		{name: "self metrics off", reason: "by the environment", environment: to(environment{"LIFT_SELF_METRICS": "False"}), want: sent(func(c *env.Config) { c.SelfMetrics = false })},
		{name: "self metrics on", reason: "as by default", environment: to(environment{"LIFT_SELF_METRICS": "true"}), want: sent(func(*env.Config) {})},
		{name: "self metrics option", reason: "the program may leave out what an operator would have", explicit: env.Explicit{NoSelfMetrics: true}, environment: to(environment{"LIFT_SELF_METRICS": "true"}), want: sent(func(c *env.Config) { c.SelfMetrics = false })},
		{name: "self metrics, mistyped", reason: "a switch that does nothing would mislead", environment: environment{"LIFT_SELF_METRICS": "off"}, wantErr: `telemetry: LIFT_SELF_METRICS "off": want true or false`},

		{name: "unknown temporality", reason: "a guess would count wrong", environment: environment{temporality: "deltas"}, wantErr: `telemetry: OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE "deltas": want cumulative, delta or lowmemory`},
		{name: "unknown temporality option", reason: "options are checked too", explicit: env.Explicit{Temporality: "x"}, wantErr: `telemetry: WithTemporality "x": want cumulative, delta or lowmemory`},
		{name: "negative interval", reason: "the SDK would ignore it and log", environment: environment{"OTEL_METRIC_EXPORT_INTERVAL": "-1"}, wantErr: `telemetry: OTEL_METRIC_EXPORT_INTERVAL "-1": want a whole number of milliseconds from 1 to 86400000`},
		{name: "interval option too short", reason: "a busy loop", explicit: env.Explicit{MetricInterval: time.Nanosecond}, wantErr: `telemetry: WithMetricInterval "1ns": want a duration from 1ms to 24h0m0s`},
	})
}
