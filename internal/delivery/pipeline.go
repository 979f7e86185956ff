package delivery

import (
	"compress/gzip"
	"context"
	"io"
	"math"
	"net/http"
	"sync"
	"time"

	"go.opentelemetry.io/otel/sdk/instrumentation"
)

// Pipeline buffers encoded telemetry and delivers it. New makes one; Shutdown
// ends it. All methods are safe for concurrent use, and none but Flush and
// Shutdown waits for anything.
type Pipeline struct {
	config    Config
	scopes    *scopeTable
	transport *transports
	ctx       context.Context // ends when the lanes must
	cancel    context.CancelFunc
	lanes     sync.WaitGroup
	done      chan struct{} // closed when Shutdown has finished its books
	err       error         // Shutdown's result, set before done is closed

	mu       sync.Mutex
	memory   memory
	traces   *lane
	metrics  *lane
	closing  bool          // Shutdown has begun
	closed   bool          // the books are final
	changed  chan struct{} // closed when an attempt ends; nil unless awaited
	reporter reporter
	keeper   *keeper // nil without a spool

	requests, retries, bytesSent uint64
	events                       uint64
	lastSuccess, lastFailure     time.Time
	lastError                    string

	// One compressor serves both signals: it is large (0.8 MB) and busy for
	// milliseconds a second.
	gzipMu sync.Mutex
	gzip   *gzip.Writer
}

// New returns a running pipeline. It opens no connection before there is
// something to send. The caller must call Shutdown.
func New(c Config) *Pipeline {
	c = c.withDefaults()
	p := &Pipeline{
		config:    c,
		scopes:    newScopeTable(),
		transport: newTransports(c),
		memory:    newMemory(c.MaxBytes, c.BlockBytes),
		done:      make(chan struct{}),
	}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	p.traces = newLane(p, c.Traces, true, c.MaxAge)
	p.metrics = newLane(p, c.Metrics, false, 0)
	p.keeper = newKeeper(p, c.Spool)
	p.keeper.start()
	for _, l := range p.both() {
		if l.client != nil {
			p.lanes.Go(l.run)
		}
	}
	if p.keeper != nil {
		p.lanes.Go(p.keeper.run)
	}
	return p
}

func (p *Pipeline) both() [2]*lane { return [2]*lane{p.traces, p.metrics} }

// Scope returns the number by which Append knows the instrumentation scope s.
// At first sight it calls encode, which must append s as an encoded
// opentelemetry.proto.common.v1.InstrumentationScope message without tag and
// length; the schema URL is taken from s. At most 1023 scopes of at most 4 KiB
// are kept; others share number 0, the nameless scope, and are counted in
// Stats.ScopeOverflow. A known scope costs one map look-up and no lock.
func (p *Pipeline) Scope(s instrumentation.Scope, encode func([]byte) []byte) uint16 {
	return p.scopes.index(s, encode)
}

// Append takes a copy of span, which must be one element of ScopeSpans.spans
// with its tag and length; scope is a number that Scope returned, any other
// counts as 0. Weight is how many spans this one stands for; less than 1
// counts as 1. Append never waits; what cannot be kept is dropped and counted.
// An empty span is nothing.
func (p *Pipeline) Append(scope uint16, span []byte, weight int) {
	if int(scope) >= len(p.scopes.all()) {
		scope = 0
	}
	p.traces.append(entry{scope: scope, items: 1, weight: uint64(max(weight, 1)), message: span})
}

// AppendMetrics takes a copy of payload, a whole encoded
// ExportMetricsServiceRequest of the given number of points. It is sent at
// once, together with others still waiting. A payload larger than
// Config.RequestBytes is dropped and counted in Dropped.Oversize. AppendMetrics
// never waits. An empty payload is nothing.
func (p *Pipeline) AppendMetrics(payload []byte, points int) {
	n := uint64(min(max(points, 0), math.MaxUint32))
	p.metrics.append(entry{items: n, weight: n, message: payload})
}

