// Package missed holds mistakes that spancheck does not see, so that nobody
// believes it does; docs/golangci-spancheck.yml says so. No configuration
// changes that: which blocks and returns are looked at is fixed in its source,
// see getMissingSpanCalls and nestedBlockTypes in v0.6.5. When a release learns
// to find one, its sample moves to package bad.
package missed

import (
	"context"

	"github.com/lift-sys/telemetry"
)

// The code after an if is not followed.
func afterIf(ctx context.Context) error {
	ctx, h := telemetry.Start(ctx, "work")
	err := step(ctx)
	if err != nil {
		err = h.Fail(err)
	}
	return err
}

func afterSecondIf(ctx context.Context) error {
	ctx, h := telemetry.Start(ctx, "work")
	if err := step(ctx); err != nil {
		h.End(&err)
		return err
	}
	if err := step(ctx); err != nil {
		return err
	}
	h.End(nil)
	return nil
}

// Of the returns within the first if, those that hand back no error are not
// looked at, and nil is none.
func returnsNil(ctx context.Context) error {
	ctx, h := telemetry.Start(ctx, "work")
	if step(ctx) != nil {
		return nil
	}
	h.End(nil)
	return nil
}

func returnsNothing(ctx context.Context) (err error) {
	ctx, h := telemetry.Start(ctx, "work")
	if err = step(ctx); err != nil {
		return
	}
	h.End(nil)
	return nil
}

func returnsNoError(ctx context.Context) bool {
	ctx, h := telemetry.Start(ctx, "work")
	if step(ctx) != nil {
		return false
	}
	h.End(nil)
	return true
}

// Nor is what comes after the block that has the Start.
func inIf(ctx context.Context, traced bool) error {
	var h telemetry.Span
	if traced {
		ctx, h = telemetry.Start(ctx, "work")
		h.Fail(nil)
	}
	return step(ctx)
}

func deferredInIf(ctx context.Context, traced bool) (err error) {
	ctx, h := telemetry.Start(ctx, "work")
	if traced {
		defer h.End(&err)
	}
	return step(ctx)
}

// A literal that is never run, and one for which the handle is not its own.
func notRun(ctx context.Context) error {
	ctx, h := telemetry.Start(ctx, "work")
	_ = func() { h.End(nil) }
	return step(ctx)
}

func ofOuterFunction(ctx context.Context) error {
	var h telemetry.Span
	func() { ctx, h = telemetry.Start(ctx, "work") }()
	return h.Fail(step(ctx))
}

// Start by another name.
func byValue(ctx context.Context) error {
	start := telemetry.Start
	ctx, h := start(ctx, "work")
	return h.Fail(step(ctx))
}

// A loop's body is left without a return.
func inLoop(ctx context.Context) {
	for range 3 {
		ctx, h := telemetry.Start(ctx, "item")
		h.Fail(step(ctx))
	}
}

// Ended, but a panic passes by: recover works in a function that is itself
// deferred, so End has to be.
func inClosure(ctx context.Context) (err error) {
	ctx, h := telemetry.Start(ctx, "work")
	defer func() { h.End(&err) }()
	return step(ctx)
}

func step(ctx context.Context) error { return ctx.Err() }
