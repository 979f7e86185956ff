// Package propagation carries trace context between processes, and decides
// whom to tell and whom to believe.
//
// Propagator is the W3C propagator for trace context and baggage, which also
// marks new roots as random. Hosts says which hosts may see trace headers;
// Strip takes them from requests to all others.
//
// Sources: W3C Trace Context Level 2 (traceparent, tracestate, random flag) and
// W3C Baggage.
package propagation
