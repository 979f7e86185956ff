package attr

import "go.opentelemetry.io/otel/attribute"

// The ir group: the intermediate representation made from a prompt.
const (
	IRProvider         attribute.Key = "ir.provider"
	IRProviderRoute    attribute.Key = "ir.provider_route"
	IRModel            attribute.Key = "ir.model"
	IRVersion          attribute.Key = "ir.version"
	IRHolesCount       attribute.Key = "ir.holes_count"
	IRConstraintsCount attribute.Key = "ir.constraints_count"
	IRCompleteness     attribute.Key = "ir.completeness"
	IRQualityScore     attribute.Key = "ir.quality_score"
	IRConfidence       attribute.Key = "ir.confidence"
	IRValidationStatus attribute.Key = "ir.validation_status"
)

// Values of ir.validation_status and session.validation_status.
const (
	IRValid         = "valid"
	IRIncomplete    = "incomplete"
	IRContradictory = "contradictory"
)

var irDefs = []Def{
	{
		Name: string(IRProvider), Type: TypeString, Values: providers, Open: true, Package: inRoot, Source: SourceLift, Spans: onIR,
		Brief: "The provider that was asked for the intermediate representation.",
	},
	{
		Name: string(IRProviderRoute), Type: TypeString, Values: routes, Open: true, Package: inRoot, Source: SourceLift, Spans: onIR,
		Brief: "How the provider was chosen.",
	},
	{
		Name: string(IRModel), Type: TypeString, Package: inRoot, Source: SourceLift, Spans: onIR,
		Brief: "The model that was asked for the intermediate representation.",
	},
	{
		Name: string(IRVersion), Type: TypeInt, Package: inRoot, Source: SourceLift, Spans: onIR,
		Brief: "Version of the intermediate representation.",
	},
	{
		Name: string(IRHolesCount), Type: TypeInt, Unit: "holes", Package: inRoot, Source: SourceLift, Spans: onIR,
		Brief: "Holes that the intermediate representation has.",
	},
	{
		Name: string(IRConstraintsCount), Type: TypeInt, Unit: "constraints", Package: inRoot, Source: SourceLift,
		Spans: []string{SpanIRGenerate, SpanConstraintDetect, SpanConstraintValidate},
		Brief: "Constraints that the intermediate representation has.",
	},
	{
		Name: string(IRCompleteness), Type: TypeFloat, Unit: "1", Package: inRoot, Source: SourceLift, Spans: onIR,
		Brief: "How complete the intermediate representation is.",
	},
	{
		Name: string(IRQualityScore), Type: TypeFloat, Unit: "1", Package: inRoot, Source: SourceLift, Spans: onIR,
		Brief: "How good the intermediate representation is judged to be.",
	},
	{
		Name: string(IRConfidence), Type: TypeFloat, Unit: "1", Package: inRoot, Source: SourceLift, Spans: onIR,
		Brief: "How sure the generator is of the intermediate representation.",
	},
	{
		Name: string(IRValidationStatus), Type: TypeString, Values: validationStatuses, Package: inRoot, Source: SourceLift,
		Spans: []string{SpanIRGenerate, SpanIRValidate},
		Brief: "Result of validating the intermediate representation.",
	},
}
