package propagation

import (
	"context"
	"net/http"

	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

// Send writes to h what the host it goes to may see, and removes what it may
// not: the trace context of ctx where traced is true, and its baggage where
// baggage is true too. What an SDK has put there belongs to its own span and
// is removed in any case.
func Send(ctx context.Context, h http.Header, p propagation.TextMapPropagator, traced, baggage bool) {
	if !traced {
		Strip(h)
		return
	}
	if trace.SpanContextFromContext(ctx).IsValid() {
		for _, name := range p.Fields() {
			if name != baggageHeader {
				h.Del(name)
			}
		}
	}
	p.Inject(ctx, propagation.HeaderCarrier(h))
	if !baggage {
		StripBaggage(h)
	}
}

// Tells reports whether h tells anything that Strip would remove.
func Tells(h http.Header) bool {
	for name := range h {
		if isTraceHeader(name) || isBaggageHeader(name) {
			return true
		}
	}
	return false
}
