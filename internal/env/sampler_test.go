package env_test

import (
	"math"
	"testing"

	"github.com/lift-sys/telemetry/internal/env"
)

func TestSampler(t *testing.T) {
	const name, arg = "OTEL_TRACES_SAMPLER", "OTEL_TRACES_SAMPLER_ARG"
	row := func(title, reason string, e environment, want env.Sampler, warnings ...string) scenario {
		e["OTEL_TRACES_EXPORTER"] = "console"
		return scenario{name: title, reason: reason, environment: e, want: func(c *env.Config) {
			on(c)
			c.Traces = env.Signal{Exporter: env.ExporterConsole, Console: true}
			c.Sampler, c.Warnings = want, warnings
		}}
	}
	wrong := func(title, reason string, e environment, want string) scenario {
		return scenario{name: title, reason: reason, environment: e, wantErr: want}
	}
	option := row("option over environment", "options beat the environment", environment{name: "always_off"}, env.Sampler{Kind: env.Ratio, Ratio: 0, ParentBased: true})
	option.explicit.SampleRatio = new(0.0)

	run(t, []scenario{
		row("always_on", "the specification's name", environment{name: "always_on"}, env.Sampler{Kind: env.AlwaysOn, Ratio: 1}),
		row("always_off", "the specification's name", environment{name: "always_off"}, env.Sampler{Kind: env.AlwaysOff}),
		row("traceidratio", "the specification's name", environment{name: "traceidratio", arg: "0.25"}, env.Sampler{Kind: env.Ratio, Ratio: 0.25}),
		row("parentbased_always_on", "the specification's name, and its default", environment{name: "parentbased_always_on"}, env.Sampler{Kind: env.AlwaysOn, Ratio: 1, ParentBased: true}),
		row("parentbased_always_off", "the specification's name", environment{name: "parentbased_always_off"}, env.Sampler{Kind: env.AlwaysOff, ParentBased: true}),
		row("parentbased_traceidratio", "the specification's name, in any case", environment{name: "ParentBased_TraceIDRatio", arg: "1e-3"}, env.Sampler{Kind: env.Ratio, Ratio: 0.001, ParentBased: true}),
		row("ratio without argument", "the specification's default of 1, which hardly anyone means", environment{name: "traceidratio"}, env.Sampler{Kind: env.Ratio, Ratio: 1},
			`telemetry: OTEL_TRACES_SAMPLER "traceidratio" without OTEL_TRACES_SAMPLER_ARG keeps every trace`),
		row("argument without sampler", "somebody expects fewer traces and gets all", environment{arg: "0.1"}, env.Sampler{Kind: env.AlwaysOn, Ratio: 1, ParentBased: true},
			`telemetry: OTEL_TRACES_SAMPLER_ARG "0.1" has no effect without OTEL_TRACES_SAMPLER=parentbased_traceidratio`),
		option,

		wrong("remote", "not built in", environment{name: "parentbased_jaeger_remote"}, `telemetry: OTEL_TRACES_SAMPLER "parentbased_jaeger_remote": want always_on, always_off, traceidratio, or one of these after parentbased_`),
		wrong("percent", "10 is no share", environment{name: "traceidratio", arg: "10"}, `telemetry: OTEL_TRACES_SAMPLER_ARG "10": want a number from 0 to 1`),
		wrong("NaN", "ParseFloat takes it", environment{name: "traceidratio", arg: "NaN"}, `telemetry: OTEL_TRACES_SAMPLER_ARG "NaN": want a number from 0 to 1`),
		{name: "negative option", reason: "options are checked too", explicit: env.Explicit{SampleRatio: new(-0.1)}, wantErr: `telemetry: WithSampleRatio "-0.1": want a number from 0 to 1`},
		{name: "NaN option", reason: "no comparison finds it", explicit: env.Explicit{SampleRatio: new(math.NaN())}, wantErr: `telemetry: WithSampleRatio "NaN": want a number from 0 to 1`},
	})
}
