package telemetrypgx

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/core"
	"github.com/lift-sys/telemetry/internal/failure"
	"github.com/lift-sys/telemetry/internal/sqltext"
)

// call is one operation that has begun, with its span.
type call struct {
	core.Span
	work

	rows    int64
	changed bool  // rows says something
	failed  error // of a batch: why its first statement that failed did
	err     error // of all of it
}

// work says what an operation does.
type work struct {
	*sqltext.Statement

	text     text
	database string
	batch    int  // statements, where there are several
	copies   bool // a COPY by CopyFrom
	noText   bool
	since    time.Time // when it began, where that was before the span
}

// families has what all spans of one name share.
var families = func() map[string]*core.Family {
	m := make(map[string]*core.Family)
	for _, name := range []string{
		attr.SpanDBInsert, attr.SpanDBSelect, attr.SpanDBUpdate, attr.SpanDBDelete, attr.SpanDBConnect,
		attr.SpanDBBegin, attr.SpanDBCommit, attr.SpanDBRollback, attr.SpanDBQuery,
	} {
		m[name] = &core.Family{Name: name, Kind: trace.SpanKindClient}
	}
	return m
}()

// What operations without a statement do.
var (
	connecting = step(attr.SpanDBConnect, "connect")
	acquiring  = step(attr.SpanDBConnect, "acquire")
	batching   = step(attr.SpanDBQuery, "batch")
	// The text of these says no more than the name of their spans.
	steps = map[string]*sqltext.Statement{
		attr.SpanDBBegin:    step(attr.SpanDBBegin, "begin"),
		attr.SpanDBCommit:   step(attr.SpanDBCommit, "commit"),
		attr.SpanDBRollback: step(attr.SpanDBRollback, "rollback"),
	}
)

func step(span, operation string) *sqltext.Statement {
	s := &sqltext.Statement{Span: span, Operation: operation, Verb: operation}
	s.SetAttributes()
	return s
}

// statement returns what sql does on conn, which may be nil.
func (t *Tracer) statement(conn *pgx.Conn, sql string, args []any) work {
	m := remember(conn)
	sql = m.text(sql)
	s := sqltext.Read(sqltext.PostgreSQL, sql)
	if known, ok := steps[s.Span]; ok {
		s = known
	}
	return work{Statement: s, text: text{sql: sql, args: args}, database: m.namespace(), noText: t.noText}
}

// start begins w, and returns the context for it. Metrics count it even where
// its trace is sampled out.
func start(ctx context.Context, p *core.Pipeline, w work) context.Context {
	c := &call{work: w}
	if !c.Open(core.NewContext(ctx, p), families[w.Span], c, nil) {
		return ctx
	}
	return c.Begin()
}

// late makes a span of work that failed with err, and that has none where it
// does not.
func late(ctx context.Context, p *core.Pipeline, conn *pgx.Conn, w work, err error) {
	ctx = core.NewContext(ctx, p)
	_, span := p.TracerProvider().Tracer(core.ScopeName).Start(ctx, w.Span,
		trace.WithSpanKind(trace.SpanKindClient), trace.WithTimestamp(w.since))
	defer span.End()
	c := &call{work: w}
	if c.OpenLive(ctx, span, families[w.Span], c) {
		c.end(conn, err)
	}
}

// callOf returns the call that ctx was made for, or nil.
func callOf(ctx context.Context) *call {
	s := core.Current(ctx)
	if s == nil {
		return nil
	}
	c, _ := s.Extension().(*call)
	return c
}

// affected adds up the rows that statements changed. The tag of a statement
// that only reads counts what it returned, which is no change.
func (c *call) affected(tag pgconn.CommandTag) {
	if tag.Select() {
		return
	}
	if s := tag.String(); s != "" && '0' <= s[len(s)-1] && s[len(s)-1] <= '9' {
		c.rows, c.changed = c.rows+tag.RowsAffected(), true
	}
}

// end ends the call. Only the first of several ends counts. conn may be nil.
func (c *call) end(conn *pgx.Conn, err error) {
	if c.Ended() {
		return
	}
	if c.err = err; err != nil {
		c.changed = false // a batch that fails is undone
		lost := c.lost(conn, err)
		if err = c.redacted(conn, err); lost {
			err = failure.Lost(err)
		}
	}
	c.Span.End(err)
}

// Finish implements core.Extension.
func (c *call) Finish(o core.Outcome, a []attribute.KeyValue) []attribute.KeyValue {
	took := o.Duration
	if !c.since.IsZero() {
		took = time.Since(c.since)
	}
	c.measure(c.Own(), c.Pipeline(), took, o.Failure.Type)
	if !c.Recording() {
		return a
	}
	a = c.work.attributes(a)
	if c.changed {
		a = append(a, attr.DBRowsAffected.Int64(c.rows))
	}
	return appendState(a, c.err)
}

// attributes appends what is known before the work is done.
func (w *work) attributes(a []attribute.KeyValue) []attribute.KeyValue {
	a = append(a, attr.DBSystemName.String(systemName))
	if w.database != "" {
		a = append(a, attr.DBNamespace.String(w.database))
	}
	known := w.Attributes
	if w.noText && w.Text != "" {
		known = known[:len(known)-2] // its two names stand last
	}
	a = append(a, known...)
	if w.batch > 1 {
		a = append(a, attr.DBOperationBatchSize.Int(w.batch))
	}
	return a
}
