package conformance_test

import (
	"context"
	"database/sql"
	"testing"
)

// sqlQuerier is what *sql.DB, *sql.Conn and *sql.Tx have in common.
type sqlQuerier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
}

// sqlRunner runs statements through database/sql.
type sqlRunner struct {
	sqlQuerier
	spell func(string) string // placeholders
}

func (r sqlRunner) exec(ctx context.Context, query string, args ...any) (int64, error) {
	return rowsAffected(r.ExecContext(ctx, r.spell(query), args...))
}

func rowsAffected(result sql.Result, err error) (int64, error) {
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

func (r sqlRunner) query(ctx context.Context, query string, args ...any) ([][]any, error) {
	rows, err := r.QueryContext(ctx, r.spell(query), args...)
	if err != nil {
		return nil, err
	}
	return readAll(rows)
}

// readAll reads rows as far as there are any.
func readAll(rows *sql.Rows) (all [][]any, err error) {
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	for rows.Next() {
		values, targets := make([]any, len(names)), make([]any, len(names))
		for i := range values {
			targets[i] = &values[i]
		}
		if err := rows.Scan(targets...); err != nil {
			return all, err
		}
		all = append(all, values)
	}
	return all, rows.Err()
}

func (r sqlRunner) prepare(ctx context.Context, query string) (prepared, error) {
	s, err := r.PrepareContext(ctx, r.spell(query))
	if err != nil {
		return nil, err
	}
	return sqlStatement{s}, nil
}

// sqlStatement is a prepared statement of database/sql.
type sqlStatement struct{ *sql.Stmt }

func (s sqlStatement) exec(ctx context.Context, args ...any) (int64, error) {
	return rowsAffected(s.ExecContext(ctx, args...))
}

func (s sqlStatement) query(ctx context.Context, args ...any) ([][]any, error) {
	rows, err := s.QueryContext(ctx, args...)
	if err != nil {
		return nil, err
	}
	return readAll(rows)
}

func (s sqlStatement) close(context.Context) error { return s.Close() }

// sqlDatabase is a pool of database/sql.
type sqlDatabase struct {
	sqlRunner
	db *sql.DB
}

func newSQLDatabase(t *testing.T, db *sql.DB, err error, spell func(string) string) database {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(clients)
	db.SetMaxIdleConns(clients)
	return &sqlDatabase{sqlRunner{db, spell}, db}
}

func (d *sqlDatabase) conn(ctx context.Context) (runner, func(), error) {
	c, err := d.db.Conn(ctx)
	if err != nil {
		return nil, nil, err
	}
	return sqlRunner{c, d.spell}, func() { _ = c.Close() }, nil
}

func (d *sqlDatabase) begin(ctx context.Context) (transaction, error) {
	tx, err := d.db.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	return sqlTransaction{sqlRunner{tx, d.spell}, tx}, nil
}

func (d *sqlDatabase) close() { _ = d.db.Close() }

type sqlTransaction struct {
	sqlRunner
	tx *sql.Tx
}

func (t sqlTransaction) commit(context.Context) error   { return t.tx.Commit() }
func (t sqlTransaction) rollback(context.Context) error { return t.tx.Rollback() }
