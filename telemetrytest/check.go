package telemetrytest

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/core"
)

// problems are what is wrong with what was recorded, each said once.
type problems struct{ names, values findings }

// findings are distinct texts in the order they came up.
type findings struct {
	list []string
	seen map[string]struct{}
}

// maxFindings bounds what is remembered; a test that has so many needs no
// more.
const maxFindings = 1000

func (f *findings) add(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if _, ok := f.seen[text]; ok || len(f.list) >= maxFindings {
		return
	}
	if f.seen == nil {
		f.seen = make(map[string]struct{})
	}
	f.seen[text] = struct{}{}
	f.list = append(f.list, text)
}

// checkSpan looks at a span that has ended.
func (p *problems) checkSpan(r rules, s sdktrace.ReadOnlySpan) {
	name := s.Name()
	if _, known := attr.LookupSpan(name); !known {
		p.unknown(r, attr.KindSpan, name, "")
	}
	on := fmt.Sprintf(" on span %q", name)
	kv := s.Attributes()
	if s.InstrumentationScope().Name != core.ScopeName && !r.strict {
		// gen_ai names are everybody's, and some SDKs have more of them than
		// the registry.
		kv = slices.DeleteFunc(slices.Clone(kv), func(kv attribute.KeyValue) bool {
			_, known := attr.Lookup(string(kv.Key))
			return !known && strings.HasPrefix(string(kv.Key), "gen_ai.")
		})
	}
	p.checkAttributes(r, kv, on)
	for _, e := range s.Events() {
		if d, ok := attr.Lookup(e.Name); !ok || d.Kind != attr.KindEvent {
			p.unknown(r, attr.KindEvent, e.Name, on)
		}
		p.checkAttributes(r, e.Attributes, fmt.Sprintf(" on event %q of span %q", e.Name, name))
	}
	for _, l := range s.Links() {
		p.checkAttributes(r, l.Attributes, fmt.Sprintf(" on a link of span %q", name))
	}
}

// checkMetric looks at a metric with one of its points.
func (p *problems) checkMetric(r rules, m *metric, set attribute.Set) {
	d, ok := attr.Lookup(m.id.name)
	switch {
	case !ok || d.Kind != attr.KindMetric:
		p.unknown(r, attr.KindMetric, m.id.name, "")
	case d.Type != m.number && !r.permits(m.id.name):
		p.values.add("metric %q records %v, want %v", m.id.name, m.number, d.Type)
	}
	p.checkAttributes(r, set.ToSlice(), fmt.Sprintf(" on metric %q", m.id.name))
}

// unknown notes a name that is not registered for its kind, where that is
// wrong.
func (p *problems) unknown(r rules, kind attr.Kind, name, on string) {
	if !r.strict && !attr.Ours(name) || r.permits(name) {
		return
	}
	p.names.add("%v %q%s%s", kind, name, on, hint(kind, name))
}

func (p *problems) checkAttributes(r rules, kv []attribute.KeyValue, on string) {
	for _, kv := range kv {
		name := string(kv.Key)
		d, ok := attr.Lookup(name)
		switch {
		case ok && d.Kind == attr.KindColumn:
			if !r.permits(name) {
				p.names.add("attribute %q%s: Honeycomb makes this column itself; choose another name", name, on)
			}
		case !ok || d.Kind != attr.KindAttribute:
			p.unknown(r, attr.KindAttribute, name, on)
		default:
			if _, allowed := r.invalid[kv.Key]; allowed {
				continue
			}
			if wrong := checkValue(d, kv.Value); wrong != "" {
				p.values.add("attribute %q%s %s", name, on, wrong)
			}
		}
	}
}

// types says how the registry calls a value's type. Other types occur in no
// registered attribute.
var types = map[attribute.Type]attr.Type{
	attribute.STRING: attr.TypeString, attribute.INT64: attr.TypeInt, attribute.FLOAT64: attr.TypeFloat,
	attribute.BOOL: attr.TypeBool, attribute.STRINGSLICE: attr.TypeStrings,
}

// checkValue says what is wrong with a value of the attribute d, or "".
func checkValue(d attr.Def, v attribute.Value) string {
	if types[v.Type()] != d.Type {
		return fmt.Sprintf("is %s of type %v, want %v", format(v), typeName(v), d.Type)
	}
	if f := v.AsFloat64(); d.Type == attr.TypeFloat && (math.IsNaN(f) || math.IsInf(f, 0)) {
		return fmt.Sprintf("is %v, want a finite number", f)
	}
	if d.Open || len(d.Values) == 0 {
		return ""
	}
	values := v.AsStringSlice()
	if v.Type() == attribute.STRING {
		values = []string{v.AsString()}
	}
	for _, value := range values {
		if !slices.Contains(d.Values, value) {
			return fmt.Sprintf("is %q, want one of %s", value, strings.Join(d.Values, ", "))
		}
	}
	return ""
}

// typeName is the registry's word for a value's type, or else OpenTelemetry's.
func typeName(v attribute.Value) string {
	if t, ok := types[v.Type()]; ok {
		return t.String()
	}
	return strings.ToLower(v.Type().String())
}
