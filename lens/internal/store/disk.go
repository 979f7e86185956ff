package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

const (
	// maxLog is how large DuckDB's log becomes before it is written into the file:
	// 16 MB, DuckDB's own limit, halves the speed of ingest, and 1 GB stalls it for
	// ten seconds.
	maxLog = 256 << 20
	// margin is the room that writing the log into the file takes at most beyond the
	// log's size.
	margin = 64 << 20
)

// logSize returns the size of DuckDB's log, which stands beside the file. There is
// none after a checkpoint.
func (s *Store) logSize() (int64, error) {
	log, err := os.Stat(s.path + ".wal")
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("measure the database's log: %w", err)
	}
	return log.Size(), nil
}

// room returns what is free on the disk, and what of it is needed to write the log
// into the file. DuckDB gives up a database for which that fails (see [Store.use]),
// so that nothing may be done with less.
func (s *Store) room() (have, need int64, err error) {
	log, err := s.logSize()
	if err != nil {
		return 0, 0, err
	}
	if have, err = free(filepath.Dir(s.path)); err != nil {
		return 0, 0, fmt.Errorf("measure the room on the disk: %w", err)
	}
	return have, log + margin, nil
}

// diskFull reports whether the disk has less room than is needed, or than is to stay
// free. After that it wants a quarter more before it takes rows again, so that it
// does not change its mind with every request.
func (s *Store) diskFull() bool {
	have, need, err := s.room()
	if err != nil {
		return s.full.Load()
	}
	want := max(s.options.MinFree, need)
	if s.full.Load() {
		want += want / 4
	}
	full := have < want
	s.full.Store(full)
	return full
}

// checkRoom returns ErrFull where the log could not be written into the file.
func (s *Store) checkRoom() error {
	have, need, err := s.room()
	if err == nil && have < need {
		err = fmt.Errorf("%w: %d MB are free and %d MB needed", ErrFull, have>>20, need>>20)
	}
	return err
}

// checkpoint writes the log into the file, where there is room for it. It is called
// with the lock on writing.
func (s *Store) checkpoint(ctx context.Context) error {
	if err := s.checkRoom(); err != nil {
		return err
	}
	return s.use(ctx, func(db *sql.DB) error {
		if _, err := db.ExecContext(ctx, "CHECKPOINT"); err != nil {
			return fmt.Errorf("write the log into the file: %w", err)
		}
		return nil
	})
}

// checkpointLong writes a log into the file that has become long. On a disk that
// fills up it does so early, so that the log never needs the last room.
func (s *Store) checkpointLong(ctx context.Context) error {
	have, need, err := s.room()
	if err != nil {
		return err
	}
	if log := need - margin; log < min(maxLog, max(have/4, maxLog/16)) || have < need {
		return nil
	}
	return s.checkpoint(ctx)
}
