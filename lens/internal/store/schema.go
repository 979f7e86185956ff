package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/lift-sys/telemetry/lens/internal/table"
)

func sqlType(k table.Kind) string {
	switch k {
	case table.Int:
		return "BIGINT"
	case table.Float:
		return "DOUBLE"
	case table.Bool:
		return "BOOLEAN"
	case table.TraceID:
		return "UUID"
	case table.SpanID:
		return "UBIGINT"
	}
	return "VARCHAR"
}

// quote writes a name as an identifier.
func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// migrate makes the tables, and gives the table events the columns that the
// registry has gained since it was made.
func migrate(ctx context.Context, db *sql.DB) error {
	var ddl strings.Builder
	fmt.Fprintf(&ddl, "CREATE TABLE IF NOT EXISTS events (%s BIGINT, %s BIGINT, %s VARCHAR, %s VARCHAR", table.Time, table.Weight, table.Dataset, table.Extra)
	for _, c := range table.Columns() {
		fmt.Fprintf(&ddl, ", %s %s", quote(c.Name), sqlType(c.Kind))
	}
	ddl.WriteString(")")
	for _, stmt := range []string{
		ddl.String(),
		"CREATE TABLE IF NOT EXISTS columns (name VARCHAR PRIMARY KEY, kind UTINYINT NOT NULL)",
		// No row of before has a time more than a day ahead.
		fmt.Sprintf("ALTER TABLE columns ADD COLUMN IF NOT EXISTS until BIGINT DEFAULT %d", time.Now().Add(24*time.Hour).UnixNano()),
	} {
		if _, err := db.ExecContext(ctx, stmt); err != nil {
			return fmt.Errorf("make tables: %w", err)
		}
	}
	have, err := layout(ctx, db)
	if err != nil {
		return err
	}
	want := []string{table.Time + " BIGINT", table.Weight + " BIGINT", table.Dataset + " VARCHAR", table.Extra + " VARCHAR"}
	for _, c := range table.Columns() {
		want = append(want, c.Name+" "+sqlType(c.Kind))
	}
	if strings.Join(have, "\n") == strings.Join(want, "\n") {
		return nil
	}
	return rebuild(ctx, db, ddl.String(), have, want)
}

// layout returns the names and types of the table's columns.
func layout(ctx context.Context, db *sql.DB) ([]string, error) {
	rows, err := db.QueryContext(ctx, "SELECT name || ' ' || type FROM pragma_table_info('events') ORDER BY cid")
	if err != nil {
		return nil, fmt.Errorf("read the columns of events: %w", err)
	}
	defer rows.Close()
	var have []string
	for rows.Next() {
		var c string
		if err := rows.Scan(&c); err != nil {
			return nil, fmt.Errorf("read the columns of events: %w", err)
		}
		have = append(have, c)
	}
	return have, rows.Err()
}

// rebuild copies the rows into a table of the wanted columns. A column that is
// wanted no more, or with another type, is lost: this is a development tool.
func rebuild(ctx context.Context, db *sql.DB, ddl string, have, want []string) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("change the columns of events: %w", err)
	}
	defer tx.Rollback() //nolint:errcheck // it fails after Commit, as it should
	wanted := make(map[string]bool, len(want))
	for _, c := range want {
		wanted[c] = true
	}
	var shared []string
	for _, c := range have {
		if wanted[c] {
			name := c[:strings.LastIndexByte(c, ' ')]
			shared = append(shared, quote(name))
		}
	}
	list := strings.Join(shared, ", ")
	for _, stmt := range []string{
		"ALTER TABLE events RENAME TO events_before",
		ddl,
		"INSERT INTO events (" + list + ") SELECT " + list + " FROM events_before",
		"DROP TABLE events_before",
	} {
		if _, err := tx.ExecContext(ctx, stmt); err != nil {
			return fmt.Errorf("change the columns of events: %w", err)
		}
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("change the columns of events: %w", err)
	}
	return nil
}
