package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/lens/internal/table"
)

// Status is what a store holds and how it fares.
type Status struct {
	Events, Spans  int64
	Oldest, Newest time.Time // zero without rows
	Bytes          int64     // on the disk, with the log
	Datasets       []DatasetSize

	PerSecond float64       // rows stored, over the last ten seconds
	Waiting   int64         // rows
	Refused   int64         // rows, since the start
	Pause     time.Duration // the longest commit of the last minute or two
	DiskFull  bool
}

// DatasetSize is a dataset and how many rows it has.
type DatasetSize struct {
	Name   string
	Events int64
}

// Status looks at every row once and takes tens of milliseconds a million rows.
func (s *Store) Status(ctx context.Context) (Status, error) {
	st := Status{Waiting: s.waiting.Load(), Refused: s.ingest.refused.Load(), DiskFull: s.diskFull()}
	st.PerSecond, st.Pause = s.ingest.read(time.Now())
	var err error
	if st.Bytes, err = s.bytes(ctx); err != nil {
		return st, err
	}
	err = s.use(ctx, func(db *sql.DB) error { return st.count(ctx, db) })
	return st, err
}

// count counts the rows.
func (st *Status) count(ctx context.Context, db *sql.DB) error {
	rows, err := db.QueryContext(ctx, `SELECT `+table.Dataset+`, count(*), count(`+quote(attr.ColumnTraceSpanID)+`), min(`+table.Time+`), max(`+table.Time+`) FROM events GROUP BY 1 ORDER BY 1`)
	if err != nil {
		return fmt.Errorf("count rows: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var d DatasetSize
		var spans int64
		var oldest, newest sql.NullInt64
		if err := rows.Scan(&d.Name, &d.Events, &spans, &oldest, &newest); err != nil {
			return fmt.Errorf("count rows: %w", err)
		}
		st.Datasets = append(st.Datasets, d)
		st.Events += d.Events
		st.Spans += spans
		if t := time.Unix(0, oldest.Int64); st.Oldest.IsZero() || t.Before(st.Oldest) {
			st.Oldest = t
		}
		if t := time.Unix(0, newest.Int64); t.After(st.Newest) {
			st.Newest = t
		}
	}
	return rows.Err()
}
