package env_test

import (
	"testing"

	"github.com/lift-sys/telemetry/internal/env"
)

func TestBudget(t *testing.T) {
	budget := func(events int64, instances int, share float64) func(*env.Config) {
		return func(c *env.Config) {
			c.Budget = env.Budget{EventsPerMonth: events, Instances: instances, MetricShare: share}
		}
	}
	run(t, []scenario{
		{name: "free plan", reason: "the zero budget is Honeycomb's free plan for one process", explicit: env.Explicit{Budget: &env.Budget{}}, want: budget(20_000_000, 1, 0.2)},
		{name: "option", reason: "as said", explicit: env.Explicit{Budget: &env.Budget{EventsPerMonth: 5, Instances: 4, MetricShare: 0.5}}, want: budget(5, 4, 0.5)},
		{name: "environment", reason: "turns it on by itself", environment: environment{"LIFT_EVENTS_PER_MONTH": "1000", "LIFT_INSTANCES": "3"}, want: budget(1000, 3, 0.2)},
		{name: "both", reason: "the environment fills what the option leaves open", explicit: env.Explicit{Budget: &env.Budget{EventsPerMonth: 7}}, environment: environment{"LIFT_EVENTS_PER_MONTH": "1000", "LIFT_INSTANCES": "3"}, want: budget(7, 3, 0.2)},
		{name: "instances alone", reason: "of what?", environment: environment{"LIFT_INSTANCES": "3"}, want: func(c *env.Config) {
			c.Warnings = append([]string{`telemetry: LIFT_INSTANCES "3" has no effect without LIFT_EVENTS_PER_MONTH or WithEventBudget`}, c.Warnings...)
		}},
		{name: "no number", reason: "a guess would cost money", environment: environment{"LIFT_EVENTS_PER_MONTH": "20M"}, wantErr: `telemetry: LIFT_EVENTS_PER_MONTH "20M": want a whole number from 1 to 9223372036854775`},
		{name: "no instance", reason: "at least this one", environment: environment{"LIFT_EVENTS_PER_MONTH": "1", "LIFT_INSTANCES": "0"}, wantErr: `telemetry: LIFT_INSTANCES "0": want a whole number from 1 to 1000000`},
		{name: "negative", reason: "no such budget", explicit: env.Explicit{Budget: &env.Budget{EventsPerMonth: -1}}, wantErr: `telemetry: WithEventBudget EventsPerMonth "-1": want a whole number from 1 to 9223372036854775`},
		{name: "share", reason: "traces need some of it too", explicit: env.Explicit{Budget: &env.Budget{MetricShare: 1}}, wantErr: `telemetry: WithEventBudget MetricShare "1": want a number between 0 and 1`},
	})
}
