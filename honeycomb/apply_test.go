package honeycomb_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/lift-sys/telemetry/internal/fakehoneycomb"
)

func TestApplyLiftsysTwice(t *testing.T) {
	for _, tt := range plans {
		t.Run(tt.kind.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				api := fakehoneycomb.New(fakehoneycomb.WithPlan(tt.fake), fakehoneycomb.WithLatency(200*time.Millisecond))
				client := newClient(t, api)
				start := time.Now()
				changes := plan(t, client, liftsysDefinition(), settings(tt.kind))
				if err := changes.Apply(t.Context(), nil); err != nil {
					t.Fatal(err)
				}
				first := time.Since(start)
				requests := len(api.Requests())
				if first > 180*time.Second {
					t.Errorf("the first apply took %s, want at most 3m", first)
				}
				time.Sleep(time.Minute)
				api.Forget()
				start = time.Now()
				again := plan(t, client, liftsysDefinition(), settings(tt.kind))
				if err := again.Apply(t.Context(), nil); err != nil {
					t.Fatal(err)
				}
				if !again.Empty() || len(api.Writes()) > 0 {
					t.Errorf("the second apply changes something:\n%s%v", again, api.Writes())
				}
				if second := time.Since(start); second > 15*time.Second {
					t.Errorf("the second apply took %s, want at most 15s", second)
				}
				t.Logf("first: %d changes, %d requests, %s; second: %d requests", len(changes.List), requests, first, len(api.Requests()))
			})
		})
	}
}
