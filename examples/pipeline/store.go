package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/telemetrysql"
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
);
CREATE TABLE IF NOT EXISTS words (
	word       TEXT NOT NULL,
	session_id TEXT NOT NULL,
	PRIMARY KEY (word, session_id)
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
// concurrent use. They say nothing of spans: the database makes them.
type store struct{ db *sql.DB }

// openStore opens the database at path, and makes its tables where they are
// missing.
func openStore(ctx context.Context, path string) (*store, error) {
	db, err := telemetrysql.Open("sqlite", path, telemetrysql.WithDatabase("lift"))
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
	result, err := s.db.ExecContext(ctx, "INSERT INTO users (id) VALUES (?) ON CONFLICT DO NOTHING", id)
	if err != nil {
		return false, fmt.Errorf("add user: %w", err)
	}
	n, err := result.RowsAffected()
	return n > 0, err
}

func (s *store) addSession(ctx context.Context, r session) error {
	_, err := s.db.ExecContext(ctx,
		"INSERT INTO sessions (id, user_id, prompt, status, holes, resolved, ir_version) VALUES (?, ?, ?, ?, ?, ?, ?)",
		r.id, r.user, r.prompt, r.status, r.holes, r.resolved, r.irVersion)
	if err != nil {
		return fmt.Errorf("add session: %w", err)
	}
	return nil
}

// session returns errNotFound where there is none.
func (s *store) session(ctx context.Context, id string) (r session, err error) {
	err = s.db.QueryRowContext(ctx,
		"SELECT id, user_id, prompt, status, holes, resolved, ir_version FROM sessions WHERE id = ?", id).
		Scan(&r.id, &r.user, &r.prompt, &r.status, &r.holes, &r.resolved, &r.irVersion)
	if err != nil {
		return r, readError(id, err)
	}
	return r, nil
}

// readError says why a session could not be read.
func readError(id string, err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("session %q: %w", id, errNotFound)
	}
	return fmt.Errorf("read session %q: %w", id, err)
}

func (s *store) updateSession(ctx context.Context, r session) error {
	_, err := s.db.ExecContext(ctx, "UPDATE sessions SET prompt = ?, status = ?, resolved = ?, ir_version = ? WHERE id = ?",
		r.prompt, r.status, r.resolved, r.irVersion, r.id)
	if err != nil {
		return fmt.Errorf("update session %q: %w", r.id, err)
	}
	return nil
}

func (s *store) deleteSession(ctx context.Context, id string) error {
	if _, err := s.db.ExecContext(ctx, "DELETE FROM sessions WHERE id = ?", id); err != nil {
		return fmt.Errorf("delete session %q: %w", id, err)
	}
	return nil
}

// indexSession stores the words of a session's prompt. It returns errNotFound
// where there is no such session.
func (s *store) indexSession(ctx context.Context, id string) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("index session %q: %w", id, err)
	}
	defer tx.Rollback() //nolint:errcheck // after Commit it does nothing; before, err says why
	var prompt string
	if err := tx.QueryRowContext(ctx, "SELECT prompt FROM sessions WHERE id = ?", id).Scan(&prompt); err != nil {
		return readError(id, err)
	}
	words, err := json.Marshal(strings.Fields(prompt))
	if err != nil {
		return fmt.Errorf("index session %q: %w", id, err)
	}
	if _, err := tx.ExecContext(ctx,
		"INSERT OR IGNORE INTO words (word, session_id) SELECT value, ? FROM json_each(?)", id, string(words)); err != nil {
		return fmt.Errorf("index session %q: %w", id, err)
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("index session %q: %w", id, err)
	}
	return nil
}
