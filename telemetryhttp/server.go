package telemetryhttp

import (
	"context"
	"net/http"
	"strconv"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/attribute"
	otelpropagation "go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/core"
	"github.com/lift-sys/telemetry/internal/propagation"
)

// server is what all handlers that report to one pipeline share.
type server struct {
	traced   http.Handler // serves a request in a span, and measures it
	measured http.Handler // only measures, what a panic took past traced
}

type serverKey struct{}

func serverOf(p *core.Pipeline) *server {
	s, _ := p.Attach(serverKey{}, newServer).(*server)
	return s
}

func newServer(p *core.Pipeline) any {
	return &server{
		traced: otelhttp.NewHandler(http.HandlerFunc(serve), "",
			otelhttp.WithTracerProvider(p.TracerProvider()),
			otelhttp.WithMeterProvider(p.MeterProvider()),
			otelhttp.WithPropagators(incoming{p}),
			otelhttp.WithSpanNameFormatter(serverName)),
		measured: otelhttp.NewHandler(http.HandlerFunc(repeat), "",
			otelhttp.WithTracerProvider(noop.NewTracerProvider()),
			otelhttp.WithMeterProvider(p.MeterProvider()),
			otelhttp.WithPropagators(otelpropagation.NewCompositeTextMapPropagator())),
	}
}

// incoming says whose child a server span is.
type incoming struct{ p *core.Pipeline }

// Inject does nothing: a server extracts.
func (incoming) Inject(context.Context, otelpropagation.TextMapCarrier) {}

// Fields returns the headers that are read.
func (in incoming) Fields() []string { return in.p.Propagator().Fields() }

// Extract returns ctx with the client's span as the parent, or such that a
// span started from it is a new root with the W3C random flag. That flag is
// why a public endpoint does not use otelhttp's own option, whose
// trace.WithNewRoot would lose it.
func (in incoming) Extract(ctx context.Context, carrier otelpropagation.TextMapCarrier) context.Context {
	x := exchangeOf(ctx)
	if x == nil || !x.public {
		ctx = in.p.Propagator().Extract(ctx, carrier)
		if !trace.SpanContextFromContext(ctx).IsValid() {
			ctx = propagation.Root(ctx)
		}
		return ctx
	}
	// Read into a context that is thrown away, so that no baggage comes along.
	remote := trace.SpanContextFromContext(in.p.Propagator().Extract(context.Background(), carrier))
	x.remote = remote.WithTraceState(trace.TraceState{})
	if local := trace.SpanContextFromContext(ctx); local.IsValid() && !local.IsRemote() {
		return ctx
	}
	return propagation.Root(ctx)
}

// serve runs a handler inside the span that otelhttp has started.
func serve(w http.ResponseWriter, r *http.Request) {
	x := exchangeOf(r.Context())
	span := trace.SpanFromContext(r.Context())
	if x.remote.IsValid() {
		span.AddLink(trace.Link{SpanContext: x.remote})
	}
	served := r
	ctx, scope := core.OpenScope(r.Context(), span)
	if scope != nil {
		scope.Fill("", x.id, "")
		served = r.WithContext(ctx)
	}
	defer func() {
		v := recover()
		x.collect(r, served)
		if v == nil {
			x.end(span, scope, r)
			return
		}
		cut := v == http.ErrAbortHandler //nolint:errorlint // net/http takes only the value itself for it
		if !cut {
			scope.Panic(v)
		}
		x.abort(span, scope, r, cut)
		panic(v) //nolint:forbidigo // raised again from the deferred call, so that its stack stays whole
	}()
	x.next.ServeHTTP(w, served)
}

// collect takes over what the handler left in the request that it was given,
// and puts the route where otelhttp reads it for the name and the metrics.
func (x *exchange) collect(r, served *http.Request) {
	if served.MultipartForm != nil {
		r.MultipartForm = served.MultipartForm
	}
	x.pattern = served.Pattern
	x.matched(served.Pattern, x.path)
	x.mu.Lock()
	defer x.mu.Unlock()
	r.Pattern = x.route.name
}

// end completes the span of a handler that returned. otelhttp does the rest,
// except where it would call a client that hung up a failure.
func (x *exchange) end(span trace.Span, scope *core.Scope, r *http.Request) {
	x.mu.Lock()
	got := x.answer
	x.mu.Unlock()
	failed := got.status >= http.StatusInternalServerError
	switch {
	case hungUp(r.Context()) && (!failed || got.gone):
		x.finish(span, scope, r, got.status, attr.ErrorCanceled)
	case failed:
		x.describe(span, r, strconv.Itoa(got.status))
		scope.Close()
	default:
		x.describe(span, r, "")
		scope.Close()
	}
}

// abort completes span and metrics of a handler that panicked, or only cut its
// response short: otelhttp does neither, and the SDK would record the panic a
// second time if it saw the span end because of it.
func (x *exchange) abort(span trace.Span, scope *core.Scope, r *http.Request, cut bool) {
	x.mu.Lock()
	status := x.answer.status // 0, and left out, where nothing was sent: nobody here knows what will be
	x.mu.Unlock()
	kind := attr.ErrorPanic
	switch {
	case cut && hungUp(r.Context()):
		kind = attr.ErrorCanceled
	case cut:
		kind = ""
	}
	x.finish(span, scope, r, status, kind)
	ctx := otelhttp.ContextWithStartTime(r.Context(), x.start)
	x.server.measured.ServeHTTP(nowhere{http.Header{}}, r.WithContext(ctx))
}

// repeat answers as the handler did whose panic it stands for.
func repeat(w http.ResponseWriter, r *http.Request) {
	x := exchangeOf(r.Context())
	x.mu.Lock()
	defer x.mu.Unlock()
	w.WriteHeader(x.answer.status)
}

// finish ends the span before otelhttp could say more.
func (x *exchange) finish(span trace.Span, scope *core.Scope, r *http.Request, status int, kind string) {
	x.describe(span, r, kind)
	span.SetName(serverName("", r))
	if status != 0 {
		span.SetAttributes(attr.HTTPResponseStatusCode.Int(status))
	}
	scope.Close()
	span.End()
}

// describe adds what otelhttp leaves out: http.route on the span, error.type
// on span and metrics.
func (x *exchange) describe(span trace.Span, r *http.Request, kind string) {
	var a [2]attribute.KeyValue
	kv := a[:0]
	if r.Pattern != "" {
		kv = append(kv, attr.HTTPRoute.String(r.Pattern))
	}
	if kind != "" {
		kv = append(kv, attr.ErrorType.String(kind))
		if labeler, ok := otelhttp.LabelerFromContext(r.Context()); ok {
			labeler.Add(attr.ErrorType.String(kind))
		}
	}
	if len(kv) > 0 {
		span.SetAttributes(kv...)
	}
}
