package honeycomb_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/honeycomb"
)

const unknownFix = "use a constant of package attr, define a calculated field, or declare the service's own column in Columns"

func TestQueryRules(t *testing.T) {
	q := func(spoil func(*honeycomb.Query)) func(*honeycomb.Definition) {
		return func(d *honeycomb.Definition) { spoil(&d.Queries[0].Query) }
	}
	calc := func(c ...honeycomb.Calculation) func(*honeycomb.Definition) {
		return q(func(q *honeycomb.Query) { *q = honeycomb.Query{Calculations: c} })
	}
	filter := func(f honeycomb.Filter) func(*honeycomb.Definition) {
		return q(func(q *honeycomb.Query) { q.Filters = []honeycomb.Filter{f} })
	}
	own := make([]attr.Def, 0, 101)
	for i := range 101 {
		own = append(own, attr.Def{Name: fmt.Sprintf("own.c%d", i), Type: attr.TypeInt})
	}
	many := func(add func(*honeycomb.Query, honeycomb.Column)) func(*honeycomb.Definition) {
		return func(d *honeycomb.Definition) {
			d.Columns = append(d.Columns, own...)
			d.Queries[0].Query = honeycomb.Query{}
			for _, c := range own {
				add(&d.Queries[0].Query, honeycomb.Column(c.Name))
			}
		}
	}
	const it = `saved query "Busy routes": `
	check(t, honeycomb.Pro, []rule{
		{"a long name", func(d *honeycomb.Definition) { d.Queries[0].Name = strings.Repeat("n", 321) }, `saved query "` + strings.Repeat("n", 321) + `": name has 321 characters, more than 320: shorten it`},
		{"a long description", func(d *honeycomb.Definition) { d.Queries[0].Description = strings.Repeat("d", 1024) }, it + "description has 1024 characters, more than 1023: shorten it"},
		{"on a board", func(d *honeycomb.Definition) { d.Boards[0].Panels[1].Query.Query.Limit = -1 }, `saved query "Requests": limit -1 is out of range: use 1 to 1000, or 0 for Honeycomb's own`},
		{"in a trigger", func(d *honeycomb.Definition) { d.Triggers[0].Query.Breakdowns = []honeycomb.Column{"nope"} }, `trigger "Errors": column "nope" is not emitted by anything: ` + unknownFix},

		{"101 calculations", many(func(q *honeycomb.Query, c honeycomb.Column) {
			q.Calculations = append(q.Calculations, honeycomb.Calculate(honeycomb.Max, c))
		}), it + "has 101 calculations, more than 100: remove some or split the query"},
		{"101 breakdowns", many(func(q *honeycomb.Query, c honeycomb.Column) { q.Breakdowns = append(q.Breakdowns, c) }), it + "has 101 breakdowns, more than 100: remove some or split the query"},
		{"101 filters", many(func(q *honeycomb.Query, c honeycomb.Column) {
			q.Filters = append(q.Filters, honeycomb.Where(c, honeycomb.Exists))
		}), it + "has 101 filters, more than 100: remove some or split the query"},
		{"101 orders", many(func(q *honeycomb.Query, _ honeycomb.Column) {
			q.Orders = append(q.Orders, honeycomb.Order{Op: honeycomb.Count})
		}), it + "has 101 orders, more than 100: remove some or split the query"},
		{"101 havings", many(func(q *honeycomb.Query, _ honeycomb.Column) {
			q.Havings = append(q.Havings, honeycomb.Having{Calculation: honeycomb.Calculation{Op: honeycomb.Count}, Op: honeycomb.Greater})
		}), it + "has 101 havings, more than 100: remove some or split the query"},

		{"an unknown calculation", calc(honeycomb.Calculation{Op: "MEDIAN", Column: attr.ColumnDurationMS}), it + `calculation "MEDIAN" is unknown: use one of COUNT, CONCURRENCY, SUM, AVG, COUNT_DISTINCT, HEATMAP, MAX, MIN, P001, P01, P05, P10, P20, P25, P50, P75, P80, P90, P95, P99, P999, RATE_AVG, RATE_SUM, RATE_MAX`},
		{"COUNT of a column", calc(honeycomb.Calculation{Op: honeycomb.Count, Column: attr.ColumnName}), it + "COUNT(name) takes no column: write COUNT alone, or COUNT_DISTINCT for the different values of a column"},
		{"CONCURRENCY of a column", calc(honeycomb.Calculation{Op: honeycomb.Concurrency, Column: attr.ColumnName}), it + "CONCURRENCY(name) takes no column: write CONCURRENCY alone, or COUNT_DISTINCT for the different values of a column"},
		{"P95 of nothing", calc(honeycomb.Calculation{Op: honeycomb.P95}), it + "P95 needs a column: name one"},
		{"a column that nothing emits", calc(honeycomb.Calculate[honeycomb.Column](honeycomb.P95, "duration")), it + `column "duration" is not emitted by anything: ` + unknownFix},
		{"a metric", calc(honeycomb.Calculate(honeycomb.Sum, attr.MetricLLMCost)), it + `column "lift.llm.cost" is not emitted by anything: ` + unknownFix},
		{"an average of a boolean", calc(honeycomb.Calculate(honeycomb.Avg, attr.ColumnError)), it + `AVG(error) needs numbers, and "error" is a boolean: define a calculated field such as IF(EQUALS($error, …), 100, 0) and calculate over that`},
		{"a percentile of a string", calc(honeycomb.Calculate(honeycomb.P95, attr.UserID)), it + `P95(user.id) needs numbers, and "user.id" is a string: define a calculated field such as IF(EQUALS($user.id, …), 100, 0) and calculate over that`},
		{"an average of a boolean field", calc(honeycomb.Calculate[honeycomb.Column](honeycomb.Avg, "sli.ok")), it + `AVG(sli.ok) needs numbers, and "sli.ok" is a boolean: define a calculated field such as IF(EQUALS($sli.ok, …), 100, 0) and calculate over that`},
		{"a calculation twice", calc(honeycomb.Calculation{Op: honeycomb.Count}, honeycomb.Calculation{Op: honeycomb.Count}), it + "calculates COUNT twice: remove one"},
		{"a breakdown twice", q(func(q *honeycomb.Query) { q.Breakdowns = append(q.Breakdowns, q.Breakdowns[0]) }), it + `breaks down by "http.route" twice: remove one`},

		{"an unknown operator", filter(honeycomb.Where(attr.UserID, "like", "a")), it + `filter "user.id like \"a\"": operator "like" is unknown: use one of =, !=, >, >=, <, <=, starts-with, does-not-start-with, ends-with, does-not-end-with, exists, does-not-exist, contains, does-not-contain, in, not-in`},
		{"an unknown column", filter(honeycomb.Where("nope", honeycomb.Exists)), it + `column "nope" is not emitted by anything: ` + unknownFix},
		{"exists with a value", filter(honeycomb.Where(attr.UserID, honeycomb.Exists, "a")), it + `filter "user.id exists \"a\"": exists takes no value: remove the value`},
		{"equals without a value", filter(honeycomb.Where(attr.UserID, honeycomb.Equals)), it + `filter "user.id =": = needs a value: give one, or use Exists or DoesNotExist`},
		{"equals with two values", filter(honeycomb.Where(attr.UserID, honeycomb.Equals, "a", "b")), it + `filter "user.id = [\"a\", \"b\"]": = takes one value: give one, or use In or NotIn`},
		{"in without a list", filter(honeycomb.Filter{Column: honeycomb.Column(attr.UserID), Op: honeycomb.In, Value: "a"}), it + `filter "user.id in \"a\"": in needs a list: give a []any, or use Equals`},
		{"in an empty list", filter(honeycomb.Filter{Column: honeycomb.Column(attr.UserID), Op: honeycomb.NotIn, Value: []any{}}), it + `filter "user.id not-in []": the list is empty: give at least one value`},
		{"a number for a string", filter(honeycomb.Where(attr.UserID, honeycomb.Equals, 5)), it + `filter "user.id = 5": column "user.id" is of type string, the value float: give a value of the column's type`},
		{"a string for a boolean", filter(honeycomb.Where(attr.ColumnError, honeycomb.Equals, "true")), it + `filter "error = \"true\"": column "error" is of type boolean, the value string: give a value of the column's type`},
		{"a bad value in a list", filter(honeycomb.Where(attr.HTTPResponseStatusCode, honeycomb.In, 500, "502")), it + `filter "http.response.status_code in [500, \"502\"]": column "http.response.status_code" is of type integer, the value string: give a value of the column's type`},
		{"a value of no type", filter(honeycomb.Where(attr.UserID, honeycomb.Equals, struct{}{})), it + `filter "user.id = {}": a value of type struct {} cannot be sent: use a string, a bool, an integer or a float`},
		{"no number", filter(honeycomb.Where(attr.ColumnDurationMS, honeycomb.Greater, math.NaN())), it + `filter "duration_ms > NaN": NaN is no number that can be sent: use a finite one`},
		{"an unknown combination", q(func(q *honeycomb.Query) { q.FilterCombination = "XOR" }), it + `filter combination "XOR" is unknown: use And or Or`},

		{"an order of something else", q(func(q *honeycomb.Query) { q.Orders = []honeycomb.Order{{Column: honeycomb.Column(attr.UserID)}} }), it + `orders by "user.id", which it does not break down by: add the breakdown, or order by a calculation`},
		{"an order of another calculation", q(func(q *honeycomb.Query) {
			q.Orders = []honeycomb.Order{honeycomb.By(honeycomb.Calculate(honeycomb.P50, attr.ColumnDurationMS))}
		}), it + `orders by P50(duration_ms), which it does not calculate: add the calculation`},
		{"an order of a heatmap", q(func(q *honeycomb.Query) {
			q.Calculations = append(q.Calculations, honeycomb.Calculate(honeycomb.Heatmap, attr.ColumnDurationMS))
			q.Orders = []honeycomb.Order{honeycomb.By(honeycomb.Calculate(honeycomb.Heatmap, attr.ColumnDurationMS))}
		}), it + "orders by a heatmap, which is no number: order by a percentile"},
		{"a having of something else", q(func(q *honeycomb.Query) { q.Havings[0].Calculation.Op = honeycomb.Concurrency }), it + `having "CONCURRENCY > 5" names what it does not calculate: add the calculation`},
		{"a having with another operator", q(func(q *honeycomb.Query) { q.Havings[0].Op = honeycomb.Contains }), it + `having "COUNT contains 5": operator "contains" is unknown: use = != > >= < or <=`},
		{"a having of no number", q(func(q *honeycomb.Query) { q.Havings[0].Value = math.Inf(1) }), it + `having "COUNT > +Inf": the value is no number that can be sent: use a finite one`},

		{"a limit of 1001", q(func(q *honeycomb.Query) { q.Limit = 1001 }), it + "limit 1001 is out of range: use 1 to 1000, or 0 for Honeycomb's own"},
		{"a time range of milliseconds", q(func(q *honeycomb.Query) { q.TimeRange = 1500 * time.Millisecond }), it + "time range 1.5s is no whole number of seconds: use seconds, or 0 for two hours"},
		{"a time range in the future", q(func(q *honeycomb.Query) { q.TimeRange = -time.Hour }), it + "time range -1h0m0s is no whole number of seconds: use seconds, or 0 for two hours"},
		{"a granularity of milliseconds", q(func(q *honeycomb.Query) { q.Granularity = time.Millisecond }), it + "granularity 1ms is no whole number of seconds: use seconds, or 0 for Honeycomb's own"},
		{"a coarse granularity", q(func(q *honeycomb.Query) { q.Granularity = time.Hour }), it + "granularity 1h does not fit the time range 2h: use 7.2s to 12m0s, or 0 for Honeycomb's own"},
		{"a fine granularity of the default range", q(func(q *honeycomb.Query) { q.TimeRange, q.Granularity = 0, time.Second }), it + "granularity 1s does not fit the time range 2h: use 7.2s to 12m0s, or 0 for Honeycomb's own"},
	})
}

