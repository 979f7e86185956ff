package export_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/internal/export"
	"github.com/lift-sys/telemetry/internal/sanitize"
)

func TestLossesAreTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var (
			fails = true
			told  []string
		)
		e := &exporter{export: func(context.Context) error {
			if fails {
				return errors.New("no")
			}
			return nil
		}}
		b := export.NewBatcher(e, sanitize.New(sanitize.Limits{}), true, func(err error) { told = append(told, err.Error()) })
		send := func() export.Books {
			b.Take(stub(), 1)
			_ = b.Flush(t.Context())
			return b.Books()
		}
		if b.Books().Degraded(time.Now()) {
			t.Error("nothing was tried, so nothing is wrong")
		}
		failed := time.Now()
		if got := send(); !got.Degraded(time.Now().Add(time.Hour)) || !got.LastFailure.Equal(failed) || !got.LastSuccess.IsZero() {
			t.Errorf("while exports fail, the state is degraded: %+v", got)
		}
		time.Sleep(time.Second)
		fails = false
		if got := send(); !got.Degraded(time.Now()) || got.Degraded(failed.Add(time.Minute)) || !got.LastSuccess.After(failed) {
			t.Errorf("a loss is remembered for a minute: %+v", got)
		}
		if d := cmp.Diff([]string{"telemetry: 1 spans lost, 0 not yet exported: no"}, told); d != "" {
			t.Errorf("a loss is told once, and nothing else (-want +got):\n%s", d)
		}
		_ = b.Shutdown(t.Context())
	})
}
