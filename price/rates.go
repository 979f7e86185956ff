package price

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// maxUSD bounds a price, in US dollars per unit of its kind: more is a slip, not
// a price.
const maxUSD = 1e6

// Rates are prices by kind. A kind that is missing has no price; a price of 0 is
// one.
type Rates map[Kind]Rate

// Rate is the price of one kind, in US dollars per million tokens or per what
// the kind names. The zero value is free.
type Rate struct {
	USD   float64
	Tiers []Tier // by rising Above; none in most cases
}

// Tier is the price of every token of a kind, the first included, where the
// call's whole input is above so many tokens.
type Tier struct {
	Above int64 // input tokens
	USD   float64
}

// String returns the rates in one line: "input 2.5 (5 above 272000), output 15".
func (r Rates) String() string {
	var words []string
	for _, k := range kinds {
		rate, ok := r[k]
		if !ok {
			continue
		}
		word := string(k) + " " + decimal(rate.USD)
		var tiers []string
		for _, t := range rate.Tiers {
			tiers = append(tiers, decimal(t.USD)+" above "+strconv.FormatInt(t.Above, 10))
		}
		if tiers != nil {
			word += " (" + strings.Join(tiers, ", ") + ")"
		}
		words = append(words, word)
	}
	if words == nil {
		return "free"
	}
	return strings.Join(words, ", ")
}

func decimal(usd float64) string { return strconv.FormatFloat(usd, 'f', -1, 64) }

// A rate is the price of a kind for calls whose input is above so many tokens.
// Of several that apply to a kind, the last one counts.
type rate struct {
	kind  index
	above int64  // -1 for the price that always applies
	picos uint64 // 1e-12 dollars per unit of the kind
}

// picos returns a price in 1e-12 dollars, to the nearest.
func picos(usd float64) (uint64, error) {
	if !(usd == 0 || usd >= 1e-12 && usd <= maxUSD) { // NaN compares with nothing
		return 0, fmt.Errorf("%v is no price: give US dollars from 0 to %d, per million tokens", usd, int64(maxUSD))
	}
	return uint64(math.Round(usd * 1e12)), nil
}

// compile checks rates and returns them as charge reads them.
func (r Rates) compile() ([]rate, error) {
	if len(r) == 0 {
		return nil, fmt.Errorf(`no prices: for a model that is free, give "input" and "output" the price 0`)
	}
	var list []rate
	for i, kind := range kinds {
		one, ok := r[kind]
		if !ok {
			continue
		}
		for _, parent := range parents[i] {
			if _, ok := r[kinds[parent]]; !ok {
				return nil, fmt.Errorf("%q has a price and %q has none: give it one, the first is a part of it", kind, kinds[parent])
			}
		}
		tiers := slices.SortedFunc(slices.Values(one.Tiers), func(a, b Tier) int { return cmp.Compare(a.Above, b.Above) })
		for j, t := range append([]Tier{{Above: -1, USD: one.USD}}, tiers...) {
			p, err := picos(t.USD)
			if err != nil {
				return nil, fmt.Errorf("%q: %w", kind, err)
			}
			if j > 0 && (t.Above < 0 || j > 1 && t.Above == tiers[j-2].Above) {
				return nil, fmt.Errorf("%q: a tier above %d: give each tier an edge of its own, 0 or more", kind, t.Above)
			}
			list = append(list, rate{kind: index(i), above: t.Above, picos: p})
		}
	}
	for kind := range r {
		if _, ok := indexOf(kind); !ok {
			return nil, fmt.Errorf("%q is not priced: use %s", kind, kindNames())
		}
	}
	return list, nil
}

// kindNames lists the kinds for a person.
func kindNames() string {
	names := make([]string, kindCount)
	for i, k := range kinds {
		names[i] = string(k)
	}
	return "one of " + strings.Join(names, ", ")
}

// decompile is the reverse of compile.
func decompile(list []rate) Rates {
	r := make(Rates, len(list))
	for _, one := range list {
		kind, usd := kinds[one.kind], float64(one.picos)/1e12
		if one.above < 0 {
			r[kind] = Rate{USD: usd}
			continue
		}
		all := r[kind]
		all.Tiers = append(all.Tiers, Tier{Above: one.above, USD: usd})
		r[kind] = all
	}
	return r
}
