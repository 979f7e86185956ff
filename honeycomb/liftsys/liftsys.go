package liftsys

import (
	"cmp"
	"time"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/honeycomb"
)

// Owner is the tag value of everything that this package defines.
const Owner = "lift-sys"

// DefaultRunbooks is the address of the runbooks unless [Options] has another.
const DefaultRunbooks = "https://github.com/lift-sys/telemetry/blob/main/docs/HONEYCOMB_RUNBOOKS.md"

// How far queries look back: Recent for what is going on now, Day for the
// business.
const (
	Recent = 2 * time.Hour
	Day    = 24 * time.Hour
)

// Options are what teams differ in. The zero value is the definition as
// documented.
type Options struct {
	// Runbooks is the address of the document that alerts link to. Empty means
	// DefaultRunbooks.
	Runbooks string
	// Routes are whom alerts notify.
	Routes Routes
}

// Define returns the definition of lift-sys. Each call builds a new one, which
// the caller may change.
func Define(o Options) honeycomb.Definition {
	routes := o.Routes.withDefaults()
	return honeycomb.Definition{
		Owner:       Owner,
		Runbooks:    cmp.Or(o.Runbooks, DefaultRunbooks),
		Fields:      fields(),
		Columns:     metricColumns(),
		AlsoColumns: runbookColumns(),
		Queries:     queries(),
		Boards:      []honeycomb.Board{overview(), performance(), failures(), business()},
		Triggers:    alerts(routes),
		SLOs:        slos(routes),
		Recipients:  routes.all(),
	}
}

// metricColumns are metrics that alerts look at. They arrive as columns of these
// names, in the dataset of metrics.
func metricColumns() []attr.Def {
	exported, _ := attr.Lookup(attr.MetricTelemetryExported)
	return []attr.Def{exported}
}

// What Honeycomb writes into span.kind for a span that serves a request, and for
// one that handles a message.
const (
	kindServer   = "server"
	kindConsumer = "consumer"
)

// Requests returns the filters that select requests: the spans by which a
// service serves one (kind server) or handles a message (kind consumer), whoever
// began the trace. Append to the result what else a query asks for.
func Requests() []honeycomb.Filter {
	return []honeycomb.Filter{
		honeycomb.Where(attr.ColumnSpanKind, honeycomb.In, kindServer, kindConsumer),
		honeycomb.Where(attr.ColumnDurationMS, honeycomb.Exists),
	}
}

// Failures returns the filters that select failed spans of any kind, and not the
// events that they recorded about it.
func Failures() []honeycomb.Filter {
	return []honeycomb.Filter{
		honeycomb.Where(attr.ColumnError, honeycomb.Equals, true),
		honeycomb.Where(attr.ColumnMetaAnnotationType, honeycomb.DoesNotExist),
	}
}

// LLMCalls returns the filters that select LLM calls, whatever their spans are
// called.
func LLMCalls() []honeycomb.Filter {
	return []honeycomb.Filter{honeycomb.Where(attr.LLMProvider, honeycomb.Exists)}
}

// spans returns the filters that select the spans of one name.
func spans(name string) []honeycomb.Filter {
	return []honeycomb.Filter{
		honeycomb.Where(attr.ColumnName, honeycomb.Equals, name),
		honeycomb.Where(attr.ColumnMetaAnnotationType, honeycomb.DoesNotExist),
	}
}

// events returns the filters that select the span events of one name.
func events(name string) []honeycomb.Filter {
	return []honeycomb.Filter{
		honeycomb.Where(attr.ColumnName, honeycomb.Equals, name),
		honeycomb.Where(attr.ColumnMetaAnnotationType, honeycomb.Equals, attr.AnnotationSpanEvent),
	}
}

var count = honeycomb.Calculation{Op: honeycomb.Count}

// calc is short for what every query needs.
func calc[C ~string](op honeycomb.CalculationOp, column C) honeycomb.Calculation {
	return honeycomb.Calculate(op, column)
}
