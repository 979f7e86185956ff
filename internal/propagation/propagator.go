package propagation

import (
	"context"
	"slices"
	"strings"

	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

const (
	traceparentHeader = "traceparent"
	tracestateHeader  = "tracestate"
	baggageHeader     = "baggage"
)

// AllBaggage among Config.BaggageKeys stands for every key.
const AllBaggage = "*"

// Config says what a Propagator reads and writes.
type Config struct {
	// WithoutTraces leaves trace context alone, both ways. Default: false.
	WithoutTraces bool
	// ExtractBaggage lets incoming baggage into the context. Set it for peers
	// that are trusted to name attributes. Default: false.
	ExtractBaggage bool
	// BaggageKeys are the baggage keys that Inject writes. Default: none.
	BaggageKeys []string
}

// Propagator reads and writes W3C trace context, and baggage as far as its
// Config allows. It is safe for concurrent use. The zero value has the zero
// Config.
//
// Inject does not know where a carrier goes. A transport has to apply Hosts.
type Propagator struct {
	withoutTraces  bool
	extractBaggage bool
	baggageKeys    []string
}

var _ propagation.TextMapPropagator = (*Propagator)(nil)

// New returns a Propagator that follows c.
func New(c Config) *Propagator {
	return &Propagator{
		withoutTraces: c.WithoutTraces, extractBaggage: c.ExtractBaggage, baggageKeys: slices.Clone(c.BaggageKeys),
	}
}

// Inject writes the current span's context and the allowed baggage of ctx to
// carrier. It writes nothing where there is none.
func (p *Propagator) Inject(ctx context.Context, carrier propagation.TextMapCarrier) {
	if !p.withoutTraces {
		propagation.TraceContext{}.Inject(ctx, carrier)
	}
	if len(p.baggageKeys) == 0 {
		return
	}
	if s := p.allowed(baggage.FromContext(ctx)).String(); s != "" {
		carrier.Set(baggageHeader, s)
	}
}

// allowed returns b with the members that may leave.
func (p *Propagator) allowed(b baggage.Baggage) baggage.Baggage {
	if b.Len() == 0 || slices.Contains(p.baggageKeys, AllBaggage) {
		return b
	}
	for _, m := range b.Members() {
		if !slices.Contains(p.baggageKeys, m.Key()) {
			b = b.DeleteMember(m.Key())
		}
	}
	return b
}

// Extract returns ctx with the remote parent that carrier names. Without a
// valid one a current span stays, and where there is none either, ctx is as
// from Root.
func (p *Propagator) Extract(ctx context.Context, carrier propagation.TextMapCarrier) context.Context {
	if !p.withoutTraces {
		ctx = propagation.TraceContext{}.Extract(ctx, joinTraceState(carrier))
	}
	if !trace.SpanContextFromContext(ctx).IsValid() {
		ctx = Root(ctx)
	}
	if p.extractBaggage {
		ctx = propagation.Baggage{}.Extract(ctx, carrier)
	}
	return ctx
}

// Fields returns all headers that a Propagator may write, whatever baggage its
// Config lets out, so that a carrier used again is cleared of each.
func (p *Propagator) Fields() []string {
	if p.withoutTraces {
		return []string{baggageHeader}
	}
	return []string{traceparentHeader, tracestateHeader, baggageHeader}
}

// joinTraceState returns a carrier that reads several tracestate headers as
// one. W3C lets a peer split the list; the SDK reads the first part only, and
// the sampling threshold may be in another.
func joinTraceState(c propagation.TextMapCarrier) propagation.TextMapCarrier {
	v, ok := c.(propagation.ValuesGetter)
	if !ok {
		return c
	}
	values := v.Values(tracestateHeader)
	if len(values) < 2 {
		return c
	}
	return joinedCarrier{TextMapCarrier: c, tracestate: strings.Join(values, ",")}
}

// joinedCarrier is a carrier with another tracestate.
type joinedCarrier struct {
	propagation.TextMapCarrier
	tracestate string
}

func (c joinedCarrier) Get(key string) string {
	if key == tracestateHeader {
		return c.tracestate
	}
	return c.TextMapCarrier.Get(key)
}
