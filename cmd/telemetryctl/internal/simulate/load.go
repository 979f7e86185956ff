package simulate

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"time"

	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry/internal/sampling"
)

// Shape is how the load changes in time. Its mean is the load in all of them.
type Shape string

// The shapes.
const (
	Steady Shape = "steady" // the same all the time
	Day    Shape = "day"    // nearly nothing at night, nearly twice the mean in the afternoon
	Spikes Shape = "spikes" // 20 times as much for five minutes, every six hours
)

// at returns the load as a multiple of its mean.
func (s Shape) at(t time.Time) float64 {
	const (
		spike, every, long = 20, 6 * time.Hour, 5 * time.Minute
		peak               = 16 // o'clock
	)
	sinceMidnight := t.Sub(t.Truncate(24 * time.Hour))
	switch s {
	case Day:
		return 1 + 0.9*math.Cos(2*math.Pi*(sinceMidnight.Hours()-peak)/24)
	case Spikes:
		base := 1 / (1 + (spike-1)*float64(long)/float64(every))
		if phase := (sinceMidnight + every/2) % every; phase < long {
			return spike * base
		}
		return base
	default:
		return 1
	}
}

const (
	mostEvents  = 12 // of a request
	meanEvents  = (1 + mostEvents) / 2.0
	slow        = 10_000 // milliseconds from which a rule keeps a request
	ordinary    = 200    // milliseconds, median of the fastest endpoint's
	paying      = 0.6    // share of requests that call an LLM
	medianUSD   = 0.02   // of those
	endpointsOf = 1.3    // exponent of Zipf's law; above 1
)

// request is one local trace: what the budget sees of it, and what boards ask.
type request struct {
	id           trace.TraceID
	endpoint     int // 0 is the busiest
	events       int
	failed       bool
	milliseconds float64
	microUSD     int64
}

// source draws requests.
type source struct {
	config *Config
	r      *rand.Rand
	zipf   *rand.Zipf
}

// newSource returns the source of one process.
func newSource(c *Config, process int) *source {
	r := rand.New(rand.NewPCG(c.Seed, uint64(process)))
	return &source{config: c, r: r, zipf: rand.NewZipf(r, endpointsOf, 2, uint64(c.Endpoints-1))}
}

// arrivals returns how many requests come where mean are expected.
func (s *source) arrivals(mean float64) int {
	if mean > 30 { // Poisson's distribution is close enough to normal
		return int(max(0, math.Round(mean+math.Sqrt(mean)*s.r.NormFloat64())))
	}
	n := 0
	for left := math.Exp(-mean); ; n++ {
		if left /= max(s.r.Float64(), math.SmallestNonzeroFloat64); left >= 1 {
			return n
		}
	}
}

// request draws one.
func (s *source) request() request {
	q := request{endpoint: int(s.zipf.Uint64()), events: 1 + s.r.IntN(mostEvents), failed: s.r.Float64() < s.config.ErrorRate}
	binary.BigEndian.PutUint64(q.id[:8], s.r.Uint64())
	binary.BigEndian.PutUint64(q.id[8:], s.r.Uint64())
	if s.r.Float64() < s.config.SlowShare {
		q.milliseconds = slow * (1 + s.r.ExpFloat64())
	} else {
		median := ordinary * (1 + float64(q.endpoint%8)/2)
		q.milliseconds = min(median*math.Exp(0.7*s.r.NormFloat64()), slow-1)
	}
	if s.r.Float64() < paying {
		q.microUSD = int64(medianUSD * 1e6 * math.Exp(s.r.NormFloat64()))
	}
	return q
}

// trace returns what a budget gets to see of q. Its key is the tail buffer's:
// the endpoint, and how it ended.
func (q *request) trace() sampling.Trace {
	t := sampling.Trace{
		R: sampling.Randomness(q.id, trace.TraceState{}), Key: uint64(q.endpoint) << 1, Cost: q.events,
		Must: q.failed || q.milliseconds >= slow,
	}
	if q.failed {
		t.Key++
	}
	return t
}
