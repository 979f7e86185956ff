package env

import (
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"net/url"
	"slices"
	"strings"
)

// Headers are HTTP headers by lower-case name. Values are secrets: fmt, slog
// and encoding/json all print masks.
type Headers map[string]string

// String returns the headers, sorted, with masked values.
func (h Headers) String() string {
	var b strings.Builder
	for i, name := range h.names() {
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteString(name + ": " + mask(h[name]))
	}
	return b.String()
}

// names returns the names, sorted.
func (h Headers) names() []string { return slices.Sorted(maps.Keys(h)) }

// GoString is String, so that %#v shows no secret either.
func (h Headers) GoString() string { return "env.Headers{" + h.String() + "}" }

// LogValue is String for slog.
func (h Headers) LogValue() slog.Value { return slog.StringValue(h.String()) }

// MarshalJSON writes the masked values.
func (h Headers) MarshalJSON() ([]byte, error) {
	masked := make(map[string]string, len(h))
	for name, v := range h {
		masked[name] = mask(v)
	}
	return json.Marshal(masked)
}

const (
	teamHeader    = "x-honeycomb-team"
	datasetHeader = "x-honeycomb-dataset"
)

// exporterHeaders are set by whoever sends; another value would make every
// request unreadable.
var exporterHeaders = []string{"connection", "content-encoding", "content-length", "content-type", "host", "transfer-encoding"}

// resolveHeaders merges, from low to high, the environment's headers and the
// options'. Among variables that of the signal replaces the general one, as
// OpenTelemetry has it: merging would send one vendor's key to another. origins
// tells where each came from.
func (r *resolver) resolveHeaders(s signal) (headers Headers, origins map[string]value) {
	headers, origins = Headers{}, map[string]value{}
	add := func(from value, name, text string) {
		name, text = strings.ToLower(name), strings.TrimSpace(text)
		switch {
		case slices.Contains(exporterHeaders, name):
			r.fail("%s: header %q is the exporter's own: remove it", from.name, r.label(name))
		case !validHeaderValue(text):
			r.fail("%s: header %q has a value with a control character: remove it", from.name, r.label(name))
		default:
			headers[name], origins[name] = text, from
		}
	}

	used := r.variable(s.variables("HEADERS")...)
	for _, name := range s.variables("HEADERS") {
		// A list that another one replaces has to be well-formed too: the stock
		// exporters read it nevertheless, and log it where it is not.
		v := r.variable(name)
		pairs, entry := parsePairs(v.text, validHeaderName)
		if entry != 0 {
			// Neither name nor value is shown: a key without its name, or with
			// ":" for "=", makes either of them the secret.
			r.fail("%s: entry %d: %w", v.name, entry, errPair)
		}
		if v.name != used.name {
			continue
		}
		for _, p := range pairs {
			add(v, p.name, p.text)
		}
	}
	from := option(optHeaders, "")
	for _, name := range slices.Sorted(maps.Keys(r.explicit.Headers)) {
		if !validHeaderName(name) {
			r.fail("%s %s: want the name of an HTTP header", optHeaders, r.quote(name))
			continue
		}
		add(from, name, r.explicit.Headers[name])
	}
	return headers, origins
}

// errPair says how a list of pairs is written; OpenTelemetry takes the format
// from W3C Baggage, without its properties.
var errPair = errors.New("want name=value pairs joined by commas, with any comma and percent sign inside a value percent-encoded")

type pair struct{ name, text string }

// parsePairs reads name=value pairs joined by commas and decodes what is
// percent-encoded in the values. Blanks around names and values do not count,
// nor do empty entries. entry is the number, from 1, of the first pair that is
// malformed, or 0.
func parsePairs(text string, validName func(string) bool) (pairs []pair, entry int) {
	i := 0
	for field := range strings.SplitSeq(text, ",") {
		i++
		if strings.TrimSpace(field) == "" {
			continue
		}
		name, encoded, found := strings.Cut(field, "=")
		name = strings.TrimSpace(name)
		decoded, err := url.PathUnescape(strings.TrimSpace(encoded))
		if !found || err != nil || !validName(name) {
			return nil, i
		}
		pairs = append(pairs, pair{name, decoded})
	}
	return pairs, 0
}

// validHeaderName says whether a name is a token by RFC 9110, section 5.6.2.
func validHeaderName(name string) bool {
	const marks = "!#$%&'*+-.^_`|~"
	return name != "" && !strings.ContainsFunc(name, func(c rune) bool {
		return !isLetterOrDigit(c) && !strings.ContainsRune(marks, c)
	})
}

// validHeaderValue says whether HTTP can carry the value (RFC 9110, section
// 5.5): net/http refuses each request with any other.
func validHeaderValue(text string) bool {
	return !strings.ContainsFunc(text, func(c rune) bool { return c < ' ' && c != '\t' || c == 0x7f })
}
