package llmcall

import (
	"cmp"
	"math"
	"time"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/core"
	"github.com/lift-sys/telemetry/price"
)

// reads adds up what the answers of one call cost that were read off the wire.
// Each is priced for itself: prices have steps that a sum would cross.
type reads struct {
	n               int
	picos           int64
	source, version string // of the last one; an empty source: one has no price
}

func (r *reads) add(picos int64, source, version string) {
	if r.n++; r.n > 1 && r.source == "" {
		return
	}
	if r.picos += picos; r.picos < 0 {
		r.picos = math.MaxInt64
	}
	r.source, r.version = source, version
}

// cost returns what the call cost and who says so: the caller, else the
// provider, else the price table; an empty source means that nobody knows.
func (c *Call) cost() (picos int64, source, version string) {
	switch {
	case c.hasBooked:
		return c.booked, attr.CostSourceCaller, ""
	case c.reads.n > 0:
		return c.reads.picos, c.reads.source, c.reads.version
	case c.hasReported:
		return c.reported, attr.CostSourceProvider, ""
	case c.known.Has(Input):
		return c.tablePrice(c.key.Provider, c.key.ResponseModel, c.key.RequestModel, c.usage)
	}
	return 0, "", ""
}

// readCost returns what one answer cost that was read off the wire.
func (c *Call) readCost(r *Response, u price.Usage, reported int64, ok bool) (picos int64, source, version string) {
	told := r.Known.Has(Input) // the output alone would be half a price
	if ok && (reported > 0 || !told) {
		return reported, attr.CostSourceProvider, ""
	}
	var provider, asked string
	c.Do(func() { provider, asked = c.key.Provider, c.key.RequestModel })
	if !told && !c.byGPU(provider, r.Model, asked) {
		return 0, "", ""
	}
	// Some report 0 for what another bills, such as xAI's models on Azure.
	if picos, source, version = c.tablePrice(provider, r.Model, asked, u); source == "" && ok {
		return 0, attr.CostSourceProvider, ""
	}
	return picos, source, version
}

// tablePrice returns the price of the model that answered, else of the one
// that was asked.
func (c *Call) tablePrice(provider, answered, asked string, u price.Usage) (picos int64, source, version string) {
	p := c.Pipeline()
	pricer := p.Pricer()
	if pricer == nil {
		return 0, "", ""
	}
	if u.GPUTime == 0 {
		u.GPUTime = max(time.Since(c.Started())-c.idle, 0)
	}
	if t, ok := pricer.(overriding); ok && !t.Overrides(provider, answered, c.Started()) && t.Overrides(provider, asked, c.Started()) {
		answered = "" // what somebody has agreed on goes before the list price of a snapshot
	}
	var (
		amount price.Amount
		ok     bool
	)
	if answered != "" {
		amount, ok = c.priceOf(pricer, provider, answered, u)
	}
	if !ok {
		amount, ok = c.priceOf(pricer, provider, asked, u)
	}
	if !ok {
		model := cmp.Or(answered, asked)
		p.Notice(c.Own(), "no price for a model; see WithPricer and LIFT_PRICES_FILE", provider+" "+model,
			"provider", provider, "model", model)
		return 0, "", ""
	}
	if picos, ok = core.Picos(amount.USD); !ok {
		p.CountBadCost()
		return 0, "", ""
	}
	return picos, attr.CostSourceTable, amount.Version
}

// overriding is a pricer with prices that somebody has set, as price.Table is.
type overriding interface {
	Overrides(provider, model string, at time.Time) bool
	ByGPU(provider, model string, at time.Time) bool
}

// byGPU reports whether the price needs no tokens.
func (c *Call) byGPU(provider, answered, asked string) bool {
	t, ok := c.Pipeline().Pricer().(overriding)
	return ok && (t.ByGPU(provider, answered, c.Started()) || t.ByGPU(provider, asked, c.Started()))
}

// priceOf asks the pricer, which may be the service's own: one that panics knows
// no price.
func (c *Call) priceOf(p price.Pricer, provider, model string, u price.Usage) (amount price.Amount, ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	return p.Price(provider, model, u, c.Started())
}
