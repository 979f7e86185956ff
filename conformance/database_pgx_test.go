package conformance_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/lift-sys/telemetry/telemetrypgx"
)

// pgxPool opens a pool of pgx, which lives as long as the test.
func pgxPool(t *testing.T, url string, wrap bool, configure ...func(*pgxpool.Config)) *pgxpool.Pool {
	t.Helper()
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	config.MaxConns = clients
	if wrap {
		config.ConnConfig.Tracer = telemetrypgx.NewTracer()
	}
	for _, c := range configure {
		c(config)
	}
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	return pool
}

// pgxQuerier is what pools, connections and transactions of pgx have in
// common.
type pgxQuerier interface {
	Exec(ctx context.Context, query string, args ...any) (pgconn.CommandTag, error)
	Query(ctx context.Context, query string, args ...any) (pgx.Rows, error)
}

// pgxRunner runs statements through pgx.
type pgxRunner struct {
	pgxQuerier
	owner *pgx.Conn // nil for a pool
}

func (r pgxRunner) exec(ctx context.Context, query string, args ...any) (int64, error) {
	tag, err := r.Exec(ctx, query, args...)
	return tag.RowsAffected(), err
}

func (r pgxRunner) query(ctx context.Context, query string, args ...any) ([][]any, error) {
	rows, err := r.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all [][]any
	for rows.Next() {
		values, err := rows.Values()
		if err != nil {
			return all, err
		}
		all = append(all, values)
	}
	return all, rows.Err()
}

var statements atomic.Int64

func (r pgxRunner) prepare(ctx context.Context, query string) (prepared, error) {
	name := fmt.Sprintf("statement %d", statements.Add(1))
	if _, err := r.owner.Prepare(ctx, name, query); err != nil {
		return nil, err
	}
	return pgxStatement{r, name}, nil
}

type pgxStatement struct {
	pgxRunner
	name string
}

func (s pgxStatement) exec(ctx context.Context, args ...any) (int64, error) {
	return s.pgxRunner.exec(ctx, s.name, args...)
}

func (s pgxStatement) query(ctx context.Context, args ...any) ([][]any, error) {
	return s.pgxRunner.query(ctx, s.name, args...)
}

func (s pgxStatement) close(ctx context.Context) error { return s.owner.Deallocate(ctx, s.name) }

// pgxDatabase is a pool of pgx.
type pgxDatabase struct {
	pgxRunner
	pool *pgxpool.Pool
}

func newPgxDatabase(pool *pgxpool.Pool) database {
	return &pgxDatabase{pgxRunner{pgxQuerier: pool}, pool}
}

func (d *pgxDatabase) conn(ctx context.Context) (runner, func(), error) {
	c, err := d.pool.Acquire(ctx)
	if err != nil {
		return nil, nil, err
	}
	return pgxRunner{c, c.Conn()}, c.Release, nil
}

func (d *pgxDatabase) begin(ctx context.Context) (transaction, error) {
	tx, err := d.pool.Begin(ctx)
	if err != nil {
		return nil, err
	}
	return pgxTransaction{pgxRunner{tx, tx.Conn()}, tx}, nil
}

func (d *pgxDatabase) close() { d.pool.Close() }

type pgxTransaction struct {
	pgxRunner
	tx pgx.Tx
}

func (t pgxTransaction) commit(ctx context.Context) error   { return t.tx.Commit(ctx) }
func (t pgxTransaction) rollback(ctx context.Context) error { return t.tx.Rollback(ctx) }
