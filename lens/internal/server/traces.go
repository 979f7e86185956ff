package server

import (
	"cmp"
	"net/http"
	"time"

	"github.com/lift-sys/telemetry/lens/internal/sql"
)

// maxTraces are listed at most.
const maxTraces = 200

type traceSummary struct {
	TraceID    string   `json:"trace_id"`
	StartMS    float64  `json:"start_ms"`
	DurationMS float64  `json:"duration_ms"`
	Name       string   `json:"name"`
	Service    string   `json:"service"`
	Spans      int64    `json:"spans"`
	Errors     int64    `json:"errors"`
	CostUSD    *float64 `json:"cost_usd"`
	Tokens     *int64   `json:"tokens"`
	UserID     string   `json:"user_id"`
	SessionID  string   `json:"session_id"`
}

// traceOrders by their names in the API.
var traceOrders = map[string]sql.TraceOrder{
	"": sql.Newest, "newest": sql.Newest, "slowest": sql.Slowest, "most_expensive": sql.MostExpensive, "most_errors": sql.MostErrors,
}

func (s *server) postTraces(r *http.Request) (any, error) {
	var in struct {
		queryRequest
		Key   []any  `json:"key"`
		Order string `json:"order"`
		Limit int    `json:"limit"`
	}
	if err := read(r, &in); err != nil {
		return nil, err
	}
	request, err := s.request(in.queryRequest)
	if err != nil {
		return nil, err
	}
	if len(in.Key) > 0 && len(in.Key) != len(in.Query.Breakdowns) {
		return nil, bad("key has %d values for %d breakdowns: give one for each", len(in.Key), len(in.Query.Breakdowns))
	}
	order, ok := traceOrders[in.Order]
	if !ok {
		return nil, bad("order %q: use newest, slowest, most_expensive or most_errors", in.Order)
	}
	found, err := sql.Traces(r.Context(), s.Store, request, in.Key, order, min(max(cmp.Or(in.Limit, maxTraces), 1), maxTraces))
	if err != nil {
		return nil, err
	}
	list := make([]traceSummary, 0, len(found))
	for _, t := range found {
		list = append(list, traceSummary{
			TraceID: t.ID, StartMS: milliseconds(t.Start), DurationMS: duration(t.Duration), Name: t.Name, Service: t.Service,
			Spans: t.Spans, Errors: t.Errors, CostUSD: t.CostUSD, Tokens: t.Tokens, UserID: t.UserID, SessionID: t.Session,
		})
	}
	return list, nil
}

// milliseconds returns a time in Unix milliseconds, to the microsecond.
func milliseconds(t time.Time) float64 { return float64(t.UnixMicro()) / 1000 }

func duration(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
