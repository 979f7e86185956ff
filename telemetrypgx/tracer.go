package telemetrypgx

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/lift-sys/telemetry/internal/core"
)

// A Tracer makes spans and metrics of what pgx does. Get one from [NewTracer].
// It is safe for concurrent use, by any number of connections and pools.
type Tracer struct {
	pipeline finder
	noText   bool
}

var (
	_ pgx.QueryTracer       = (*Tracer)(nil)
	_ pgx.BatchTracer       = (*Tracer)(nil)
	_ pgx.CopyFromTracer    = (*Tracer)(nil)
	_ pgx.PrepareTracer     = (*Tracer)(nil)
	_ pgx.ConnectTracer     = (*Tracer)(nil)
	_ pgxpool.AcquireTracer = (*Tracer)(nil)
)

// NewTracer returns a tracer for the field Tracer of a [pgx.ConnConfig]. It
// goes together with others through package multitracer of pgx.
func NewTracer(opts ...Option) *Tracer {
	t := &Tracer{pipeline: core.From}
	for _, o := range opts {
		if o != nil {
			o(t)
		}
	}
	return t
}

// TraceQueryStart starts the span of a Query, QueryRow or Exec.
func (t *Tracer) TraceQueryStart(ctx context.Context, conn *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	p := t.pipeline(ctx)
	if p == nil {
		return ctx
	}
	return start(ctx, p, t.statement(conn, data.SQL, data.Args))
}

// TraceQueryEnd ends it.
func (t *Tracer) TraceQueryEnd(ctx context.Context, conn *pgx.Conn, data pgx.TraceQueryEndData) {
	c := callOf(ctx)
	if c == nil {
		return
	}
	if data.Err == nil {
		c.affected(data.CommandTag)
	}
	c.end(conn, data.Err)
}

// TraceCopyFromStart starts the span of a CopyFrom.
func (t *Tracer) TraceCopyFromStart(ctx context.Context, conn *pgx.Conn, data pgx.TraceCopyFromStartData) context.Context {
	p := t.pipeline(ctx)
	if p == nil {
		return ctx
	}
	w := t.statement(conn, copyStatement(data.TableName, data.ColumnNames), nil)
	w.copies = true
	return start(ctx, p, w)
}

// TraceCopyFromEnd ends it.
func (t *Tracer) TraceCopyFromEnd(ctx context.Context, conn *pgx.Conn, data pgx.TraceCopyFromEndData) {
	t.TraceQueryEnd(ctx, conn, pgx.TraceQueryEndData(data))
}

// copyStatement returns what CopyFrom sends to the server.
func copyStatement(table pgx.Identifier, columns []string) string {
	b := make([]byte, 0, 128)
	b = append(append(b, "COPY "...), table.Sanitize()...)
	for i, c := range columns {
		b = append(b, [...]string{" (", ", "}[min(i, 1)]...)
		b = append(b, pgx.Identifier{c}.Sanitize()...)
	}
	if len(columns) > 0 {
		b = append(b, ')')
	}
	return string(append(b, " FROM STDIN BINARY"...))
}
