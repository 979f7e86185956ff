package liftsys

import (
	"slices"
	"time"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/honeycomb"
)

// alerts are ranked by what breaks for users: the first two are what the free
// plan gets.
func alerts(to Routes) []honeycomb.Trigger {
	const often = 2 * time.Minute // so that five bad minutes are noticed within the next two
	return []honeycomb.Trigger{
		{
			Name: HighErrorRate, Rank: 1, Severity: honeycomb.P1, Runbook: "high-error-rate",
			Description: "P1. More than 10 % of requests failed over 5 minutes.",
			Query: honeycomb.Query{
				Calculations: []honeycomb.Calculation{calc(honeycomb.Avg, ErrorPercent)},
				Filters:      Requests(), TimeRange: 5 * time.Minute,
			},
			Threshold: honeycomb.Threshold{Op: honeycomb.Greater, Value: 10}, Frequency: often,
			Recipients: names(to.Page, to.Engineering),
		},
		{
			Name: DatabaseConnectionErrors, Rank: 2, Severity: honeycomb.P0, Runbook: "database-connection-errors",
			Description: "P0. More than 10 spans failed over 5 minutes because the database could not be reached.",
			Query: honeycomb.Query{
				Calculations: []honeycomb.Calculation{count},
				Filters: []honeycomb.Filter{
					honeycomb.Where(attr.ErrorType, honeycomb.Equals, attr.ErrorDBConnection),
					honeycomb.Where(attr.ColumnMetaAnnotationType, honeycomb.DoesNotExist),
				},
				TimeRange: 5 * time.Minute,
			},
			Threshold: honeycomb.Threshold{Op: honeycomb.Greater, Value: 10}, Frequency: often,
			Recipients: names(to.Page, to.Engineering),
		},
		{
			Name: LLMProviderFailure, Rank: 3, Severity: honeycomb.P1, Runbook: "llm-provider-failure",
			Description: "P1. More than half of one provider's calls failed over 5 minutes.",
			Query: honeycomb.Query{
				Calculations: []honeycomb.Calculation{calc(honeycomb.Avg, ErrorPercent)},
				Breakdowns:   honeycomb.Columns(attr.LLMProvider),
				Filters:      LLMCalls(), TimeRange: 5 * time.Minute,
			},
			Threshold: honeycomb.Threshold{Op: honeycomb.Greater, Value: 50}, Frequency: often,
			Recipients: names(to.Page, to.Engineering),
		},
		{
			Name: LLMCostSpike, Rank: 4, Runbook: "llm-cost-spike",
			Description: "P2. LLM calls cost more than $5.00 over the last hour.",
			Query: honeycomb.Query{
				Calculations: []honeycomb.Calculation{calc(honeycomb.Sum, attr.LLMCostUSD)},
				Filters:      LLMCalls(), TimeRange: time.Hour,
			},
			Threshold: honeycomb.Threshold{Op: honeycomb.Greater, Value: 5}, Frequency: 15 * time.Minute,
			Recipients: names(to.Engineering),
		},
		{
			Name: SlowRequests, Rank: 5, Runbook: "slow-requests",
			Description: "P2. The 95th percentile of requests was over 10 s for 5 minutes.",
			Query: honeycomb.Query{
				Calculations: []honeycomb.Calculation{calc(honeycomb.P95, attr.ColumnDurationMS)},
				Filters:      Requests(), TimeRange: 5 * time.Minute,
			},
			Threshold: honeycomb.Threshold{Op: honeycomb.Greater, Value: SlowRequestMS}, Frequency: often,
			Recipients: names(to.Performance),
		},
		{
			Name: CodeGenerationFailing, Rank: 6, Runbook: "code-generation-failing",
			Description: "P2. Less than half of one language's code generations brought usable code over 30 minutes.",
			Query: honeycomb.Query{
				Calculations: []honeycomb.Calculation{calc(honeycomb.Avg, CodeSuccessPercent)},
				Breakdowns:   honeycomb.Columns(attr.CodeLanguage),
				Filters:      slices.Concat(spans(attr.SpanCodeGenerate), []honeycomb.Filter{honeycomb.Where(attr.CodeLanguage, honeycomb.Exists)}),
				TimeRange:    30 * time.Minute,
			},
			Threshold: honeycomb.Threshold{Op: honeycomb.Less, Value: 50}, Frequency: 10 * time.Minute,
			Recipients: names(to.Engineering),
		},
		{
			Name: AverageCostPerRequest, Rank: 7, Runbook: "average-cost-per-request",
			Description: "P2. Requests cost more than $0.10 on average over the last hour.",
			Query: honeycomb.Query{
				Calculations: []honeycomb.Calculation{calc(honeycomb.Avg, RequestCostUSD)},
				Filters:      Requests(), TimeRange: time.Hour,
			},
			Threshold: honeycomb.Threshold{Op: honeycomb.Greater, Value: ExpensiveRequestUSD}, Frequency: 15 * time.Minute,
			Recipients: names(to.Cost),
		},
		{
			Name: EventBudget, Rank: 8, Runbook: "event-budget",
			Description: "P2. More events were sent in a day than a 31st of 20 million: the month is on course to pass the free plan.",
			Query: honeycomb.Query{
				Calculations: []honeycomb.Calculation{calc(honeycomb.Sum, honeycomb.Column(attr.MetricTelemetryExported))},
				Filters:      []honeycomb.Filter{honeycomb.Where(honeycomb.Column(attr.MetricTelemetryExported), honeycomb.Exists)},
				TimeRange:    Day,
			},
			// A quarter of the time range is as often as Honeycomb runs it.
			Threshold: honeycomb.Threshold{Op: honeycomb.Greater, Value: EventsPerMonth / 31}, Frequency: Day / 4,
			Recipients: names(to.Engineering),
		},
	}
}
