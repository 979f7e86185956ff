package price

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// source is what [Amount].Source says of a table's prices, the value of
// llm.cost_source.
const source = "table"

// Table is a price table: the embedded one, with overrides or without. It is a
// [Pricer]. The zero value is the embedded table. A table never changes, and is
// safe for concurrent use; it must not be copied.
type Table struct {
	overrides []*override
	cache     cache
}

var _ Pricer = (*Table)(nil)

var embeddedTable Table

// Default returns the embedded table. It reads nothing yet.
func Default() *Table { return &embeddedTable }

// Cost returns what a call costs by the embedded table, or false where the price
// is not known. See [Table.Price].
func Cost(provider, model string, u Usage, at time.Time) (Amount, bool) {
	return embeddedTable.Price(provider, model, u, at)
}

// Lookup returns the prices of the embedded table that hold at a time. See
// [Table.Lookup].
func Lookup(provider, model string, at time.Time) (Price, bool) {
	return embeddedTable.Lookup(provider, model, at)
}

// Version names the embedded table, as spans do in llm.price_version:
// "genai-prices-0.1.8".
func Version() string {
	line, _, _ := strings.Cut(packed, "\n")
	version, _, _ := strings.Cut(line, "\t")
	return version
}

// Price is what a table knows about a model at a time.
type Price struct {
	// Provider is the table's id of the provider that was asked; with an
	// override for one that the table does not know, its name.
	Provider string
	// Model is the id of the entry, or the Model of the override.
	Model string
	// List is the id of the provider whose price it is. It differs from Provider
	// where that resells without a price of its own, and is empty for an
	// override.
	List string
	// Version is that of the table or the override.
	Version string
	// Rates are the prices. Empty: the model is free.
	Rates Rates
}

// String returns the price in one line.
func (p Price) String() string {
	if p.Model == "" {
		return "not known"
	}
	list := p.Provider
	if p.List != "" && p.List != p.Provider {
		list += " (as " + p.List + ")"
	}
	return fmt.Sprintf("%s %s, %s: %s", list, p.Model, p.Version, p.Rates)
}

// With returns a table that has overrides too. They go before the embedded
// prices, and before overrides that t has; of those that match a call and have
// begun, the last one counts. An override that is wrong is an error, and there is
// no table then.
func (t *Table) With(overrides ...Override) (*Table, error) {
	w := &Table{overrides: slices.Clone(t.overrides)}
	for i, o := range overrides {
		c, err := o.compile()
		if err != nil {
			return nil, fmt.Errorf("price override %d %w", i+1, err)
		}
		w.overrides = append(w.overrides, c)
	}
	return w, nil
}

// Price returns what a call costs, or false where the price is not known. The
// package's documentation says how providers and models are found. The usage is
// clamped first. At is when the call was made; the zero time means now.
//
// Where GPU-seconds alone have a price, the cost of a call without GPUTime is not
// known. Neither is that of a model that is charged by what a [Usage] does not
// count, such as hours of audio.
func (t *Table) Price(provider, model string, u Usage, at time.Time) (Amount, bool) {
	_, p, version := t.at(provider, model, at)
	if p == nil || p.uncounted {
		return Amount{}, false
	}
	if u.GPUTime <= 0 && len(p.rates) > 0 && p.rates[0].kind == iPerGPUSecond {
		return Amount{}, false // the last of the kinds, so it stands alone
	}
	u, _ = u.Clamp()
	return Amount{USD: charge(p.rates, u).usd(), Source: source, Version: version}, true
}

// Lookup returns the prices that hold for a model at a time, so that a person can
// see them, or false where none is known. The zero time means now.
func (t *Table) Lookup(provider, model string, at time.Time) (Price, bool) {
	a, p, version := t.at(provider, model, at)
	if p == nil || p.uncounted {
		return Price{}, false
	}
	price := Price{Provider: tidy(provider), Version: version, Rates: decompile(p.rates)}
	if a.listing.provider != nil {
		price.Provider = a.listing.provider.id
	}
	for _, o := range a.overrides {
		if p == &o.prices {
			price.Model = o.Model
			return price, true
		}
	}
	price.Model, price.List = a.listing.model.id, a.listing.list.id
	return price, true
}

// Overrides reports whether an override has the price of a model at a time.
func (t *Table) Overrides(provider, model string, at time.Time) bool {
	_, p, version := t.at(provider, model, at)
	return p != nil && version != Version()
}

// ByGPU reports whether a model is charged by the time that it keeps a GPU,
// so that its price needs no tokens.
func (t *Table) ByGPU(provider, model string, at time.Time) bool {
	_, p, _ := t.at(provider, model, at)
	return p != nil && len(p.rates) == 1 && p.rates[0].kind == iPerGPUSecond
}

// at returns the prices that hold, and their version; nil where there are none.
func (t *Table) at(provider, model string, at time.Time) (*answer, *prices, string) {
	if len(provider) > maxProvider || len(model) > maxModel {
		return nil, nil, ""
	}
	if at.IsZero() {
		at = time.Now()
	}
	at = at.UTC()
	a := t.cache.get(provider, model, t.answer)
	for _, o := range slices.Backward(a.overrides) {
		if !at.Before(o.From) {
			return a, &o.prices, o.Version
		}
	}
	if a.listing.model == nil {
		return a, nil, ""
	}
	all := a.listing.model.prices
	for i := len(all) - 1; i > 0; i-- {
		if all[i].when.holds(at) {
			return a, &all[i], Version()
		}
	}
	return a, &all[0], Version()
}

// answer says what the table knows of a model.
func (t *Table) answer(provider, model string) answer {
	name, wanted := tidy(provider), tidy(model)
	a := answer{listing: embedded().find(name, wanted)}
	plain := wanted
	if a.listing.provider != nil && a.listing.provider.id == "aws" {
		plain = bedrockID(wanted)
	}
	for _, o := range t.overrides {
		if o.applies(name, a.listing.provider, wanted) || o.applies(name, a.listing.provider, plain) {
			a.overrides = append(a.overrides, o)
		}
	}
	return a
}
