package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/lift-sys/telemetry/lens/internal/table"
)

// retain deletes what is too old or too much, once a minute.
func (s *Store) retain(ctx context.Context) {
	tick := time.NewTicker(time.Minute)
	defer tick.Stop()
	for {
		if err := s.Retain(ctx, time.Now()); err != nil && ctx.Err() == nil {
			s.options.Log("delete old rows", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Retain deletes the rows that are older than allowed at a time, and where the
// database is larger than allowed, as large a share of the oldest rows as it is
// too large, and a tenth more. The store does so by itself once a minute. It needs
// room on the disk, as deleting writes the log into the file; without, the error
// is ErrFull.
func (s *Store) Retain(ctx context.Context, now time.Time) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	if s.options.MaxAge > 0 {
		if err := s.delete(ctx, now.Add(-s.options.MaxAge).UnixNano()); err != nil {
			return err
		}
	}
	if s.options.MaxBytes <= 0 {
		return nil
	}
	used, err := s.bytes(ctx)
	if err != nil || used <= s.options.MaxBytes {
		return err
	}
	// The log shrinks when it is written into the file.
	if err := s.checkpoint(ctx); err != nil {
		return err
	}
	if used, err = s.bytes(ctx); err != nil || used <= s.options.MaxBytes {
		return err
	}
	share := min(float64(used-s.options.MaxBytes)/float64(used)+0.1, 1)
	var cut int64
	err = s.use(ctx, func(db *sql.DB) error {
		row := db.QueryRowContext(ctx, fmt.Sprintf("SELECT coalesce(quantile_disc(%s, %f), 0) FROM events", table.Time, share))
		return row.Scan(&cut)
	})
	if err != nil {
		return fmt.Errorf("find the oldest rows: %w", err)
	}
	return s.delete(ctx, cut)
}

// delete deletes the rows before a time and gives their room back to the
// database. It is called with the lock on writing.
func (s *Store) delete(ctx context.Context, before int64) error {
	if err := s.checkRoom(); err != nil {
		return err
	}
	var n int64
	err := s.use(ctx, func(db *sql.DB) error {
		result, err := db.ExecContext(ctx, "DELETE FROM events WHERE "+table.Time+" < ?", before)
		if err != nil {
			return err
		}
		if n, err = result.RowsAffected(); err != nil {
			return err
		}
		return s.known.forget(ctx, db, before)
	})
	if err != nil {
		return fmt.Errorf("delete old rows: %w", err)
	}
	if n == 0 {
		return nil
	}
	return s.checkpoint(ctx)
}

// bytes returns what the rows take on the disk, in the file and in the log beside
// it, without what has been deleted.
func (s *Store) bytes(ctx context.Context) (int64, error) {
	var used int64
	err := s.use(ctx, func(db *sql.DB) error {
		return db.QueryRowContext(ctx, "SELECT used_blocks * block_size FROM pragma_database_size()").Scan(&used)
	})
	if err != nil {
		return 0, fmt.Errorf("measure the database: %w", err)
	}
	log, err := s.logSize()
	return used + log, err
}
