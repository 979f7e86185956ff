// Package telemetryhttp adds HTTP servers and clients to the traces of package
// telemetry. It stands on otelhttp, whose spans and metrics it completes.
//
// A server wraps its outermost handler:
//
//	srv := &http.Server{Handler: telemetryhttp.NewHandler(mux)}
//
// Each request then has a span "{method} {route}" and the scope that the spans
// below it share: request.id, user.id, session.id and the roll-ups of
// request.*. Panics are recorded and raised again. X-Request-Id is taken over
// or made, and sent back.
//
// # Routes
//
// The route is the pattern of http.ServeMux that matched. It is found where
// the mux gets the request that the handler was given. Middleware that hands
// on a copy of the request, as r.WithContext makes one, hides the pattern: the
// mux writes it into the copy. Wrap the mux itself to have it told:
//
//	handler := telemetryhttp.NewHandler(logging(auth(telemetryhttp.Routes(mux))))
//
// The same holds for a mux behind http.StripPrefix; the patterns of both muxes
// are then joined. Other routers say the route with [SetRoute]. A request
// without a route has a span that is named by its method alone: paths are of
// too high a cardinality.
//
// # Clients
//
// A client wraps its transport:
//
//	client := &http.Client{Transport: telemetryhttp.NewTransport(nil)}
//
// Trace headers go to hosts that are near and to those that were named;
// baggage goes to none that was not. For all others such headers are removed,
// whoever set them, and each redirect is judged anew.
//
// # Which telemetry
//
// Handlers and transports report to the telemetry that serves the context of
// the request, as all helpers do; see telemetry.NewContext and [WithTelemetry].
//
// Where there is none, or it is off, nothing is recorded, and the traces of
// others pass through: what a request brings goes on to the requests it causes.
// One that brings nothing is served untouched, at the cost of nanoseconds.
//
// # For operators
//
// [NewDebugHandler] shows what the library does, to people and to machines.
// [FlushOnReturn] is for platforms that freeze the process between requests.
//
// Names and attributes follow OpenTelemetry's HTTP conventions
// (https://opentelemetry.io/docs/specs/semconv/http/, version 1.43.0).
package telemetryhttp
