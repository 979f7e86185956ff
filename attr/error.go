package attr

import "go.opentelemetry.io/otel/attribute"

// The error group. The error column itself is Honeycomb's: set the span's
// status instead (see [ColumnError]).
const (
	ErrorType           attribute.Key = "error.type"
	ErrorMessage        attribute.Key = "error.message"
	ExceptionType       attribute.Key = "exception.type"
	ExceptionMessage    attribute.Key = "exception.message"
	ExceptionStacktrace attribute.Key = "exception.stacktrace"
)

// Values of error.type that this library decides itself; any other is a Go
// type, a status code or a provider's error code.
const (
	ErrorCanceled     = "canceled"
	ErrorUnfinished   = "unfinished"
	ErrorDBConnection = "db_connection"
	ErrorPanic        = "panic"
	ErrorTimeout      = "timeout"
	ErrorOther        = "_OTHER"
)

var errorDefs = []Def{
	{
		Name: string(ErrorType), Type: TypeString, Values: []string{ErrorCanceled, ErrorUnfinished, ErrorDBConnection, ErrorPanic, ErrorTimeout, ErrorOther}, Open: true,
		Package: inRoot, Source: sourceError, Spans: onEvery,
		Brief: "What kind of failure it was, in few values: the error's type, a status code or a provider's error code.",
	},
	{
		Name: string(ErrorMessage), Type: TypeString, Package: inRoot, Source: SourceLift, Spans: onEvery, Twin: string(ExceptionMessage),
		Brief: "The error's text, on the span itself.",
	},
	{
		Name: string(ExceptionType), Type: TypeString, Package: inRoot, Source: sourceException, Spans: onEvery,
		Brief: "The Go type of the error, on the span itself and on the event exception.",
	},
	{
		Name: string(ExceptionMessage), Type: TypeString, Package: inRoot, Source: sourceException, Spans: onEvery, Twin: string(ErrorMessage),
		Brief: "The error's text, on the span itself and on the event exception.",
	},
	{
		Name: string(ExceptionStacktrace), Type: TypeString, Package: inRoot, Source: sourceException,
		Brief: "The stack where the error first appeared, at most 32 frames.", Note: "On the event exception only.",
	},
}
