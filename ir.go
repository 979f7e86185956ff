package telemetry

import (
	"context"

	"go.opentelemetry.io/otel/attribute"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/core"
	"github.com/lift-sys/telemetry/internal/optional"
)

// IRRequest is what is known when the translation of a prompt into IR starts.
// All fields are optional.
type IRRequest struct {
	Provider      string // ir.provider, such as attr.ProviderAnthropic
	ProviderRoute string // ir.provider_route, such as attr.RouteBestAvailable
	Model         string // ir.model
}

// IRResult is what is known of an IR. All fields are optional.
type IRResult struct {
	Version          *int             // ir.version
	HolesCount       *int             // ir.holes_count
	ConstraintsCount *int             // ir.constraints_count
	Completeness     *float64         // ir.completeness, 0..1
	QualityScore     *float64         // ir.quality_score, 0..1
	Confidence       *float64         // ir.confidence, 0..1
	ValidationStatus ValidationStatus // ir.validation_status
}

func (r *IRResult) appendTo(a []attribute.KeyValue) []attribute.KeyValue {
	a = optional.Int(a, attr.IRVersion, r.Version)
	a = optional.Int(a, attr.IRHolesCount, r.HolesCount)
	a = optional.Int(a, attr.IRConstraintsCount, r.ConstraintsCount)
	a = optional.Float(a, attr.IRCompleteness, r.Completeness)
	a = optional.Float(a, attr.IRQualityScore, r.QualityScore)
	a = optional.Float(a, attr.IRConfidence, r.Confidence)
	return optional.String(a, attr.IRValidationStatus, r.ValidationStatus)
}

// An IR is an ir.generate span: a prompt becomes IR. It carries the totals of
// the LLM calls below it. The zero value is inert; copies share their state;
// all methods are safe for concurrent use.
type IR struct{ handle }

var irFamily = &core.Family{Name: attr.SpanIRGenerate, Role: core.RoleIR}

// StartIR starts the translation of a prompt into IR.
func StartIR(ctx context.Context, req IRRequest) (context.Context, IR) {
	ctx, h := start(ctx, irFamily, func(a []attribute.KeyValue) []attribute.KeyValue {
		a = optional.String(a, attr.IRProvider, req.Provider)
		a = optional.String(a, attr.IRProviderRoute, req.ProviderRoute)
		return optional.String(a, attr.IRModel, req.Model)
	})
	return ctx, IR{h}
}

// SetResult records the IR. Called again, a later value replaces an earlier
// one.
func (i IR) SetResult(r IRResult) { i.edit(r.appendTo) }

// IRValidationRequest is what is known when the validation of an IR starts.
type IRValidationRequest struct {
	Version *int // ir.version
}

// An IRValidation is an ir.validate span. The zero value is inert; copies
// share their state; all methods are safe for concurrent use.
type IRValidation struct{ handle }

var irValidationFamily = &core.Family{Name: attr.SpanIRValidate}

// StartIRValidation starts the validation of an IR.
func StartIRValidation(ctx context.Context, req IRValidationRequest) (context.Context, IRValidation) {
	ctx, h := start(ctx, irValidationFamily, func(a []attribute.KeyValue) []attribute.KeyValue {
		return optional.Int(a, attr.IRVersion, req.Version)
	})
	return ctx, IRValidation{h}
}

// SetResult records the verdict. Called again, a later value replaces an
// earlier one.
func (v IRValidation) SetResult(r IRResult) { v.edit(r.appendTo) }

// ConstraintOperation is what is done with the constraints of an IR.
type ConstraintOperation uint8

// The operations on constraints. The zero value is ConstraintDetect.
const (
	ConstraintDetect   ConstraintOperation = iota // span constraint.detect
	ConstraintValidate                            // span constraint.validate
)

// ConstraintRequest is what is known when work on constraints starts.
type ConstraintRequest struct {
	Operation ConstraintOperation
}

// A Constraint is a constraint.detect or constraint.validate span. The zero
// value is inert; copies share their state; all methods are safe for
// concurrent use.
type Constraint struct{ handle }

var constraintFamilies = [...]core.Family{
	ConstraintDetect:   {Name: attr.SpanConstraintDetect},
	ConstraintValidate: {Name: attr.SpanConstraintValidate},
}

// StartConstraint starts work on the constraints of an IR.
func StartConstraint(ctx context.Context, req ConstraintRequest) (context.Context, Constraint) {
	if int(req.Operation) >= len(constraintFamilies) {
		req.Operation = ConstraintDetect
	}
	ctx, h := start(ctx, &constraintFamilies[req.Operation], nil)
	return ctx, Constraint{h}
}

// SetResult records what is known of the IR's constraints. Called again, a
// later value replaces an earlier one.
func (c Constraint) SetResult(r IRResult) { c.edit(r.appendTo) }
