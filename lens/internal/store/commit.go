package store

import (
	"context"
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
		if s.writer != nil {
			s.writer.close()
		}
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
		began := time.Now()
		err := s.commit(pending)
		if err != nil {
			s.options.Log("store rows", err)
			s.ingest.refused.Add(int64(rows))
		} else {
			s.ingest.stored(rows, began, time.Now())
		}
		s.waiting.Add(-int64(rows))
		for _, p := range pending {
			p.done <- err
		}
	}
}

// commit stores all of the batches or none.
func (s *Store) commit(pending []waiting) (err error) {
	if s.writer == nil {
		if s.writer, err = newWriter(s.path); err != nil {
			return err
		}
	}
	defer func() {
		if err == nil {
			return
		}
		// The appender may hold a part of the rows, which must not come with
		// the next commit.
		s.writer.close()
		s.writer = nil
		if strings.Contains(err.Error(), "No space left") {
			s.full.Store(true)
			err = fmt.Errorf("%w (%w)", ErrFull, err)
		}
	}()
	for _, p := range pending {
		if err := s.known.add(context.Background(), s.db, p.batch.Kinds); err != nil {
			return err
		}
		if err := s.writer.append(p.batch); err != nil {
			return err
		}
	}
	return s.writer.flush()
}