func TestQueriesThatAreAllowed(t *testing.T) {
	tests := []struct {
		name, reason string
		query        honeycomb.Query
	}{
		{"nothing", "it counts", honeycomb.Query{}},
		{"an order of the count that is meant", "no calculation means COUNT", honeycomb.Query{Orders: []honeycomb.Order{{Op: honeycomb.Count}}}},
		{"distinct strings", "they need not be numbers", honeycomb.Query{Calculations: []honeycomb.Calculation{honeycomb.Calculate(honeycomb.CountDistinct, attr.UserID)}}},
		{"an integer for a float column", "both are numbers", honeycomb.Query{Filters: []honeycomb.Filter{honeycomb.Where(attr.ColumnDurationMS, honeycomb.Greater, uint8(5))}}},
		{"a named string", "a constant of another type is a string too", honeycomb.Query{Filters: []honeycomb.Filter{honeycomb.Where(attr.ColumnName, honeycomb.Equals, attr.UserID)}}},
		{"a thousand groups", "the most there are", honeycomb.Query{Limit: 1000}},
		{"the finest granularity", "a thousandth", honeycomb.Query{TimeRange: 1000 * time.Second, Granularity: time.Second}},
		{"the coarsest granularity", "a tenth", honeycomb.Query{TimeRange: 100 * time.Second, Granularity: 10 * time.Second}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := honeycomb.Definition{Queries: []honeycomb.SavedQuery{{Name: "q", Query: tt.query}}}
			if err := d.Validate(honeycomb.Free); err != nil {
				t.Errorf("%v: %s", err, tt.reason)
			}
		})
	}
}

