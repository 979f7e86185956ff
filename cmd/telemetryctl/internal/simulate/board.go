package simulate

import "math"

const (
	bins     = 1600 // of durations, each 1 % longer than the one before
	binWidth = 1.01
)

// board holds the sums that numbers on boards are made from. They are whole
// numbers, so that the order of additions does not matter.
type board struct {
	requests, failed, microUSD int64
	endpoints                  []int64
	durations                  [bins]int64
}

func newBoard(endpoints int) *board { return &board{endpoints: make([]int64, endpoints)} }

// add books a request that stands for weight.
func (b *board) add(q *request, weight int) {
	w := int64(weight)
	b.requests += w
	b.endpoints[q.endpoint] += w
	b.microUSD += w * q.microUSD
	if q.failed {
		b.failed += w
	}
	bin := int(math.Log(max(q.milliseconds, 1)) / math.Log(binWidth))
	b.durations[min(bin, bins-1)] += w
}

// move adds the sums of other to b, and empties other.
func (b *board) move(other *board) {
	b.requests += other.requests
	b.failed += other.failed
	b.microUSD += other.microUSD
	for i, n := range other.endpoints {
		b.endpoints[i] += n
	}
	for i, n := range other.durations {
		b.durations[i] += n
	}
	other.requests, other.failed, other.microUSD = 0, 0, 0
	clear(other.endpoints)
	clear(other.durations[:])
}

// p95 returns the 95th percentile of durations in milliseconds, within 1 %, or
// 0 where there are none.
func (b *board) p95() float64 {
	left := math.Ceil(0.95 * float64(b.requests))
	for i, n := range b.durations {
		if left -= float64(n); left <= 0 && n > 0 {
			return math.Pow(binWidth, float64(i)+0.5)
		}
	}
	return 0
}

// A figure is one number that a board shows.
type figure struct {
	name, unit string
	scale      float64 // of what is shown
	of         func(*board) float64
}

// figures returns the numbers of the boards that are compared.
func figures(endpoints int) []figure {
	all := []figure{
		{"Requests", "", 1, func(b *board) float64 { return float64(b.requests) }},
		{"Failed requests", "", 1, func(b *board) float64 { return float64(b.failed) }},
		{"Error rate", "%", 100, func(b *board) float64 { return float64(b.failed) / max(1, float64(b.requests)) }},
		{"P95 duration", "ms", 1, (*board).p95},
		{"Cost", "USD", 1e-6, func(b *board) float64 { return float64(b.microUSD) }},
		{"Busiest endpoint", "", 1, func(b *board) float64 { return float64(b.endpoints[0]) }},
	}
	if endpoints > 2 {
		all = append(all, figure{"Middle endpoint", "", 1, func(b *board) float64 { return float64(b.endpoints[endpoints/2]) }})
	}
	if endpoints > 1 {
		all = append(all, figure{"Rarest endpoint", "", 1, func(b *board) float64 { return float64(b.endpoints[endpoints-1]) }})
	}
	return all
}

// pair is the truth and what is read off the kept traces.
type pair struct{ truth, estimate *board }

func newPair(endpoints int) pair { return pair{newBoard(endpoints), newBoard(endpoints)} }

// move adds the sums of other to p, and empties other.
func (p pair) move(other pair) {
	p.truth.move(other.truth)
	p.estimate.move(other.estimate)
}

// off returns how far f is from the truth, as a part of it, or NaN where there
// is nothing to be compared with.
func (p pair) off(f *figure) float64 {
	truth := f.of(p.truth)
	if truth == 0 {
		return math.NaN()
	}
	return f.of(p.estimate)/truth - 1
}

// spread gathers how far a figure is off, hour by hour or day by day.
type spread struct {
	squares float64
	n       int
}

func (s *spread) add(off float64) {
	if math.IsNaN(off) {
		return
	}
	s.squares += off * off
	s.n++
}

// typical returns the root of the mean square, or NaN where nothing was added.
func (s *spread) typical() float64 { return math.Sqrt(s.squares / float64(s.n)) }
