package attr_test

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"

	"github.com/lift-sys/telemetry/attr"
)

func TestAllIsSortedAndUnique(t *testing.T) {
	defs := attr.All()
	order := func(a, b attr.Def) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name))
	}
	if !slices.IsSortedFunc(defs, order) {
		t.Error("All is not sorted by kind and name")
	}
	seen := make(map[string]attr.Kind)
	for _, d := range defs {
		if k, ok := seen[d.Name]; ok {
			t.Errorf("%q names a %s and a %s", d.Name, k, d.Kind)
		}
		seen[d.Name] = d.Kind
	}
}

func TestRowsAreComplete(t *testing.T) {
	spanKinds := []string{"internal", "client", "server"}
	for _, d := range attr.All() {
		fail := func(what string) { t.Errorf("%s %q: %s", d.Kind, d.Name, what) }
		if d.Group == "" || d.Source == "" {
			fail("no group or no source")
		}
		if d.Source != attr.SourceLift && !strings.HasPrefix(d.Source, "https://") {
			fail("the source is neither ours nor an address: " + d.Source)
		}
		for _, s := range []string{d.Brief, d.Note} {
			if s != "" && (!strings.HasSuffix(s, ".") || strings.Contains(s, "  ")) || d.Brief == "" {
				fail("the meaning is not a sentence: " + s)
			}
		}
		if (d.Kind == attr.KindSpan) != slices.Contains(spanKinds, d.SpanKind) {
			fail("span kind " + d.SpanKind)
		}
		if (d.Kind == attr.KindMetric) != (d.Instrument != attr.NoInstrument) {
			fail("instrument " + d.Instrument.String())
		}
		if valued := d.Kind != attr.KindSpan && d.Kind != attr.KindEvent; valued != (d.Type != attr.NoType) {
			fail("type " + d.Type.String())
		}
		if (d.Kind == attr.KindColumn) != (d.Package == "") {
			fail("written by " + d.Package)
		}
		if d.Open && len(d.Values) == 0 {
			fail("open without values")
		}
		if len(d.Values) > 0 && d.Type != attr.TypeString {
			fail("values that are not strings")
		}
		if d.Unit != "" && (d.Type == attr.TypeString || d.Type == attr.TypeBool) {
			fail("unit of something that is not a number")
		}
		// A number's unit can be read off its name, so a row cannot say otherwise.
		for suffix, unit := range map[string]string{"_usd": "USD", "_ms": "ms", "_tokens": "tokens", "_score": "1"} {
			if d.Kind == attr.KindAttribute && strings.HasSuffix(d.Name, suffix) && d.Unit != unit {
				fail("unit " + d.Unit)
			}
		}
	}
}

func TestMetricsAreWellFormed(t *testing.T) {
	ucum := regexp.MustCompile(`^(s|By|\{[A-Za-z]+\})$`)
	for _, d := range attr.All() {
		if d.Kind != attr.KindMetric {
			if len(d.Buckets) > 0 {
				t.Errorf("%s %q has boundaries", d.Kind, d.Name)
			}
			continue
		}
		if !ucum.MatchString(d.Unit) {
			t.Errorf("metric %q: unit %q is not one of ours in UCUM", d.Name, d.Unit)
		}
		if d.Type != attr.TypeInt && d.Type != attr.TypeFloat {
			t.Errorf("metric %q records a %s", d.Name, d.Type)
		}
		if len(d.Buckets) > 0 && d.Instrument != attr.Histogram {
			t.Errorf("%s %q has boundaries", d.Instrument, d.Name)
		}
		if !slices.IsSorted(d.Buckets) || len(slices.Compact(slices.Clone(d.Buckets))) != len(d.Buckets) {
			t.Errorf("metric %q: boundaries do not ascend: %v", d.Name, d.Buckets)
		}
		if d.Instrument == attr.Histogram && d.Unit == "s" && len(d.Buckets) == 0 {
			t.Errorf("metric %q: the SDK's boundaries are for milliseconds", d.Name)
		}
	}
}

