package server

import (
	"cmp"
	"math"
	"net/http"
	"time"

	"github.com/lift-sys/telemetry/honeycomb"
	"github.com/lift-sys/telemetry/internal/query"
	"github.com/lift-sys/telemetry/lens/internal/sql"
)

type queryRequest struct {
	Query   honeycomb.Query `json:"query"`
	Dataset string          `json:"dataset"`
	StartMS int64           `json:"start_ms"`
	EndMS   int64           `json:"end_ms"`
}

// request returns what to ask the database. Without a range of time it is the
// query's own, until now.
func (s *server) request(in queryRequest) (sql.Request, error) {
	r := sql.Request{Query: in.Query, Fields: s.Definition.Fields, Dataset: in.Dataset}
	switch {
	case in.StartMS == 0 && in.EndMS == 0:
		back := cmp.Or(in.Query.TimeRange, honeycomb.DefaultTimeRange)
		if back < 0 {
			return r, bad("time range %s: give seconds above 0, or 0 for two hours", back)
		}
		r.To = time.Now()
		r.From = r.To.Add(-back)
		return r, nil
	case in.StartMS < 0 || in.EndMS > math.MaxInt64/int64(time.Millisecond) || in.StartMS >= in.EndMS:
		return r, bad("time range from %d to %d: give Unix milliseconds, the end after the start", in.StartMS, in.EndMS)
	}
	r.From, r.To = time.UnixMilli(in.StartMS), time.UnixMilli(in.EndMS)
	// Honeycomb's rule about the granularity is about the range that is asked
	// for, in whole seconds.
	r.Query.TimeRange = max(r.To.Sub(r.From).Truncate(time.Second), time.Second)
	return r, nil
}

type queryAnswer struct {
	FromMS       int64    `json:"from_ms"`
	ToMS         int64    `json:"to_ms"`
	GranularityS float64  `json:"granularity_s"`
	Breakdowns   []string `json:"breakdowns"`
	Calculations []string `json:"calculations"`
	Groups       []group  `json:"groups"`
	Truncated    bool     `json:"truncated"`
	RowsRead     int64    `json:"rows_read"`
	TookMS       float64  `json:"took_ms"`
}

type group struct {
	Key    []any   `json:"key"`
	Values []any   `json:"values"`
	Series []point `json:"series"`
}

type point struct {
	TMS     int64    `json:"t_ms"`
	Values  []any    `json:"values"`
	Heatmap []bucket `json:"heatmap,omitempty"`
}

type bucket struct {
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
	Count int64   `json:"count"`
}

func (s *server) postQuery(r *http.Request) (any, error) {
	var in queryRequest
	if err := read(r, &in); err != nil {
		return nil, err
	}
	request, err := s.request(in)
	if err != nil {
		return nil, err
	}
	began := time.Now()
	result, rows, err := sql.Run(r.Context(), s.Store, request)
	if err != nil {
		return nil, err
	}
	return newAnswer(result, rows, time.Since(began)), nil
}

func newAnswer(r query.Result, rows int64, took time.Duration) queryAnswer {
	out := queryAnswer{
		FromMS: r.From.UnixMilli(), ToMS: r.To.UnixMilli(), GranularityS: r.Granularity.Seconds(),
		Breakdowns: notNil(r.Breakdowns), Calculations: notNil(r.Calculations), Groups: make([]group, 0, len(r.Groups)),
		Truncated: r.Truncated, RowsRead: rows, TookMS: float64(took.Microseconds()) / 1000,
	}
	for _, g := range r.Groups {
		to := group{Key: notNil(g.Key), Values: finite(g.Values), Series: make([]point, 0, len(g.Series))}
		for _, p := range g.Series {
			at := point{TMS: p.Time.UnixMilli(), Values: finite(p.Values)}
			for _, b := range p.Heatmap {
				at.Heatmap = append(at.Heatmap, bucket{b.Low, b.High, b.Count})
			}
			to.Series = append(to.Series, at)
		}
		out.Groups = append(out.Groups, to)
	}
	return out
}

// finite returns values without those that JSON cannot hold.
func finite(values []any) []any {
	for i, v := range values {
		if f, ok := v.(float64); ok && (math.IsNaN(f) || math.IsInf(f, 0)) {
			values[i] = nil
		}
	}
	return notNil(values)
}
