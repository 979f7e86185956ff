package server

import (
	"fmt"
	"net/http"
	"strconv"

	"go.opentelemetry.io/otel/attribute"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/honeycomb"
	"github.com/lift-sys/telemetry/honeycomb/liftsys"
	"github.com/lift-sys/telemetry/lens/internal/sql"
)

// costQuery returns the query behind a view of costs. It calculates dollars,
// calls, and the tokens that go in, come out and were cached. A language is known
// to the spans that generate code, which sum up the calls below them; all else to
// the calls.
func costQuery(by string) (honeycomb.Query, error) {
	sum := func(k attribute.Key) honeycomb.Calculation { return honeycomb.Calculate(honeycomb.Sum, k) }
	keys := map[string]attribute.Key{"model": attr.LLMModel, "user": attr.UserID, "session": attr.SessionID}
	if key, ok := keys[by]; ok {
		return honeycomb.Query{
			Calculations: []honeycomb.Calculation{
				sum(attr.LLMCostUSD), {Op: honeycomb.Count}, sum(attr.LLMInputTokens), sum(attr.LLMOutputTokens), sum(attr.LLMCachedInputTokens),
			},
			Breakdowns: honeycomb.Columns(key), Filters: liftsys.LLMCalls(), TimeRange: liftsys.Day,
		}, nil
	}
	if by != "language" {
		return honeycomb.Query{}, bad("costs by %q: use model, language, user or session", by)
	}
	return honeycomb.Query{
		Calculations: []honeycomb.Calculation{
			sum(attr.CodeLLMCostUSD), sum(attr.CodeLLMCalls), sum(attr.CodeLLMInputTokens), sum(attr.CodeLLMOutputTokens),
		},
		Breakdowns: honeycomb.Columns(attr.CodeLanguage),
		Filters:    []honeycomb.Filter{honeycomb.Where(attr.ColumnName, honeycomb.Equals, attr.SpanCodeGenerate)},
		TimeRange:  liftsys.Day,
	}, nil
}

type cost struct {
	Key          any         `json:"key"`
	CostUSD      float64     `json:"cost_usd"`
	Calls        float64     `json:"calls"`
	InputTokens  float64     `json:"input_tokens"`
	OutputTokens float64     `json:"output_tokens"`
	CachedTokens float64     `json:"cached_tokens"`
	Series       []costPoint `json:"series"`
}

type costPoint struct {
	TMS     int64   `json:"t_ms"`
	CostUSD float64 `json:"cost_usd"`
}

type costs struct {
	Rows  []cost `json:"rows"`
	Total cost   `json:"total"`
}

func (s *server) getCosts(r *http.Request) (any, error) {
	q, err := costQuery(r.FormValue("by"))
	if err != nil {
		return nil, err
	}
	in := queryRequest{Query: q}
	for name, to := range map[string]*int64{"start_ms": &in.StartMS, "end_ms": &in.EndMS} {
		if v := r.FormValue(name); v != "" {
			if *to, err = strconv.ParseInt(v, 10, 64); err != nil {
				return nil, bad("%s is %q: give Unix milliseconds", name, v)
			}
		}
	}
	rows, err := s.costs(r, in)
	if err != nil {
		return nil, err
	}
	in.Query.Breakdowns = nil
	total, err := s.costs(r, in)
	if err != nil {
		return nil, err
	}
	return costs{rows, total[0]}, nil
}

func (s *server) costs(r *http.Request, in queryRequest) ([]cost, error) {
	request, err := s.request(in)
	if err != nil {
		return nil, err
	}
	result, _, err := sql.Run(r.Context(), s.Store, request)
	if err != nil {
		return nil, fmt.Errorf("costs: %w", err)
	}
	number := func(values []any, i int) float64 {
		if i >= len(values) {
			return 0
		}
		f, _ := finite(values)[i].(float64)
		return f
	}
	list := make([]cost, 0, len(result.Groups))
	for _, g := range result.Groups {
		c := cost{
			CostUSD: number(g.Values, 0), Calls: number(g.Values, 1),
			InputTokens: number(g.Values, 2), OutputTokens: number(g.Values, 3), CachedTokens: number(g.Values, 4),
		}
		if len(g.Key) > 0 {
			c.Key = g.Key[0]
		}
		for _, p := range g.Series {
			c.Series = append(c.Series, costPoint{p.Time.UnixMilli(), number(p.Values, 0)})
		}
		list = append(list, c)
	}
	return list, nil
}
