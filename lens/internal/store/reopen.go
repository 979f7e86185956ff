package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/duckdb/duckdb-go/v2"
)

// retryOpen is how long a database that could not be opened again is left alone.
const retryOpen = time.Second

// handle is the open database. DuckDB gives a database up where it can no longer
// vouch for what is in memory, as when writing the log into the file fails: each
// statement is refused from then on. What is on the disk stays whole, so that it is
// enough to open it again.
type handle struct {
	lost atomic.Bool // what is in memory is not to be trusted: it has to be opened again

	mu     sync.RWMutex // held for reading while db or writer is used
	db     *sql.DB
	writer *writer // of the writing goroutine; nil is made anew

	failed   error // of the last try to open it again
	failedAt time.Time
}

// use calls f with the database. If DuckDB has given it up before, it opens it
// again, and calls f once more.
func (s *Store) use(ctx context.Context, f func(*sql.DB) error) error {
	err := s.try(ctx, f)
	if refused(err) {
		err = s.try(ctx, f)
	}
	return err
}

func (s *Store) try(ctx context.Context, f func(*sql.DB) error) error {
	if s.lost.Load() {
		if err := s.reopen(context.WithoutCancel(ctx)); err != nil {
			return err
		}
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	err := f(s.db)
	if refused(err) || isFatal(err) || halfDone(err) {
		s.lost.Store(true)
	}
	return err
}

// halfDone reports whether a commit has failed. Where memory ends in the middle of
// one, DuckDB keeps its rows in some of the columns, so that the next rows stand
// there in the wrong place, and gives the database up when it comes to write them
// into the file.
func halfDone(err error) bool {
	if err == nil || !strings.Contains(err.Error(), "Failed to commit") {
		return false
	}
	e, typed := errors.AsType[*duckdb.Error](err)
	return !typed || e.Type == duckdb.ErrorTypeTransaction
}

// isFatal reports whether DuckDB has given the database up with an error.
func isFatal(err error) bool {
	e, ok := errors.AsType[*duckdb.Error](err)
	return ok && e.Type == duckdb.ErrorTypeFatal
}

// refused reports whether an error says that nothing was done, because DuckDB has
// given the database up before. The writer's errors have no type; others may quote
// what is in a query.
func refused(err error) bool {
	if err == nil || !strings.Contains(err.Error(), "database has been invalidated") {
		return false
	}
	_, typed := errors.AsType[*duckdb.Error](err)
	return !typed || isFatal(err)
}

// reopen closes the database and opens it again, which reads what was acknowledged
// from the log. It waits for all who use it.
func (s *Store) reopen(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.lost.Load() { // somebody else was faster
		return nil
	}
	if s.isClosed() {
		return ErrClosed
	}
	if time.Since(s.failedAt) < retryOpen {
		return s.failed
	}
	s.closeWriter()
	err := s.db.Close()
	if err == nil {
		err = s.open(ctx)
	}
	if err != nil {
		s.failedAt = time.Now()
		s.failed = fmt.Errorf("the database was closed after an error and cannot be opened again yet: %w", err)
		return s.failed
	}
	s.lost.Store(false)
	s.options.Log("open the database again", errors.New("after an error it could not be trusted; all that was acknowledged is there"))
	return nil
}

func (s *Store) isClosed() bool {
	s.closing.RLock()
	defer s.closing.RUnlock()
	return s.closed
}

// closeWriter drops the writer with the rows that it has not committed.
func (s *Store) closeWriter() {
	if s.writer != nil {
		s.writer.close()
		s.writer = nil
	}
}
