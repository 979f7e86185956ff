package attr

// Span names. Two of them are patterns: braces stand for what the request
// supplies, and [LookupSpan] matches real names against them.
const (
	SpanHTTPServer         = "{method} {route}"
	SpanHTTPClient         = "{method}"
	SpanSessionCreate      = "session.create"
	SpanSessionUpdate      = "session.update"
	SpanSessionFinalize    = "session.finalize"
	SpanIRGenerate         = "ir.generate"
	SpanIRValidate         = "ir.validate"
	SpanCodeGenerate       = "code.generate"
	SpanCodeValidate       = "code.validate"
	SpanASTRepair          = "ast.repair"
	SpanConstraintDetect   = "constraint.detect"
	SpanConstraintValidate = "constraint.validate"
	SpanLLMCall            = "llm.call"
	SpanModalInference     = "modal.inference"
	SpanDSPyOptimize       = "dspy.optimize"
	SpanRobustnessTest     = "robustness.test"
	SpanDBInsert           = "db.insert"
	SpanDBSelect           = "db.select"
	SpanDBUpdate           = "db.update"
	SpanDBDelete           = "db.delete"
	SpanDBConnect          = "db.connect"
	SpanDBBegin            = "db.begin"
	SpanDBCommit           = "db.commit"
	SpanDBRollback         = "db.rollback"
	SpanDBQuery            = "db.query"
)

var spanDefs = []Def{
	{
		Name: SpanHTTPServer, SpanKind: "server", Package: inHTTP, Source: sourceHTTPSpans,
		Brief: "An incoming HTTP request, named by its method and the route that matched.",
	},
	{
		Name: SpanHTTPClient, SpanKind: "client", Package: inHTTP, Source: sourceHTTPSpans,
		Brief: "An outgoing HTTP request, named by its method.",
		Note:  "An incoming request that no route matched has the same name and the kind server.",
	},
	{
		Name: SpanSessionCreate, SpanKind: "internal", Package: inRoot, Source: SourceLift,
		Brief: "A session is made from a person's prompt.",
	},
	{
		Name: SpanSessionUpdate, SpanKind: "internal", Package: inRoot, Source: SourceLift,
		Brief: "A session changes, for instance because a hole is resolved.",
	},
	{
		Name: SpanSessionFinalize, SpanKind: "internal", Package: inRoot, Source: SourceLift,
		Brief: "A session comes to its end.",
	},
	{
		Name: SpanIRGenerate, SpanKind: "internal", Package: inRoot, Source: SourceLift,
		Brief: "A prompt is translated into an intermediate representation.",
	},
	{
		Name: SpanIRValidate, SpanKind: "internal", Package: inRoot, Source: SourceLift,
		Brief: "An intermediate representation is validated.",
	},
	{
		Name: SpanCodeGenerate, SpanKind: "internal", Package: inRoot, Source: SourceLift,
		Brief: "Code is generated from an intermediate representation.",
	},
	{
		Name: SpanCodeValidate, SpanKind: "internal", Package: inRoot, Source: SourceLift,
		Brief: "Generated code is compiled, executed or checked.",
	},
	{
		Name: SpanASTRepair, SpanKind: "internal", Package: inRoot, Source: SourceLift,
		Brief: "Generated code is repaired.",
	},
	{
		Name: SpanConstraintDetect, SpanKind: "internal", Package: inRoot, Source: SourceLift,
		Brief: "Constraints are found in an intermediate representation.",
	},
	{
		Name: SpanConstraintValidate, SpanKind: "internal", Package: inRoot, Source: SourceLift,
		Brief: "Constraints of an intermediate representation are checked.",
	},
	{
		Name: SpanLLMCall, SpanKind: "client", Package: inRoot, Source: SourceLift,
		Brief: "One logical call of a language model, whatever the number of HTTP attempts.",
		Note:  "Select LLM spans by llm.provider exists, not by name.",
	},
	{
		Name: SpanModalInference, SpanKind: "client", Package: inRoot, Source: SourceLift,
		Brief: "The same as llm.call, of a self-hosted model on Modal.",
	},
	{
		Name: SpanDSPyOptimize, SpanKind: "internal", Package: inRoot, Source: SourceLift,
		Brief: "One run of a prompt optimiser.",
	},
	{
		Name: SpanRobustnessTest, SpanKind: "internal", Package: inRoot, Source: SourceLift,
		Brief: "One run over paraphrases or variants that measures how sensitive the result is.",
	},
	{
		Name: SpanDBInsert, SpanKind: "client", Package: inSQL, Source: SourceLift,
		Brief: "A statement that inserts rows.",
	},
	{
		Name: SpanDBSelect, SpanKind: "client", Package: inSQL, Source: SourceLift,
		Brief: "A statement that reads rows.",
	},
	{
		Name: SpanDBUpdate, SpanKind: "client", Package: inSQL, Source: SourceLift,
		Brief: "A statement that changes rows.",
	},
	{
		Name: SpanDBDelete, SpanKind: "client", Package: inSQL, Source: SourceLift,
		Brief: "A statement that deletes rows.",
	},
	{
		Name: SpanDBConnect, SpanKind: "client", Package: inSQL, Source: SourceLift,
		Brief: "A connection to a database is opened.",
	},
	{
		Name: SpanDBBegin, SpanKind: "client", Package: inSQL, Source: SourceLift, Stability: Development,
		Brief: "A transaction begins.",
	},
	{
		Name: SpanDBCommit, SpanKind: "client", Package: inSQL, Source: SourceLift, Stability: Development,
		Brief: "A transaction is committed.",
	},
	{
		Name: SpanDBRollback, SpanKind: "client", Package: inSQL, Source: SourceLift, Stability: Development,
		Brief: "A transaction is rolled back.",
	},
	{
		Name: SpanDBQuery, SpanKind: "client", Package: inSQL, Source: SourceLift, Stability: Development,
		Brief: "A statement of any other kind.",
	},
}
