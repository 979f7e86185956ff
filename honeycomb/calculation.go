package honeycomb

import "slices"

// CalculationOp is what a query computes of a group of rows.
type CalculationOp string

// The operators. Count and Concurrency take no column, all others need one.
// COUNT, SUM, AVG and the percentiles follow the rows' weight; COUNT_DISTINCT
// does not.
const (
	Count         CalculationOp = "COUNT"
	Concurrency   CalculationOp = "CONCURRENCY"
	Sum           CalculationOp = "SUM"
	Avg           CalculationOp = "AVG"
	CountDistinct CalculationOp = "COUNT_DISTINCT"
	Heatmap       CalculationOp = "HEATMAP"
	Max           CalculationOp = "MAX"
	Min           CalculationOp = "MIN"
	P001          CalculationOp = "P001"
	P01           CalculationOp = "P01"
	P05           CalculationOp = "P05"
	P10           CalculationOp = "P10"
	P20           CalculationOp = "P20"
	P25           CalculationOp = "P25"
	P50           CalculationOp = "P50"
	P75           CalculationOp = "P75"
	P80           CalculationOp = "P80"
	P90           CalculationOp = "P90"
	P95           CalculationOp = "P95"
	P99           CalculationOp = "P99"
	P999          CalculationOp = "P999"
	RateAvg       CalculationOp = "RATE_AVG"
	RateSum       CalculationOp = "RATE_SUM"
	RateMax       CalculationOp = "RATE_MAX"
)

var calculationOps = []CalculationOp{
	Count, Concurrency, Sum, Avg, CountDistinct, Heatmap, Max, Min,
	P001, P01, P05, P10, P20, P25, P50, P75, P80, P90, P95, P99, P999,
	RateAvg, RateSum, RateMax,
}

func (op CalculationOp) valid() bool { return slices.Contains(calculationOps, op) }

// alone reports whether the operator is about rows and takes no column.
func (op CalculationOp) alone() bool { return op == Count || op == Concurrency }

// numeric reports whether the operator needs a column of numbers.
func (op CalculationOp) numeric() bool { return !op.alone() && op != CountDistinct }

// Calculation is an operator and the column it is about. The zero value is
// invalid; [Calculation]{Op: [Count]} counts rows.
type Calculation struct {
	Op     CalculationOp `json:"op"`
	Column Column        `json:"column,omitempty"`
}

// Calculate returns the calculation of op over a column.
func Calculate[C ~string](op CalculationOp, column C) Calculation {
	return Calculation{Op: op, Column: Column(column)}
}

// String returns the calculation as Honeycomb shows it: P95(duration_ms).
func (c Calculation) String() string {
	if c.Column == "" {
		return string(c.Op)
	}
	return string(c.Op) + "(" + string(c.Column) + ")"
}
