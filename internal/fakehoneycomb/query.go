package fakehoneycomb

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// MaxTerms is how many breakdowns, calculations, filters, orders and havings a
// query may have of each.
const MaxTerms = 100

// MaxLimit is the greatest limit of a query.
const MaxLimit = 1000

var (
	calculationOps = strings.Fields("COUNT CONCURRENCY SUM AVG COUNT_DISTINCT HEATMAP MAX MIN P001 P01 P05 P10 P20 P25" +
		" P50 P75 P80 P90 P95 P99 P999 RATE_AVG RATE_SUM RATE_MAX")
	filterOps = strings.Fields("= != > >= < <= starts-with does-not-start-with ends-with does-not-end-with exists" +
		" does-not-exist contains does-not-contain in not-in")
	havingOps = strings.Fields("= != > >= < <=")
	queryKeys = strings.Fields("calculations breakdowns filters filter_combination orders havings limit time_range" +
		" start_time end_time granularity calculated_fields compare_time_offset_seconds")
)

func noQueryList(*call, []Object) (Object, []Object, *problem) {
	return nil, nil, &problem{status: http.StatusMethodNotAllowed, title: "queries cannot be listed"}
}

func checkStoredQuery(c *call, o Object) *problem { return c.checkQuery(o) }

// checkQuery refuses a query, and brings it into the form that the API answers
// with: empty parts gone, values in the type of their column.
func (c *call) checkQuery(q Object) *problem {
	for name, value := range q {
		if !slices.Contains(queryKeys, name) {
			return invalid(name, "unknown field %q in a query", name)
		}
		if items, ok := value.([]any); value == nil || ok && len(items) == 0 {
			delete(q, name)
		}
	}
	types := c.api.columns(c.scope)
	for _, check := range []func(Object, map[string]string) *problem{
		checkSize, checkCalculations, checkFilters, checkOrders, checkHavings, checkTime,
	} {
		if p := check(q, types); p != nil {
			return p
		}
	}
	if q.text("filter_combination") == "AND" {
		delete(q, "filter_combination") // the API never answers with the default
	}
	return nil
}

func checkSize(q Object, types map[string]string) *problem {
	for _, name := range []string{"breakdowns", "calculations", "filters", "orders", "havings"} {
		if items, _ := q[name].([]any); len(items) > MaxTerms {
			return invalid(name, "at most %d %s", MaxTerms, name)
		}
	}
	if limit, ok := q.number("limit"); ok && (limit < 1 || limit > MaxLimit) {
		return invalid("limit", "limit must be between 1 and %d", MaxLimit)
	}
	if combination := q.text("filter_combination"); combination != "" && combination != "AND" && combination != "OR" {
		return invalid("filter_combination", "filter_combination must be AND or OR")
	}
	for _, b := range breakdowns(q) {
		if _, ok := types[b]; !ok {
			return invalid("breakdowns", "unknown column %q", b)
		}
	}
	return nil
}

func breakdowns(q Object) []string {
	items, _ := q["breakdowns"].([]any)
	var names []string
	for _, item := range items {
		s, _ := item.(string)
		names = append(names, s)
	}
	return names
}

// queryColumns returns every column that a query names.
func queryColumns(q Object) []string {
	names := breakdowns(q)
	for _, part := range []string{"calculations", "filters", "orders", "havings"} {
		for _, term := range q.list(part) {
			if s := term.text("column"); s != "" {
				names = append(names, s)
			}
		}
	}
	return names
}

func checkCalculations(q Object, types map[string]string) *problem {
	for _, calculation := range q.list("calculations") {
		op, column := calculation.text("op"), calculation.text("column")
		if p := checkOperand("calculations", op, column, types); p != nil {
			return p
		}
	}
	return nil
}

func checkOperand(field, op, column string, types map[string]string) *problem {
	if !slices.Contains(calculationOps, op) {
		return invalid(field, "unknown calculation %q", op)
	}
	if op == "COUNT" || op == "CONCURRENCY" {
		if column != "" {
			return invalid(field, "%s takes no column", op)
		}
		return nil
	}
	if column == "" {
		return invalid(field, "%s needs a column", op)
	}
	kind, ok := types[column]
	if !ok {
		return invalid(field, "unknown column %q", column)
	}
	if op != "COUNT_DISTINCT" && (kind == "string" || kind == "boolean") {
		return invalid(field, "%s needs a column of numbers, and %q is a %s", op, column, kind)
	}
	return nil
}

