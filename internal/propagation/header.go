package propagation

import (
	"net/http"
	"strings"
)

// traceHeaders carry a trace to any peer that reads them: those of the W3C, of
// B3 and of Jaeger, each of which a global propagator may write. Headers that
// are addressed to one cloud, such as X-Amzn-Trace-Id, are not among them: they
// are set on purpose, and Lambda finds endless recursion by them.
var traceHeaders = [...]string{
	traceparentHeader, tracestateHeader,
	"b3", "x-b3-traceid", "x-b3-spanid", "x-b3-parentspanid", "x-b3-sampled", "x-b3-flags",
	"uber-trace-id",
}

// jaegerBaggage is what Jaeger puts before each baggage key.
const jaegerBaggage = "uberctx-"

// Strip removes from h what tells another host about the trace: trace context
// in the forms of the W3C, B3 and Jaeger, and baggage. Names in any case are
// found, also those put into the map past http.Header.Set.
func Strip(h http.Header) {
	for name := range h {
		if isTraceHeader(name) || isBaggageHeader(name) {
			delete(h, name)
		}
	}
}

// Carries reports whether h has W3C trace context or baggage, which is what a
// Propagator reads. It costs two lookups.
func Carries(h http.Header) bool {
	_, traced := h["Traceparent"]
	_, bags := h["Baggage"]
	return traced || bags
}

// StripBaggage removes baggage from h and leaves trace context.
func StripBaggage(h http.Header) {
	for name := range h {
		if isBaggageHeader(name) {
			delete(h, name)
		}
	}
}

func isTraceHeader(name string) bool {
	for _, t := range traceHeaders {
		if len(name) == len(t) && strings.EqualFold(name, t) {
			return true
		}
	}
	return false
}

func isBaggageHeader(name string) bool {
	return len(name) == len(baggageHeader) && strings.EqualFold(name, baggageHeader) ||
		len(name) > len(jaegerBaggage) && strings.EqualFold(name[:len(jaegerBaggage)], jaegerBaggage)
}
