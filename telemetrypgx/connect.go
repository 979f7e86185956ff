package telemetrypgx

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/core"
	"github.com/lift-sys/telemetry/internal/failure"
)

// TraceConnectStart starts the span of a new connection.
func (t *Tracer) TraceConnectStart(ctx context.Context, data pgx.TraceConnectStartData) context.Context {
	p := t.pipeline(ctx)
	if p == nil {
		return ctx
	}
	w := work{Statement: connecting}
	if data.ConnConfig != nil {
		w.database = data.ConnConfig.Database
	}
	return start(ctx, p, w)
}

// TraceConnectEnd ends it.
func (t *Tracer) TraceConnectEnd(ctx context.Context, data pgx.TraceConnectEndData) {
	if c := callOf(ctx); c != nil {
		c.end(data.Conn, data.Err)
	}
}

type waitingKey struct{}

// TraceAcquireStart notes since when a connection is waited for, and has the
// pool measured.
func (t *Tracer) TraceAcquireStart(ctx context.Context, pool *pgxpool.Pool, _ pgxpool.TraceAcquireStartData) context.Context {
	p := t.pipeline(ctx)
	if p == nil {
		return ctx
	}
	poolsOf(p).watch(pool)
	return context.WithValue(ctx, waitingKey{}, time.Now())
}

// TraceAcquireEnd makes a span of a wait that was in vain. Where a new
// connection failed, that has a span of its own.
func (t *Tracer) TraceAcquireEnd(ctx context.Context, pool *pgxpool.Pool, data pgxpool.TraceAcquireEndData) {
	since, ok := ctx.Value(waitingKey{}).(time.Time)
	var connect *pgconn.ConnectError
	if !ok || data.Err == nil || errors.As(data.Err, &connect) {
		return
	}
	p := t.pipeline(ctx)
	if p == nil {
		return
	}
	w := work{Statement: acquiring, database: pool.Config().ConnConfig.Database}
	id := failure.Describe(ctx, data.Err, p.Classify())
	w.measure(ctx, p, time.Since(since), id.Type)
	ctx = core.NewContext(ctx, p)
	if !core.Wanted(ctx) {
		return
	}
	// Only now is it known that there is something to tell, so the span is
	// none of those that begin at once.
	_, span := p.TracerProvider().Tracer(core.ScopeName).Start(ctx, w.Span,
		trace.WithSpanKind(trace.SpanKindClient), trace.WithTimestamp(since))
	defer span.End()
	a := append(w.attributes(nil), attr.ErrorType.String(id.Type))
	if !id.Benign {
		a = append(a, attr.ErrorMessage.String(id.Message),
			attr.ExceptionType.String(id.GoType), attr.ExceptionMessage.String(id.Message))
		span.SetStatus(codes.Error, id.Message)
	}
	span.SetAttributes(a...)
}
