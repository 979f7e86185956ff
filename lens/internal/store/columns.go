package store

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"strings"
	"sync"

	"github.com/lift-sys/telemetry/lens/internal/table"
)

// maxColumns is how many columns beyond the typed ones are known by name.
// Attributes beyond are stored, and seen in traces, but no query can name them.
const maxColumns = 5000

// columns are the columns that stand in Extra, and their kinds: that of the
// first value, where integers give way to floats.
type columns struct {
	mu    sync.RWMutex
	kinds map[string]table.Kind
}

func (c *columns) load(ctx context.Context, db *sql.DB) error {
	rows, err := db.QueryContext(ctx, "SELECT name, kind FROM columns")
	if err != nil {
		return fmt.Errorf("read the known columns: %w", err)
	}
	defer rows.Close()
	kinds := make(map[string]table.Kind)
	for rows.Next() {
		var name string
		var kind table.Kind
		if err := rows.Scan(&name, &kind); err != nil {
			return fmt.Errorf("read the known columns: %w", err)
		}
		kinds[name] = kind
	}
	c.mu.Lock()
	c.kinds = kinds
	c.mu.Unlock()
	return rows.Err()
}

// add makes new columns known, and durably so, in one statement: each takes a
// write to the disk.
func (c *columns) add(ctx context.Context, db *sql.DB, kinds map[string]table.Kind) error {
	learned := make(map[string]table.Kind)
	c.mu.RLock()
	for name, kind := range kinds {
		if kind == table.TraceID || kind == table.SpanID {
			kind = table.String
		}
		have, ok := c.kinds[name]
		if ok && (have != table.Int || kind != table.Float) || !ok && len(c.kinds)+len(learned) >= maxColumns {
			continue
		}
		if _, typed := table.Lookup(name); !typed { // or else a value that does not fit its column
			learned[name] = kind
		}
	}
	c.mu.RUnlock()
	if len(learned) == 0 {
		return nil
	}
	var values []string
	var args []any
	for name, kind := range learned {
		values = append(values, "(?, ?)")
		args = append(args, name, uint8(kind))
	}
	if _, err := db.ExecContext(ctx, "INSERT OR REPLACE INTO columns VALUES "+strings.Join(values, ", "), args...); err != nil {
		return fmt.Errorf("store the names of %d columns: %w", len(learned), err)
	}
	c.mu.Lock()
	maps.Copy(c.kinds, learned)
	c.mu.Unlock()
	return nil
}

// Columns returns the columns that have been seen and have no type of their own,
// with their kinds.
func (s *Store) Columns() map[string]table.Kind {
	s.known.mu.RLock()
	defer s.known.mu.RUnlock()
	return maps.Clone(s.known.kinds)
}
