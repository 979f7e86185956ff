package sampling

import (
	"cmp"
	"math"
	"slices"
)

// MaxKeys is how many keys a window tells apart. Those that come later share
// one.
const MaxKeys = 256

// Trace is what a budget has to know of a complete local trace: the spans of
// one process below one local root. It holds no pointers.
type Trace struct {
	R    uint64 // the trace's randomness; see Randomness
	Key  uint64 // a hash of what must stay visible each for itself, such as route, status class and model
	Cost int    // spans, span events and links, each of which is billed as an event
	Must bool   // a rule keeps it: an error, slow, expensive
	// Floor is what has been rejected before: a trace is only here because its
	// R ≥ Floor. Other services, the head and full buffers reject.
	Floor Threshold
	// Threshold is the answer of Budget.Close, at least Floor. The trace is
	// kept where R ≥ Threshold and then stands for 1 / Threshold.Probability().
	Threshold Threshold
}

// Kept reports whether the trace is kept.
func (t *Trace) Kept() bool { return t.Threshold.Keeps(t.R) }

// keyState is what a window knows of a key.
type keyState struct {
	cost, most   int     // of all its traces, and of the largest
	quota, share float64 // what it may cost; its weight in dividing
	full         bool    // all its traces fit
	threshold    Threshold
}

// reservoir chooses traces under an allowance. Its buffers are kept from call
// to call.
type reservoir struct {
	keys  []keyState
	index map[uint64]int
	of    []int // key of each trace; -1: not in this stratum
	order []int // traces, in the order in which they are taken
}

// cut sets the thresholds of the traces of one stratum, so that those kept cost
// at most allowance, whatever R they have.
//
// Traces are taken in the order of R, the highest first. The first one that
// does not fit gives the threshold: it and all below it are rejected. Whether a
// trace is kept is then the same question as whether its R is above a number
// that does not depend on it, so that its weight, the inverse of that chance,
// makes sums unbiased (Ting: Adaptive Threshold Sampling, SIGMOD 2022).
//
// Where the allowance has room for the largest trace of every key, each key has
// a quota of its own: that much, and a part of the rest by the square root of
// what it costs, so that every key keeps at least one trace. Otherwise all keys
// share one order, in which R counts the less the more the key costs, by the
// square root again. Both depend on counts and costs, never on R.
//
// A trace that alone costs more than the allowance gets Never; their number is
// returned.
func (r *reservoir) cut(traces []Trace, must bool, allowance int) (oversize int) {
	r.keys, r.order, r.of = r.keys[:0], r.order[:0], r.of[:0]
	if r.index == nil {
		r.index = make(map[uint64]int, MaxKeys)
	}
	clear(r.index)
	total, most := 0, 0
	for i := range traces {
		t := &traces[i]
		key := -1
		switch {
		case t.Must != must:
		case t.Cost > allowance:
			t.Threshold = Never
			oversize++
		default:
			key = r.key(t.Key)
			k := &r.keys[key]
			k.cost += t.Cost
			total += t.Cost
			if t.Cost > k.most {
				most += t.Cost - k.most
				k.most = t.Cost
			}
			r.order = append(r.order, i)
		}
		r.of = append(r.of, key)
	}
	switch {
	case total <= allowance:
	case most <= allowance:
		r.quotas(allowance - most)
		r.cutKeys(traces)
	default:
		r.cutAll(traces, allowance)
	}
	for _, i := range r.order {
		traces[i].Threshold = max(traces[i].Floor, r.keys[r.of[i]].threshold)
	}
	return oversize
}

// key returns the place of a key, the last one where there are too many.
func (r *reservoir) key(hash uint64) int {
	if i, ok := r.index[hash]; ok {
		return i
	}
	if len(r.keys) > MaxKeys {
		return MaxKeys
	}
	r.keys = append(r.keys, keyState{})
	r.index[hash] = len(r.keys) - 1
	return len(r.keys) - 1
}

// quotas gives each key its largest trace and divides rest among those that
// cost more. What a key does not need goes to the others.
func (r *reservoir) quotas(rest int) {
	left, shares := float64(rest), 0.0
	for i := range r.keys {
		k := &r.keys[i]
		k.quota, k.share = float64(k.most), math.Sqrt(float64(k.cost))
		k.full = k.most == k.cost
		if !k.full {
			shares += k.share
		}
	}
	for again := true; again; {
		again = false
		for i := range r.keys {
			k := &r.keys[i]
			need := float64(k.cost - k.most)
			if !k.full && need*shares <= left*k.share {
				k.full, k.quota, again = true, float64(k.cost), true
				left -= need
				shares -= k.share
			}
		}
	}
	for i := range r.keys {
		if k := &r.keys[i]; !k.full {
			k.quota = float64(k.most) + math.Floor(left*k.share/shares)
		}
	}
}

// cutKeys cuts each key at its quota.
func (r *reservoir) cutKeys(traces []Trace) {
	slices.SortFunc(r.order, func(a, b int) int {
		return cmp.Or(cmp.Compare(r.of[a], r.of[b]), cmp.Compare(traces[b].R, traces[a].R))
	})
	for i, spent := 0, 0; i < len(r.order); i++ {
		key := r.of[r.order[i]]
		if i == 0 || key != r.of[r.order[i-1]] {
			spent = 0
		}
		t := &traces[r.order[i]]
		spent += t.Cost
		if k := &r.keys[key]; float64(spent) > k.quota && k.threshold == 0 {
			k.threshold = Threshold(t.R + 1)
		}
	}
}

// cutAll cuts all keys at once.
func (r *reservoir) cutAll(traces []Trace, allowance int) {
	for i := range r.keys {
		r.keys[i].share = math.Sqrt(float64(r.keys[i].cost))
	}
	rank := func(i int) float64 {
		return float64(uint64(Never)-traces[i].R) * r.keys[r.of[i]].share
	}
	slices.SortFunc(r.order, func(a, b int) int { return cmp.Compare(rank(a), rank(b)) })
	spent := 0
	for _, i := range r.order {
		if spent += traces[i].Cost; spent <= allowance {
			continue
		}
		// The factor keeps rounding from letting the trace at the cut in.
		limit := rank(i) * (1 - 1e-12)
		for j := range r.keys {
			k := &r.keys[j]
			kept := uint64(min(math.Floor(limit/k.share), float64(Never)))
			k.threshold = Never - Threshold(kept)
		}
		return
	}
}
