package telemetrysql

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"time"
)

// conn wraps a connection of a driver. combine gives it the optional
// interfaces that the driver's has. Like any connection, it is used by one
// goroutine at a time.
type conn struct {
	driver.Conn
	config  *config
	skipped *call // a call that the driver wants to see prepared
	query   string
	open    *call // the calls whose rows are not closed yet, the last first
}

// Unwrap returns the driver's own connection of what sql.Conn.Raw hands out.
// Anything else it returns as it is.
func Unwrap(driverConn any) any {
	for {
		w, ok := driverConn.(interface{ wrapped() *conn })
		if !ok {
			return driverConn
		}
		driverConn = w.wrapped().Conn
	}
}

func (c *conn) wrapped() *conn { return c }

// settle ends a call that was not prepared after all.
func (c *conn) settle() {
	if c.skipped != nil {
		c.skipped.end(nil)
		c.skipped, c.query = nil, ""
	}
}

// Close implements driver.Conn. Rows that are still open are closed with it.
func (c *conn) Close() error {
	c.settle()
	for c.open != nil {
		c.open.close(nil)
	}
	return c.Conn.Close()
}

// Prepare implements driver.Conn.
func (c *conn) Prepare(query string) (driver.Stmt, error) {
	return c.prepared(context.Background(), query, func(context.Context) (driver.Stmt, error) { return c.Conn.Prepare(query) })
}

func (c *conn) prepared(ctx context.Context, query string, prepare func(context.Context) (driver.Stmt, error)) (driver.Stmt, error) {
	resumed := c.skipped
	if resumed != nil && c.query == query {
		c.skipped, c.query = nil, ""
		ctx = resumed.Own()
	} else {
		c.settle()
		resumed = nil
	}
	since := time.Now()
	span, own := c.prepare(ctx, query)
	defer span.unwind()
	s, err := prepare(own)
	span.end(err)
	if err != nil {
		if resumed.end(err); resumed == nil && span == nil {
			c.unprepared(ctx, since, query, err)
		}
		return nil, err
	}
	return newStmt(&stmt{Stmt: s, conn: c, query: query, resumed: resumed}), nil
}

// BeginTx implements driver.ConnBeginTx, and does for drivers without it what
// database/sql does.
func (c *conn) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	c.settle()
	span, own := c.start(ctx, beginning)
	defer span.unwind()
	t, err := c.begin(own, opts)
	span.end(err)
	if err != nil {
		return nil, err
	}
	return &tx{Tx: t, ctx: ctx, conn: c}, nil
}

func (c *conn) begin(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	if b, ok := c.Conn.(driver.ConnBeginTx); ok {
		return b.BeginTx(ctx, opts)
	}
	if opts.Isolation != driver.IsolationLevel(sql.LevelDefault) {
		return nil, errors.New("sql: driver does not support non-default isolation level")
	}
	if opts.ReadOnly {
		return nil, errors.New("sql: driver does not support read-only transactions")
	}
	t, err := c.Conn.Begin() //nolint:staticcheck // of a driver that has nothing else
	if err == nil && ctx.Err() != nil {
		_ = t.Rollback() // the context says why
		return nil, ctx.Err()
	}
	return t, err
}

// exec runs a statement with what the driver has for it.
func (c *conn) exec(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	c.settle()
	span, ctx := c.call(ctx, query, args)
	defer span.unwind()
	r, err := c.execute(ctx, query, args)
	if c.skip(span, query, err) {
		return nil, err
	}
	span.affect(r, err)
	return r, err
}

func (c *conn) execute(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if e, ok := c.Conn.(driver.ExecerContext); ok {
		return e.ExecContext(ctx, query, args)
	}
	legacy, ok := c.Conn.(driver.Execer) //nolint:staticcheck // of a driver that has nothing else
	if !ok {
		return nil, driver.ErrSkip
	}
	plain, err := values(ctx, args)
	if err != nil {
		return nil, err
	}
	return legacy.Exec(query, plain)
}

// rows runs a query with what the driver has for it.
func (c *conn) rows(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	c.settle()
	span, ctx := c.call(ctx, query, args)
	defer span.unwind()
	r, err := c.read(ctx, query, args)
	if c.skip(span, query, err) {
		return nil, err
	}
	return span.read(r, err)
}

func (c *conn) read(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if q, ok := c.Conn.(driver.QueryerContext); ok {
		return q.QueryContext(ctx, query, args)
	}
	legacy, ok := c.Conn.(driver.Queryer) //nolint:staticcheck // of a driver that has nothing else
	if !ok {
		return nil, driver.ErrSkip
	}
	plain, err := values(ctx, args)
	if err != nil {
		return nil, err
	}
	return legacy.Query(query, plain)
}

// skip reports whether err says that the driver wants the statement prepared,
// which database/sql does next, on this connection. The call goes on then.
func (c *conn) skip(span *call, query string, err error) bool {
	if err != driver.ErrSkip { //nolint:errorlint // as database/sql compares it
		return false
	}
	if span != nil {
		span.waiting = true
	}
	c.skipped, c.query = span, query
	return true
}

// values converts arguments as database/sql does for drivers that do not know
// named ones.
func values(ctx context.Context, args []driver.NamedValue) ([]driver.Value, error) {
	plain := make([]driver.Value, len(args))
	for i, a := range args {
		if a.Name != "" {
			return nil, errors.New("sql: driver does not support the use of Named Parameters")
		}
		plain[i] = a.Value
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return plain, nil
}
