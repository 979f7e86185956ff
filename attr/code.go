package attr

import "go.opentelemetry.io/otel/attribute"

// The code group: code generated from an IR.
const (
	CodeLanguage           attribute.Key = "code.language"
	CodeGenerator          attribute.Key = "code.generator"
	CodeRetries            attribute.Key = "code.retries"
	CodeRetryReason        attribute.Key = "code.retry_reason"
	CodeSuccess            attribute.Key = "code.success"
	CodeCompilationSuccess attribute.Key = "code.compilation_success"
	CodeExecutionSuccess   attribute.Key = "code.execution_success"
	CodeLines              attribute.Key = "code.lines"
	CodeQualityScore       attribute.Key = "code.quality_score"
	CodeRobustnessScore    attribute.Key = "code.robustness_score"
)

// Values of code.language and robustness.language; others are allowed.
const (
	LanguageTypeScript = "typescript"
	LanguageRust       = "rust"
	LanguageGo         = "go"
	LanguageJava       = "java"
	LanguagePython     = "python"
	LanguageZig        = "zig"
	LanguageCPP        = "cpp"
)

var languages = []string{LanguageTypeScript, LanguageRust, LanguageGo, LanguageJava, LanguagePython, LanguageZig, LanguageCPP}

var codeDefs = []Def{
	{
		Name: string(CodeLanguage), Type: TypeString, Values: languages, Open: true, Package: inRoot, Source: SourceLift,
		Spans: []string{SpanCodeGenerate, SpanCodeValidate, SpanASTRepair},
		Brief: "The language of the generated code.",
	},
	{
		Name: string(CodeGenerator), Type: TypeString, Package: inRoot, Source: SourceLift, Spans: onCode,
		Brief: "The generator that wrote the code, such as RustGenerator.",
	},
	{
		Name: string(CodeRetries), Type: TypeInt, Unit: "retries", Package: inRoot, Source: SourceLift, Spans: onCode,
		Brief: "Further attempts after the first.",
	},
	{
		Name: string(CodeRetryReason), Type: TypeString, Package: inRoot, Source: SourceLift, Spans: onCode,
		Brief: "Why there was another attempt.",
	},
	{
		Name: string(CodeSuccess), Type: TypeBool, Package: inRoot, Source: SourceLift, Spans: onCode,
		Brief: "Whether usable code came out.",
	},
	{
		Name: string(CodeCompilationSuccess), Type: TypeBool, Package: inRoot, Source: SourceLift, Spans: []string{SpanCodeGenerate, SpanCodeValidate},
		Brief: "Whether the code compiled.",
	},
	{
		Name: string(CodeExecutionSuccess), Type: TypeBool, Package: inRoot, Source: SourceLift, Spans: []string{SpanCodeGenerate, SpanCodeValidate},
		Brief: "Whether the code ran as it should.",
	},
	{
		Name: string(CodeLines), Type: TypeInt, Unit: "lines", Package: inRoot, Source: SourceLift, Spans: onCode,
		Brief: "Length of the code.",
	},
	{
		Name: string(CodeQualityScore), Type: TypeFloat, Unit: "1", Package: inRoot, Source: SourceLift, Spans: onCode,
		Brief: "How good the code is judged to be.",
	},
	{
		Name: string(CodeRobustnessScore), Type: TypeFloat, Unit: "1", Package: inRoot, Source: SourceLift, Spans: onCode,
		Brief: "How well the code stands small changes of the prompt.",
	},
}
