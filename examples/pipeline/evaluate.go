package main

import (
	"context"
	"slices"
	"strings"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/attr"
)

// optimize looks for an instruction that makes better IR of the examples than
// none.
func (p *pipeline) optimize(ctx context.Context, instructions, examples []string) (err error) {
	ctx, span := telemetry.StartOptimization(ctx, telemetry.OptimizationRequest{
		Optimizer: attr.OptimizerMIPROv2, Signature: "prompt -> ir", Metric: attr.DSPyIRQuality,
		ExamplesCount: new(len(examples)),
	})
	defer span.End(&err)

	baseline, err := p.quality(ctx, "", examples)
	if err != nil {
		return err
	}
	best := baseline
	for _, instruction := range instructions {
		q, err := p.quality(ctx, instruction, examples)
		if err != nil {
			return err
		}
		best = max(best, q)
	}
	if baseline > 0 {
		span.SetResult(telemetry.OptimizationResult{Improvement: new((best - baseline) / baseline)})
	}
	return nil
}

// quality returns the mean quality of the IR that an instruction leads to.
func (p *pipeline) quality(ctx context.Context, instruction string, examples []string) (float64, error) {
	var sum float64
	for _, example := range examples {
		d, err := p.generateIR(ctx, strings.TrimSpace(example+" "+instruction), 1, false)
		if err != nil {
			return 0, err
		}
		sum += d.Quality
	}
	return sum / float64(max(len(examples), 1)), nil
}

// paraphrase tests how much the wording of a prompt changes what comes of it:
// the share of variants that lead to another IR or to other code.
func (p *pipeline) paraphrase(ctx context.Context, language, prompt string, count int) (err error) {
	ctx, span := telemetry.StartRobustnessTest(ctx, telemetry.RobustnessTestRequest{
		Type: attr.RobustnessIRParaphrase, Language: language, VariantCount: &count,
	})
	defer span.End(&err)

	wantIR, wantCode, err := p.translate(ctx, language, prompt)
	if err != nil {
		return err
	}
	variants, err := p.llm.reword(ctx, prompt, count)
	if err != nil {
		return err
	}
	changed := 0
	for _, variant := range variants {
		d, g, err := p.translate(ctx, language, variant)
		if err != nil {
			return err
		}
		if g.Code != wantCode.Code || !slices.Equal(sorted(d.Holes), sorted(wantIR.Holes)) ||
			len(d.Constraints) != len(wantIR.Constraints) {
			changed++
		}
	}
	span.SetResult(telemetry.RobustnessTestResult{
		Sensitivity: new(float64(changed) / float64(max(len(variants), 1))),
	})
	return nil
}

// translate takes a prompt all the way to code.
func (p *pipeline) translate(ctx context.Context, language, prompt string) (d ir, g program, err error) {
	if d, err = p.generateIR(ctx, prompt, 1, false); err != nil {
		return d, g, err
	}
	g, err = p.generateCode(ctx, language, d)
	return d, g, err
}

func sorted(list []string) []string { return slices.Sorted(slices.Values(list)) }
