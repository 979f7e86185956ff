package telemetrysql

import (
	"context"
	"database/sql/driver"
)

// always is what each connection has.
type always interface {
	driver.Conn
	driver.ConnBeginTx
	wrapped() *conn
}

type (
	direct interface {
		driver.ExecerContext
		driver.QueryerContext
	}
	legacyDirect interface {
		direct
		driver.Execer  //nolint:staticcheck // where the driver has it, its wrapper does
		driver.Queryer //nolint:staticcheck // see above
	}
)

// The optional interfaces of a connection, one each. combine puts together
// those that a driver's connection has.
type (
	pinger    struct{ *conn }
	resetter  struct{ *conn }
	validator struct{ *conn }
	checker   struct{ *conn }
	preparer  struct{ *conn }

	execer  struct{ *conn }
	queryer struct{ *conn }
	runner  struct { // both
		execer
		queryer
	}
	legacyRunner struct{ runner } // with and without a context
)

func newRunner(c *conn) runner             { return runner{execer{c}, queryer{c}} }
func newLegacyRunner(c *conn) legacyRunner { return legacyRunner{newRunner(c)} }

// Ping implements driver.Pinger.
func (p pinger) Ping(ctx context.Context) error {
	raw, ok := p.Conn.(driver.Pinger)
	if !ok {
		return nil
	}
	p.settle()
	if !p.config.verbose {
		return raw.Ping(ctx)
	}
	span, ctx := p.start(ctx, pinging)
	defer span.unwind()
	err := raw.Ping(ctx)
	span.end(err)
	return err
}

// ResetSession implements driver.SessionResetter.
func (r resetter) ResetSession(ctx context.Context) error {
	r.settle()
	if raw, ok := r.Conn.(driver.SessionResetter); ok {
		return raw.ResetSession(ctx)
	}
	return nil
}

// IsValid implements driver.Validator.
func (v validator) IsValid() bool {
	raw, ok := v.Conn.(driver.Validator)
	return !ok || raw.IsValid()
}

// CheckNamedValue implements driver.NamedValueChecker.
func (c checker) CheckNamedValue(v *driver.NamedValue) error {
	if raw, ok := c.Conn.(driver.NamedValueChecker); ok {
		return raw.CheckNamedValue(v)
	}
	return driver.ErrSkip
}

// PrepareContext implements driver.ConnPrepareContext.
func (p preparer) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	return p.prepared(ctx, query, func(ctx context.Context) (driver.Stmt, error) {
		if raw, ok := p.Conn.(driver.ConnPrepareContext); ok {
			return raw.PrepareContext(ctx, query)
		}
		return p.Conn.Prepare(query)
	})
}

// ExecContext implements driver.ExecerContext.
func (e execer) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	return e.exec(ctx, query, args)
}

// Exec implements driver.Execer. database/sql does not call it.
func (r legacyRunner) Exec(query string, args []driver.Value) (driver.Result, error) {
	raw, ok := r.execer.Conn.(driver.Execer) //nolint:staticcheck // the driver has it, so its wrapper does
	if !ok {
		return nil, driver.ErrSkip
	}
	return raw.Exec(query, args)
}

// QueryContext implements driver.QueryerContext.
func (q queryer) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	return q.rows(ctx, query, args)
}

// Query implements driver.Queryer. database/sql does not call it.
func (r legacyRunner) Query(query string, args []driver.Value) (driver.Rows, error) {
	raw, ok := r.queryer.Conn.(driver.Queryer) //nolint:staticcheck // the driver has it, so its wrapper does
	if !ok {
		return nil, driver.ErrSkip
	}
	return raw.Query(query, args)
}
