package liftsys

import (
	"slices"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/honeycomb"
)

// ExpensiveRequestUSD is the cost in US dollars from which a request is
// expensive.
const ExpensiveRequestUSD = 0.10

// queries are those that people start an investigation with.
func queries() []honeycomb.SavedQuery {
	var (
		slowest  = calc(honeycomb.Max, attr.ColumnDurationMS)
		p95      = calc(honeycomb.P95, attr.ColumnDurationMS)
		total    = calc(honeycomb.Sum, attr.ColumnDurationMS)
		dearest  = calc(honeycomb.Max, attr.RequestCostUSD)
		llmCost  = calc(honeycomb.Sum, attr.LLMCostUSD)
		success  = calc(honeycomb.Avg, SuccessPercent)
		codeGood = calc(honeycomb.Avg, CodeSuccessPercent)
		llmP95   = calc(honeycomb.P95, attr.LLMLatencyMS)
	)
	return []honeycomb.SavedQuery{
		{
			Name: "Slow requests", Description: "Which requests took longer than 10 s, for whom and in which trace?",
			Query: honeycomb.Query{
				Calculations: []honeycomb.Calculation{slowest},
				Breakdowns:   honeycomb.Columns(attr.HTTPRoute, attr.UserID, attr.ColumnTraceTraceID),
				Filters:      slices.Concat(Requests(), []honeycomb.Filter{honeycomb.Where(attr.ColumnDurationMS, honeycomb.Greater, SlowRequestMS)}),
				Orders:       []honeycomb.Order{honeycomb.By(slowest)}, Limit: 100, TimeRange: Day,
			},
		},
		{
			Name: "Slowest requests by user", Description: "Who waits longest, and in which trace can it be seen?",
			Query: honeycomb.Query{
				Calculations: []honeycomb.Calculation{p95},
				Breakdowns:   honeycomb.Columns(attr.UserID, attr.ColumnTraceTraceID),
				Filters:      Requests(),
				Orders:       []honeycomb.Order{honeycomb.By(p95)}, Limit: 100, TimeRange: Day,
			},
		},
		{
			Name: "High-cost requests", Description: "Which requests cost more than 10 cents, for whom and in which trace?",
			Query: honeycomb.Query{
				Calculations: []honeycomb.Calculation{dearest},
				Breakdowns:   honeycomb.Columns(attr.HTTPRoute, attr.UserID, attr.ColumnTraceTraceID),
				Filters:      slices.Concat(Requests(), []honeycomb.Filter{honeycomb.Where(attr.RequestCostUSD, honeycomb.Greater, ExpensiveRequestUSD)}),
				Orders:       []honeycomb.Order{honeycomb.By(dearest)}, Limit: 100, TimeRange: Day,
			},
		},
		{
			Name: "Failed code generations", Description: "Which code generations brought no usable code, and in which trace?",
			Query: honeycomb.Query{
				Calculations: []honeycomb.Calculation{count},
				Breakdowns:   honeycomb.Columns(attr.CodeLanguage, attr.CodeGenerator, attr.ErrorMessage, attr.ColumnTraceTraceID),
				Filters:      []honeycomb.Filter{honeycomb.Where(CodeSuccessPercent, honeycomb.Equals, 0)},
				Orders:       []honeycomb.Order{honeycomb.By(count)}, Limit: 100, TimeRange: Day,
			},
		},
		{
			Name: "Success rate by user", Description: "For whom do requests fail most often?",
			Query: honeycomb.Query{
				Calculations: []honeycomb.Calculation{success, count},
				Breakdowns:   honeycomb.Columns(attr.UserID),
				Filters:      slices.Concat(Requests(), []honeycomb.Filter{honeycomb.Where(attr.UserID, honeycomb.Exists)}),
				Orders:       []honeycomb.Order{{Op: success.Op, Column: success.Column}}, Limit: 100, TimeRange: Day,
			},
		},
		{
			Name: "LLM provider comparison", Description: "How do providers and models compare in speed, errors and cost?",
			Query: honeycomb.Query{
				Calculations: []honeycomb.Calculation{count, calc(honeycomb.P50, attr.LLMLatencyMS), llmP95, calc(honeycomb.Avg, ErrorPercent), llmCost},
				Breakdowns:   honeycomb.Columns(attr.LLMProvider, attr.LLMModel),
				Filters:      LLMCalls(),
				Orders:       []honeycomb.Order{honeycomb.By(count)}, Limit: 50, TimeRange: Day,
			},
		},
		{
			Name: "A user's slow sessions", Description: "Which sessions were slow? Add the filter user.id = the user that you look into.",
			Query: honeycomb.Query{
				Calculations: []honeycomb.Calculation{slowest, count},
				Breakdowns:   honeycomb.Columns(attr.UserID, attr.SessionID),
				Filters: []honeycomb.Filter{
					honeycomb.Where(attr.ColumnName, honeycomb.In, attr.SpanSessionCreate, attr.SpanSessionUpdate, attr.SpanSessionFinalize),
					honeycomb.Where(attr.UserID, honeycomb.Exists),
				},
				Orders: []honeycomb.Order{honeycomb.By(slowest)}, Limit: 100, TimeRange: Day,
			},
		},
		{
			Name: "LLM cost by model", Description: "Which models cost how much?",
			Query: honeycomb.Query{
				Calculations: []honeycomb.Calculation{llmCost, count},
				Breakdowns:   honeycomb.Columns(attr.LLMProvider, attr.LLMModel),
				Filters:      LLMCalls(),
				Orders:       []honeycomb.Order{honeycomb.By(llmCost)}, Limit: 50, TimeRange: Day,
			},
		},
		{
			Name: "Code success rate", Description: "Which share of code generations brings usable code, by language and in percent?",
			Query: honeycomb.Query{
				Calculations: []honeycomb.Calculation{codeGood, count},
				Breakdowns:   honeycomb.Columns(attr.CodeLanguage),
				Filters:      spans(attr.SpanCodeGenerate),
				Orders:       []honeycomb.Order{{Op: codeGood.Op, Column: codeGood.Column}}, Limit: 20, TimeRange: Day,
			},
		},
		{
			Name: "Retry analysis", Description: "Why does code generation take more than one attempt, and how many?",
			Query: honeycomb.Query{
				Calculations: []honeycomb.Calculation{count, calc(honeycomb.Avg, attr.CodeRetries), calc(honeycomb.Max, attr.CodeRetries)},
				Breakdowns:   honeycomb.Columns(attr.CodeRetryReason, attr.CodeLanguage),
				Filters:      []honeycomb.Filter{honeycomb.Where(attr.CodeRetries, honeycomb.Greater, 0)},
				Orders:       []honeycomb.Order{honeycomb.By(count)}, Limit: 50, TimeRange: Day,
			},
		},
		{
			Name: "Database breakdown", Description: "Which statements take the most time in all?",
			Query: honeycomb.Query{
				Calculations: []honeycomb.Calculation{total, p95, count},
				Breakdowns:   honeycomb.Columns(attr.DBStatement),
				Filters:      []honeycomb.Filter{honeycomb.Where(attr.DBStatement, honeycomb.Exists)},
				Orders:       []honeycomb.Order{honeycomb.By(total)}, Limit: 50, TimeRange: Recent,
			},
		},
		{
			Name: "One request", Description: "What happened in one request? Add the filter trace.trace_id = the trace that you look into.",
			Query: honeycomb.Query{
				Calculations: []honeycomb.Calculation{total, count},
				Breakdowns:   honeycomb.Columns(attr.ColumnTraceTraceID, attr.ColumnName, attr.ColumnError),
				Filters:      []honeycomb.Filter{honeycomb.Where(attr.ColumnTraceTraceID, honeycomb.Exists)},
				Orders:       []honeycomb.Order{honeycomb.By(total)}, Limit: 100, TimeRange: Day,
			},
		},
		{
			Name: "Cost and success by language", Description: "What does code cost in each language, and how often is it usable?",
			Query: honeycomb.Query{
				Calculations: []honeycomb.Calculation{calc(honeycomb.Sum, attr.CodeLLMCostUSD), calc(honeycomb.Avg, attr.CodeLLMCostUSD), codeGood, count},
				Breakdowns:   honeycomb.Columns(attr.CodeLanguage),
				Filters:      spans(attr.SpanCodeGenerate),
				Orders:       []honeycomb.Order{honeycomb.By(calc(honeycomb.Sum, attr.CodeLLMCostUSD))}, Limit: 20, TimeRange: Day,
			},
		},
		{
			Name: "Cost by provider route", Description: "What does each way of choosing a provider cost, and how fast is it?",
			Query: honeycomb.Query{
				Calculations: []honeycomb.Calculation{llmCost, count, llmP95},
				Breakdowns:   honeycomb.Columns(attr.LLMProviderRoute, attr.LLMProvider),
				Filters:      LLMCalls(),
				Orders:       []honeycomb.Order{honeycomb.By(llmCost)}, Limit: 20, TimeRange: Day,
			},
		},
	}
}