func TestReferencesResolve(t *testing.T) {
	is := func(name string, k attr.Kind) bool {
		d, ok := attr.Lookup(name)
		return ok && d.Kind == k
	}
	places := []string{attr.EverySpan, attr.LocalRoot, attr.Resource}
	carried := make(map[string]bool)
	for _, d := range attr.All() {
		for _, s := range d.Spans {
			if !slices.Contains(places, s) && !is(s, attr.KindSpan) {
				t.Errorf("%q is on %q, which is no span", d.Name, s)
			}
		}
		for _, a := range d.Attributes {
			carried[a] = true
			if !is(a, attr.KindAttribute) {
				t.Errorf("%q has %q, which is no attribute", d.Name, a)
			}
		}
		if d.Twin != "" {
			twin, ok := attr.Lookup(d.Twin)
			if !ok || twin.Twin != d.Name {
				t.Errorf("%q has the twin %q, whose twin is %q", d.Name, d.Twin, twin.Twin)
			}
		}
	}
	for _, d := range attr.All() {
		if d.Kind == attr.KindAttribute && len(d.Spans) == 0 && !carried[d.Name] {
			t.Errorf("attribute %q stands nowhere", d.Name)
		}
	}
}

func TestResultsAreCopies(t *testing.T) {
	names := []string{attr.MetricGenAIClientTokenUsage, string(attr.IRValidationStatus)}
	first := func(d attr.Def) []any {
		var out []any
		if len(d.Buckets) > 0 {
			out = append(out, d.Buckets[0], d.Attributes[0])
			d.Buckets[0], d.Attributes[0] = -1, "spoiled"
		}
		if len(d.Values) > 0 {
			out = append(out, d.Values[0], d.Spans[0])
			d.Values[0], d.Spans[0] = "spoiled", "spoiled"
		}
		return out
	}
	want := map[string][]any{
		names[0]: {1.0, "gen_ai.operation.name"},
		names[1]: {"valid", "ir.generate"},
	}
	for range 2 {
		got := make(map[string][]any)
		for _, d := range attr.All() {
			if slices.Contains(names, d.Name) {
				got[d.Name] = first(d)
			}
		}
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Errorf("a caller of All changed the table (-want +got):\n%s", diff)
		}
		for _, name := range names {
			d, _ := attr.Lookup(name)
			if diff := gocmp.Diff(want[name], first(d)); diff != "" {
				t.Errorf("a caller of Lookup changed %q (-want +got):\n%s", name, diff)
			}
		}
	}
}

func TestLookup(t *testing.T) {
	got, ok := attr.Lookup("llm.cost_usd")
	want := attr.Def{
		Name: "llm.cost_usd", Kind: attr.KindAttribute, Group: "LLM", Type: attr.TypeFloat, Unit: "USD",
		Brief:  "What the call cost; absent where the price is unknown.",
		Source: attr.SourceLift, Spans: []string{"llm.call", "modal.inference"}, Package: "telemetry",
	}
	if diff := gocmp.Diff(want, got); !ok || diff != "" {
		t.Errorf("Lookup = %v (-want +got):\n%s", ok, diff)
	}
	if got, ok := attr.Lookup("llm.cost"); ok || got.Name != "" {
		t.Errorf("Lookup of a name that is not registered = %+v, %v", got, ok)
	}
}

func TestLookupMetric(t *testing.T) {
	for _, d := range attr.All() {
		want := d
		if d.Kind != attr.KindMetric {
			want = attr.Def{}
		}
		got, ok := attr.LookupMetric(d.Name)
		if diff := gocmp.Diff(want, got); ok != (d.Kind == attr.KindMetric) || diff != "" {
			t.Errorf("LookupMetric(%q) = %v (-want +got):\n%s", d.Name, ok, diff)
		}
	}
}