func TestQueryValidate(t *testing.T) {
	columns := map[honeycomb.Column]honeycomb.ColumnType{"n": honeycomb.ColumnInteger, "s": honeycomb.ColumnString}
	double := honeycomb.CalculatedField{Alias: "double", Expression: "MUL($n, 2)"}
	name := honeycomb.CalculatedField{Alias: "text", Expression: "CONCAT($s, $n)"}
	sum := func(c honeycomb.Column) honeycomb.Query {
		return honeycomb.Query{Calculations: []honeycomb.Calculation{honeycomb.Calculate(honeycomb.Sum, c)}}
	}
	needs := "query: SUM(%s) needs numbers, and %[1]q is a string: define a calculated field such as IF(EQUALS($%[1]s, …), 100, 0) and calculate over that"
	tests := []struct {
		name    string
		query   honeycomb.Query
		columns map[honeycomb.Column]honeycomb.ColumnType
		fields  []honeycomb.CalculatedField
		want    string
	}{
		{"the zero value", honeycomb.Query{}, columns, nil, ""},
		{"a column of numbers", sum("n"), columns, nil, ""},
		{"a column of strings", sum("s"), columns, nil, fmt.Sprintf(needs, "s")},
		{"a column that is not there", sum("nope"), columns, nil, `query: column "nope" is not in the dataset: check its name, or send a row that has it first`},
		{"a registered column that the dataset has not", sum(attr.ColumnDurationMS), columns, nil, `query: column "duration_ms" is not in the dataset: check its name, or send a row that has it first`},
		{"any column", sum("nope"), nil, nil, ""},
		{"a registered column of strings", sum("http.route"), nil, nil, fmt.Sprintf(needs, "http.route")},
		{"a field of numbers", sum("double"), columns, []honeycomb.CalculatedField{double}, ""},
		{"a field of strings", sum("text"), columns, []honeycomb.CalculatedField{name}, fmt.Sprintf(needs, "text")},
		{"a field that cannot be read", sum("n"), columns, []honeycomb.CalculatedField{{Alias: "f", Expression: "NOT("}}, `calculated field "f": expression at character 5: expression is missing: write a function, a $column or a literal: see Honeycomb's calculated field reference`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := ""
			if err := tt.query.Validate(tt.columns, tt.fields...); err != nil {
				got = err.Error()
			}
			if got != tt.want {
				t.Errorf("error is %q, want %q", got, tt.want)
			}
		})
	}
	if len(columns) != 2 {
		t.Error("Validate changed the caller's columns")
	}
}
