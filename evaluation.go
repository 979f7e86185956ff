package telemetry

import (
	"context"

	"go.opentelemetry.io/otel/attribute"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/core"
	"github.com/lift-sys/telemetry/internal/optional"
)

// OptimizationRequest is what is known when a prompt optimiser starts. All
// fields are optional.
type OptimizationRequest struct {
	Optimizer     string // dspy.optimizer, such as attr.OptimizerMIPROv2
	Signature     string // dspy.signature
	Metric        string // dspy.metric, such as attr.DSPyIRQuality
	ExamplesCount *int   // dspy.examples_count
}

// OptimizationResult is what an optimiser achieved. All fields are optional.
type OptimizationResult struct {
	Improvement   *float64 // dspy.improvement, as a fraction of the baseline
	ExamplesCount *int     // dspy.examples_count
}

// An Optimization is a dspy.optimize span. The zero value is inert; copies
// share their state; all methods are safe for concurrent use.
type Optimization struct{ handle }

var optimizationFamily = &core.Family{Name: attr.SpanDSPyOptimize}

// StartOptimization starts a prompt optimiser's run.
func StartOptimization(ctx context.Context, req OptimizationRequest) (context.Context, Optimization) {
	ctx, h := start(ctx, optimizationFamily, func(a []attribute.KeyValue) []attribute.KeyValue {
		a = optional.String(a, attr.DSPyOptimizer, req.Optimizer)
		a = optional.String(a, attr.DSPySignature, req.Signature)
		a = optional.String(a, attr.DSPyMetric, req.Metric)
		return optional.Int(a, attr.DSPyExamplesCount, req.ExamplesCount)
	})
	return ctx, Optimization{h}
}

// SetResult records what the run achieved. Called again, a later value
// replaces an earlier one.
func (o Optimization) SetResult(r OptimizationResult) {
	o.edit(func(a []attribute.KeyValue) []attribute.KeyValue {
		a = optional.Float(a, attr.DSPyImprovement, r.Improvement)
		return optional.Int(a, attr.DSPyExamplesCount, r.ExamplesCount)
	})
}

// RobustnessTestRequest is what is known when a sensitivity test starts. All
// fields are optional.
type RobustnessTestRequest struct {
	Type         string // robustness.test_type, such as attr.RobustnessIRParaphrase
	Language     string // robustness.language
	VariantCount *int   // robustness.variant_count
}

// RobustnessTestResult is what a sensitivity test found. All fields are
// optional.
type RobustnessTestResult struct {
	Sensitivity  *float64 // robustness.sensitivity, 0..1
	VariantCount *int     // robustness.variant_count
}

// A RobustnessTest is a robustness.test span. The zero value is inert; copies
// share their state; all methods are safe for concurrent use.
type RobustnessTest struct{ handle }

var robustnessFamily = &core.Family{Name: attr.SpanRobustnessTest}

// StartRobustnessTest starts a test of how much paraphrases or variants change
// a result.
func StartRobustnessTest(ctx context.Context, req RobustnessTestRequest) (context.Context, RobustnessTest) {
	ctx, h := start(ctx, robustnessFamily, func(a []attribute.KeyValue) []attribute.KeyValue {
		a = optional.String(a, attr.RobustnessTestType, req.Type)
		a = optional.String(a, attr.RobustnessLanguage, req.Language)
		return optional.Int(a, attr.RobustnessVariantCount, req.VariantCount)
	})
	return ctx, RobustnessTest{h}
}

// SetResult records what the test found. Called again, a later value replaces
// an earlier one.
func (t RobustnessTest) SetResult(r RobustnessTestResult) {
	t.edit(func(a []attribute.KeyValue) []attribute.KeyValue {
		a = optional.Float(a, attr.RobustnessSensitivity, r.Sensitivity)
		return optional.Int(a, attr.RobustnessVariantCount, r.VariantCount)
	})
}
