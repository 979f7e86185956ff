// Package bad holds what the shipped configuration of spancheck must find, each
// line with a want comment, in the words of golangci-lint.
package bad

import (
	"context"

	"github.com/lift-sys/telemetry"
)

func session(ctx context.Context) error {
	ctx, h := telemetry.StartSession(ctx, telemetry.SessionRequest{}) // want "h.End is not called on all paths, possible memory leak"
	if err := step(ctx); err != nil {
		return err // want "return can be reached without calling h.End"
	}
	h.End(nil)
	return nil
}

func ir(ctx context.Context) error {
	ctx, h := telemetry.StartIR(ctx, telemetry.IRRequest{}) // want "h.End is not called on all paths, possible memory leak"
	if err := step(ctx); err != nil {
		return err // want "return can be reached without calling h.End"
	}
	h.End(nil)
	return nil
}

func irValidation(ctx context.Context) error {
	ctx, h := telemetry.StartIRValidation(ctx, telemetry.IRValidationRequest{}) // want "h.End is not called on all paths, possible memory leak"
	if err := step(ctx); err != nil {
		return err // want "return can be reached without calling h.End"
	}
	h.End(nil)
	return nil
}

func constraint(ctx context.Context) error {
	ctx, h := telemetry.StartConstraint(ctx, telemetry.ConstraintRequest{}) // want "h.End is not called on all paths, possible memory leak"
	if err := step(ctx); err != nil {
		return err // want "return can be reached without calling h.End"
	}
	h.End(nil)
	return nil
}

func codegen(ctx context.Context) error {
	ctx, h := telemetry.StartCodegen(ctx, telemetry.CodegenRequest{}) // want "h.End is not called on all paths, possible memory leak"
	if err := step(ctx); err != nil {
		return err // want "return can be reached without calling h.End"
	}
	h.End(nil)
	return nil
}

func codeValidation(ctx context.Context) error {
	ctx, h := telemetry.StartCodeValidation(ctx, telemetry.CodeValidationRequest{}) // want "h.End is not called on all paths, possible memory leak"
	if err := step(ctx); err != nil {
		return err // want "return can be reached without calling h.End"
	}
	h.End(nil)
	return nil
}

func repair(ctx context.Context) error {
	ctx, h := telemetry.StartRepair(ctx, telemetry.RepairRequest{}) // want "h.End is not called on all paths, possible memory leak"
	if err := step(ctx); err != nil {
		return err // want "return can be reached without calling h.End"
	}
	h.End(nil)
	return nil
}

func llmCall(ctx context.Context) error {
	ctx, h := telemetry.StartLLMCall(ctx, telemetry.LLMRequest{}) // want "h.End is not called on all paths, possible memory leak"
	if err := step(ctx); err != nil {
		return err // want "return can be reached without calling h.End"
	}
	h.End(nil)
	return nil
}

func optimization(ctx context.Context) error {
	ctx, h := telemetry.StartOptimization(ctx, telemetry.OptimizationRequest{}) // want "h.End is not called on all paths, possible memory leak"
	if err := step(ctx); err != nil {
		return err // want "return can be reached without calling h.End"
	}
	h.End(nil)
	return nil
}

func robustnessTest(ctx context.Context) error {
	ctx, h := telemetry.StartRobustnessTest(ctx, telemetry.RobustnessTestRequest{}) // want "h.End is not called on all paths, possible memory leak"
	if err := step(ctx); err != nil {
		return err // want "return can be reached without calling h.End"
	}
	h.End(nil)
	return nil
}

func work(ctx context.Context) error {
	ctx, h := telemetry.Start(ctx, "work") // want "h.End is not called on all paths, possible memory leak"
	if err := step(ctx); err != nil {
		return err // want "return can be reached without calling h.End"
	}
	h.End(nil)
	return nil
}

func forgotten(ctx context.Context) {
	ctx, h := telemetry.Start(ctx, "work") // want "h.End is not called on all paths, possible memory leak"
	h.Fail(step(ctx))
} // want "return can be reached without calling h.End"

func dropped(ctx context.Context) error {
	ctx, _ = telemetry.StartSession(ctx, telemetry.SessionRequest{}) // want "span is unassigned, probable memory leak"
	return step(ctx)
}

func ignored(ctx context.Context) {
	telemetry.Start(ctx, "work") // want "span is unassigned, probable memory leak"
}

func inSwitch(ctx context.Context, n int) error {
	ctx, h := telemetry.Start(ctx, "work") // want "h.End is not called on all paths, possible memory leak"
	switch n {
	case 0:
		return step(ctx) // want "return can be reached without calling h.End"
	default:
		h.End(nil)
	}
	return nil
}

func inElse(ctx context.Context) error {
	ctx, h := telemetry.Start(ctx, "work") // want "h.End is not called on all paths, possible memory leak"
	if err := step(ctx); err == nil {
		h.End(nil)
	} else {
		return err // want "return can be reached without calling h.End"
	}
	return nil
}

func inNestedIf(ctx context.Context, retry bool) error {
	ctx, h := telemetry.Start(ctx, "work") // want "h.End is not called on all paths, possible memory leak"
	if err := step(ctx); err != nil {
		if !retry {
			return h.Fail(err) // want "return can be reached without calling h.End"
		}
	}
	h.End(nil)
	return nil
}

func inLoop(ctx context.Context) error {
	ctx, h := telemetry.Start(ctx, "work") // want "h.End is not called on all paths, possible memory leak"
	for range 3 {
		if err := step(ctx); err != nil {
			return err // want "return can be reached without calling h.End"
		}
	}
	h.End(nil)
	return nil
}

func inSelect(ctx context.Context, done <-chan error) error {
	ctx, h := telemetry.Start(ctx, "work") // want "h.End is not called on all paths, possible memory leak"
	select {
	case <-ctx.Done():
		return ctx.Err() // want "return can be reached without calling h.End"
	case err := <-done:
		h.End(&err)
		return err
	}
}

func overwritten(ctx context.Context) (err error) {
	ctx, h := telemetry.Start(ctx, "first") // want "h.End is not called on all paths, possible memory leak"
	h.Fail(step(ctx))
	ctx, h = telemetry.Start(ctx, "second")
	defer h.End(&err)
	return step(ctx) // want "return can be reached without calling h.End"
}

func inLiteral(ctx context.Context) error {
	return func() error {
		ctx, h := telemetry.Start(ctx, "work") // want "h.End is not called on all paths, possible memory leak"
		return h.Fail(step(ctx))               // want "return can be reached without calling h.End"
	}()
}

// A helper that hands out an open handle is reported until its own signature
// is added to the configuration.
func helper(ctx context.Context) (context.Context, telemetry.Span) {
	return telemetry.Start(ctx, "work") // want "span is unassigned, probable memory leak"
}

// So is a caller whose helper ends the handle: spancheck looks for End by its
// name, in the function itself and in its literals.
func endedElsewhere(ctx context.Context) {
	ctx, h := telemetry.Start(ctx, "work") // want "h.End is not called on all paths, possible memory leak"
	finish(h, step(ctx))
} // want "return can be reached without calling h.End"

func finish(h telemetry.Span, err error) { h.End(&err) }

type job struct{ span telemetry.Span }

func (j *job) inField(ctx context.Context) {
	_, j.span = telemetry.Start(ctx, "job") // want "span is unassigned, probable memory leak"
}

func step(ctx context.Context) error { return ctx.Err() }
