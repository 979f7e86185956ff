package telemetrysql

import (
	"context"
	"database/sql/driver"
	"errors"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/core"
	"github.com/lift-sys/telemetry/internal/failure"
	"github.com/lift-sys/telemetry/internal/sqltext"
)

// call is one call of a database, with its span.
type call struct {
	core.Span
	config    *config
	statement *sqltext.Statement
	query     string              // with its literals, for as long as the call lasts
	args      []driver.NamedValue // of the query
	conn      *conn               // nil where there is none yet
	waiting   bool                // for its statement to be prepared, or its rows to be closed
	since     time.Time           // when the work began, where that was before the span
	reading   reading

	err     error // of the driver
	changed int64 // rows
	counted bool  // changed is known
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

// What calls without a statement do.
var (
	connecting  = step(attr.SpanDBConnect, "connect")
	pinging     = step(attr.SpanDBQuery, "ping")
	beginning   = step(attr.SpanDBBegin, "begin")
	committing  = step(attr.SpanDBCommit, "commit")
	rollingBack = step(attr.SpanDBRollback, "rollback")
)

func step(span, operation string) *sqltext.Statement {
	return &sqltext.Statement{
		Operation: operation, Verb: operation, Span: span,
		Attributes: []attribute.KeyValue{attr.DBOperation.String(operation), attr.DBOperationName.String(operation)},
	}
}

// start begins a call, and returns the context for it. Where telemetry is off
// the call is nil.
func (c *config) start(ctx context.Context, s *sqltext.Statement) (*call, context.Context) {
	p := c.pipeline(ctx)
	if p == nil {
		return nil, ctx
	}
	in := ctx
	if c.base != nil {
		in = core.NewContext(ctx, p)
	}
	made := &call{config: c, statement: s}
	if !made.Open(in, families[s.Span], made, nil) {
		return nil, ctx
	}
	ctx = made.Begin()
	return made, ctx
}

// start begins a call on the connection.
func (c *conn) start(ctx context.Context, s *sqltext.Statement) (*call, context.Context) {
	span, ctx := c.config.start(ctx, s)
	if span != nil {
		span.conn = c
	}
	return span, ctx
}

// call begins the call of a statement.
func (c *conn) call(ctx context.Context, query string, args []driver.NamedValue) (*call, context.Context) {
	if c.config.pipeline(ctx) == nil {
		return nil, ctx
	}
	span, ctx := c.start(ctx, sqltext.Read(c.config.dialect, query))
	if span != nil {
		span.query, span.args = query, args
	}
	return span, ctx
}

// prepare begins the preparation of a statement, where that has a span.
func (c *conn) prepare(ctx context.Context, query string) (*call, context.Context) {
	if !c.config.verbose || c.config.pipeline(ctx) == nil {
		return nil, ctx
	}
	s := *sqltext.Read(c.config.dialect, query)
	s.Operation, s.Verb, s.Span = "prepare", "prepare", attr.SpanDBQuery
	s.SetAttributes()
	span, ctx := c.start(ctx, &s)
	if span != nil {
		span.query = query
	}
	return span, ctx
}

// unprepared makes a span of a statement that could not be prepared, as of
// since: of those that can, only the calls have one.
func (c *conn) unprepared(ctx context.Context, since time.Time, query string, err error) {
	p := c.config.pipeline(ctx)
	if p == nil {
		return
	}
	ctx = core.NewContext(ctx, p)
	s := sqltext.Read(c.config.dialect, query)
	_, span := p.TracerProvider().Tracer(core.ScopeName).Start(ctx, s.Span,
		trace.WithSpanKind(trace.SpanKindClient), trace.WithTimestamp(since))
	defer span.End()
	made := &call{config: c.config, statement: s, query: query, conn: c, since: since}
	if made.OpenLive(ctx, span, families[s.Span], made) {
		made.end(err)
	}
}

// end ends a call that returned err.
func (c *call) end(err error) {
	if c == nil {
		return
	}
	if err != nil {
		c.Do(func() { c.err = err })
		lost := c.lost(err)
		if err = c.redacted(err); lost {
			err = failure.Lost(err)
		}
	}
	c.Span.End(err)
}

// errUnwound stands for the panic of a driver, which goes on its way untouched.
var errUnwound = unwoundError{errors.New("the driver panicked")}

type unwoundError struct{ error }

// ErrorType is the error.type of a panic.
func (unwoundError) ErrorType() string { return attr.ErrorPanic }

// unwind is deferred around the driver's part, and ends a call that never came
// back from it.
func (c *call) unwind() {
	if c != nil && !c.waiting && !c.Ended() {
		c.Span.End(errUnwound)
	}
}

// affect ends a call that returned a result.
func (c *call) affect(r driver.Result, err error) {
	if c == nil {
		return
	}
	if err == nil && r != nil && c.statement.Changes {
		// Drivers know it by now; of those that do not, it is an error.
		if n, unknown := r.RowsAffected(); unknown == nil {
			c.Do(func() { c.changed, c.counted = n, true })
		}
	}
	c.end(err)
}

// Finish implements core.Extension.
func (c *call) Finish(o core.Outcome, a []attribute.KeyValue) []attribute.KeyValue {
	c.measure(o)
	if !c.Recording() {
		return a
	}
	a = append(a, c.config.common...)
	known := c.statement.Attributes
	if c.config.noText && c.statement.Text != "" {
		known = known[:len(known)-2]
	}
	a = append(a, known...)
	if c.counted {
		a = append(a, attr.DBRowsAffected.Int64(c.changed))
	}
	if code := failure.Code(c.err); code != "" {
		a = append(a, attr.DBResponseStatusCode.String(code))
	}
	return a
}
