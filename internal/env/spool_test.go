package env_test

import (
	"testing"
	"time"

	"github.com/lift-sys/telemetry/internal/env"
)

func TestSpool(t *testing.T) {
	fromVariable := environment{"LIFT_TELEMETRY_SPOOL": "/var/spool/lift"}
	run(t, []scenario{
		{
			name:        "variable",
			reason:      "the directory alone is enough; the bounds have defaults",
			environment: fromVariable,
			want: func(c *env.Config) {
				c.Spool = env.Spool{Dir: "/var/spool/lift", MaxBytes: 32 << 20, MaxAge: 24 * time.Hour}
			},
		},
		{
			name:        "always",
			reason:      "the operator decides how much is kept",
			environment: environment{"LIFT_TELEMETRY_SPOOL": "/var/spool/lift, always"},
			want: func(c *env.Config) {
				c.Spool = env.Spool{Dir: "/var/spool/lift", Always: true, MaxBytes: 32 << 20, MaxAge: 24 * time.Hour}
			},
		},
		{
			name:        "another word",
			reason:      "a slip must not become part of a path",
			environment: environment{"LIFT_TELEMETRY_SPOOL": "/var/spool/lift,allways"},
			wantErr:     `telemetry: LIFT_TELEMETRY_SPOOL "/var/spool/lift,allways": want a directory, or a directory followed by ,always`,
		},
		{
			name:     "comma in an option",
			reason:   "an option is the path and nothing else",
			explicit: env.Explicit{Spool: env.Spool{Dir: "/data,always"}},
			want: func(c *env.Config) {
				c.Spool = env.Spool{Dir: "/data,always", MaxBytes: 32 << 20, MaxAge: 24 * time.Hour}
			},
		},
		{
			name:        "option",
			reason:      "an option goes before the variable",
			explicit:    env.Explicit{Spool: env.Spool{Dir: "/data", MaxBytes: 1 << 30, MaxAge: time.Hour, Sync: true}},
			environment: fromVariable,
			want: func(c *env.Config) {
				c.Spool = env.Spool{Dir: "/data", MaxBytes: 1 << 30, MaxAge: time.Hour, Sync: true}
			},
		},
		{
			name:        "numbers of the program, directory of the operator",
			reason:      "the program knows its data, the operator the disk",
			explicit:    env.Explicit{Spool: env.Spool{MaxAge: time.Hour}},
			environment: fromVariable,
			want: func(c *env.Config) {
				c.Spool = env.Spool{Dir: "/var/spool/lift", MaxBytes: 32 << 20, MaxAge: time.Hour}
			},
		},
		{
			name:     "numbers alone",
			reason:   "without a directory there is no spool: there is no default place",
			explicit: env.Explicit{Spool: env.Spool{MaxAge: time.Hour}},
		},
		{
			name:     "wrong numbers",
			reason:   "both are named, with what would be right",
			explicit: env.Explicit{Spool: env.Spool{Dir: "/data", MaxBytes: 1000, MaxAge: -time.Hour}},
			wantErr: `telemetry: SpoolMaxBytes "1000": want from 1048576 to 1099511627776 bytes` + "\n" +
				`telemetry: SpoolMaxAge "-1h0m0s": want a duration from 1s to 720h0m0s`,
		},
	})
}
