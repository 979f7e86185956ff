package telemetryslog_test

import (
	"testing"
	"testing/synctest"
	"time"

	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/lift-sys/telemetry"
)

// An error storm marks every span, and adds few events.
func TestLimits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, r := record(t)
		log := marking()
		storm := func(records int) {
			ctx, s := telemetry.Start(ctx, "work")
			for range records {
				log.ErrorContext(ctx, "no luck")
			}
			s.End(nil)
		}
		for range 4 {
			storm(6) // 4 events, 4 events, 2 events, none
		}
		time.Sleep(time.Second)
		storm(1)
		storm(1)
		time.Sleep(time.Second)
		storm(5)
		storm(1)

		want := []seen{
			{Events: 4},
			{Events: 4, Omitted: 2},
			{Events: 2, Omitted: 2},
			{Events: 0},
			{Events: 1, Omitted: 4 + 6},
			{Events: 1},
			{Events: 4},
			{Events: 1, Omitted: 1},
		}
		diff(t, look(t, r), want, "4 per span, 10 per second, and what is left out is counted")
	})
}

// What is said about a span with one record, whatever handler came to be
// between, is limited with the others.
func TestLimitsAreShared(t *testing.T) {
	t.Parallel()
	ctx, r := record(t)
	log := marking()
	in, s := telemetry.Start(ctx, "work")
	for range 3 {
		log.With("a", 1).ErrorContext(in, "no luck")
		log.WithGroup("g").ErrorContext(in, "no luck")
	}
	s.End(nil)
	diff(t, look(t, r), []seen{{Events: 4}}, "loggers that come from one share its limits")
}

// seen is how much was said about a span.
type seen struct {
	Events  int
	Omitted int64
}

func look(t *testing.T, r *tracetest.SpanRecorder) []seen {
	t.Helper()
	var all []seen
	for _, s := range views(r.Ended()) {
		if s.Status != "Error: no luck" || s.Attrs["error.message"] != "no luck" {
			t.Errorf("a span is not marked: %v", s)
		}
		v := seen{Events: len(s.Events)}
		for _, e := range s.Events {
			n, _ := e.Attrs["log.omitted"].(int64)
			v.Omitted += n
		}
		all = append(all, v)
	}
	return all
}

func TestConcurrentErrors(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, r := record(t)
		log := marking()
		for range 50 {
			go func() {
				ctx, s := telemetry.Start(ctx, "work")
				defer s.End(nil)
				for range 10 {
					log.With("a", 1).WithGroup("g").ErrorContext(ctx, "no luck")
				}
			}()
		}
		synctest.Wait()
		var events int
		for _, v := range look(t, r) {
			events += v.Events
		}
		diff(t, events, 10, "in one second")
	})
}
