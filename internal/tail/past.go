package tail

import "github.com/lift-sys/telemetry/internal/sampling"

// past is the thresholds of memory's evictions in periods that are over. A trace
// that was evicted may be forgotten, and a span of it end after that: to decide
// anew about it would be a second chance, on top of what others stand for
// already. So it has to pass these first.
//
// There are two generations, each with its largest threshold. The older one is
// given up when there is no record left of a trace that began in its time: then
// all of these are forgotten, whatever their randomness, and to decide anew is
// fair. The zero value has seen no evictions.
type past struct {
	generations [2]sampling.Threshold // the older one second
	turned      int64                 // when the younger one began; see Buffer.now
}

// most returns the largest threshold.
func (p *past) most() sampling.Threshold { return max(p.generations[0], p.generations[1]) }

// end notes the evictions of a period that ends now.
func (p *past) end(evicted sampling.Threshold, t *table, now int64) {
	p.generations[0] = max(p.generations[0], evicted)
	if p.most() > 0 && t.oldest() > p.turned {
		p.generations = [2]sampling.Threshold{0, p.generations[0]}
		p.turned = now
	}
}
