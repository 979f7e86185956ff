package store_test

import (
	"context"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lift-sys/telemetry/lens/internal/store"
	"github.com/lift-sys/telemetry/lens/internal/table"
)

// withTokens returns a batch of rows that a database takes which wants tokens in
// each, but for the last, if it has none.
func withTokens(rows int, last bool) *table.Batch {
	b := new(table.Batch)
	for i := range rows {
		if last || i < rows-1 {
			b.SetInt("llm.input_tokens", int64(i))
		}
		b.Add(int64(i), 1, "d")
	}
	return b
}

// Of rows that cannot all be stored, none are, so that they can be sent again; and
// the next ones are stored as if nothing had been.
func TestAllOrNone(t *testing.T) {
	tests := []struct {
		name string
		rows int
		// reason why it could go wrong
		reason string
	}{
		{"a part of a chunk", 10, "it is sent when the batch ends"},
		{"several chunks", 5000, "the appender holds the first ones"},
		{"more than the appender holds", 300_000, "it stores the first ones by itself"},
	}
	for _, tt := range tests {
		s := open(t, store.Options{})
		if _, err := s.Query(t.Context(), `ALTER TABLE events ALTER "llm.input_tokens" SET NOT NULL`); err != nil {
			t.Fatal(err)
		}
		if err := s.Append(t.Context(), withTokens(tt.rows, false)); err == nil {
			t.Errorf("%s: rows were stored that cannot be", tt.name)
		}
		if n := count(t, s); n != 0 {
			t.Errorf("%s: %d of %d refused rows are there: %s", tt.name, n, tt.rows, tt.reason)
		}
		if err := s.Append(t.Context(), withTokens(tt.rows, true)); err != nil {
			t.Errorf("%s: the next ones: %v", tt.name, err)
		}
		if n := count(t, s); n != int64(tt.rows) {
			t.Errorf("%s: %d rows are there, want the %d of the next batch", tt.name, n, tt.rows)
		}
	}
}

// Where batches of many senders are stored together and one cannot be, each sender
// is told the truth about its own.
func TestAllOrNoneTogether(t *testing.T) {
	s := open(t, store.Options{})
	if _, err := s.Query(t.Context(), `DROP TABLE "columns"`); err != nil { // a new column's name cannot be stored
		t.Fatal(err)
	}
	var stored, refused atomic.Int64
	var senders sync.WaitGroup
	for k := range 4 {
		senders.Go(func() {
			for i := range 20 {
				b := withTokens(3000, true)
				if k == 0 {
					b.SetString("new column "+strconv.Itoa(i), "v")
					b.Add(1, 1, "d")
				}
				n := int64(len(b.Rows))
				if s.Append(t.Context(), b) == nil {
					stored.Add(n)
				} else {
					refused.Add(n)
				}
			}
		})
	}
	senders.Wait()
	if n := count(t, s); n != stored.Load() || refused.Load() == 0 {
		t.Errorf("%d rows are there, %d were acknowledged and %d refused", n, stored.Load(), refused.Load())
	}
}

// Senders that give up while their rows are stored: what they are told is still
// true, for counters are taken back after an error.
func TestAbandoned(t *testing.T) {
	s := open(t, store.Options{})
	var (
		stored atomic.Int64
		all    sync.WaitGroup
	)
	for i := range 40 {
		all.Go(func() {
			ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i)*time.Millisecond)
			defer cancel()
			if s.Append(ctx, withTokens(500, false)) == nil {
				stored.Add(500)
			}
		})
	}
	all.Wait()
	if err := s.Append(t.Context(), withTokens(1, false)); err != nil { // comes after all of them
		t.Fatal(err)
	}
	if got, want := count(t, s), stored.Load()+1; got != want || stored.Load() == 0 {
		t.Errorf("%d rows are stored, and senders were told of %d", got, want)
	}
}
