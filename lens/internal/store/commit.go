package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"
)

// maxCommit is how many rows one commit takes at most, unless a single batch has
// more.
const maxCommit = 16_384

// write commits batches until the queue is closed.
func (s *Store) write() {
	defer func() {
		s.mu.RLock()
		defer s.mu.RUnlock()
		s.closeWriter()
	}()
	for first := range s.queue {
		pending := []waiting{first}
		rows := len(first.batch.Rows)
	more:
		for rows < maxCommit {
			select {
			case next, ok := <-s.queue:
				if !ok {
					break more
				}
				pending = append(pending, next)
				rows += len(next.batch.Rows)
			default:
				break more
			}
		}
		s.store(pending, rows)
	}
}

// store commits batches, tells their senders, and then writes the log into the file
// if it has become long.
func (s *Store) store(pending []waiting, rows int) {
	ctx, began := context.Background(), time.Now()
	s.writing.Lock()
	defer s.writing.Unlock()
	err := s.use(ctx, func(db *sql.DB) error { return s.commit(ctx, db, pending) })
	if err != nil {
		s.options.Log("store rows", err)
		s.ingest.refused.Add(int64(rows))
	} else {
		s.ingest.stored(rows, time.Now())
	}
	s.waiting.Add(-int64(rows))
	for _, p := range pending {
		p.done <- err
	}
	if err := s.checkpointLong(ctx); err != nil {
		s.options.Log("store rows", err)
	}
	s.ingest.paused(began, time.Now())
}

// commit stores all of the batches or none.
func (s *Store) commit(ctx context.Context, db *sql.DB, pending []waiting) (err error) {
	if s.writer == nil {
		if s.writer, err = newWriter(s.path); err != nil {
			return err
		}
	}
	defer func() {
		if err == nil {
			return
		}
		s.closeWriter() // which may hold a part of the rows
		if !refused(err) && strings.Contains(err.Error(), "No space left") {
			s.full.Store(true)
			err = fmt.Errorf("%w (%w)", ErrFull, err)
		}
	}()
	for _, p := range pending {
		switch err := s.known.add(ctx, db, p.batch); {
		case errors.Is(err, errColumns):
			s.options.Log("store rows", err) // which is done all the same
		case err != nil:
			return err
		}
	}
	if err := s.writer.begin(); err != nil {
		return err
	}
	for _, p := range pending {
		if err := s.writer.append(p.batch); err != nil {
			return err
		}
	}
	return s.writer.commit()
}
