package sampling_test

import (
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry/internal/sampling"
)

// proof scales the simulations: as few as tell a mistake by default, and what
// the claims say with LIFT_PROOF=1, as make proof sets it.
func proof(quick, full int) int {
	if os.Getenv("LIFT_PROOF") != "" {
		return full
	}
	return quick
}

// request is one simulated local trace, with what boards would ask of it.
type request struct {
	id       trace.TraceID
	key      int
	events   int
	failed   bool
	duration float64 // milliseconds
	cost     float64 // US dollars
}

// load draws requests: a few keys take most of them, a tenth of the keys is
// rare, some fail, and durations and costs have long tails.
type load struct {
	r       *rand.Rand
	zipf    *rand.Zipf
	unique  bool
	n       int
	failing float64
}

func newLoad(seed uint64, keys int) *load {
	r := rand.New(rand.NewPCG(seed, 7))
	return &load{r: r, zipf: rand.NewZipf(r, 1.3, 2, uint64(keys-1)), failing: 0.02}
}

func (l *load) next() request {
	l.n++
	q := request{
		id: randomID(l.r.Uint64(), l.r.Uint64()), key: int(l.zipf.Uint64()), events: 1 + l.r.IntN(12),
		failed: l.r.Float64() < l.failing, duration: math.Exp(6 + l.r.NormFloat64()), cost: math.Exp(l.r.NormFloat64() - 4),
	}
	q.duration *= 1 + float64(q.key)/4
	if l.unique {
		q.key = l.n
	}
	return q
}

func (q *request) trace() sampling.Trace {
	return sampling.Trace{
		R: sampling.Randomness(q.id, trace.TraceState{}), Key: uint64(q.key), Cost: q.events, Must: q.failed,
	}
}

// traces draws n requests, and what a budget gets to see of them.
func (l *load) traces(n int) ([]request, []sampling.Trace) {
	requests, traces := make([]request, n), make([]sampling.Trace, n)
	for i := range requests {
		requests[i] = l.next()
		traces[i] = requests[i].trace()
	}
	return requests, traces
}

// estimate is a sum that is read off the kept traces, next to the truth.
type estimate struct{ truth, sum, variance float64 }

func (e *estimate) add(x float64, t *sampling.Trace, id trace.TraceID) {
	e.truth += x
	if !t.Kept() {
		return
	}
	p := t.Threshold.Probability()
	e.sum += x * float64(t.Threshold.Weight(id))
	_, fraction := math.Modf(1 / p)
	e.variance += x * x * ((1-p)/(p*p) + fraction*(1-fraction)/p)
}

// check fails where the estimate is further from the truth than chance allows:
// three standard errors.
func (e *estimate) check(t *testing.T, what string) {
	t.Helper()
	off := math.Abs(e.sum - e.truth)
	if off > 3*math.Sqrt(e.variance)+1e-9*e.truth {
		t.Errorf("%s: %.6g, want %.6g within %.3g", what, e.sum, e.truth, 3*math.Sqrt(e.variance))
	}
}
