package liftsys

import (
	"slices"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/honeycomb"
)

// failures is the board Errors.
func failures() honeycomb.Board {
	return honeycomb.Board{
		Name:        "Errors",
		Description: "What fails, where and why. Counted are failed spans; a failure that several spans passed on counts at each of them.",
		PresetFilters: presets(
			honeycomb.PresetFilter{Column: honeycomb.Column(attr.ErrorType), Alias: "Error type"},
			honeycomb.PresetFilter{Column: honeycomb.Column(attr.UserID), Alias: "User"},
		),
		Panels: lay("# Errors\nA failure that passes through several spans counts at each of them. Span events are left out, so that nothing counts twice.", nil,
			view{charts: chart(honeycomb.ChartStacked), query: failing("Errors by exception type", "Which kinds of errors occur, and when did they begin?", attr.ExceptionType)},
			view{style: honeycomb.Combo, query: failing("Failed operations", "Which operations fail?", attr.ColumnName)},
			view{style: honeycomb.Table, query: failing("Error distribution", "Which error messages are most frequent?", attr.ErrorMessage)},
			view{style: honeycomb.Table, query: honeycomb.SavedQuery{
				Name: "Recent errors", Description: "What failed last, in which trace and for whom?",
				Query: honeycomb.Query{
					Calculations: []honeycomb.Calculation{count},
					Breakdowns: slices.Concat([]honeycomb.Column{Time},
						honeycomb.Columns(attr.ColumnTraceTraceID, attr.ColumnName), honeycomb.Columns(attr.ErrorMessage, attr.UserID)),
					Filters: Failures(),
					Orders:  []honeycomb.Order{{Column: Time, Descending: true}}, Limit: 100, TimeRange: Recent,
				},
			}},
			view{style: honeycomb.Combo, query: honeycomb.SavedQuery{
				Name: "Code generation failures", Description: "In which languages does code generation bring no usable code, and why?",
				Query: honeycomb.Query{
					Calculations: []honeycomb.Calculation{count},
					Breakdowns:   honeycomb.Columns(attr.CodeLanguage, attr.ErrorMessage),
					Filters:      []honeycomb.Filter{honeycomb.Where(CodeSuccessPercent, honeycomb.Equals, 0)},
					Orders:       []honeycomb.Order{honeycomb.By(count)}, Limit: 20, TimeRange: Recent,
				},
			}},
			view{style: honeycomb.Combo, query: honeycomb.SavedQuery{
				Name: "LLM errors", Description: "Which providers' calls fail, and how?",
				Query: honeycomb.Query{
					Calculations: []honeycomb.Calculation{count},
					Breakdowns:   honeycomb.Columns(attr.LLMProvider, attr.ErrorType),
					Filters:      slices.Concat(LLMCalls(), Failures()),
					Orders:       []honeycomb.Order{honeycomb.By(count)}, Limit: 20, TimeRange: Recent,
				},
			}},
		),
	}
}

// failing counts failed spans by one column.
func failing[C ~string](title, question string, by C) honeycomb.SavedQuery {
	return honeycomb.SavedQuery{
		Name: title, Description: question,
		Query: honeycomb.Query{
			Calculations: []honeycomb.Calculation{count},
			Breakdowns:   honeycomb.Columns(by),
			Filters:      Failures(),
			Orders:       []honeycomb.Order{honeycomb.By(count)}, Limit: 20, TimeRange: Recent,
		},
	}
}
