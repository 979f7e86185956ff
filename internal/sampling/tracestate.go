package sampling

import (
	"strings"

	"go.opentelemetry.io/otel/trace"
)

const (
	// memberKey is OpenTelemetry's member of a tracestate.
	memberKey = "ot"

	thresholdKey  = "th"
	randomnessKey = "rv"
)

// field is a sub-key as found in a member.
type field struct {
	value string
	count int // more than one is malformed: readers would disagree
}

// member holds the sub-keys of the "ot" member that matter to sampling.
type member struct{ th, rv field }

// parseMember finds th and rv in the value of an "ot" member: sub-keys and
// values joined by colons, separated by semicolons. It never fails; what is
// not understood is passed over.
func parseMember(value string) (m member) {
	for value != "" {
		var sub string
		sub, value, _ = strings.Cut(value, ";")
		switch key, v, _ := strings.Cut(sub, ":"); key {
		case thresholdKey:
			m.th.value = v
			m.th.count++
		case randomnessKey:
			m.rv.value = v
			m.rv.count++
		}
	}
	return m
}

// threshold returns the member's th, and whether there is exactly one that is
// well formed.
func (m member) threshold() (Threshold, bool) {
	if m.th.count != 1 {
		return 0, false
	}
	return ParseThreshold(m.th.value)
}

// WithThreshold returns a tracestate, as a header has it, with t as its only
// threshold, and what is no tracestate as it is. All other members and sub-keys
// stay. Never, which no tracestate can hold, leaves none.
func WithThreshold(tracestate string, t Threshold) string {
	ts, err := trace.ParseTraceState(tracestate)
	if err != nil {
		return tracestate
	}
	th := ""
	if t < Never {
		th = t.String()
	}
	return setThreshold(ts, th).String()
}

// HasThreshold reports whether a tracestate, as a header has it, has a
// threshold.
func HasThreshold(tracestate string) bool {
	ts, err := trace.ParseTraceState(tracestate)
	return err == nil && parseMember(ts.Get(memberKey)).th.count > 0
}

// setThreshold returns ts with th as its only threshold, or with none where th
// is empty. Other members and other sub-keys stay. A ts that already says so
// is returned as it is, without an allocation.
func setThreshold(ts trace.TraceState, th string) trace.TraceState {
	old := ts.Get(memberKey)
	m := parseMember(old)
	if th == "" && m.th.count == 0 || th != "" && m.th.count == 1 && m.th.value == th {
		return ts
	}
	var b strings.Builder
	b.Grow(len(old) + len(thresholdKey) + len(th) + 2)
	for rest := old; rest != ""; {
		var sub string
		sub, rest, _ = strings.Cut(rest, ";")
		if key, _, _ := strings.Cut(sub, ":"); key != thresholdKey && sub != "" {
			appendSubKey(&b, sub)
		}
	}
	if th != "" {
		appendSubKey(&b, thresholdKey+":"+th)
	}
	if b.Len() == 0 {
		return ts.Delete(memberKey)
	}
	if next, err := ts.Insert(memberKey, b.String()); err == nil {
		return next
	}
	// What is left is no valid value: longer than the 256 bytes that W3C allows
	// a member, or one that now ends in a space. Without its threshold a span
	// would be counted as one, and without rv decided anew, so that sub-keys
	// nobody has defined yet give way.
	b.Reset()
	if m.rv.count == 1 && len(m.rv.value) == thresholdDigits {
		appendSubKey(&b, randomnessKey+":"+m.rv.value)
	}
	if th != "" {
		appendSubKey(&b, thresholdKey+":"+th)
	}
	if next, err := ts.Insert(memberKey, b.String()); err == nil {
		return next
	}
	return ts.Delete(memberKey)
}

// appendSubKey adds one sub-key with its value to a member's value.
func appendSubKey(b *strings.Builder, sub string) {
	if b.Len() > 0 {
		b.WriteByte(';')
	}
	b.WriteString(sub)
}
