package telemetrypgx

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
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
	if !ok || data.Err == nil {
		return
	}
	if _, told := errors.AsType[*pgconn.ConnectError](data.Err); told {
		return
	}
	p := t.pipeline(ctx)
	if p == nil {
		return
	}
	late(ctx, p, nil, work{Statement: acquiring, database: pool.Config().ConnConfig.Database, since: since}, data.Err)
}
