package core

import (
	"math"
	"sync/atomic"

	"go.opentelemetry.io/otel/attribute"

	"github.com/lift-sys/telemetry/attr"
)

// picosPerUSD is the unit in which dollars are added up: integers add without
// rounding, so a sum does not depend on the order of its parts. An int64
// holds nine million dollars.
const picosPerUSD = 1e12

// Picos converts US dollars. Negative, infinite and undefined amounts are
// refused.
func Picos(usd float64) (int64, bool) {
	if !(usd >= 0) || usd >= math.MaxInt64/picosPerUSD {
		return 0, false
	}
	return int64(math.Round(usd * picosPerUSD)), true
}

// USD converts back.
func USD(picos int64) float64 { return float64(picos) / picosPerUSD }

// Charge is what one LLM call adds to the spans above it.
type Charge struct {
	Picos                     int64 // cost, in 1e-12 US dollars
	InputTokens, OutputTokens int64
}

// totals adds up the LLM calls below a span. The zero value is empty. All
// methods are safe for concurrent use.
type totals struct {
	picos, calls, input, output atomic.Int64
	other                       atomic.Int64 // picos that no token explains
}

func (t *totals) add(c Charge) {
	t.picos.Add(c.Picos)
	t.calls.Add(1)
	t.input.Add(c.InputTokens)
	t.output.Add(c.OutputTokens)
}

// rollupKeys are the four attributes that carry a span's totals.
type rollupKeys struct{ cost, calls, input, output attribute.Key }

var (
	requestRollup = rollupKeys{attr.RequestLLMCostUSD, attr.RequestLLMCalls, attr.RequestLLMInputTokens, attr.RequestLLMOutputTokens}
	sessionRollup = rollupKeys{attr.SessionLLMCostUSD, attr.SessionLLMCalls, attr.SessionLLMInputTokens, attr.SessionLLMOutputTokens}
	irRollup      = rollupKeys{attr.IRLLMCostUSD, attr.IRLLMCalls, attr.IRLLMInputTokens, attr.IRLLMOutputTokens}
	codeRollup    = rollupKeys{attr.CodeLLMCostUSD, attr.CodeLLMCalls, attr.CodeLLMInputTokens, attr.CodeLLMOutputTokens}
)

// appendTo appends the totals, or nothing where no LLM was called.
func (t *totals) appendTo(a []attribute.KeyValue, k rollupKeys) []attribute.KeyValue {
	calls := t.calls.Load()
	if calls == 0 {
		return a
	}
	return append(a,
		k.cost.Float64(USD(t.picos.Load())), k.calls.Int64(calls),
		k.input.Int64(t.input.Load()), k.output.Int64(t.output.Load()))
}

// Charge adds what an LLM call used to the spans above: the nearest session,
// the outermost IR and code spans that are still open, and the request.
func (s *Span) Charge(c Charge) {
	var session, ir, code *Span
	for up := s.parent; up != nil; up = up.parent {
		switch up.family.Role {
		case RoleSession:
			if session == nil {
				session = up
			}
		case RoleIR:
			if !up.ended.Load() {
				ir = up
			}
		case RoleCode:
			if !up.ended.Load() {
				code = up
			}
		case RoleNone:
		}
	}
	late := false
	for _, up := range [...]*Span{session, ir, code} {
		if up != nil {
			up.total.add(c)
			late = late || up.ended.Load()
		}
	}
	s.scope.total.add(c)
	if late || s.scope.ended.Load() {
		s.p.counters.late.Add(1)
	}
}

// ChargeOther books a cost that no token explains on the span and its request.
func (s *Span) ChargeOther(picos int64) {
	s.total.other.Add(picos)
	s.scope.total.other.Add(picos)
	if s.ended.Load() || s.scope.ended.Load() {
		s.p.counters.late.Add(1)
	}
}

// ChargeOther books a cost that no token explains, and no typed span carries,
// on the request.
func (s *Scope) ChargeOther(picos int64) {
	s.total.other.Add(picos)
	s.loose.Add(picos)
	if s.ended.Load() {
		s.p.counters.late.Add(1)
		return
	}
	if !s.owned {
		s.writeRoot()
	}
}
