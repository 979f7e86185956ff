package attr

import "strconv"

// Kind says what a registered name names. The zero value is a span.
type Kind uint8

// The kinds of names.
const (
	KindSpan Kind = iota
	KindEvent
	KindMetric
	KindAttribute
	// KindColumn is a column that Honeycomb derives. It is named in queries
	// and never emitted.
	KindColumn
)

// String returns the kind in lower case, as it stands in the documentation.
func (k Kind) String() string {
	return nameOf(k, "span", "event", "metric", "attribute", "column")
}

// Type is the type of a value. The zero value, NoType, is for names that have
// no value.
type Type uint8

// The types of values. TypeInt is 64 bits wide, TypeFloat is an IEEE double.
const (
	NoType Type = iota
	TypeString
	TypeInt
	TypeFloat
	TypeBool
	TypeStrings
)

// String returns the type as the semantic conventions write it.
func (t Type) String() string {
	return nameOf(t, "", "string", "int", "float", "bool", "string[]")
}

// Instrument is the kind of a metric's instrument. The zero value,
// NoInstrument, is for names that are not metrics.
type Instrument uint8

// The instruments in use.
const (
	NoInstrument Instrument = iota
	Counter
	Histogram
	UpDownCounter
)

// String returns the instrument in lower case.
func (i Instrument) String() string {
	return nameOf(i, "", "counter", "histogram", "updowncounter")
}

// Stability says how far a name can be relied on. The zero value is Stable.
type Stability uint8

// The stabilities, as in OpenTelemetry's semantic conventions: a stable name
// and its meaning never change, one in development may, with an entry in the
// changelog's section on semantic conventions.
const (
	Stable Stability = iota
	Development
)

// String returns the stability in lower case.
func (s Stability) String() string {
	return nameOf(s, "stable", "development")
}

func nameOf[T ~uint8](v T, names ...string) string {
	if int(v) < len(names) {
		return names[v]
	}
	return strconv.Itoa(int(v))
}
