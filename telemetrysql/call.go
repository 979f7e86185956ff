package telemetrysql

import (
	"context"
	"database/sql/driver"
	"errors"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/core"
	"github.com/lift-sys/telemetry/internal/sqltext"
)

// call is one call of a database, with its span.
type call struct {
	core.Span
	config    *config
	statement *sqltext.Statement
	err       error
	rows      int64
	counted   bool // rows is known
	waiting   bool // for its statement to be prepared
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

// query begins the call of a statement.
func (c *config) query(ctx context.Context, query string) (*call, context.Context) {
	if c.pipeline(ctx) == nil {
		return nil, ctx
	}
	return c.start(ctx, sqltext.Read(c.dialect, query))
}

// prepare begins the preparation of a statement.
func (c *config) prepare(ctx context.Context, query string) (*call, context.Context) {
	if !c.verbose || c.pipeline(ctx) == nil {
		return nil, ctx
	}
	s := *sqltext.Read(c.dialect, query)
	s.Operation, s.Verb, s.Span = "prepare", "prepare", attr.SpanDBQuery
	s.SetAttributes()
	return c.start(ctx, &s)
}

// end ends a call that returned err.
func (c *call) end(err error) {
	if c == nil {
		return
	}
	c.err = err
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
		c.end(errUnwound)
	}
}

// affect ends a call that returned a result.
func (c *call) affect(r driver.Result, err error) {
	if c == nil {
		return
	}
	if err == nil && r != nil {
		// Drivers know it by now; of those that do not, it is an error.
		if n, unknown := r.RowsAffected(); unknown == nil {
			c.rows, c.counted = n, true
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
		a = append(a, attr.DBRowsAffected.Int64(c.rows))
	}
	if code := stateOf(c.err); code != "" {
		a = append(a, attr.DBResponseStatusCode.String(code))
	}
	return a
}

// stateOf returns the SQLSTATE of a failure, or "".
func stateOf(err error) (code string) {
	if err == nil {
		return ""
	}
	defer func() {
		if recover() != nil { // a driver's error must not reach the service
			code = ""
		}
	}()
	var state interface{ SQLState() string }
	if errors.As(err, &state) {
		return state.SQLState()
	}
	return ""
}
