package telemetry

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"runtime"
	"sync"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric"
	metricnoop "go.opentelemetry.io/otel/metric/noop"
	"go.opentelemetry.io/otel/trace"
	tracenoop "go.opentelemetry.io/otel/trace/noop"

	"github.com/lift-sys/telemetry/internal/core"
	"github.com/lift-sys/telemetry/internal/env"
	"github.com/lift-sys/telemetry/internal/propagation"
	"github.com/lift-sys/telemetry/internal/recent"
	"github.com/lift-sys/telemetry/internal/sanitize"
)

// Version is the version of this library.
const Version = "0.1.0"

// shutdownTimeout bounds Shutdown and Flush where their context has no
// deadline; lateTimeout where it is over already.
const (
	shutdownTimeout = 5 * time.Second
	lateTimeout     = time.Second
)

// Telemetry is a handle on a running pipeline. Get one from [Init] or [New].
// A nil or zero Telemetry does nothing. All methods are safe for concurrent
// use.
type Telemetry struct {
	config Config
	p      *pipeline      // nil: off for good
	relay  *core.Pipeline // lets traces of others pass where p is nil; nil: as by default
}

// installation is what Init made the process use.
var installation struct {
	sync.Mutex
	t    *Telemetry
	site string // of the call of Init
}

// Init sets telemetry up for the process: it does what [New] does, makes
// helpers use the result where their context names no other, and installs
// OpenTelemetry's global providers and propagator, so that other
// instrumentation joins in. It makes no network call.
//
// An error means bad configuration, or a second Init before [Telemetry.Shutdown],
// never an unreachable backend. The handle is never nil; with an error it does
// nothing.
func Init(ctx context.Context, opts ...Option) (*Telemetry, error) {
	installation.Lock()
	defer installation.Unlock()
	if installation.t != nil {
		return new(Telemetry), fmt.Errorf("telemetry: already set up by Init at %s: call Shutdown first, or use New for a second pipeline", installation.site)
	}
	t, err := New(ctx, opts...)
	if err != nil {
		return t, err
	}
	installation.t, installation.site = t, callSite()
	t.p.install()
	if t.relay != nil {
		t.relay.Install()
		otel.SetTextMapPropagator(t.relay.Propagator())
	}
	return t, nil
}

// callSite returns where the caller of Init is.
func callSite() string {
	_, file, line, ok := runtime.Caller(2)
	if !ok {
		return "an unknown place"
	}
	return fmt.Sprintf("%s:%d", file, line)
}

// New builds a handle and leaves everything global alone. Use it with
// [NewContext]. Errors are as with [Init].
func New(ctx context.Context, opts ...Option) (*Telemetry, error) {
	var o options
	for _, opt := range opts {
		if opt != nil {
			opt(&o)
		}
	}
	o.logger = cmp.Or(o.logger, slog.Default())
	if o.getenv == nil {
		o.getenv = os.Getenv
	}
	c, err := env.Resolve(o.Explicit, o.getenv)
	t := &Telemetry{config: resolved(c, o.sanitizer(sanitize.Limits{}).String)}
	if err != nil {
		return t, err
	}
	for _, warning := range t.config.Warnings {
		o.logger.WarnContext(ctx, warning)
	}
	if !c.Enabled {
		hosts, _ := propagation.NewHosts(c.PropagateHosts...) // off is never an error: the patterns that are right count
		t.relay = core.NewRelay(propagator(c, o), hosts)
		return t, nil
	}
	if t.p, err = newPipeline(ctx, c, o); err != nil {
		t.p, t.config.Enabled = nil, false
		return t, err
	}
	t.p.signals = o.signals
	t.p.signals.start(t)
	return t, nil
}

// NewContext returns a context in which helpers report to t, whatever [Init]
// has installed.
func NewContext(ctx context.Context, t *Telemetry) context.Context {
	switch {
	case t != nil && t.relay != nil:
		return core.NewContext(ctx, t.relay)
	case t == nil || t.p == nil:
		return core.NewContext(ctx, off)
	}
	return core.NewContext(ctx, t.p.core)
}

// off is a pipeline that never records.
var off = core.NewPipeline()

// Shutdown ends open typed spans as unfinished, sends what is buffered and
// stops. It returns within the deadline of ctx, else within 5 s; where ctx is
// over already, it still tries for a second. What has not arrived by then goes
// to the spool of [WithSpool], or else is lost. The error, nil where everything
// arrived, says how much that is and why; [Telemetry.Stats] then hold for good.
// Further calls do nothing and return nil; after one, [Init] is allowed again.
func (t *Telemetry) Shutdown(ctx context.Context) error {
	if t == nil {
		return nil
	}
	installation.Lock()
	if installation.t == t {
		installation.t = nil
		t.p.uninstall()
	}
	installation.Unlock()
	if t.p == nil {
		return nil
	}
	ctx, cancel := bounded(ctx)
	defer cancel()
	return t.p.shutdown(ctx)
}