func TestLookupSpan(t *testing.T) {
	tests := []struct{ name, span, want, reason string }{
		{"exact", "llm.call", attr.SpanLLMCall, "its own name"},
		{"server", "POST /api/sessions", attr.SpanHTTPServer, "method and route"},
		{"server with wildcard", "GET /api/sessions/{id}", attr.SpanHTTPServer, "a ServeMux pattern"},
		{"server with host", "GET example.com/", attr.SpanHTTPServer, "a ServeMux pattern may name a host"},
		{"unknown method", "HTTP /x", attr.SpanHTTPServer, "semantic conventions put HTTP for a method they do not know"},
		{"client", "GET", attr.SpanHTTPClient, "method alone"},
		{"no route", "GET it", "", "neither name nor route"},
		{"lower case", "get /x", "", "methods are case sensitive"},
		{"attribute", "llm.model", "", "registered, but not as a span"},
		{"unknown", "llm.cal", "", "not registered"},
		{"empty", "", "", "no name"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, ok := attr.LookupSpan(tt.span)
			if ok != (tt.want != "") || ok && d.Name != tt.want {
				t.Errorf("LookupSpan(%q) = %q, %v, want %q: %s", tt.span, d.Name, ok, tt.want, tt.reason)
			}
		})
	}
}

func TestKnownAndOurs(t *testing.T) {
	tests := []struct {
		name        string
		known, ours bool
		reason      string
	}{
		{"session.status", true, true, "registered and ours"},
		{"session.statsu", false, true, "a slip in our namespace"},
		{"gen_ai.request.model", true, false, "registered, but OpenTelemetry's"},
		{"gen_ai.request.top_k", false, false, "other instrumentations write gen_ai too"},
		{"code.function.name", false, false, "OpenTelemetry's inside our namespace"},
		{"code.functions", false, false, "the boundary of a foreign spelling is not exact"},
		{"db.query.text", true, false, "registered, but OpenTelemetry's"},
		{"db.tables", false, true, "a slip in our namespace"},
		{"llm.call", false, true, "a span, not an attribute"},
		{"lift.sessions", false, true, "a metric, not an attribute"},
		{"error", false, false, "a column that nothing may emit"},
		{"duration_ms", false, false, "a column that nothing may emit"},
		{"llm", false, false, "a namespace is not a name in it"},
		{"", false, false, "no name"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := attr.Known(attribute.Key(tt.name)); got != tt.known {
				t.Errorf("Known(%q) = %v: %s", tt.name, got, tt.reason)
			}
			if got := attr.Ours(tt.name); got != tt.ours {
				t.Errorf("Ours(%q) = %v: %s", tt.name, got, tt.reason)
			}
		})
	}
}

func TestLiftNamesAreOurs(t *testing.T) {
	// These stand outside any namespace that the convention could claim.
	outside := []string{attr.EventUserSignedUp, string(attr.ErrorMessage), string(attr.TelemetryReplayed)}
	for _, d := range attr.All() {
		if want := d.Source == attr.SourceLift && !slices.Contains(outside, d.Name); want && !attr.Ours(d.Name) {
			t.Errorf("%s %q is lift-sys' own, and Ours denies it", d.Kind, d.Name)
		}
	}
}

func TestKnownDoesNotAllocate(t *testing.T) {
	if n := testing.AllocsPerRun(100, func() {
		attr.Known(attr.LLMModel)
		attr.Ours("llm.modle")
	}); n != 0 {
		t.Errorf("Known and Ours allocate %v times, want 0", n)
	}
}

func FuzzLookupSpan(f *testing.F) {
	for _, s := range []string{"POST /api/sessions", "GET", "llm.call", "", " /", "HTTP ", "error", "{method}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, name string) {
		d, ok := attr.LookupSpan(name)
		if ok && d.Kind != attr.KindSpan {
			t.Errorf("LookupSpan(%q) is the %s %q", name, d.Kind, d.Name)
		}
		if ok && d.Name != name && d.Name != attr.SpanHTTPServer && d.Name != attr.SpanHTTPClient {
			t.Errorf("LookupSpan(%q) is %q, which is no pattern", name, d.Name)
		}
	})
}
