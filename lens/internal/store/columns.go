package store

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
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
	c.kinds = make(map[string]table.Kind)
	for rows.Next() {
		var name string
		var kind table.Kind
		if err := rows.Scan(&name, &kind); err != nil {
			return fmt.Errorf("read the known columns: %w", err)
		}
		c.kinds[name] = kind
	}
	return rows.Err()
}

// add makes new columns known, and durably so.
func (c *columns) add(ctx context.Context, db *sql.DB, kinds map[string]table.Kind) error {
	for name, kind := range kinds {
		c.mu.RLock()
		have, ok := c.kinds[name]
		known := len(c.kinds)
		c.mu.RUnlock()
		if ok && (have != table.Int || kind != table.Float) || !ok && known >= maxColumns {
			continue
		}
		if _, typed := table.Lookup(name); typed {
			continue // a value that does not fit its column
		}
		if kind == table.TraceID || kind == table.SpanID {
			kind = table.String
		}
		if _, err := db.ExecContext(ctx, "INSERT OR REPLACE INTO columns VALUES (?, ?)", name, uint8(kind)); err != nil {
			return fmt.Errorf("store the column %q: %w", name, err)
		}
		c.mu.Lock()
		c.kinds[name] = kind
		c.mu.Unlock()
	}
	return nil
}

// Columns returns the columns that have been seen and have no type of their own,
// with their kinds.
func (s *Store) Columns() map[string]table.Kind {
	s.known.mu.RLock()
	defer s.known.mu.RUnlock()
	return maps.Clone(s.known.kinds)
}
