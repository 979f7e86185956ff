package liftsys

import (
	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/honeycomb"
)

// performance is where a slow request is taken apart.
func performance() honeycomb.Board {
	p95 := calc(honeycomb.P95, attr.ColumnDurationMS)
	llm := calc(honeycomb.P95, attr.LLMLatencyMS)
	return honeycomb.Board{
		Name:        "Performance",
		Description: "Where the time goes: which operations are slow, and what LLM providers and the database have to do with it.",
		PresetFilters: presets(
			honeycomb.PresetFilter{Column: honeycomb.Column(attr.LLMProvider), Alias: "LLM provider"},
			honeycomb.PresetFilter{Column: honeycomb.Column(attr.CodeLanguage), Alias: "Language"},
		),
		Panels: lay("# Performance\nDurations are in milliseconds. Nearly all of a request is waiting for language models.", nil,
			view{style: honeycomb.Combo, query: honeycomb.SavedQuery{
				Name: "Slowest operations", Description: "Which spans are slowest, by name?",
				Query: honeycomb.Query{
					Calculations: []honeycomb.Calculation{p95, count},
					Breakdowns:   honeycomb.Columns(attr.ColumnName),
					Filters:      []honeycomb.Filter{honeycomb.Where(attr.ColumnDurationMS, honeycomb.Exists)},
					Orders:       []honeycomb.Order{honeycomb.By(p95)}, Limit: 20, TimeRange: Recent,
				},
			}},
			view{query: duration("IR generation time", "How long does it take from a prompt to its IR?", attr.SpanIRGenerate)},
			view{query: duration("Code generation time", "How long does it take from an IR to code?", attr.SpanCodeGenerate)},
			view{style: honeycomb.Combo, query: honeycomb.SavedQuery{
				Name: "LLM latency", Description: "How long do LLM calls take, by provider?",
				Query: honeycomb.Query{
					Calculations: []honeycomb.Calculation{llm, count},
					Breakdowns:   honeycomb.Columns(attr.LLMProvider),
					Filters:      LLMCalls(),
					Orders:       []honeycomb.Order{honeycomb.By(llm)}, Limit: 10, TimeRange: Recent,
				},
			}},
			view{style: honeycomb.Combo, query: honeycomb.SavedQuery{
				Name: "Database", Description: "How long do statements take and how many are there, by table?",
				Query: honeycomb.Query{
					Calculations: []honeycomb.Calculation{p95, count},
					Breakdowns:   honeycomb.Columns(attr.DBTable),
					Filters:      []honeycomb.Filter{honeycomb.Where(attr.DBTable, honeycomb.Exists)},
					Orders:       []honeycomb.Order{honeycomb.By(p95)}, Limit: 20, TimeRange: Recent,
				},
			}},
			view{charts: gaps(), query: honeycomb.SavedQuery{
				Name: "Retry rate", Description: "Which share of code generations took more than one attempt, in percent?",
				Query: honeycomb.Query{
					Calculations: []honeycomb.Calculation{calc(honeycomb.Avg, CodeRetriedPercent)},
					Filters:      []honeycomb.Filter{honeycomb.Where(attr.CodeRetries, honeycomb.Exists)},
					TimeRange:    Recent,
				},
			}},
		),
	}
}

// duration is the query for how long the spans of one name take.
func duration(title, question, name string) honeycomb.SavedQuery {
	return honeycomb.SavedQuery{
		Name: title, Description: question,
		Query: honeycomb.Query{
			Calculations: []honeycomb.Calculation{
				calc(honeycomb.Heatmap, attr.ColumnDurationMS), calc(honeycomb.P50, attr.ColumnDurationMS), calc(honeycomb.P95, attr.ColumnDurationMS),
			},
			Filters: spans(name), TimeRange: Recent,
		},
	}
}
