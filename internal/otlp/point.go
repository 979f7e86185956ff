package otlp

import (
	"math"

	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"google.golang.org/protobuf/encoding/protowire"
)

// Fields of the data points. All of them number start and time alike.
const (
	pointStart protowire.Number = 2
	pointTime  protowire.Number = 3

	numberDouble    protowire.Number = 4
	numberExemplars protowire.Number = 5
	numberInt       protowire.Number = 6
	numberAttrs     protowire.Number = 7

	histogramCount     protowire.Number = 4
	histogramSum       protowire.Number = 5
	histogramCounts    protowire.Number = 6
	histogramBounds    protowire.Number = 7
	histogramExemplars protowire.Number = 8
	histogramAttrs     protowire.Number = 9
	histogramMin       protowire.Number = 11
	histogramMax       protowire.Number = 12

	exponentialAttrs     protowire.Number = 1
	exponentialCount     protowire.Number = 4
	exponentialSum       protowire.Number = 5
	exponentialScale     protowire.Number = 6
	exponentialZeroCount protowire.Number = 7
	exponentialPositive  protowire.Number = 8
	exponentialNegative  protowire.Number = 9
	exponentialExemplars protowire.Number = 11
	exponentialMin       protowire.Number = 12
	exponentialMax       protowire.Number = 13
	exponentialZeroWidth protowire.Number = 14

	bucketsOffset protowire.Number = 1
	bucketsCounts protowire.Number = 2

	summaryCount     protowire.Number = 4
	summarySum       protowire.Number = 5
	summaryQuantiles protowire.Number = 6
	summaryAttrs     protowire.Number = 7

	quantileAt    protowire.Number = 1
	quantileValue protowire.Number = 2

	exemplarTime    protowire.Number = 2
	exemplarDouble  protowire.Number = 3
	exemplarSpanID  protowire.Number = 4
	exemplarTraceID protowire.Number = 5
	exemplarInt     protowire.Number = 6
	exemplarAttrs   protowire.Number = 7
)

func numberPoints[N int64 | float64](e *metricEncoder, dps []metricdata.DataPoint[N]) {
	for i := range dps {
		dp := &dps[i]
		if !e.san.Finite(float64(dp.Value)) {
			continue
		}
		start := e.open(dataPoints)
		e.set(numberAttrs, &dp.Attributes)
		e.b = appendTime(e.b, pointStart, dp.StartTime)
		e.b = appendTime(e.b, pointTime, dp.Time)
		e.b = appendNumber(e.b, numberInt, numberDouble, dp.Value)
		exemplars(e, numberExemplars, dp.Exemplars)
		e.close(start)
		e.points++
	}
}

func histogramPoints[N int64 | float64](e *metricEncoder, dps []metricdata.HistogramDataPoint[N]) {
	for i := range dps {
		dp := &dps[i]
		if !e.san.Finite(float64(dp.Sum)) {
			continue
		}
		start := e.open(dataPoints)
		e.set(histogramAttrs, &dp.Attributes)
		e.b = appendTime(e.b, pointStart, dp.StartTime)
		e.b = appendTime(e.b, pointTime, dp.Time)
		e.b = appendFixed64(e.b, histogramCount, dp.Count)
		e.b = setDouble(e.b, histogramSum, float64(dp.Sum))
		if n := len(dp.BucketCounts); n > 0 {
			e.b = protowire.AppendVarint(protowire.AppendTag(e.b, histogramCounts, bytesT), uint64(8*n))
			for _, c := range dp.BucketCounts {
				e.b = protowire.AppendFixed64(e.b, c)
			}
		}
		if n := len(dp.Bounds); n > 0 {
			e.b = protowire.AppendVarint(protowire.AppendTag(e.b, histogramBounds, bytesT), uint64(8*n))
			for _, f := range dp.Bounds {
				e.b = protowire.AppendFixed64(e.b, math.Float64bits(f))
			}
		}
		extrema(e, histogramMin, dp.Min)
		extrema(e, histogramMax, dp.Max)
		exemplars(e, histogramExemplars, dp.Exemplars)
		e.close(start)
		e.points++
	}
}

