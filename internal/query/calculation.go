package query

import (
	"cmp"
	"slices"

	"github.com/lift-sys/telemetry/honeycomb"
)

// sample is what a row contributes to a calculation.
type sample struct {
	value    any // of the calculation's column
	weight   int64
	start    int64   // Unix nanoseconds
	duration float64 // nanoseconds
}

// cell holds the samples of one calculation.
type cell struct{ samples []sample }

func (c *cell) add(s sample) { c.samples = append(c.samples, s) }

// weighted is a number and how often it counts.
type weighted struct {
	value  float64
	weight int64
}

func (c *cell) numbers() []weighted {
	var list []weighted
	for _, s := range c.samples {
		if f, ok := number(s.value); ok {
			list = append(list, weighted{f, s.weight})
		}
	}
	return list
}

// permille are the percentiles in thousandths.
var permille = map[honeycomb.CalculationOp]int64{
	honeycomb.P001: 1, honeycomb.P01: 10, honeycomb.P05: 50, honeycomb.P10: 100, honeycomb.P20: 200, honeycomb.P25: 250,
	honeycomb.P50: 500, honeycomb.P75: 750, honeycomb.P80: 800, honeycomb.P90: 900, honeycomb.P95: 950, honeycomb.P99: 990, honeycomb.P999: 999,
}

// rates are the operators whose differences the rates are.
var rates = map[honeycomb.CalculationOp]honeycomb.CalculationOp{
	honeycomb.RateAvg: honeycomb.Avg, honeycomb.RateSum: honeycomb.Sum, honeycomb.RateMax: honeycomb.Max,
}

// value computes an operator that looks at nothing but the samples.
func (c *cell) value(op honeycomb.CalculationOp) any {
	switch op {
	case honeycomb.Count:
		n := int64(0)
		for _, s := range c.samples {
			n += s.weight
		}
		return float64(n)
	case honeycomb.CountDistinct:
		seen := make(map[string]bool)
		for _, s := range c.samples {
			if kindOf(s.value) != kindNone {
				seen[keyID([]any{keyValue(s.value)})] = true
			}
		}
		return float64(len(seen))
	}
	list := c.numbers()
	if len(list) == 0 {
		return nil
	}
	byValue := func(a, b weighted) int { return cmp.Compare(a.value, b.value) }
	switch op {
	case honeycomb.Sum, honeycomb.Avg:
		sum, weight := 0.0, int64(0)
		for _, w := range list {
			sum += w.value * float64(w.weight)
			weight += w.weight
		}
		if op == honeycomb.Avg {
			return sum / float64(weight)
		}
		return sum
	case honeycomb.Min:
		return slices.MinFunc(list, byValue).value
	case honeycomb.Max:
		return slices.MaxFunc(list, byValue).value
	}
	if p, ok := permille[op]; ok {
		slices.SortFunc(list, byValue)
		return percentile(list, p)
	}
	return nil
}

// percentile returns the least value up to which there are p thousandths of all
// weights. The list is sorted and not empty.
func percentile(list []weighted, p int64) float64 {
	total := int64(0)
	for _, w := range list {
		total += w.weight
	}
	upTo := int64(0)
	for _, w := range list {
		upTo += w.weight
		if upTo*1000 >= total*p {
			return w.value
		}
	}
	return list[len(list)-1].value
}

// concurrency is how many spans ran on average from one time to another, in Unix
// nanoseconds.
func (c *cell) concurrency(from, to int64) float64 {
	ran := 0.0
	for _, s := range c.samples {
		begin := float64(max(s.start, from) - from)
		end := min(float64(s.start-from)+s.duration, float64(to-from))
		ran += max(0, end-begin) * float64(s.weight)
	}
	return ran / float64(to-from)
}

// finish computes a group's values and points.
func (r *run) finish(g *group, starts []int64, width float64) Group {
	out := Group{Key: g.key, Values: make([]any, len(r.query.Calculations)), Series: make([]Point, len(starts))}
	from, to := r.from.UnixNano(), r.to.UnixNano()
	for i, t := range starts {
		out.Series[i] = Point{Time: unix(t), Values: make([]any, len(r.query.Calculations))}
	}
	heatmap := r.heatmap()
	for i, calc := range r.query.Calculations {
		base, isRate := rates[calc.Op]
		var last any
		for j, t := range starts {
			p, samples := &out.Series[j], cell{}
			if cells := g.points[t]; cells != nil {
				samples = cells[i]
			}
			switch {
			case calc.Op == honeycomb.Concurrency:
				p.Values[i] = g.whole[i].concurrency(max(t, from), min(t+int64(r.step), to))
			case calc.Op == honeycomb.Heatmap:
				if i == heatmap {
					p.Heatmap = buckets(samples.numbers(), width)
				}
			case isRate:
				v := samples.value(base)
				p.Values[i] = difference(v, last)
				if v != nil {
					last = v
				}
				out.Values[i] = total(out.Values[i], p.Values[i])
			default:
				p.Values[i] = samples.value(calc.Op)
			}
		}
		switch {
		case calc.Op == honeycomb.Concurrency:
			out.Values[i] = g.whole[i].concurrency(from, to)
		case !isRate:
			out.Values[i] = g.whole[i].value(calc.Op)
		}
	}
	return out
}

// difference returns a - b if both are there.
func difference(a, b any) any {
	x, okX := number(a)
	y, okY := number(b)
	if !okX || !okY {
		return nil
	}
	return x - y
}

// total returns a + b of those that are there.
func total(a, b any) any {
	x, okX := number(a)
	y, okY := number(b)
	if !okX && !okY {
		return nil
	}
	return x + y
}

// has reports whether a group is what the havings ask for.
func (r *run) has(g Group) bool {
	for _, h := range r.query.Havings {
		i := slices.Index(r.query.Calculations, h.Calculation)
		if i < 0 || !compares(g.Values[i], h.Op, h.Value) {
			return false
		}
	}
	return true
}

// compare orders groups as the query says.
func (r *run) compare(a, b Group) int {
	orders := r.query.Orders
	if len(orders) == 0 {
		orders = []honeycomb.Order{honeycomb.By(r.query.Calculations[0])}
	}
	for _, o := range orders {
		x, y := r.sortValue(a, o), r.sortValue(b, o)
		c := compareKeys(x, y)
		if o.Descending && x != nil && y != nil {
			c = -c
		}
		if c != 0 {
			return c
		}
	}
	return slices.CompareFunc(a.Key, b.Key, compareKeys)
}

// sortValue is what an order looks at.
func (r *run) sortValue(g Group, o honeycomb.Order) any {
	if o.Op == "" {
		if i := slices.Index(r.query.Breakdowns, o.Column); i >= 0 {
			return g.Key[i]
		}
		return nil
	}
	if i := slices.Index(r.query.Calculations, honeycomb.Calculation{Op: o.Op, Column: o.Column}); i >= 0 {
		return g.Values[i]
	}
	return nil
}
