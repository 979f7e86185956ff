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
	Calls                     int64 // 1, or 0 where the call was counted before
	Picos                     int64 // cost, in 1e-12 US dollars
	Priced                    bool  // the cost is known
	InputTokens, OutputTokens int64
	Answered                  bool // the tokens are known
}

// totals adds up the LLM calls below a span. The zero value is empty. All
// methods are safe for concurrent use.
type totals struct {
	calls, priced, answered atomic.Int64
	picos, input, output    atomic.Int64
	other                   atomic.Int64 // picos that no token explains
}

func (t *totals) add(c Charge) {
	t.calls.Add(c.Calls)
	if c.Priced {
		t.priced.Add(1)
		addCapped(&t.picos, c.Picos)
	}
	if c.Answered {
		t.answered.Add(1)
		addCapped(&t.input, c.InputTokens)
		addCapped(&t.output, c.OutputTokens)
	}
}

// addCapped adds n, which is not negative; a sum that an int64 cannot hold
// stays at the largest one.
func addCapped(sum *atomic.Int64, n int64) {
	for {
		old := sum.Load()
		if sum.CompareAndSwap(old, old+min(n, math.MaxInt64-old)) {
			return
		}
	}
}

// rollupKeys are the four attributes that carry a span's totals.
type rollupKeys struct{ cost, calls, input, output attribute.Key }

var (
	requestRollup = rollupKeys{attr.RequestLLMCostUSD, attr.RequestLLMCalls, attr.RequestLLMInputTokens, attr.RequestLLMOutputTokens}
	sessionRollup = rollupKeys{attr.SessionLLMCostUSD, attr.SessionLLMCalls, attr.SessionLLMInputTokens, attr.SessionLLMOutputTokens}
	irRollup      = rollupKeys{attr.IRLLMCostUSD, attr.IRLLMCalls, attr.IRLLMInputTokens, attr.IRLLMOutputTokens}
	codeRollup    = rollupKeys{attr.CodeLLMCostUSD, attr.CodeLLMCalls, attr.CodeLLMInputTokens, attr.CodeLLMOutputTokens}
)

// appendTo appends the totals as far as they are known: no cost where no call
// was priced, no tokens where none was answered, nothing where no LLM was
// called.
func (t *totals) appendTo(a []attribute.KeyValue, k rollupKeys) []attribute.KeyValue {
	if calls := t.calls.Load(); calls > 0 {
		a = append(a, k.calls.Int64(calls))
	}
	if t.priced.Load() > 0 {
		a = append(a, k.cost.Float64(USD(t.picos.Load())))
	}
	if t.answered.Load() > 0 {
		a = append(a, k.input.Int64(t.input.Load()), k.output.Int64(t.output.Load()))
	}
	return a
}

// Charge adds what an LLM call used to the spans above: the nearest session,
// the outermost IR and code spans that are still open, and the request.
func (s *Span) Charge(c Charge) {
	var (
		session, ir, code *Span
		late              bool
	)
	for up := s.parent; up != nil; up = up.parent {
		switch up.family.Role {
		case RoleSession:
			if session == nil {
				session = up
			}
		case RoleIR:
			if late = late || up.ended.Load(); !up.ended.Load() {
				ir = up
			}
		case RoleCode:
			if late = late || up.ended.Load(); !up.ended.Load() {
				code = up
			}
		case RoleNone:
		}
	}
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
	addCapped(&s.total.other, picos)
	addCapped(&s.scope.total.other, picos)
	if s.ended.Load() || s.scope.ended.Load() {
		s.p.counters.late.Add(1)
	}
}

// ChargeOther books a cost that no token explains, and no typed span carries,
// on the request.
func (s *Scope) ChargeOther(picos int64) {
	addCapped(&s.total.other, picos)
	addCapped(&s.loose, picos)
	if s.ended.Load() {
		s.p.counters.late.Add(1)
		return
	}
	if !s.owned {
		s.writeRoot()
	}
}
