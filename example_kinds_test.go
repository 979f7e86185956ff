package telemetry_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/price"
)

// syntaxError is an error of the service that names its own type.
type syntaxError struct{ line int }

func (e syntaxError) Error() string   { return fmt.Sprintf("line %d: missing brace", e.line) }
func (syntaxError) ErrorType() string { return "syntax_error" }

func ExampleStartIRValidation() {
	ctx, done := printed("ir.version", "ir.validation_status")
	defer done()

	_, check := telemetry.StartIRValidation(ctx, telemetry.IRValidationRequest{Version: new(2)})
	check.SetResult(telemetry.IRResult{ValidationStatus: telemetry.Incomplete, HolesCount: new(1)})
	check.End(nil)

	done()
	// Output:
	// ir.validate ir.version=2 ir.validation_status=incomplete
}

func ExampleStartConstraint() {
	ctx, done := printed("ir.constraints_count")
	defer done()

	_, detect := telemetry.StartConstraint(ctx, telemetry.ConstraintRequest{Operation: telemetry.ConstraintDetect})
	detect.SetResult(telemetry.IRResult{ConstraintsCount: new(4)})
	detect.End(nil)

	done()
	// Output:
	// constraint.detect ir.constraints_count=4
}

// An error with a method ErrorType names its own error.type.
func ExampleStartCodeValidation() {
	ctx, done := printed("code.language", "error.type")
	defer done()

	validate := func(ctx context.Context) (err error) {
		_, check := telemetry.StartCodeValidation(ctx, telemetry.CodeValidationRequest{Language: attr.LanguageRust})
		defer check.End(&err)
		return syntaxError{line: 16}
	}
	_ = validate(ctx)

	done()
	// Output:
	// code.validate failed: line 16: missing brace code.language=rust error.type=syntax_error event exception
}

func ExampleStartRepair() {
	ctx, done := printed("code.language", "code.retry_reason", "code.success")
	defer done()

	_, repair := telemetry.StartRepair(ctx, telemetry.RepairRequest{Language: attr.LanguageRust, Reason: "syntax_error"})
	repair.SetResult(telemetry.CodegenResult{Success: new(true)})
	repair.End(nil)

	done()
	// Output:
	// ast.repair code.language=rust code.retry_reason=syntax_error code.success=true
}

func ExampleStartOptimization() {
	ctx, done := printed("dspy.optimizer", "dspy.metric", "dspy.improvement")
	defer done()

	_, run := telemetry.StartOptimization(ctx, telemetry.OptimizationRequest{
		Optimizer: attr.OptimizerMIPROv2, Metric: attr.DSPyIRQuality, ExamplesCount: new(50),
	})
	run.SetResult(telemetry.OptimizationResult{Improvement: new(0.12)}) // 12 % better than the baseline
	run.End(nil)

	done()
	// Output:
	// dspy.optimize dspy.optimizer=miprov2 dspy.metric=ir_quality dspy.improvement=0.12
}

func ExampleStartRobustnessTest() {
	ctx, done := printed("robustness.test_type", "robustness.sensitivity")
	defer done()

	_, test := telemetry.StartRobustnessTest(ctx, telemetry.RobustnessTestRequest{
		Type: attr.RobustnessIRParaphrase, VariantCount: new(8),
	})
	test.SetResult(telemetry.RobustnessTestResult{Sensitivity: new(0.25)})
	test.End(nil)

	done()
	// Output:
	// robustness.test robustness.test_type=ir_paraphrase robustness.sensitivity=0.25
}

// Prices of one's own, for calls that neither the caller nor the provider
// prices.
func ExampleWithPricer() {
	perToken := price.PricerFunc(func(_, model string, u price.Usage, _ time.Time) (price.Amount, bool) {
		if model != "house-model" {
			return price.Amount{}, false // not known, which is not the same as free
		}
		return price.Amount{USD: float64(u.InputTokens+u.OutputTokens) * 1e-6, Version: "2026-11"}, true
	})
	tel, err := telemetry.New(context.Background(),
		telemetry.WithPricer(perToken),
		telemetry.WithSpanExporter(&printer{keys: []string{"llm.cost_usd", "llm.cost_source", "llm.price_version"}}))
	ctx := telemetry.NewContext(context.Background(), tel)

	_, call := telemetry.StartLLMCall(ctx, telemetry.LLMRequest{Provider: attr.ProviderModal, Model: "house-model"})
	call.SetResponse(telemetry.LLMResponse{Usage: telemetry.Usage{InputTokens: 900, OutputTokens: 100}})
	call.End(nil)

	fmt.Println(errors.Join(err, tel.Shutdown(ctx)))
	// Output:
	// modal.inference llm.cost_usd=0.001 llm.cost_source=table llm.price_version=2026-11
	// <nil>
}

var errQuota = errors.New("quota used up")

// Sentinel errors all have one type; a classifier tells them apart.
func ExampleWithErrorClassifier() {
	tel, err := telemetry.New(context.Background(),
		telemetry.WithErrorClassifier(func(err error) string {
			if errors.Is(err, errQuota) {
				return "quota"
			}
			return ""
		}),
		telemetry.WithSpanExporter(&printer{keys: []string{"error.type"}}))
	ctx := telemetry.NewContext(context.Background(), tel)

	_ = telemetry.Do(ctx, "submit", func(context.Context) error { return fmt.Errorf("submit: %w", errQuota) })

	fmt.Println(errors.Join(err, tel.Shutdown(ctx)))
	// Output:
	// submit failed: submit: quota used up error.type=quota event exception
	// <nil>
}

// Where did that setting come from?
func ExampleTelemetry_Config() {
	tel, err := telemetry.New(context.Background(),
		telemetry.WithGetenv(func(name string) string {
			return map[string]string{"OTEL_SERVICE_NAME": "lift-api-canary"}[name]
		}),
		telemetry.WithService("lift-api", "1.4.0"),
		telemetry.WithSpanExporter(&printer{}))
	for _, s := range tel.Config().Settings[:3] {
		fmt.Printf("%s = %s (%s)\n", s.Name, s.Value, s.Source)
	}
	fmt.Println(errors.Join(err, tel.Shutdown(context.Background())))
	// Output:
	// enabled = true (default)
	// service.name = lift-api-canary (environment OTEL_SERVICE_NAME)
	// service.version = 1.4.0 (option WithService)
	// <nil>
}
