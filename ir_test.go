package telemetry_test

import (
	"context"
	"maps"
	"testing"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/attr"
)

// family is one helper called with a request and results.
type family struct {
	name, reason string
	run          func(context.Context)
	want         span
}

// check runs each helper in a trace of its own and compares the whole span.
func check(t *testing.T, families []family) {
	for _, f := range families {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			ctx, r := record(t)
			f.run(ctx)
			diff(t, r.spans(), []span{f.want}, f.reason)
		})
	}
}

func TestIR(t *testing.T) {
	full := telemetry.IRResult{
		Version: new(2), HolesCount: new(3), ConstraintsCount: new(4), Completeness: new(0.5),
		QualityScore: new(0.75), Confidence: new(1.0), ValidationStatus: telemetry.Valid,
	}
	facts := a{
		"ir.version": int64(2), "ir.holes_count": int64(3), "ir.constraints_count": int64(4), "ir.completeness": 0.5,
		"ir.quality_score": 0.75, "ir.confidence": 1.0, "ir.validation_status": "valid",
	}
	with := func(more a) a {
		out := a{}
		for _, m := range []a{facts, more} {
			maps.Copy(out, m)
		}
		return out
	}
	check(t, []family{
		{
			"empty", "absent facts make no attributes",
			func(ctx context.Context) { _, s := telemetry.StartIR(ctx, telemetry.IRRequest{}); s.End(nil) },
			span{Name: "ir.generate", Attrs: a{}},
		},
		{
			"generate", "every field has its attribute",
			func(ctx context.Context) {
				_, s := telemetry.StartIR(ctx, telemetry.IRRequest{Provider: attr.ProviderOpenAI, ProviderRoute: attr.RouteBestAvailable, Model: "m"})
				s.SetResult(full)
				s.End(nil)
			},
			span{Name: "ir.generate", Attrs: with(a{"ir.provider": "openai", "ir.provider_route": "best_available", "ir.model": "m"})},
		},
		{
			"zero", "a score of zero is a score",
			func(ctx context.Context) {
				_, s := telemetry.StartIR(ctx, telemetry.IRRequest{})
				s.SetResult(telemetry.IRResult{HolesCount: new(0), Confidence: new(0.0)})
				s.End(nil)
			},
			span{Name: "ir.generate", Attrs: a{"ir.holes_count": int64(0), "ir.confidence": 0.0}},
		},
		{
			"validate", "the request's version is replaced by the result's",
			func(ctx context.Context) {
				_, s := telemetry.StartIRValidation(ctx, telemetry.IRValidationRequest{Version: new(1)})
				s.SetResult(full)
				s.End(nil)
			},
			span{Name: "ir.validate", Attrs: facts},
		},
		{
			"detect constraints", "the zero operation",
			func(ctx context.Context) {
				_, s := telemetry.StartConstraint(ctx, telemetry.ConstraintRequest{})
				s.SetResult(telemetry.IRResult{ConstraintsCount: new(4)})
				s.End(nil)
			},
			span{Name: "constraint.detect", Attrs: a{"ir.constraints_count": int64(4)}},
		},
		{
			"validate constraints", "the other operation",
			func(ctx context.Context) {
				_, s := telemetry.StartConstraint(ctx, telemetry.ConstraintRequest{Operation: telemetry.ConstraintValidate})
				s.End(nil)
			},
			span{Name: "constraint.validate", Attrs: a{}},
		},
		{
			"unknown constraint operation", "a number that is no operation must not panic",
			func(ctx context.Context) {
				_, s := telemetry.StartConstraint(ctx, telemetry.ConstraintRequest{Operation: 9})
				s.End(nil)
			},
			span{Name: "constraint.detect", Attrs: a{}},
		},
	})
}
