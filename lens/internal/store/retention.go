package store

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/lift-sys/telemetry/lens/internal/table"
)

// diskFull reports whether the disk has less room than is to stay free. After
// that it wants a quarter more before it takes rows again, so that it does not
// change its mind with every request.
func (s *Store) diskFull() bool {
	have, err := free(filepath.Dir(s.path))
	if err != nil {
		return s.full.Load()
	}
	want := s.options.MinFree
	if s.full.Load() {
		want += want / 4
	}
	full := have < want
	s.full.Store(full)
	return full
}

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
// too large, and a tenth more. The store does so by itself once a minute.
func (s *Store) Retain(ctx context.Context, now time.Time) error {
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
	if _, err := s.db.ExecContext(ctx, "CHECKPOINT"); err != nil {
		return fmt.Errorf("write the log into the file: %w", err)
	}
	if used, err = s.bytes(ctx); err != nil || used <= s.options.MaxBytes {
		return err
	}
	share := min(float64(used-s.options.MaxBytes)/float64(used)+0.1, 1)
	var cut int64
	row := s.db.QueryRowContext(ctx, fmt.Sprintf("SELECT coalesce(quantile_disc(%s, %f), 0) FROM events", table.Time, share))
	if err := row.Scan(&cut); err != nil {
		return fmt.Errorf("find the oldest rows: %w", err)
	}
	return s.delete(ctx, cut)
}

// delete deletes the rows before a time and gives their room back to the
// database.
func (s *Store) delete(ctx context.Context, before int64) error {
	result, err := s.db.ExecContext(ctx, "DELETE FROM events WHERE "+table.Time+" < ?", before)
	if err != nil {
		return fmt.Errorf("delete old rows: %w", err)
	}
	n, err := result.RowsAffected()
	if err != nil || n == 0 {
		return err
	}
	if _, err := s.db.ExecContext(ctx, "CHECKPOINT"); err != nil {
		return fmt.Errorf("give back the room of old rows: %w", err)
	}
	return nil
}

// bytes returns what the rows take on the disk, in the file and in the log beside
// it, without what has been deleted.
func (s *Store) bytes(ctx context.Context) (int64, error) {
	var used int64
	err := s.db.QueryRowContext(ctx, "SELECT used_blocks * block_size FROM pragma_database_size()").Scan(&used)
	if err != nil {
		return 0, fmt.Errorf("measure the database: %w", err)
	}
	if log, err := os.Stat(s.path + ".wal"); err == nil { // there is none after a checkpoint
		used += log.Size()
	}
	return used, nil
}
