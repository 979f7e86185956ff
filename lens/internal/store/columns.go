package store

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"math"
	"strings"
	"sync"
	"time"

	"github.com/lift-sys/telemetry/lens/internal/table"
)

// columns are the columns that stand in Extra.
type columns struct {
	mu    sync.RWMutex
	known map[string]column
	full  bool // it has been said
}

// column is what is known of one.
type column struct {
	// kind is that of the first value, where integers give way to floats.
	kind table.Kind
	// until is a time, in Unix nanoseconds, from which on no row has the column: it
	// is forgotten with the rows before.
	until int64
}

// untilStep is how far until moves at a time: each move is a write to the disk.
const untilStep = int64(time.Hour)

func (c *columns) load(ctx context.Context, db *sql.DB) error {
	rows, err := db.QueryContext(ctx, "SELECT name, kind, until FROM columns")
	if err != nil {
		return fmt.Errorf("read the known columns: %w", err)
	}
	defer rows.Close()
	known := make(map[string]column)
	for rows.Next() {
		var name string
		var k column
		if err := rows.Scan(&name, &k.kind, &k.until); err != nil {
			return fmt.Errorf("read the known columns: %w", err)
		}
		known[name] = k
	}
	c.mu.Lock()
	c.known = known
	c.mu.Unlock()
	return rows.Err()
}

// errColumns says that a column is not known by name.
var errColumns = fmt.Errorf("%d columns are known by name, and no query can name further ones until rows with others are deleted: use fewer names", table.MaxColumns)

// add makes the columns of a batch known, and durably so, in one statement: each
// takes a write to the disk. It returns errColumns once where they are too many.
func (c *columns) add(ctx context.Context, db *sql.DB, b *table.Batch) error {
	learned, full := c.news(b)
	if len(learned) > 0 {
		var values []string
		var args []any
		for name, k := range learned {
			values = append(values, "(?, ?, ?)")
			args = append(args, name, uint8(k.kind), k.until)
		}
		if _, err := db.ExecContext(ctx, "INSERT OR REPLACE INTO columns (name, kind, until) VALUES "+strings.Join(values, ", "), args...); err != nil {
			return fmt.Errorf("store the names of %d columns: %w", len(learned), err)
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	maps.Copy(c.known, learned)
	if full && !c.full {
		c.full = true
		return errColumns
	}
	return nil
}

// news returns what a batch says of columns that is not known, and whether that is
// more than can be.
func (c *columns) news(b *table.Batch) (learned map[string]column, full bool) {
	if len(b.Kinds) == 0 {
		return nil, false
	}
	last := int64(math.MinInt64)
	for i := range b.Rows {
		last = max(last, b.Rows[i].Time)
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	learned = make(map[string]column)
	added := 0
	for name, kind := range b.Kinds {
		if kind == table.TraceID || kind == table.SpanID {
			kind = table.String
		}
		k, ok := c.known[name]
		switch {
		case !ok:
			if _, typed := table.Lookup(name); typed { // a value that does not fit its column
				continue
			}
			if len(c.known)+added >= table.MaxColumns {
				full = true
				continue
			}
			added++
			k = column{kind, last}
		case last < k.until && (k.kind != table.Int || kind != table.Float):
			continue
		case k.kind == table.Int && kind == table.Float:
			k.kind = table.Float
		}
		if last >= k.until {
			k.until = last - last%untilStep + untilStep
		}
		learned[name] = k
	}
	return learned, full
}

// forget forgets the columns that no row has from a time on, in Unix nanoseconds.
func (c *columns) forget(ctx context.Context, db *sql.DB, before int64) error {
	gone := func(_ string, k column) bool { return k.until <= before }
	c.mu.RLock()
	some := false
	for name, k := range c.known {
		some = some || gone(name, k)
	}
	c.mu.RUnlock()
	if !some {
		return nil
	}
	if _, err := db.ExecContext(ctx, "DELETE FROM columns WHERE until <= ?", before); err != nil {
		return fmt.Errorf("forget columns without rows: %w", err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	maps.DeleteFunc(c.known, gone)
	c.full = false
	return nil
}

// Columns returns the columns that have been seen and have no type of their own,
// with their kinds.
func (s *Store) Columns() map[string]table.Kind {
	s.known.mu.RLock()
	defer s.known.mu.RUnlock()
	kinds := make(map[string]table.Kind, len(s.known.known))
	for name, k := range s.known.known {
		kinds[name] = k.kind
	}
	return kinds
}
