package attr

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"go.opentelemetry.io/otel/attribute"
)

// Def is one registered name with all that is known about it. The zero value
// defines nothing.
type Def struct {
	// Name as it stands on the wire. No two rows share one.
	Name string
	// Kind says what the name names.
	Kind Kind
	// Group is the section of docs/ATTRIBUTES.md that the row stands in.
	Group string
	// Type is the type of an attribute's or column's value, or of what a
	// metric records. NoType for spans and events.
	Type Type
	// Instrument of a metric; NoInstrument for everything else.
	Instrument Instrument
	// SpanKind of a span as OpenTelemetry spells it in lower case: internal,
	// client or server. Empty for everything else.
	SpanKind string
	// Unit is a UCUM unit for a metric, and for an attribute the unit in plain
	// words ("tokens", "ms", "USD"), or "1" for a share from 0 to 1. Empty
	// where there is none.
	Unit string
	// Values an attribute can have. Empty: not enumerated.
	Values []string
	// Open says that values other than Values may occur too.
	Open bool
	// Brief is the meaning in one sentence.
	Brief string
	// Note is what else a reader has to know. Mostly empty.
	Note string
	// Stability that this module promises for the name and its meaning. It may
	// be more than the source promises: session.id and user.id are fixed here.
	Stability Stability
	// Source is SourceLift for the product's own names, and for others the
	// address of the document that defines them, version included.
	Source string
	// Twin is the attribute that states the same fact in the other
	// convention; it stands wherever this one does. Empty: none.
	Twin string
	// Spans are the names of the spans that carry an attribute or an event,
	// or [EverySpan], [LocalRoot] or [Resource].
	Spans []string
	// Attributes are those of a metric's data points or of an event.
	Attributes []string
	// Buckets are a histogram's boundaries in ascending order, in Unit. Empty:
	// the SDK's default.
	Buckets []float64
	// Package of this module that writes the name. Empty: none does.
	Package string
}

// What stands in [Def].Spans for something else than a span's name.
const (
	// EverySpan is every span of a request, foreign ones included.
	EverySpan = "*"
	// LocalRoot is the first span of a request in this process.
	LocalRoot = "local root"
	// Resource is the resource, and by it every span and metric.
	Resource = "resource"
)

// All returns a copy of the table, sorted by kind and name. It is safe for
// concurrent use.
func All() []Def {
	defs := slices.Clone(table().defs)
	for i := range defs {
		defs[i] = defs[i].clone()
	}
	return defs
}

// Lookup returns a copy of the row of name, and whether there is one. Patterns
// among the span names are found by their own spelling only; see [LookupSpan].
// It is safe for concurrent use.
func Lookup(name string) (Def, bool) {
	t := table()
	i, ok := t.index[name]
	if !ok {
		return Def{}, false
	}
	return t.defs[i].clone(), true
}

// LookupSpan returns the row of a span as it was named at run time: the row of
// that name, or for an HTTP span the row of the pattern that it follows, as
// "POST /api/sessions" follows [SpanHTTPServer]. It is safe for concurrent use.
func LookupSpan(name string) (Def, bool) {
	if d, ok := Lookup(name); ok {
		return d, d.Kind == KindSpan
	}
	method, route, found := strings.Cut(name, " ")
	switch {
	case !isMethod(method):
		return Def{}, false
	case !found:
		return Lookup(SpanHTTPClient)
	case strings.Contains(route, "/"):
		return Lookup(SpanHTTPServer)
	}
	return Def{}, false
}

// LookupMetric returns a copy of the row of a metric, and whether there is one.
// A program that looks up nothing else does without the rest of the table. It
// is safe for concurrent use.
func LookupMetric(name string) (Def, bool) {
	g := metrics()
	i := slices.IndexFunc(g.defs, func(d Def) bool { return d.Name == name })
	if i < 0 {
		return Def{}, false
	}
	return g.row(i).clone(), true
}

// isMethod reports whether s can stand for {method} in a span's name. The
// methods are those that semantic conventions v1.43.0 call known, and HTTP
// itself, which stands for all others.
func isMethod(s string) bool {
	switch s {
	case "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "QUERY", "HTTP":
		return true
	}
	return false
}

