package store

import (
	"context"
	"database/sql"
	"fmt"
)

// Query answers one statement with all of its rows. A value is nil, bool, int64,
// float64 or string where the statement casts to one of those types. Nothing of
// a statement may come from outside unquoted.
func (s *Store) Query(ctx context.Context, statement string) (rows [][]any, err error) {
	err = s.use(ctx, func(db *sql.DB) error {
		rows, err = query(ctx, db, statement)
		return err
	})
	return rows, err
}

func query(ctx context.Context, db *sql.DB, statement string) ([][]any, error) {
	rows, err := db.QueryContext(ctx, statement)
	if err != nil {
		return nil, fmt.Errorf("query the database: %w", err)
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return nil, fmt.Errorf("query the database: %w", err)
	}
	var out [][]any
	for rows.Next() {
		row := make([]any, len(names))
		to := make([]any, len(names))
		for i := range row {
			to[i] = &row[i]
		}
		if err := rows.Scan(to...); err != nil {
			return nil, fmt.Errorf("read a row: %w", err)
		}
		out = append(out, row)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("query the database: %w", err)
	}
	return out, nil
}
