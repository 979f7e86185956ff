package telemetrysql_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"testing"

	"github.com/lift-sys/telemetry/telemetrysql"
)

// oldConn is a connection as drivers had it before contexts.
type oldConn struct {
	bare
	oldExecs
	oldQuery
}

func newOld(f *fake) driver.Conn { return oldConn{bare{f}, oldExecs{f}, oldQuery{f}} }

// TestOldDriver plays the same calls on a driver without contexts, plain and
// wrapped, and compares what the driver is asked and what the caller is told.
func TestOldDriver(t *testing.T) {
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	tests := []struct {
		name, reason string
		run          func(ctx context.Context, db *sql.DB) error
	}{
		{"exec", "without a detour over a prepared statement", func(ctx context.Context, db *sql.DB) error {
			_, err := db.ExecContext(ctx, "DELETE FROM t WHERE a = ?", 1)
			return err
		}},
		{"query", "the same", func(ctx context.Context, db *sql.DB) error {
			return ask(db.QueryRowContext(ctx, "SELECT a FROM t"))
		}},
		{"named", "such a driver knows no names", func(ctx context.Context, db *sql.DB) error {
			_, err := db.ExecContext(ctx, "DELETE FROM t WHERE a = :a", sql.Named("a", 1))
			return err
		}},
		{"prepared", "a statement without contexts", func(ctx context.Context, db *sql.DB) error {
			s, err := db.PrepareContext(ctx, "DELETE FROM t WHERE a = ?")
			if err != nil {
				return err
			}
			defer s.Close()
			_, err = s.ExecContext(ctx, 1)
			return errors.Join(err, ask(s.QueryRowContext(ctx, 1)))
		}},
		{"prepared, named", "the same for its arguments", func(ctx context.Context, db *sql.DB) error {
			s, err := db.PrepareContext(ctx, "DELETE FROM t WHERE a = ?")
			if err != nil {
				return err
			}
			defer s.Close()
			_, err = s.ExecContext(ctx, sql.Named("a", 1))
			return err
		}},
		{"transaction", "begun without a context", func(ctx context.Context, db *sql.DB) error {
			tx, err := db.BeginTx(ctx, nil)
			if err != nil {
				return err
			}
			return tx.Rollback()
		}},
		{"isolation", "refused", func(ctx context.Context, db *sql.DB) error {
			_, err := db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelSerializable})
			return err
		}},
		{"read only", "refused", func(ctx context.Context, db *sql.DB) error {
			_, err := db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
			return err
		}},
		{"ping", "nothing to ask", func(ctx context.Context, db *sql.DB) error { return db.PingContext(ctx) }},
		{"canceled", "before it starts", func(_ context.Context, db *sql.DB) error {
			_, err := db.ExecContext(canceled, "DELETE FROM t")
			return err
		}},
	}
	f := newFixture(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			plain, wrapped := &fake{affected: driver.RowsAffected(1)}, &fake{affected: driver.RowsAffected(1)}
			without, with := sql.OpenDB(fakeConnector{plain, newOld}), telemetrysql.OpenDB(fakeConnector{wrapped, newOld})
			defer without.Close()
			defer with.Close()
			want, got := tt.run(t.Context(), without), tt.run(f.context(t), with)
			if (want == nil) != (got == nil) || (want != nil && want.Error() != got.Error()) {
				t.Errorf("%s: error %v, want %v", tt.reason, got, want)
			}
			diff(t, "calls of the driver", wrapped.calls, plain.calls)
		})
	}
}
