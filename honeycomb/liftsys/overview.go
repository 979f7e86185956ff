package liftsys

import (
	"slices"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/honeycomb"
)

const (
	serviceName = honeycomb.Column(attr.ServiceName)
	environment = honeycomb.Column(attr.DeploymentEnvironmentName)
)

// overview is the first board to look at.
func overview() honeycomb.Board {
	p95 := calc(honeycomb.P95, attr.ColumnDurationMS)
	return honeycomb.Board{
		Name:        "Request Overview",
		Description: "How many requests there are, how fast they are and how many fail. A request is a span of kind server or consumer.",
		PresetFilters: presets(
			honeycomb.PresetFilter{Column: honeycomb.Column(attr.HTTPRoute), Alias: "Route"},
			honeycomb.PresetFilter{Column: honeycomb.Column(attr.UserID), Alias: "User"},
		),
		Panels: lay("# Request Overview\nA request is what a service serves, or a message that it handles, whoever began the trace. Numbers are weighted: a sampled span counts as many times as it stands for.",
			[]string{RequestsSucceed, RequestsAreFast},
			view{charts: chart(honeycomb.ChartLine), query: honeycomb.SavedQuery{
				Name: "Request rate", Description: "How many requests come in, over the day?",
				Query: honeycomb.Query{Calculations: []honeycomb.Calculation{count}, Filters: Requests(), TimeRange: Day},
			}},
			view{query: honeycomb.SavedQuery{
				Name: "Request latency", Description: "How long do requests take, and is there more than one kind of them?",
				Query: honeycomb.Query{
					Calculations: []honeycomb.Calculation{
						calc(honeycomb.Heatmap, attr.ColumnDurationMS), calc(honeycomb.P50, attr.ColumnDurationMS),
						calc(honeycomb.P90, attr.ColumnDurationMS), p95, calc(honeycomb.P99, attr.ColumnDurationMS),
					},
					Filters: Requests(), TimeRange: Recent,
				},
			}},
			view{charts: gaps(), query: honeycomb.SavedQuery{
				Name: "Success rate", Description: "Which share of requests succeeds, in percent?",
				Query: honeycomb.Query{Calculations: []honeycomb.Calculation{calc(honeycomb.Avg, SuccessPercent)}, Filters: Requests(), TimeRange: Recent},
			}},
			view{charts: gaps(), query: honeycomb.SavedQuery{
				Name: "Error rate", Description: "Which share of requests fails, in percent?",
				Query: honeycomb.Query{Calculations: []honeycomb.Calculation{calc(honeycomb.Avg, ErrorPercent)}, Filters: Requests(), TimeRange: Recent},
			}},
			view{style: honeycomb.Table, query: honeycomb.SavedQuery{
				Name: "Top endpoints", Description: "Which routes get the most requests, and how fast are those?",
				Query: honeycomb.Query{
					Calculations: []honeycomb.Calculation{count, p95, calc(honeycomb.Avg, ErrorPercent)},
					Breakdowns:   honeycomb.Columns(attr.HTTPRoute),
					Filters:      slices.Concat(Requests(), []honeycomb.Filter{honeycomb.Where(attr.HTTPRoute, honeycomb.Exists)}),
					Orders:       []honeycomb.Order{honeycomb.By(count)}, Limit: 10, TimeRange: Recent,
				},
			}},
			view{style: honeycomb.Table, query: honeycomb.SavedQuery{
				Name: "User activity", Description: "Which ten users make the most requests?",
				Query: honeycomb.Query{
					Calculations: []honeycomb.Calculation{count},
					Breakdowns:   honeycomb.Columns(attr.UserID),
					Filters:      slices.Concat(Requests(), []honeycomb.Filter{honeycomb.Where(attr.UserID, honeycomb.Exists)}),
					Orders:       []honeycomb.Order{honeycomb.By(count)}, Limit: 10, TimeRange: Recent,
				},
			}},
		),
	}
}
