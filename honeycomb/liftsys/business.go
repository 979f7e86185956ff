package liftsys

import (
	"slices"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/honeycomb"
)

// business is the board that people look at who do not read traces.
func business() honeycomb.Board {
	return honeycomb.Board{
		Name:        "Business Metrics",
		Description: "What users get out of lift-sys and what it costs, over the last day.",
		PresetFilters: presets(
			honeycomb.PresetFilter{Column: honeycomb.Column(attr.LLMModel), Alias: "Model"},
			honeycomb.PresetFilter{Column: honeycomb.Column(attr.UserID), Alias: "User"},
		),
		Panels: lay("# Business Metrics\nThe last 24 hours. Costs are in US dollars; where a price is unknown, the call is missing from the sum.", nil,
			view{charts: chart(honeycomb.ChartBar), query: honeycomb.SavedQuery{
				Name: "Sessions created", Description: "How many sessions did people begin?",
				Query: honeycomb.Query{
					Calculations: []honeycomb.Calculation{count},
					Filters:      slices.Concat(spans(attr.SpanSessionCreate), []honeycomb.Filter{honeycomb.Where(attr.ColumnError, honeycomb.DoesNotExist)}),
					TimeRange:    Day,
				},
			}},
			view{charts: gaps(), query: honeycomb.SavedQuery{
				Name: "Session completion rate", Description: "Of the sessions that came to an end, which share was finalized and not abandoned, in percent?",
				Query: honeycomb.Query{
					Calculations: []honeycomb.Calculation{calc(honeycomb.Avg, SessionCompletedPercent)},
					Filters:      []honeycomb.Filter{honeycomb.Where(attr.SessionStatus, honeycomb.In, attr.SessionFinalized, attr.SessionAbandoned)},
					TimeRange:    Day,
				},
			}},
			view{charts: chart(honeycomb.ChartBar), query: honeycomb.SavedQuery{
				Name: "Holes resolved", Description: "How many holes did people fill?",
				Query: honeycomb.Query{Calculations: []honeycomb.Calculation{count}, Filters: events(attr.EventHoleResolved), TimeRange: Day},
			}},
			view{charts: gaps(), query: honeycomb.SavedQuery{
				Name: "Average holes per session", Description: "How many holes does the IR of a new session have?",
				Query: honeycomb.Query{Calculations: []honeycomb.Calculation{calc(honeycomb.Avg, attr.SessionHolesCount)}, Filters: spans(attr.SpanSessionCreate), TimeRange: Day},
			}},
			view{charts: gaps(), query: honeycomb.SavedQuery{
				Name: "Cost per request", Description: "What does a request cost, free ones included, on average and at worst, and all of them together?",
				Query: honeycomb.Query{
					Calculations: []honeycomb.Calculation{calc(honeycomb.Avg, RequestCostUSD), calc(honeycomb.P95, RequestCostUSD), calc(honeycomb.Sum, RequestCostUSD)},
					Filters:      Requests(), TimeRange: Day,
				},
			}},
			view{overlaid: true, query: honeycomb.SavedQuery{
				Name: "Token usage", Description: "How many tokens go into language models and come out of them?",
				Query: honeycomb.Query{
					Calculations: []honeycomb.Calculation{calc(honeycomb.Sum, attr.LLMInputTokens), calc(honeycomb.Sum, attr.LLMOutputTokens)},
					Filters:      LLMCalls(), TimeRange: Day,
				},
			}},
		),
	}
}
