package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"go.opentelemetry.io/otel/attribute"
	_ "modernc.org/sqlite" // the driver "sqlite"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/attr"
)

const schema = `
CREATE TABLE IF NOT EXISTS users (
	id TEXT PRIMARY KEY
);
CREATE TABLE IF NOT EXISTS sessions (
	id         TEXT PRIMARY KEY,
	user_id    TEXT NOT NULL,
	prompt     TEXT NOT NULL,
	status     TEXT NOT NULL,
	holes      INTEGER NOT NULL,
	resolved   INTEGER NOT NULL,
	ir_version INTEGER NOT NULL
)`

// errNotFound says that there is no such row.
var errNotFound = errors.New("not found")

// session is a row of the table of sessions.
type session struct {
	id, user, prompt           string
	status                     telemetry.SessionStatus
	holes, resolved, irVersion int
}

// store keeps users and sessions in SQLite. Its methods are safe for
// concurrent use.
type store struct{ db *sql.DB }

// openStore opens the database at path, and makes its tables where they are
// missing.
func openStore(ctx context.Context, path string) (*store, error) {
	db, err := sql.Open("sqlite", path)
	if err != nil {
		return nil, fmt.Errorf("open the database %q: %w", path, err)
	}
	// SQLite has one writer, and each connection to :memory: is a database of
	// its own.
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(ctx, schema); err != nil {
		return nil, errors.Join(fmt.Errorf("make tables in %q: %w", path, err), db.Close())
	}
	return &store{db}, nil
}

func (s *store) close() error { return s.db.Close() }

// addUser reports whether the user is new.
func (s *store) addUser(ctx context.Context, id string) (bool, error) {
	n, err := s.exec(ctx, insert("users", "INSERT INTO users (id) VALUES (?) ON CONFLICT DO NOTHING"), id)
	return n > 0, err
}

func (s *store) addSession(ctx context.Context, r session) error {
	_, err := s.exec(ctx, insert("sessions",
		"INSERT INTO sessions (id, user_id, prompt, status, holes, resolved, ir_version) VALUES (?, ?, ?, ?, ?, ?, ?)"),
		r.id, r.user, r.prompt, r.status, r.holes, r.resolved, r.irVersion)
	return err
}

// session returns errNotFound where there is none.
func (s *store) session(ctx context.Context, id string) (r session, err error) {
	st := statement{
		attr.SpanDBSelect, attr.DBSelect, "SELECT", "sessions",
		"SELECT id, user_id, prompt, status, holes, resolved, ir_version FROM sessions WHERE id = ?",
	}
	ctx, span := telemetry.Start(ctx, st.span, st.attributes()...)
	defer span.End(&err)
	err = s.db.QueryRowContext(ctx, st.text, id).
		Scan(&r.id, &r.user, &r.prompt, &r.status, &r.holes, &r.resolved, &r.irVersion)
	if errors.Is(err, sql.ErrNoRows) {
		// The statement worked; that nothing came is for the caller to judge.
		span.Set(attr.DBRowsAffected.Int(0))
		span.End(nil)
		return r, fmt.Errorf("session %q: %w", id, errNotFound)
	}
	if err != nil {
		return r, fmt.Errorf("read session %q: %w", id, err)
	}
	span.Set(attr.DBRowsAffected.Int(1))
	return r, nil
}

func (s *store) updateSession(ctx context.Context, r session) error {
	_, err := s.exec(ctx, statement{
		attr.SpanDBUpdate, attr.DBUpdate, "UPDATE", "sessions",
		"UPDATE sessions SET prompt = ?, status = ?, resolved = ?, ir_version = ? WHERE id = ?",
	}, r.prompt, r.status, r.resolved, r.irVersion, r.id)
	return err
}

func (s *store) deleteSession(ctx context.Context, id string) error {
	_, err := s.exec(ctx, statement{
		attr.SpanDBDelete, attr.DBDelete, "DELETE", "sessions", "DELETE FROM sessions WHERE id = ?",
	}, id)
	return err
}

// statement is a statement with what its span says of it. Its text holds
// placeholders and no literals.
type statement struct {
	span, operation, verb, table, text string
}

func insert(table, text string) statement {
	return statement{attr.SpanDBInsert, attr.DBInsert, "INSERT", table, text}
}

func (st statement) attributes() []attribute.KeyValue {
	return []attribute.KeyValue{
		attr.DBSystemName.String("sqlite"),
		attr.DBOperation.String(st.operation), attr.DBOperationName.String(st.verb),
		attr.DBTable.String(st.table), attr.DBCollectionName.String(st.table),
		attr.DBStatement.String(st.text), attr.DBQueryText.String(st.text),
	}
}

// exec runs a statement in a span of its own and returns the rows affected.
//
// Once package telemetrysql exists, a database that it opened makes these
// spans by itself.
func (s *store) exec(ctx context.Context, st statement, args ...any) (rows int64, err error) {
	ctx, span := telemetry.Start(ctx, st.span, st.attributes()...)
	defer span.End(&err)
	result, err := s.db.ExecContext(ctx, st.text, args...)
	if err != nil {
		return 0, fmt.Errorf("%s %s: %w", st.operation, st.table, err)
	}
	if rows, err = result.RowsAffected(); err != nil {
		return 0, fmt.Errorf("%s %s: %w", st.operation, st.table, err)
	}
	span.Set(attr.DBRowsAffected.Int64(rows))
	return rows, nil
}
