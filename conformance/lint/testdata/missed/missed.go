// Package missed holds mistakes that spancheck does not see, so that nobody
// believes it does; docs/golangci-spancheck.yml says so. When a release learns
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
