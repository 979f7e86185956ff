package telemetryslog

import (
	"context"
	"encoding/hex"
	"log/slog"

	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/core"
)

// Keys of the trace and span ids: lower-case hexadecimal, as OpenTelemetry has
// them in logs that are not its own
// (https://opentelemetry.io/docs/specs/otel/compatibility/logging_trace_context/).
// The other ids have the names of package attr: [attr.SessionID] and
// [attr.RequestID].
const (
	TraceIDKey = "trace_id"
	SpanIDKey  = "span_id"
)

// idSet is a set of the ids that a record can have.
type idSet uint8

const (
	traceID idSet = 1 << iota
	spanID
	sessionID
	requestID

	allIDs = traceID | spanID | sessionID | requestID
)

// idOf returns the id that key names, if it does.
func idOf(key string) idSet {
	switch key {
	case TraceIDKey:
		return traceID
	case SpanIDKey:
		return spanID
	case string(attr.SessionID):
		return sessionID
	case string(attr.RequestID):
		return requestID
	}
	return 0
}

// idsIn returns the ids that a names: itself, or in a group without a name, whose
// attributes handlers put where the group stands.
func idsIn(a slog.Attr, depth int) (set idSet) {
	if a.Key != "" {
		return idOf(a.Key)
	}
	v := a.Value.Resolve()
	if v.Kind() != slog.KindGroup || depth == maxDepth {
		return 0
	}
	for _, inner := range v.Group() {
		set |= idsIn(inner, depth+1)
	}
	return set
}

// idsOf returns the wanted ones among the ids of ctx, and how many they are.
func idsOf(ctx context.Context, wanted idSet) (ids [4]slog.Attr, n int) {
	add := func(id idSet, key, value string) {
		if value != "" && wanted&id != 0 {
			ids[n] = slog.String(key, value)
			n++
		}
	}
	sc := trace.SpanContextFromContext(ctx)
	if sc.IsValid() && wanted&(traceID|spanID) != 0 {
		t, s := sc.TraceID(), sc.SpanID()
		var text [2 * (len(t) + len(s))]byte
		hex.Encode(text[:2*len(t)], t[:])
		hex.Encode(text[2*len(t):], s[:])
		both := string(text[:]) // one allocation for the two
		add(traceID, TraceIDKey, both[:2*len(t)])
		add(spanID, SpanIDKey, both[2*len(t):])
	}
	_, request, session := core.IdentityAt(ctx, sc)
	add(sessionID, string(attr.SessionID), session)
	add(requestID, string(attr.RequestID), request)
	return ids, n
}
