package telemetrysql

import (
	"context"
	"database/sql/driver"
)

// stmt wraps a prepared statement of a driver. newStmt gives it the optional
// interfaces that the driver's has.
type stmt struct {
	driver.Stmt
	conn    *conn
	query   string
	resumed *call // the call that the statement was prepared for
}

// Close implements driver.Stmt.
func (s *stmt) Close() error {
	if s.resumed != nil { // database/sql found the arguments wrong
		s.resumed.end(nil)
		s.resumed = nil
	}
	return s.Stmt.Close()
}

// start begins the call of the statement, or goes on with the one that it was
// prepared for.
func (s *stmt) start(ctx context.Context, args []driver.NamedValue) (*call, context.Context) {
	if span := s.resumed; span != nil {
		s.resumed, span.waiting, span.args = nil, false, args
		ctx = span.Own()
		return span, ctx
	}
	return s.conn.call(ctx, s.query, args)
}

// ExecContext implements driver.StmtExecContext, and does for drivers without
// it what database/sql does.
func (s *stmt) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	span, ctx := s.start(ctx, args)
	defer span.unwind()
	r, err := s.execute(ctx, args)
	span.affect(r, err)
	return r, err
}

func (s *stmt) execute(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	if e, ok := s.Stmt.(driver.StmtExecContext); ok {
		return e.ExecContext(ctx, args)
	}
	plain, err := values(ctx, args)
	if err != nil {
		return nil, err
	}
	return s.Exec(plain)
}

// QueryContext implements driver.StmtQueryContext, and does for drivers
// without it what database/sql does.
func (s *stmt) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	span, ctx := s.start(ctx, args)
	defer span.unwind()
	r, err := s.read(ctx, args)
	return span.read(r, err)
}

func (s *stmt) read(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	if q, ok := s.Stmt.(driver.StmtQueryContext); ok {
		return q.QueryContext(ctx, args)
	}
	plain, err := values(ctx, args)
	if err != nil {
		return nil, err
	}
	return s.Query(plain)
}

// newStmt returns s with the optional interfaces that the driver's statement
// has.
func newStmt(s *stmt) driver.Stmt {
	check, checks := s.Stmt.(driver.NamedValueChecker)
	convert, converts := s.Stmt.(driver.ColumnConverter) //nolint:staticcheck // the driver has it, so its wrapper does
	switch {
	case checks && converts:
		return struct {
			*stmt
			driver.NamedValueChecker
			converter
		}{s, check, converter{convert}}
	case checks:
		return struct {
			*stmt
			driver.NamedValueChecker
		}{s, check}
	case converts:
		return struct {
			*stmt
			converter
		}{s, converter{convert}}
	}
	return s
}

// converter lends its method to a statement. The interface itself cannot: its
// name, which is that of its method, would hide it.
type converter struct {
	raw driver.ColumnConverter //nolint:staticcheck // the driver has it, so its wrapper does
}

// ColumnConverter implements driver.ColumnConverter.
func (c converter) ColumnConverter(i int) driver.ValueConverter { return c.raw.ColumnConverter(i) }