func exponentialPoints[N int64 | float64](e *metricEncoder, dps []metricdata.ExponentialHistogramDataPoint[N]) {
	for i := range dps {
		dp := &dps[i]
		if !e.san.Finite(float64(dp.Sum)) {
			continue
		}
		start := e.open(dataPoints)
		e.set(exponentialAttrs, &dp.Attributes)
		e.b = appendTime(e.b, pointStart, dp.StartTime)
		e.b = appendTime(e.b, pointTime, dp.Time)
		e.b = appendFixed64(e.b, exponentialCount, dp.Count)
		e.b = setDouble(e.b, exponentialSum, float64(dp.Sum))
		e.b = appendSint(e.b, exponentialScale, dp.Scale)
		e.b = appendFixed64(e.b, exponentialZeroCount, dp.ZeroCount)
		e.buckets(exponentialPositive, dp.PositiveBucket)
		e.buckets(exponentialNegative, dp.NegativeBucket)
		extrema(e, exponentialMin, dp.Min)
		extrema(e, exponentialMax, dp.Max)
		e.b = appendDouble(e.b, exponentialZeroWidth, dp.ZeroThreshold)
		exemplars(e, exponentialExemplars, dp.Exemplars)
		e.close(start)
		e.points++
	}
}

func (e *metricEncoder) buckets(num protowire.Number, bucket metricdata.ExponentialBucket) {
	start := e.open(num)
	e.b = appendSint(e.b, bucketsOffset, bucket.Offset)
	if len(bucket.Counts) > 0 {
		counts := e.open(bucketsCounts)
		for _, c := range bucket.Counts {
			e.b = protowire.AppendVarint(e.b, c)
		}
		e.close(counts)
	}
	e.close(start)
}

func (e *metricEncoder) summaryPoints(dps []metricdata.SummaryDataPoint) {
	for i := range dps {
		dp := &dps[i]
		if !e.san.Finite(dp.Sum) {
			continue
		}
		start := e.open(dataPoints)
		e.set(summaryAttrs, &dp.Attributes)
		e.b = appendTime(e.b, pointStart, dp.StartTime)
		e.b = appendTime(e.b, pointTime, dp.Time)
		e.b = appendFixed64(e.b, summaryCount, dp.Count)
		e.b = appendDouble(e.b, summarySum, dp.Sum)
		for _, q := range dp.QuantileValues {
			if !e.san.Finite(q.Value) || !e.san.Finite(q.Quantile) {
				continue
			}
			quantile := e.open(summaryQuantiles)
			e.b = appendDouble(e.b, quantileAt, q.Quantile)
			e.b = appendDouble(e.b, quantileValue, q.Value)
			e.close(quantile)
		}
		e.close(start)
		e.points++
	}
}

func extrema[N int64 | float64](e *metricEncoder, num protowire.Number, x metricdata.Extrema[N]) {
	if v, ok := x.Value(); ok && e.san.Finite(float64(v)) {
		e.b = setDouble(e.b, num, float64(v))
	}
}

func exemplars[N int64 | float64](e *metricEncoder, num protowire.Number, es []metricdata.Exemplar[N]) {
	for i := range es {
		x := &es[i]
		if !e.san.Finite(float64(x.Value)) {
			continue
		}
		start := e.open(num)
		dropped := 0
		for j := range x.FilteredAttributes {
			if !e.attr(exemplarAttrs, &x.FilteredAttributes[j], j-dropped) {
				dropped++
			}
		}
		e.san.Dropped(dropped, 0, 0)
		e.b = appendTime(e.b, exemplarTime, x.Time)
		e.b = appendNumber(e.b, exemplarInt, exemplarDouble, x.Value)
		e.b = appendBytes(e.b, exemplarSpanID, x.SpanID)
		e.b = appendBytes(e.b, exemplarTraceID, x.TraceID)
		e.close(start)
	}
}

// appendNumber appends v as the field for its type.
func appendNumber[N int64 | float64](b []byte, asInt, asDouble protowire.Number, v N) []byte {
	switch v := any(v).(type) {
	case int64:
		return setFixed64(b, asInt, uint64(v))
	case float64:
		return setDouble(b, asDouble, v)
	}
	return b
}
