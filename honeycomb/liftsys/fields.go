package liftsys

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/honeycomb"
)

// The calculated fields. Those in percent are 100 or 0, to be averaged; they are
// absent on rows that they say nothing about, so that an average needs no filter
// to be right.
const (
	// ErrorPercent is 100 on failed spans and 0 on others.
	ErrorPercent honeycomb.Column = "lift.error_percent"
	// SuccessPercent is 0 on failed spans and 100 on others.
	SuccessPercent honeycomb.Column = "lift.success_percent"
	// CodeSuccessPercent is 100 on code.generate spans that brought usable code,
	// and 0 on those that failed or brought none.
	CodeSuccessPercent honeycomb.Column = "lift.code_success_percent"
	// CodeRetriedPercent is 100 on code.generate spans with more than one attempt
	// and 0 on others.
	CodeRetriedPercent honeycomb.Column = "lift.code_retried_percent"
	// SessionCompletedPercent is 100 on spans that finalized a session and 0 on
	// those that abandoned one.
	SessionCompletedPercent honeycomb.Column = "lift.session_completed_percent"
	// RequestCostUSD is what a request cost, 0 where it cost nothing. The attribute
	// request.cost_usd is absent then, so that its average is that of paid requests.
	RequestCostUSD honeycomb.Column = "lift.request_cost_usd"
	// Time is when the row happened, in UTC and so that text sorts by time.
	Time honeycomb.Column = "lift.time"
	// SLIRequestSuccess is true for requests that succeeded.
	SLIRequestSuccess honeycomb.Column = "sli.request_success"
	// SLIRequestFast is true for requests within SlowRequestMS.
	SLIRequestFast honeycomb.Column = "sli.request_fast"
)

// SlowRequestMS is the duration in milliseconds from which a request is slow.
const SlowRequestMS = 10_000

// EventsPerMonth is what Honeycomb's free plan takes in a month.
const EventsPerMonth = 20_000_000

func fields() []honeycomb.CalculatedField {
	isSpan := fmt.Sprintf("NOT(EXISTS(%s))", ref(attr.ColumnMetaAnnotationType))
	failed := equals(attr.ColumnError, "true")
	// The same as the filters of Requests.
	isRequest := fmt.Sprintf("AND(IN(%s, %q, %q), EXISTS(%s))", ref(attr.ColumnSpanKind), kindServer, kindConsumer, ref(attr.ColumnDurationMS))
	isCodegen := fmt.Sprintf("AND(%s, %s)", equals(attr.ColumnName, strconv.Quote(attr.SpanCodeGenerate)), isSpan)
	finalized := equals(attr.SessionStatus, strconv.Quote(attr.SessionFinalized))
	abandoned := equals(attr.SessionStatus, strconv.Quote(attr.SessionAbandoned))
	return []honeycomb.CalculatedField{
		{
			Alias: ErrorPercent, Description: "100 on failed spans and 0 on others, to be averaged. Absent on span events and links.",
			Expression: where(isSpan, failed, "100", "0"),
		},
		{
			Alias: SuccessPercent, Description: "0 on failed spans and 100 on others, to be averaged. Absent on span events and links.",
			Expression: where(isSpan, failed, "0", "100"),
		},
		{
			Alias: CodeSuccessPercent, Description: "100 where code generation brought usable code and 0 where not, to be averaged. Absent on other spans, and where nobody said.",
			Expression: where(isCodegen, failed, "0", equals(attr.CodeSuccess, "false"), "0", equals(attr.CodeSuccess, "true"), "100"),
		},
		{
			Alias: CodeRetriedPercent, Description: "100 where code generation took more than one attempt and 0 where not, to be averaged. Absent on span events and links.",
			Expression: where(fmt.Sprintf("AND(%s, EXISTS(%s))", isSpan, ref(attr.CodeRetries)), fmt.Sprintf("GT(%s, 0)", ref(attr.CodeRetries)), "100", "0"),
		},
		{
			Alias: SessionCompletedPercent, Description: "100 where a session was finalized and 0 where it was abandoned, to be averaged. Absent while it is active, and where that failed.",
			Expression: where(fmt.Sprintf("AND(%s, NOT(%s))", isSpan, failed), finalized, "100", abandoned, "0"),
		},
		{
			Alias: RequestCostUSD, Description: "What the request cost in US dollars, 0 where it cost nothing. Absent on rows that are no requests.",
			Expression: fmt.Sprintf("IF(%s, COALESCE(%s, 0))", isRequest, ref(attr.RequestCostUSD)),
		},
		{
			Alias: Time, Description: "When it happened, in UTC, to the second.",
			Expression: `FORMAT_TIME("%Y-%m-%d %H:%M:%S", EVENT_TIMESTAMP())`,
		},
		{
			Alias: SLIRequestSuccess, Description: "SLI: the request succeeded.",
			Expression: fmt.Sprintf("IF(%s, NOT(%s))", isRequest, failed),
		},
		{
			Alias: SLIRequestFast, Description: fmt.Sprintf("SLI: the request took at most %d s.", SlowRequestMS/1000),
			Expression: fmt.Sprintf("IF(%s, LTE(%s, %d))", isRequest, ref(attr.ColumnDurationMS), SlowRequestMS),
		},
	}
}

// ref writes a column into an expression.
func ref[C ~string](column C) string { return "$" + string(column) }

// equals compares a column with a value in the expression's own syntax.
func equals[C ~string](column C, value string) string {
	return fmt.Sprintf("EQUALS(%s, %s)", ref(column), value)
}

// where restricts conditions and values to the rows on which another condition
// holds. On others the field is absent.
func where(condition string, branches ...string) string {
	return fmt.Sprintf("IF(%s, IF(%s))", condition, strings.Join(branches, ", "))
}