// Flush sends what has ended, and the metrics collected so far, and waits until
// it has arrived. Spans that are open stay open; an LLM call whose attempt has
// failed, and that waits for another attempt, ends. Its bounds are those of
// [Telemetry.Shutdown]. It does not go against a backend's Retry-After. The
// error, nil where everything arrived, says what was lost, went to the spool or
// could not be sent yet; the last is still tried afterwards.
func (t *Telemetry) Flush(ctx context.Context) error {
	if t == nil || t.p == nil {
		return nil
	}
	ctx, cancel := bounded(ctx)
	defer cancel()
	t.p.core.EndHeld()
	return t.p.flush(ctx)
}

// bounded gives ctx a deadline where it has none, and a short extension where
// it is over.
func bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	if ctx.Err() != nil {
		return context.WithTimeout(context.WithoutCancel(ctx), lateTimeout)
	}
	if _, ok := ctx.Deadline(); !ok {
		return context.WithTimeout(ctx, shutdownTimeout)
	}
	return context.WithCancel(ctx)
}

// SetEnabled switches recording off and on again while the process runs. Off,
// new spans and metrics are not recorded, at next to no cost. It cannot turn
// on what the configuration turned off.
func (t *Telemetry) SetEnabled(on bool) {
	if t != nil && t.p != nil {
		t.p.setEnabled(on)
	}
}

// Enabled reports whether new spans and metrics are recorded: true from [New],
// unless the configuration is off, until SetEnabled(false) or Shutdown.
func (t *Telemetry) Enabled() bool { return t != nil && t.p != nil && t.p.core.Enabled() }

// Config returns the resolved configuration, secrets masked.
func (t *Telemetry) Config() Config {
	if t == nil {
		return Config{}
	}
	return t.config
}

// Stats returns what became of everything recorded so far. The numbers of one
// signal are of one moment, and add up as [Stats] says. It costs about a
// microsecond and allocates nothing.
func (t *Telemetry) Stats() Stats {
	if t == nil || t.p == nil {
		return Stats{}
	}
	return t.p.stats()
}

// Failure is an error that the library met, in delivery or reported by
// OpenTelemetry's own code. It holds no secrets.
type Failure struct {
	Time  time.Time // of the last time
	Text  string    // at most 512 bytes
	Count uint64    // how often in a row, at least 1
}

// Failures returns the last errors, at most 16, the newest first.
func (t *Telemetry) Failures() []Failure {
	if t == nil || t.p == nil {
		return nil
	}
	var all []Failure
	for _, e := range t.p.recent.All() {
		all = append(all, Failure(e))
	}
	return all
}

// Health returns the state of delivery.
func (t *Telemetry) Health() Health {
	if t == nil || t.p == nil {
		return HealthDisabled
	}
	return t.p.health()
}

// TracerProvider returns the provider behind the helpers, for instrumentation
// that wants one. It is never nil. A span processor of your own belongs into
// [WithSpanProcessor]: one that is registered here afterwards may see typed
// spans without the attributes that their helpers set.
func (t *Telemetry) TracerProvider() trace.TracerProvider {
	if t == nil || t.p == nil {
		return tracenoop.NewTracerProvider()
	}
	return t.p.tracerProvider
}

// MeterProvider returns the provider behind the library's metrics, for
// instrumentation that wants one. It is never nil.
func (t *Telemetry) MeterProvider() metric.MeterProvider {
	if t == nil || t.p == nil {
		return metricnoop.NewMeterProvider()
	}
	return t.p.meterProvider
}

// errorHandler logs what OpenTelemetry's own code reports, at most once a
// minute.
type errorHandler struct {
	logger *slog.Logger
	repair *sanitize.Sanitizer // what OpenTelemetry says may hold secrets
	recent *recent.Errors
	mu     sync.Mutex
	last   time.Time
	silent int
}

// Handle logs err. A log handler may be slow, may panic, and may itself report
// an error.
func (h *errorHandler) Handle(err error) {
	if err == nil || errors.Is(err, context.Canceled) {
		return
	}
	defer func() { _ = recover() }()
	text := h.repair.Failure(err.Error())
	h.recent.Add(time.Now(), text)
	if silent, ok := h.turn(); ok {
		h.logger.Warn("telemetry: opentelemetry reports an error", "error", text, "not_logged", silent)
	}
}

// turn reports whether it is time to log, and how many errors were not logged
// since the last time.
func (h *errorHandler) turn() (silent int, ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.last.IsZero() && time.Since(h.last) < time.Minute {
		h.silent++
		return 0, false
	}
	silent, h.last, h.silent = h.silent, time.Now(), 0
	return silent, true
}