// Known reports whether key is a registered attribute. Columns are not: nothing
// may emit them. It is safe for concurrent use and does not allocate.
func Known(key attribute.Key) bool {
	t := table()
	i, ok := t.index[string(key)]
	return ok && t.defs[i].Kind == KindAttribute
}

// Ours reports whether name is in a namespace that this convention owns, so
// that a name which is ours but not registered is a mistake. OpenTelemetry's
// names inside such a namespace (code.function.name, db.client.*) are not ours,
// and neither is gen_ai, which other instrumentations write too.
func Ours(name string) bool {
	return hasPrefix(name, owned) && !hasPrefix(name, foreign)
}

var owned = []string{
	"session.", "ir.", "code.", "ast.", "constraint.", "llm.", "modal.", "dspy.",
	"robustness.", "db.", "request.", "cost.", "lift.", "hole.", "log.",
}

// foreign are the namespaces below those in owned that the semantic conventions
// define, up to v1.43.0 and with the deprecated spellings that instrumentations
// still write.
var foreign = []string{
	"session.previous_id",
	"code.function", "code.file", "code.line.", "code.lineno", "code.column", "code.namespace", "code.stacktrace",
	"db.client.", "db.collection.", "db.connection_string", "db.name", "db.operation.", "db.query.", "db.response.",
	"db.sql.", "db.stored_procedure.", "db.system", "db.user",
	"log.file.", "log.iostream", "log.record.",
	"log.attr.", // the attributes of a service's own log records
}

func hasPrefix(name string, prefixes []string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(name, p) })
}

type registry struct {
	defs  []Def
	index map[string]int
}

var (
	built     registry
	buildOnce sync.Once
)

// table is built late, and by name rather than by a function in a variable, so
// that a program which uses nothing but the constants does not even link it.
func table() *registry {
	buildOnce.Do(func() { built = newRegistry(groups()) })
	return &built
}

func newRegistry(groups []group) registry {
	var r registry
	for _, g := range groups {
		for i := range g.defs {
			r.defs = append(r.defs, g.row(i))
		}
	}
	slices.SortFunc(r.defs, func(a, b Def) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name))
	})
	r.index = make(map[string]int, len(r.defs))
	for i, d := range r.defs {
		r.index[d.Name] = i
	}
	return r
}

type group struct {
	name string
	kind Kind
	defs []Def
}

// row returns the i-th definition with what the group says of all.
func (g group) row(i int) Def {
	d := g.defs[i]
	d.Group, d.Kind = g.name, g.kind
	return d
}

func metrics() group { return group{"Metrics", KindMetric, metricDefs} }

func groups() []group {
	return []group{
		{"Spans", KindSpan, spanDefs},
		{"Events", KindEvent, eventDefs},
		metrics(),
		{"Identity", KindAttribute, identityDefs},
		{"Platform", KindAttribute, platformDefs},
		{"Session", KindAttribute, sessionDefs},
		{"IR", KindAttribute, irDefs},
		{"Code", KindAttribute, codeDefs},
		{"LLM", KindAttribute, llmDefs},
		{"GenAI", KindAttribute, genAIDefs},
		{"Roll-ups", KindAttribute, rollupDefs},
		{"Evaluation", KindAttribute, evaluationDefs},
		{"Database", KindAttribute, dbDefs},
		{"HTTP", KindAttribute, httpDefs},
		{"Errors", KindAttribute, errorDefs},
		{"Logs", KindAttribute, logDefs},
		{"Business events", KindAttribute, businessDefs},
		{"Delivery", KindAttribute, deliveryDefs},
		{"Telemetry itself", KindAttribute, telemetryDefs},
		{"Honeycomb columns", KindColumn, columnDefs},
	}
}

func (d Def) clone() Def {
	d.Values = slices.Clone(d.Values)
	d.Spans = slices.Clone(d.Spans)
	d.Attributes = slices.Clone(d.Attributes)
	d.Buckets = slices.Clone(d.Buckets)
	return d
}
