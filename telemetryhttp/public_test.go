package telemetryhttp_test

import (
	"net/http"
	"testing"

	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/telemetryhttp"
)

const (
	clientTrace = "0af7651916cd43dd8448eb211c80319c"
	clientSpan  = "b7ad6b7169203331"
)

func TestPublicEndpoint(t *testing.T) {
	f := newFixture(t)
	var seen baggage.Baggage
	h := telemetryhttp.NewHandler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		seen = baggage.FromContext(r.Context())
	}), telemetryhttp.WithPublicEndpoint())
	f.do(t, h, http.MethodGet, "/",
		"traceparent", "00-"+clientTrace+"-"+clientSpan+"-00", // says: do not record
		"tracestate", "ot=th:8,evil=1", "baggage", "user.id=root")

	root := f.ended(t)
	sc := root.SpanContext()
	if root.Parent().IsValid() || sc.TraceID().String() == clientTrace {
		t.Errorf("parent %v: want a new root", root.Parent())
	}
	if sc.TraceFlags() != trace.FlagsSampled|trace.FlagsRandom {
		t.Errorf("flags %s: want sampled by our own decision, and random", sc.TraceFlags())
	}
	if sc.TraceState().Get("evil") != "" || seen.Len() != 0 {
		t.Errorf("tracestate %q, baggage %q: want neither from a client", sc.TraceState(), seen)
	}
	if len(root.Links()) != 1 {
		t.Fatalf("%d links, want one to the client's span", len(root.Links()))
	}
	link := root.Links()[0].SpanContext
	if link.TraceID().String() != clientTrace || link.SpanID().String() != clientSpan || link.TraceState().Len() != 0 {
		t.Errorf("link %v: want the client's span without its tracestate", link)
	}
}

func TestPublicEndpointWithoutClientTrace(t *testing.T) {
	f := newFixture(t)
	f.do(t, telemetryhttp.NewHandler(status(200), telemetryhttp.WithPublicEndpoint()), http.MethodGet, "/", "traceparent", "nonsense")
	if links := f.ended(t).Links(); len(links) != 0 {
		t.Errorf("links %v, want none", links)
	}
}

// A span of this process is no client's.
func TestPublicEndpointInsideSpan(t *testing.T) {
	f := newFixture(t)
	h := telemetryhttp.NewHandler(status(200), telemetryhttp.WithPublicEndpoint())
	outer := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, s := telemetry.Start(r.Context(), "outer")
		defer s.End(nil)
		h.ServeHTTP(w, r.WithContext(ctx))
	})
	f.do(t, outer, http.MethodGet, "/", "traceparent", "00-"+clientTrace+"-"+clientSpan+"-01")
	spans := f.spans.Ended()
	if inner, outer := spans[0], spans[1]; inner.Parent().SpanID() != outer.SpanContext().SpanID() {
		t.Errorf("parent %v of %s, want %s", inner.Parent(), inner.Name(), outer.Name())
	}
}

func TestTrustedBaggage(t *testing.T) {
	f := newFixture(t)
	var seen baggage.Baggage
	f.do(t, telemetryhttp.NewHandler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		seen = baggage.FromContext(r.Context())
	})), http.MethodGet, "/", "baggage", "tenant=t-1")
	if got := seen.Member("tenant").Value(); got != "t-1" {
		t.Errorf("baggage tenant=%q, want that of a trusted peer", got)
	}
}

// New roots are random also where the propagator was turned off.
func TestRootsAreRandom(t *testing.T) {
	tests := []struct {
		name, reason string
		opts         []telemetry.Option
		call         func(*testing.T, *fixture)
	}{
		{"server", "without a parent", nil, func(t *testing.T, f *fixture) {
			f.do(t, telemetryhttp.NewHandler(status(200)), http.MethodGet, "/")
		}},
		{"server without propagators", "headers are not read", []telemetry.Option{telemetry.WithPropagators("baggage")}, func(t *testing.T, f *fixture) {
			f.do(t, telemetryhttp.NewHandler(status(200)), http.MethodGet, "/", "traceparent", "00-"+clientTrace+"-"+clientSpan+"-01")
		}},
		{"client", "without a parent", nil, func(t *testing.T, f *fixture) {
			if err := send(f.context(t), t, telemetryhttp.NewTransport(answer(200)), "http://localhost/", nil); err != nil {
				t.Error(err)
			}
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFixture(t, tt.opts...)
			tt.call(t, f)
			sc := f.ended(t).SpanContext()
			if sc.TraceFlags()&trace.FlagsRandom == 0 || sc.TraceID().String() == clientTrace {
				t.Errorf("%s: flags %s, trace %s", tt.reason, sc.TraceFlags(), sc.TraceID())
			}
		})
	}
}
