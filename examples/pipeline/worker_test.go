package main

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/telemetrytest"
)

func TestJobOutlivesItsRequest(t *testing.T) {
	t.Parallel()
	ctx, rec := telemetrytest.Context(t)
	w := startWorker(slog.New(slog.DiscardHandler))

	request, answered := context.WithCancel(ctx)
	request, session := telemetry.StartSession(request, telemetry.SessionRequest{ID: "s"})
	w.add(request, "index", func(ctx context.Context) error {
		<-request.Done()
		return telemetry.Do(ctx, "app.index", func(ctx context.Context) error { return ctx.Err() })
	})
	session.End(nil)
	answered()
	w.close(ctx)

	rec.AssertTree(t, `
		session.create session.id=s
		  app.index session.id=s
	`, "session.id")
}

func TestWorkerDropsWhatIsTooMuch(t *testing.T) {
	t.Parallel()
	var (
		log            output
		w              = startWorker(newLogger(&log, slog.LevelInfo))
		begun, proceed = make(chan struct{}), make(chan struct{})
		done           int
	)
	w.add(t.Context(), "first", func(context.Context) error {
		close(begun)
		<-proceed
		return nil
	})
	<-begun
	for range maxJobs + 2 {
		w.add(t.Context(), "next", func(context.Context) error { done++; return nil })
	}
	close(proceed)
	w.close(t.Context())
	w.add(t.Context(), "late", func(context.Context) error { done++; return nil })
	w.close(t.Context())
	if done != maxJobs {
		t.Errorf("%d jobs were done, want the %d that may wait", done, maxJobs)
	}
	got := log.String()
	if n := strings.Count(got, `msg="job dropped" job=next`); n != 2 {
		t.Errorf("the log names %d jobs that are too many, want 2:\n%s", n, got)
	}
	if !strings.Contains(got, `msg="job dropped" job=late`) {
		t.Errorf("the log lacks the job that came after the end:\n%s", got)
	}
}

func TestWorkerEndsInTime(t *testing.T) {
	t.Parallel()
	var log output
	w := startWorker(newLogger(&log, slog.LevelInfo))
	begun := make(chan struct{}, 2)
	for _, name := range []string{"first", "second"} {
		w.add(t.Context(), name, func(ctx context.Context) error {
			begun <- struct{}{}
			<-ctx.Done()
			return context.Cause(ctx)
		})
	}
	<-begun
	over, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("no time is left"))
	w.close(over)
	for _, name := range []string{"first", "second"} {
		if want := `msg="job failed" job=` + name + ` error="context canceled"`; !strings.Contains(log.String(), want) {
			t.Errorf("the log lacks %s:\n%s", want, log.String())
		}
	}
}
