package attr

import "go.opentelemetry.io/otel/attribute"

// The dspy and robustness groups: offline runs that judge prompts and code.
const (
	DSPyOptimizer          attribute.Key = "dspy.optimizer"
	DSPySignature          attribute.Key = "dspy.signature"
	DSPyMetric             attribute.Key = "dspy.metric"
	DSPyImprovement        attribute.Key = "dspy.improvement"
	DSPyExamplesCount      attribute.Key = "dspy.examples_count"
	RobustnessTestType     attribute.Key = "robustness.test_type"
	RobustnessLanguage     attribute.Key = "robustness.language"
	RobustnessVariantCount attribute.Key = "robustness.variant_count"
	RobustnessSensitivity  attribute.Key = "robustness.sensitivity"
)

// Values of dspy.optimizer.
const (
	OptimizerMIPROv2 = "miprov2"
	OptimizerCOPRO   = "copro"
)

// Values of dspy.metric.
const (
	DSPyIRQuality   = "ir_quality"
	DSPyCodeQuality = "code_quality"
	DSPyEndToEnd    = "end_to_end"
)

// Values of robustness.test_type.
const (
	RobustnessIRParaphrase = "ir_paraphrase"
	RobustnessCodeVariant  = "code_variant"
)

var evaluationDefs = []Def{
	{
		Name: string(DSPyOptimizer), Type: TypeString, Values: []string{OptimizerMIPROv2, OptimizerCOPRO}, Open: true,
		Package: inRoot, Source: SourceLift, Spans: onDSPy,
		Brief: "The optimiser that ran.",
	},
	{
		Name: string(DSPySignature), Type: TypeString, Package: inRoot, Source: SourceLift, Spans: onDSPy,
		Brief: "The DSPy signature that was optimised.",
	},
	{
		Name: string(DSPyMetric), Type: TypeString, Values: []string{DSPyIRQuality, DSPyCodeQuality, DSPyEndToEnd}, Open: true,
		Package: inRoot, Source: SourceLift, Spans: onDSPy,
		Brief: "What the optimiser tried to improve.",
	},
	{
		Name: string(DSPyImprovement), Type: TypeFloat, Unit: "1", Package: inRoot, Source: SourceLift, Spans: onDSPy,
		Brief: "Improvement as a fraction of the baseline; negative where it got worse.",
	},
	{
		Name: string(DSPyExamplesCount), Type: TypeInt, Unit: "examples", Package: inRoot, Source: SourceLift, Spans: onDSPy,
		Brief: "Examples that the optimiser learned from.",
	},
	{
		Name: string(RobustnessTestType), Type: TypeString, Values: []string{RobustnessIRParaphrase, RobustnessCodeVariant}, Open: true,
		Package: inRoot, Source: SourceLift, Spans: onRobust,
		Brief: "What was varied.",
	},
	{
		Name: string(RobustnessLanguage), Type: TypeString, Values: languages, Open: true, Package: inRoot, Source: SourceLift, Spans: onRobust,
		Brief: "The language of the code under test.",
	},
	{
		Name: string(RobustnessVariantCount), Type: TypeInt, Unit: "variants", Package: inRoot, Source: SourceLift, Spans: onRobust,
		Brief: "Variants that were tried.",
	},
	{
		Name: string(RobustnessSensitivity), Type: TypeFloat, Unit: "1", Package: inRoot, Source: SourceLift, Spans: onRobust,
		Brief: "How much the result changed with the variants: 0 not at all, 1 entirely.",
	},
}
