// Package good holds what the shipped configuration of spancheck must accept.
package good

import (
	"context"

	"github.com/lift-sys/telemetry"
)

func session(ctx context.Context) (err error) {
	ctx, h := telemetry.StartSession(ctx, telemetry.SessionRequest{})
	defer h.End(&err)
	if err := step(ctx); err != nil {
		return err
	}
	return step(ctx)
}

func ir(ctx context.Context) (err error) {
	ctx, h := telemetry.StartIR(ctx, telemetry.IRRequest{})
	defer h.End(&err)
	if err := step(ctx); err != nil {
		return err
	}
	return step(ctx)
}

func irValidation(ctx context.Context) (err error) {
	ctx, h := telemetry.StartIRValidation(ctx, telemetry.IRValidationRequest{})
	defer h.End(&err)
	if err := step(ctx); err != nil {
		return err
	}
	return step(ctx)
}

func constraint(ctx context.Context) (err error) {
	ctx, h := telemetry.StartConstraint(ctx, telemetry.ConstraintRequest{})
	defer h.End(&err)
	if err := step(ctx); err != nil {
		return err
	}
	return step(ctx)
}

func codegen(ctx context.Context) (err error) {
	ctx, h := telemetry.StartCodegen(ctx, telemetry.CodegenRequest{})
	defer h.End(&err)
	if err := step(ctx); err != nil {
		return err
	}
	return step(ctx)
}

func codeValidation(ctx context.Context) (err error) {
	ctx, h := telemetry.StartCodeValidation(ctx, telemetry.CodeValidationRequest{})
	defer h.End(&err)
	if err := step(ctx); err != nil {
		return err
	}
	return step(ctx)
}

func repair(ctx context.Context) (err error) {
	ctx, h := telemetry.StartRepair(ctx, telemetry.RepairRequest{})
	defer h.End(&err)
	if err := step(ctx); err != nil {
		return err
	}
	return step(ctx)
}

func llmCall(ctx context.Context) (err error) {
	ctx, h := telemetry.StartLLMCall(ctx, telemetry.LLMRequest{})
	defer h.End(&err)
	if err := step(ctx); err != nil {
		return err
	}
	return step(ctx)
}

func optimization(ctx context.Context) (err error) {
	ctx, h := telemetry.StartOptimization(ctx, telemetry.OptimizationRequest{})
	defer h.End(&err)
	if err := step(ctx); err != nil {
		return err
	}
	return step(ctx)
}

func robustnessTest(ctx context.Context) (err error) {
	ctx, h := telemetry.StartRobustnessTest(ctx, telemetry.RobustnessTestRequest{})
	defer h.End(&err)
	if err := step(ctx); err != nil {
		return err
	}
	return step(ctx)
}

func work(ctx context.Context) (err error) {
	ctx, h := telemetry.Start(ctx, "work")
	defer h.End(&err)
	if err := step(ctx); err != nil {
		return err
	}
	return step(ctx)
}

func onEachPath(ctx context.Context) error {
	ctx, h := telemetry.Start(ctx, "work")
	if err := step(ctx); err != nil {
		err = h.Fail(err)
		h.End(&err)
		return err
	}
	h.End(nil)
	return nil
}

func inLoop(ctx context.Context) error {
	for range 3 {
		itemCtx, h := telemetry.Start(ctx, "item")
		err := step(itemCtx)
		h.End(&err)
		if err != nil {
			return err
		}
	}
	return nil
}

func inGoroutine(ctx context.Context) {
	ctx, h := telemetry.Start(ctx, "work")
	go func() {
		err := step(ctx)
		h.End(&err)
	}()
}

func inLiteral(ctx context.Context) error {
	return func() (err error) {
		ctx, h := telemetry.Start(ctx, "work")
		defer h.End(&err)
		return step(ctx)
	}()
}

func byDo(ctx context.Context) error {
	return telemetry.Do(ctx, "work", step)
}

func step(ctx context.Context) error { return ctx.Err() }
