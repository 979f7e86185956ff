package env_test

import (
	"testing"

	"github.com/lift-sys/telemetry/internal/env"
)

func TestWeightEncoding(t *testing.T) {
	encoding := func(name string) func(*env.Config) { return func(c *env.Config) { c.WeightEncoding = name } }
	run(t, []scenario{
		{name: "environment", reason: "who puts a Collector in the path need not touch the program", environment: environment{"LIFT_WEIGHT_ENCODING": "Collector"}, want: encoding("collector")},
		{name: "option", reason: "options beat the environment", explicit: env.Explicit{WeightEncoding: "none"}, environment: environment{"LIFT_WEIGHT_ENCODING": "collector"}, want: encoding("none")},
		{name: "unknown", reason: "a guess would count wrong", environment: environment{"LIFT_WEIGHT_ENCODING": "refinery"}, wantErr: `telemetry: LIFT_WEIGHT_ENCODING "refinery": want honeycomb, collector or none`},
		{name: "unknown option", reason: "options are checked too", explicit: env.Explicit{WeightEncoding: "x"}, wantErr: `telemetry: WithWeightEncoding "x": want honeycomb, collector or none`},
	})
}
