package telemetry_test

import (
	"context"
	"testing"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/attr"
)

var (
	fullCode = telemetry.CodegenResult{
		Success: new(true), CompilationSuccess: new(true), ExecutionSuccess: new(false), Lines: new(40), Retries: new(2),
		RetryReason: "syntax", QualityScore: new(0.5), RobustnessScore: new(0.25),
	}
	codeFacts = a{
		"code.success": true, "code.compilation_success": true, "code.execution_success": false, "code.lines": int64(40),
		"code.retries": int64(2), "code.retry_reason": "syntax", "code.quality_score": 0.5, "code.robustness_score": 0.25,
		"code.language": "rust", "code.generator": "RustGenerator",
	}
)

func TestCodegen(t *testing.T) {
	check(t, []family{
		{
			"empty", "what ended without an error was a success, on the span as in the metric",
			func(ctx context.Context) { _, s := telemetry.StartCodegen(ctx, telemetry.CodegenRequest{}); s.End(nil) },
			span{Name: "code.generate", Attrs: a{"code.success": true}},
		},
		{
			"did not compile", "a result that says so is no success",
			func(ctx context.Context) {
				_, s := telemetry.StartCodegen(ctx, telemetry.CodegenRequest{})
				s.SetResult(telemetry.CodegenResult{CompilationSuccess: new(false)})
				s.SetResult(telemetry.CodegenResult{Lines: new(1)})
				s.End(nil)
			},
			span{Name: "code.generate", Attrs: a{"code.success": false, "code.compilation_success": false, "code.lines": int64(1)}},
		},
		{
			"generate", "every field has its attribute",
			func(ctx context.Context) {
				_, s := telemetry.StartCodegen(ctx, telemetry.CodegenRequest{Language: attr.LanguageRust, Generator: "RustGenerator"})
				s.SetResult(fullCode)
				s.End(nil)
			},
			span{Name: "code.generate", Attrs: codeFacts},
		},
		{
			"failed", "a failed generation without a result was no success",
			func(ctx context.Context) {
				_, s := telemetry.StartCodegen(ctx, telemetry.CodegenRequest{Language: "go"})
				s.End(new(error(coded{})))
			},
			span{Name: "code.generate", Status: "Error: no", Attrs: a{
				"code.language": "go", "code.success": false, "error.type": "E1", "error.message": "no",
				"exception.type": "telemetry_test.coded", "exception.message": "no",
			}, Events: []event{codedEvent}},
		},
		{
			"failed after a success", "what ended with an error was no success",
			func(ctx context.Context) {
				_, s := telemetry.StartCodegen(ctx, telemetry.CodegenRequest{})
				s.SetResult(telemetry.CodegenResult{Success: new(true), Retries: new(0)})
				s.End(new(error(coded{})))
			},
			span{Name: "code.generate", Status: "Error: no", Attrs: a{
				"code.success": false, "code.retries": int64(0), "error.type": "E1", "error.message": "no",
				"exception.type": "telemetry_test.coded", "exception.message": "no",
			}, Events: []event{codedEvent}},
		},
		{
			"validate", "every field has its attribute",
			func(ctx context.Context) {
				_, s := telemetry.StartCodeValidation(ctx, telemetry.CodeValidationRequest{Language: "rust", Generator: "RustGenerator"})
				s.SetResult(fullCode)
				s.End(nil)
			},
			span{Name: "code.validate", Attrs: codeFacts},
		},
		{
			"repair", "the reason is why the code is generated again",
			func(ctx context.Context) {
				_, s := telemetry.StartRepair(ctx, telemetry.RepairRequest{Language: "zig", Reason: "types"})
				s.SetResult(telemetry.CodegenResult{Success: new(false)})
				s.End(nil)
			},
			span{Name: "ast.repair", Attrs: a{"code.language": "zig", "code.retry_reason": "types", "code.success": false}},
		},
	})
}

// coded is an error that names itself.
type coded struct{}

func (coded) Error() string     { return "no" }
func (coded) ErrorType() string { return "E1" }

var codedEvent = event{"exception", a{
	"exception.type": "telemetry_test.coded", "exception.message": "no", "exception.stacktrace": "…",
}}
