package server

import (
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/lens/internal/sql"
)

// maxTraceRows of one trace are shown at most.
const maxTraceRows = 20_000

type trace struct {
	TraceID    string  `json:"trace_id"`
	StartMS    float64 `json:"start_ms"`
	DurationMS float64 `json:"duration_ms"`
	Spans      []*span `json:"spans"`
	Truncated  bool    `json:"truncated"`
}

type span struct {
	SpanID        string         `json:"span_id"`
	ParentID      string         `json:"parent_id"`
	Name          string         `json:"name"`
	Service       string         `json:"service"`
	Kind          string         `json:"kind"`
	StartMS       float64        `json:"start_ms"`
	DurationMS    float64        `json:"duration_ms"`
	Error         bool           `json:"error"`
	StatusMessage string         `json:"status_message"`
	Weight        int64          `json:"weight"`
	Fields        map[string]any `json:"fields"`
	Events        []spanEvent    `json:"events"`
	Links         []spanLink     `json:"links"`
}

type spanEvent struct {
	TMS    float64        `json:"t_ms"`
	Name   string         `json:"name"`
	Fields map[string]any `json:"fields"`
}

type spanLink struct {
	TraceID string         `json:"trace_id"`
	SpanID  string         `json:"span_id"`
	Fields  map[string]any `json:"fields"`
}

func (s *server) getTrace(r *http.Request) (any, error) {
	id := r.PathValue("id")
	rows, err := sql.Trace(r.Context(), s.Store, id, maxTraceRows+1)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, &failure{http.StatusNotFound, errors.New("no such trace: it may have been deleted for its age, or never have arrived")}
	}
	out := trace{TraceID: id, Spans: []*span{}}
	if len(rows) > maxTraceRows {
		rows, out.Truncated = rows[:maxTraceRows], true
	}
	out.fill(rows)
	return out, nil
}

// fill makes spans of the rows, and gives events and links to theirs. The rows
// are in the order of their times.
func (t *trace) fill(rows []sql.TraceRow) {
	byID := make(map[string]*span)
	var start, end time.Time
	for i := range rows {
		row := &rows[i]
		merge(row.Fields, row.Extra)
		if text(row.Fields, attr.ColumnMetaAnnotationType) != "" {
			continue
		}
		sp := newSpan(row)
		t.Spans = append(t.Spans, sp)
		byID[sp.SpanID] = sp
		if start.IsZero() {
			start = row.Time
		}
		if e := row.Time.Add(length(sp.DurationMS)); e.After(end) {
			end = e
		}
	}
	for _, row := range rows {
		f := row.Fields
		owner := byID[text(f, attr.ColumnTraceParentID)]
		if owner == nil {
			continue
		}
		switch text(f, attr.ColumnMetaAnnotationType) {
		case attr.AnnotationSpanEvent:
			owner.Events = append(owner.Events, spanEvent{milliseconds(row.Time), text(f, attr.ColumnName), f})
		case attr.AnnotationLink:
			owner.Links = append(owner.Links, spanLink{text(f, attr.ColumnTraceLinkTraceID), text(f, attr.ColumnTraceLinkSpanID), f})
		}
	}
	t.StartMS, t.DurationMS = milliseconds(start), duration(end.Sub(start))
}

// length is a duration of at most a century.
func length(ms float64) time.Duration {
	const century = 100 * 365 * 24 * time.Hour
	return time.Duration(min(ms*float64(time.Millisecond), float64(century)))
}

func newSpan(row *sql.TraceRow) *span {
	f := row.Fields
	failed, _ := f[attr.ColumnError].(bool)
	took, _ := f[attr.ColumnDurationMS].(float64)
	return &span{
		SpanID: text(f, attr.ColumnTraceSpanID), ParentID: text(f, attr.ColumnTraceParentID), Name: text(f, attr.ColumnName),
		Service: row.Dataset, Kind: text(f, attr.ColumnSpanKind), StartMS: milliseconds(row.Time), DurationMS: took,
		Error: failed, StatusMessage: text(f, attr.ColumnStatusMessage), Weight: row.Weight,
		Fields: f, Events: []spanEvent{}, Links: []spanLink{},
	}
}

// merge adds the fields of a JSON object that are not there yet.
func merge(fields map[string]any, extra string) {
	if extra == "" {
		return
	}
	var more map[string]json.RawMessage
	if json.Unmarshal([]byte(extra), &more) != nil {
		return
	}
	for k, v := range more {
		if _, ok := fields[k]; !ok {
			fields[k] = v // as it stands there, 64-bit numbers in full
		}
	}
}

func text(fields map[string]any, column string) string {
	s, _ := fields[column].(string)
	return s
}
