package telemetrysql_test

import (
	"context"
	"database/sql/driver"
	"io"
	"sync/atomic"
)

// fake is what the fake driver's parts share, and what tests say about it.
type fake struct {
	fail     error // of whatever is called next
	skip     bool  // wants statements prepared
	invalid  bool  // has no use for its connection any more
	affected driver.Result
	ctx      context.Context // of the last call
	calls    []string
	closed   atomic.Int32
}

func (f *fake) call(ctx context.Context, name string) error {
	f.ctx = ctx
	f.calls = append(f.calls, name)
	return f.fail
}

// bare is a connection that has nothing optional.
type bare struct{ f *fake }

func (c bare) Prepare(string) (driver.Stmt, error) {
	return bareStmt(c), c.f.call(context.Background(), "Prepare")
}
func (c bare) Close() error { return c.f.call(context.Background(), "Close") }
func (c bare) Begin() (driver.Tx, error) {
	return fakeTx(c), c.f.call(context.Background(), "Begin")
}

// The optional parts of a connection.
type (
	pings    struct{ f *fake }
	resets   struct{ f *fake }
	valid    struct{ f *fake }
	checks   struct{ f *fake }
	prepares struct{ f *fake }
	begins   struct{ f *fake }
	execs    struct{ f *fake }
	oldExecs struct{ f *fake }
	queries  struct{ f *fake }
	oldQuery struct{ f *fake }
)

func (p pings) Ping(ctx context.Context) error          { return p.f.call(ctx, "Ping") }
func (p resets) ResetSession(ctx context.Context) error { return p.f.call(ctx, "ResetSession") }
func (p valid) IsValid() bool {
	_ = p.f.call(context.Background(), "IsValid")
	return !p.f.invalid
}

func (p checks) CheckNamedValue(*driver.NamedValue) error {
	return p.f.call(context.Background(), "CheckNamedValue")
}

func (p prepares) PrepareContext(ctx context.Context, _ string) (driver.Stmt, error) {
	return fullStmt{bareStmt(p)}, p.f.call(ctx, "PrepareContext")
}

func (p begins) BeginTx(ctx context.Context, _ driver.TxOptions) (driver.Tx, error) {
	return fakeTx(p), p.f.call(ctx, "BeginTx")
}

func (p execs) ExecContext(ctx context.Context, _ string, _ []driver.NamedValue) (driver.Result, error) {
	if p.f.skip {
		return nil, driver.ErrSkip
	}
	return p.f.affected, p.f.call(ctx, "ExecContext")
}

func (p oldExecs) Exec(string, []driver.Value) (driver.Result, error) {
	return p.f.affected, p.f.call(context.Background(), "Exec")
}

func (p queries) QueryContext(ctx context.Context, _ string, _ []driver.NamedValue) (driver.Rows, error) {
	if p.f.skip {
		return nil, driver.ErrSkip
	}
	return fakeRows{}, p.f.call(ctx, "QueryContext")
}

func (p oldQuery) Query(string, []driver.Value) (driver.Rows, error) {
	return fakeRows{}, p.f.call(context.Background(), "Query")
}

// full is a connection that has all that a modern driver's has.
type full struct {
	bare
	pings
	resets
	valid
	prepares
	begins
	execs
	queries
}

func newFull(f *fake) driver.Conn {
	return full{bare{f}, pings{f}, resets{f}, valid{f}, prepares{f}, begins{f}, execs{f}, queries{f}}
}

type bareStmt struct{ f *fake }

func (s bareStmt) Close() error  { return nil }
func (s bareStmt) NumInput() int { return -1 }
func (s bareStmt) Exec([]driver.Value) (driver.Result, error) {
	return s.f.affected, s.f.call(context.Background(), "Stmt.Exec")
}

func (s bareStmt) Query([]driver.Value) (driver.Rows, error) {
	return fakeRows{}, s.f.call(context.Background(), "Stmt.Query")
}

type fullStmt struct{ bareStmt }

func (s fullStmt) ExecContext(ctx context.Context, _ []driver.NamedValue) (driver.Result, error) {
	return s.f.affected, s.f.call(ctx, "Stmt.ExecContext")
}

func (s fullStmt) QueryContext(ctx context.Context, _ []driver.NamedValue) (driver.Rows, error) {
	return fakeRows{}, s.f.call(ctx, "Stmt.QueryContext")
}

type stmtChecker struct{ f *fake }

func (s stmtChecker) CheckNamedValue(*driver.NamedValue) error {
	return s.f.call(context.Background(), "Stmt.CheckNamedValue")
}

type stmtConverter struct{ f *fake }

func (s stmtConverter) ColumnConverter(int) driver.ValueConverter {
	s.f.calls = append(s.f.calls, "Stmt.ColumnConverter")
	return driver.DefaultParameterConverter
}

type fakeTx struct{ f *fake }

func (t fakeTx) Commit() error   { return t.f.call(context.Background(), "Commit") }
func (t fakeTx) Rollback() error { return t.f.call(context.Background(), "Rollback") }

type fakeRows struct{}

func (fakeRows) Columns() []string         { return []string{"a"} }
func (fakeRows) Close() error              { return nil }
func (fakeRows) Next([]driver.Value) error { return io.EOF }

// fakeConnector makes connections with make.
type fakeConnector struct {
	f    *fake
	make func(*fake) driver.Conn
}

func (c fakeConnector) Connect(ctx context.Context) (driver.Conn, error) {
	if err := c.f.call(ctx, "Connect"); err != nil {
		return nil, err
	}
	return c.make(c.f), nil
}

func (c fakeConnector) Driver() driver.Driver { return fakeDriver{c} }

// Close implements io.Closer.
func (c fakeConnector) Close() error {
	c.f.closed.Add(1)
	return nil
}

type fakeDriver struct{ c fakeConnector }

func (d fakeDriver) Open(string) (driver.Conn, error) { return d.c.Connect(context.Background()) }

// fakeContextDriver has connectors.
type fakeContextDriver struct{ fakeDriver }

func (d fakeContextDriver) OpenConnector(string) (driver.Connector, error) { return d.c, nil }