func checkFilters(q Object, types map[string]string) *problem {
	for _, filter := range q.list("filters") {
		op, column := filter.text("op"), filter.text("column")
		kind, ok := types[column]
		switch {
		case !ok:
			return invalid("filters", "unknown column %q", column)
		case !slices.Contains(filterOps, op):
			return invalid("filters", "unknown filter %q", op)
		case op == "exists" || op == "does-not-exist":
			if filter.has("value") {
				return invalid("filters", "%s takes no value", op)
			}
			delete(filter, "value")
		case op == "in" || op == "not-in":
			values, ok := filter["value"].([]any)
			if !ok || len(values) == 0 {
				return invalid("filters", "%s needs a list of values", op)
			}
			for i := range values {
				values[i] = coerce(values[i], kind)
			}
		case !filter.has("value"):
			return invalid("filters", "%s needs a value", op)
		default:
			if _, ok := filter["value"].([]any); ok {
				return invalid("filters", "%s takes one value", op)
			}
			filter["value"] = coerce(filter["value"], kind)
		}
	}
	return nil
}

// coerce brings a filter's value into its column's type where that loses
// nothing, as the API does.
func coerce(v any, kind string) any {
	switch value := v.(type) {
	case string:
		switch kind {
		case "integer", "float":
			if f, err := strconv.ParseFloat(value, 64); err == nil {
				return f
			}
		case "boolean":
			if b, err := strconv.ParseBool(value); err == nil {
				return b
			}
		}
	case float64:
		if kind == "string" {
			return strconv.FormatFloat(value, 'f', -1, 64)
		}
	case bool:
		if kind == "string" {
			return strconv.FormatBool(value)
		}
	}
	return v
}

func checkOrders(q Object, types map[string]string) *problem {
	for _, order := range q.list("orders") {
		op, column := order.text("op"), order.text("column")
		if direction := order.text("order"); direction != "" && direction != "ascending" && direction != "descending" {
			return invalid("orders", "order must be ascending or descending")
		}
		if op == "HEATMAP" {
			return invalid("orders", "HEATMAP cannot be ordered by")
		}
		if op == "" && slices.Contains(breakdowns(q), column) {
			continue
		}
		if !calculates(q, op, column) {
			return invalid("orders", "%s(%s) is neither calculated nor broken down by", op, column)
		}
	}
	return nil
}

// calculates reports whether a query has a calculation. A query without any
// counts.
func calculates(q Object, op, column string) bool {
	calculations := q.list("calculations")
	if len(calculations) == 0 {
		return op == "COUNT" && column == ""
	}
	return slices.ContainsFunc(calculations, func(c Object) bool {
		return c.text("op") == op && c.text("column") == column
	})
}

func checkHavings(q Object, types map[string]string) *problem {
	for _, having := range q.list("havings") {
		op, column := having.text("calculate_op"), having.text("column")
		if p := checkOperand("havings", op, column, types); p != nil {
			return p
		}
		_, number := having.number("value")
		switch {
		case !slices.Contains(havingOps, having.text("op")):
			return invalid("havings", "unknown comparison %q", having.text("op"))
		case !number:
			return invalid("havings", "a having needs a number")
		case op == "HEATMAP":
			return invalid("havings", "HEATMAP cannot be compared")
		case !calculates(q, op, column):
			return invalid("havings", "%s(%s) is not calculated", op, column)
		}
	}
	return nil
}

func checkTime(q Object, _ map[string]string) *problem {
	absolute := q.has("start_time") && q.has("end_time")
	if absolute && q.has("time_range") {
		return invalid("time_range", "time_range, start_time and end_time cannot all be given")
	}
	if absolute {
		return nil
	}
	q.fallback("time_range", float64(7200))
	span, ok := q.number("time_range")
	if !ok || span < 1 {
		return invalid("time_range", "time_range must be a positive number of seconds")
	}
	if g, ok := q.number("granularity"); ok && g != 0 && (g > span/10 || g < span/1000) {
		return invalid("granularity", "granularity must be between a thousandth and a tenth of time_range")
	}
	return nil
}