// MaxMetrics is the size in bytes of the largest payload AppendMetrics takes.
func (p *Pipeline) MaxMetrics() int { return p.metrics.maxEntry }

// Stats returns the books as of now, consistent in themselves. It allocates
// nothing.
func (p *Pipeline) Stats() Stats {
	p.mu.Lock()
	defer p.mu.Unlock()
	disk, diskError := p.keeper.state()
	return Stats{
		SpoolBytes:    disk,
		SpoolError:    diskError,
		Spans:         p.traces.items,
		Weight:        p.traces.weight,
		Points:        p.metrics.items,
		Events:        p.events,
		Requests:      p.requests,
		Retries:       p.retries,
		BytesSent:     p.bytesSent,
		Buffered:      uint64(p.memory.held()),
		ScopeOverflow: p.scopes.overflow.Load(),
		LastSuccess:   p.lastSuccess,
		LastFailure:   p.lastFailure,
		LastError:     p.lastError,
	}
}

// failed notes why an attempt failed. The caller holds p.mu.
func (p *Pipeline) failed(at time.Time, text string) {
	p.lastFailure, p.lastError = at, text
	p.config.Errors.Add(at, text)
}

// Health returns the pipeline's state as of now. It allocates nothing.
func (p *Pipeline) Health() Health {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return HealthDisabled
	}
	now := time.Now()
	return max(p.traces.health(now), p.metrics.health(now), p.keeper.health(now))
}

// block returns an empty block for n bytes of l's entries, making room where
// it must. It returns nil where everything is in flight. The caller holds p.mu.
func (p *Pipeline) block(l *lane, n int) *block {
	for {
		if b := p.memory.slot(l.kind, n, p.memory.reserve); b != nil {
			return b
		}
		if !p.fattest().evict() {
			return nil
		}
	}
}

// fattest is the lane that holds the most. The caller holds p.mu.
func (p *Pipeline) fattest() *lane {
	if p.metrics.waiting > p.traces.waiting {
		return p.metrics
	}
	return p.traces
}

// bodyBlock returns a block for a request's body. What is in flight is bounded
// so that there is always room for it; see Config.RequestBytes.
func (p *Pipeline) bodyBlock() *block {
	p.mu.Lock()
	defer p.mu.Unlock()
	for {
		if b := p.memory.get(p.config.BlockBytes, 0); b != nil {
			return b
		}
		if !p.fattest().evict() {
			return p.memory.overdraw(p.config.BlockBytes)
		}
	}
}

// encode writes r to w, which accepts every write, as it goes over the wire.
func (p *Pipeline) encode(w io.Writer, r *request, compress bool) {
	if !compress {
		_ = r.writeTo(w)
		return
	}
	p.gzipMu.Lock()
	defer p.gzipMu.Unlock()
	if p.gzip == nil {
		// The level is a valid constant.
		p.gzip, _ = gzip.NewWriterLevel(w, gzip.BestSpeed)
	} else {
		p.gzip.Reset(w)
	}
	_ = r.writeTo(p.gzip)
	_ = p.gzip.Close()
}

// transports holds what carries the requests of both signals.
type transports struct {
	traces, metrics http.RoundTripper
	own             []*http.Transport
}

func newTransports(c Config) *transports {
	t := &transports{traces: c.RoundTripper, metrics: c.RoundTripper}
	if c.RoundTripper != nil {
		return t
	}
	if c.Traces != nil {
		tr := newTransport(c.Traces)
		t.traces, t.own = tr, append(t.own, tr)
	}
	if c.Metrics != nil {
		if c.Traces != nil && c.Traces.TLS == c.Metrics.TLS {
			t.metrics = t.traces
			return t
		}
		tr := newTransport(c.Metrics)
		t.metrics, t.own = tr, append(t.own, tr)
	}
	return t
}

// close ends idle connections; there are no others once the lanes ended.
func (t *transports) close() {
	for _, tr := range t.own {
		tr.CloseIdleConnections()
	}
}
