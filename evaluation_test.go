package telemetry_test

import (
	"context"
	"testing"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/attr"
)

func TestEvaluation(t *testing.T) {
	check(t, []family{
		{
			"empty optimization", "absent facts make no attributes",
			func(ctx context.Context) {
				_, s := telemetry.StartOptimization(ctx, telemetry.OptimizationRequest{})
				s.SetResult(telemetry.OptimizationResult{})
				s.End(nil)
			},
			span{Name: "dspy.optimize", Attrs: a{}},
		},
		{
			"optimization", "the result's count replaces the request's",
			func(ctx context.Context) {
				_, s := telemetry.StartOptimization(ctx, telemetry.OptimizationRequest{
					Optimizer: attr.OptimizerMIPROv2, Signature: "PromptToIR", Metric: attr.DSPyIRQuality, ExamplesCount: new(10),
				})
				s.SetResult(telemetry.OptimizationResult{Improvement: new(-0.5), ExamplesCount: new(9)})
				s.End(nil)
			},
			span{Name: "dspy.optimize", Attrs: a{
				"dspy.optimizer": "miprov2", "dspy.signature": "PromptToIR", "dspy.metric": "ir_quality",
				"dspy.examples_count": int64(9), "dspy.improvement": -0.5,
			}},
		},
		{
			"robustness", "every field has its attribute",
			func(ctx context.Context) {
				_, s := telemetry.StartRobustnessTest(ctx, telemetry.RobustnessTestRequest{
					Type: attr.RobustnessIRParaphrase, Language: "java", VariantCount: new(5),
				})
				s.SetResult(telemetry.RobustnessTestResult{Sensitivity: new(0.0)})
				s.End(nil)
			},
			span{Name: "robustness.test", Attrs: a{
				"robustness.test_type": "ir_paraphrase", "robustness.language": "java",
				"robustness.variant_count": int64(5), "robustness.sensitivity": 0.0,
			}},
		},
		{
			"robustness variants", "a count that is only known at the end",
			func(ctx context.Context) {
				_, s := telemetry.StartRobustnessTest(ctx, telemetry.RobustnessTestRequest{})
				s.SetResult(telemetry.RobustnessTestResult{VariantCount: new(0)})
				s.End(nil)
			},
			span{Name: "robustness.test", Attrs: a{"robustness.variant_count": int64(0)}},
		},
	})
}
