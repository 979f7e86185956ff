package telemetry

import (
	"context"

	"go.opentelemetry.io/otel/attribute"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/core"
	"github.com/lift-sys/telemetry/internal/optional"
)

// CodegenRequest is what is known when code generation starts. All fields are
// optional.
type CodegenRequest struct {
	Language  string // code.language, such as attr.LanguageRust
	Generator string // code.generator, such as "RustGenerator"
}

// CodegenResult is what is known of generated code. All fields are optional.
type CodegenResult struct {
	Success            *bool    // code.success; see [StartCodegen] for its default
	CompilationSuccess *bool    // code.compilation_success
	ExecutionSuccess   *bool    // code.execution_success
	Lines              *int     // code.lines
	Retries            *int     // code.retries
	RetryReason        string   // code.retry_reason, of low cardinality
	QualityScore       *float64 // code.quality_score, 0..1
	RobustnessScore    *float64 // code.robustness_score, 0..1
}

func (r *CodegenResult) appendTo(a []attribute.KeyValue) []attribute.KeyValue {
	a = optional.Bool(a, attr.CodeSuccess, r.Success)
	a = optional.Bool(a, attr.CodeCompilationSuccess, r.CompilationSuccess)
	a = optional.Bool(a, attr.CodeExecutionSuccess, r.ExecutionSuccess)
	a = optional.Int(a, attr.CodeLines, r.Lines)
	a = optional.Int(a, attr.CodeRetries, r.Retries)
	a = optional.String(a, attr.CodeRetryReason, r.RetryReason)
	a = optional.Float(a, attr.CodeQualityScore, r.QualityScore)
	return optional.Float(a, attr.CodeRobustnessScore, r.RobustnessScore)
}

// A Codegen is a code.generate span: IR becomes code. It carries the totals of
// the LLM calls below it. The zero value is inert; copies share their state;
// all methods are safe for concurrent use.
type Codegen struct{ handle }

type codegenState struct {
	core.Span
	language string
	success  verdict // guarded by Span.Do
}

// verdict is a bool that may be unknown.
type verdict uint8

const (
	unknown verdict = iota
	no
	yes
)

var codegenFamily = &core.Family{Name: attr.SpanCodeGenerate, Role: core.RoleCode}

// StartCodegen starts the generation of code. When it ends it counts in the
// metric lift.code.generations, by language and code.success: what the result
// says; where it says nothing, whether the code compiled and ran as far as that
// is known. A generation that ends with an error is never a success.
func StartCodegen(ctx context.Context, req CodegenRequest) (context.Context, Codegen) {
	if !core.Live() {
		return ctx, Codegen{}
	}
	s := &codegenState{language: req.Language}
	if !s.Open(ctx, codegenFamily, s, nil) {
		return ctx, Codegen{}
	}
	s.Edit(func(a []attribute.KeyValue) []attribute.KeyValue {
		a = optional.String(a, attr.CodeLanguage, req.Language)
		return optional.String(a, attr.CodeGenerator, req.Generator)
	})
	return s.Begin(), Codegen{handle{&s.Span}}
}

// SetResult records the generated code. Called again, a later value replaces
// an earlier one.
func (c Codegen) SetResult(r CodegenResult) {
	if c.s == nil {
		return
	}
	if state, ok := c.s.Extension().(*codegenState); ok {
		c.s.Do(func() { state.success = r.verdict(state.success) })
	}
	c.edit(r.appendTo)
}

// verdict returns whether the code is good, given what was known before.
func (r *CodegenResult) verdict(before verdict) verdict {
	isFalse := func(b *bool) bool { return b != nil && !*b }
	switch {
	case isFalse(r.Success):
		return no
	case r.Success != nil:
		return yes
	case before == unknown && (isFalse(r.CompilationSuccess) || isFalse(r.ExecutionSuccess)):
		return no
	}
	return before
}

// Finish counts the generation.
func (s *codegenState) Finish(o core.Outcome, a []attribute.KeyValue) []attribute.KeyValue {
	success := s.success != no && !o.Failed
	a = append(a, attr.CodeSuccess.Bool(success))
	s.Pipeline().Metrics().CountGeneration(s.Own(), core.GenerationKey{Language: s.language, Success: success})
	return a
}

// CodeValidationRequest is what is known when the check of generated code
// starts. All fields are optional.
type CodeValidationRequest struct {
	Language  string // code.language
	Generator string // code.generator
}

// A CodeValidation is a code.validate span: generated code is compiled, run or
// checked. The zero value is inert; copies share their state; all methods are
// safe for concurrent use.
type CodeValidation struct{ handle }

var codeValidationFamily = &core.Family{Name: attr.SpanCodeValidate}

// StartCodeValidation starts the check of generated code.
func StartCodeValidation(ctx context.Context, req CodeValidationRequest) (context.Context, CodeValidation) {
	ctx, h := start(ctx, codeValidationFamily, func(a []attribute.KeyValue) []attribute.KeyValue {
		a = optional.String(a, attr.CodeLanguage, req.Language)
		return optional.String(a, attr.CodeGenerator, req.Generator)
	})
	return ctx, CodeValidation{h}
}

// SetResult records the outcome of the check. Called again, a later value
// replaces an earlier one.
func (v CodeValidation) SetResult(r CodegenResult) { v.edit(r.appendTo) }

// RepairRequest is what is known when the repair of generated code starts. All
// fields are optional.
type RepairRequest struct {
	Language string // code.language
	Reason   string // code.retry_reason: what is to be repaired, of low cardinality
}

// A Repair is an ast.repair span: generated code is mended. The zero value is
// inert; copies share their state; all methods are safe for concurrent use.
type Repair struct{ handle }

var repairFamily = &core.Family{Name: attr.SpanASTRepair}

// StartRepair starts the repair of generated code.
func StartRepair(ctx context.Context, req RepairRequest) (context.Context, Repair) {
	ctx, h := start(ctx, repairFamily, func(a []attribute.KeyValue) []attribute.KeyValue {
		a = optional.String(a, attr.CodeLanguage, req.Language)
		return optional.String(a, attr.CodeRetryReason, req.Reason)
	})
	return ctx, Repair{h}
}

// SetResult records the repaired code. Called again, a later value replaces an
// earlier one.
func (r Repair) SetResult(result CodegenResult) { r.edit(result.appendTo) }
