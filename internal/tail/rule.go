package tail

import (
	"math"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry/attr"
)

// Rule says which local traces must be kept. One field is set; a rule matches a
// trace as soon as one of its spans, or their sum, does. The zero value matches
// none.
type Rule struct {
	Failed    bool               // a span's status is Error
	Slow      time.Duration      // a span lasts that long or longer
	CostUSD   float64            // LLM calls and other booked costs together cost that much or more, in US dollars
	Attribute attribute.KeyValue // a span has it; with an empty value, a span has the key
	Name      string             // a span has the name
}

// rules is a set of rules, arranged for one look at each span.
type rules struct {
	failed     bool
	slow       time.Duration // 0: none
	costUSD    float64       // 0: none
	attributes []attribute.KeyValue
	names      []string
}

func newRules(all []Rule) (r rules) {
	for _, rule := range all {
		switch {
		case rule.Failed:
			r.failed = true
		case rule.Slow > 0:
			if r.slow == 0 || rule.Slow < r.slow {
				r.slow = rule.Slow
			}
		case rule.CostUSD > 0:
			if r.costUSD == 0 || rule.CostUSD < r.costUSD {
				r.costUSD = rule.CostUSD
			}
		case rule.Attribute.Key != "":
			r.attributes = append(r.attributes, rule.Attribute)
		case rule.Name != "":
			r.names = append(r.names, rule.Name)
		}
	}
	return r
}

// facts is what a span says about its trace.
type facts struct {
	must         bool // a rule matches the span by itself
	failed       bool
	usd          float64
	events       int // events and links, which are billed as events of their own
	route, model string
	class        uint8 // first digit of the HTTP status code; 0: none
}

// look reads a span once.
func (r *rules) look(s sdktrace.ReadOnlySpan) facts {
	name := s.Name()
	f := facts{failed: s.Status().Code == codes.Error, events: len(s.Events()) + len(s.Links()), route: name}
	f.must = r.failed && f.failed || r.slow > 0 && s.EndTime().Sub(s.StartTime()) >= r.slow
	for _, n := range r.names {
		f.must = f.must || n == name
	}
	attributes := s.Attributes()
	for i := range attributes {
		kv := &attributes[i]
		switch kv.Key {
		case attr.LLMCostUSD, attr.CostOtherUSD:
			if usd := kv.Value.AsFloat64(); usd > 0 && !math.IsInf(usd, 0) {
				f.usd += usd
			}
		case attr.HTTPRoute:
			f.route = kv.Value.AsString()
		case attr.HTTPResponseStatusCode:
			if code := kv.Value.AsInt64(); code >= 100 && code < 600 {
				f.class = uint8(code / 100)
			}
		case attr.GenAIRequestModel:
			f.model = kv.Value.AsString()
		}
		for j := range r.attributes {
			want := &r.attributes[j]
			f.must = f.must || kv.Key == want.Key && (want.Value.Type() == attribute.EMPTY || equal(kv.Value, want.Value))
		}
	}
	return f
}

// equal compares without allocating for plain values.
func equal(a, b attribute.Value) bool {
	if a.Type() != b.Type() {
		return false
	}
	switch a.Type() {
	case attribute.STRING:
		return a.AsString() == b.AsString()
	case attribute.BOOL:
		return a.AsBool() == b.AsBool()
	case attribute.INT64:
		return a.AsInt64() == b.AsInt64()
	case attribute.FLOAT64:
		return a.AsFloat64() == b.AsFloat64()
	default:
		return a.String() == b.String()
	}
}

// isRoot reports whether a span below parent is a local root.
func isRoot(parent trace.SpanContext) bool { return !parent.IsValid() || parent.IsRemote() }
