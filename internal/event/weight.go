package event

import (
	"math"
	"slices"
	"strconv"

	"go.opentelemetry.io/otel/trace"
	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/sampling"
)

// rateKeys are the attributes that Honeycomb reads a sample rate from, the first
// before the second wherever each stands.
var rateKeys = [...]string{"sampleRate", string(attr.SampleRate)}

// IsSampleRate reports whether Honeycomb reads an attribute as a sample rate, of
// which it keeps no column.
func IsSampleRate(key string) bool { return key == rateKeys[0] || key == rateKeys[1] }

// SampleRate returns how many rows one stands for whose sample rate is f: f
// rounded half up, at least 1 and at most 2^31-1. NaN counts as 1.
func SampleRate(f float64) int64 {
	if !(f >= 1) { // NaN too
		return 1
	}
	return int64(math.Floor(min(f, math.MaxInt32) + 0.5))
}

// weight returns how many spans a span stands for: the sample rate among its
// attributes, those of its scope or of its resource, the nearest first, else what
// the threshold of its tracestate says, else 1. A sample rate that is no number
// counts as 1.
func (o origin) weight(s *tracepb.Span) int64 {
	attributes := slices.Concat(o.resource, o.scope.GetAttributes(), s.GetAttributes())
	for _, key := range rateKeys {
		for _, kv := range slices.Backward(attributes) {
			if kv.GetKey() == key && isRate(kv) {
				return SampleRate(number(kv.GetValue()))
			}
		}
	}
	var id trace.TraceID
	copy(id[:], s.GetTraceId())
	return int64(sampling.TraceStateWeight(s.GetTraceState(), id))
}

// isRate reports whether an attribute is read as a sample rate. A map is not, for
// it becomes columns of other names, nor is what has no value.
func isRate(kv *commonpb.KeyValue) bool {
	switch kv.GetValue().GetValue().(type) {
	case nil, *commonpb.AnyValue_KvlistValue:
		return false
	}
	return IsSampleRate(kv.GetKey())
}

// number returns the number that a value is or that its text is, or 0.
func number(v *commonpb.AnyValue) float64 {
	switch v := v.GetValue().(type) {
	case *commonpb.AnyValue_IntValue:
		return float64(v.IntValue)
	case *commonpb.AnyValue_DoubleValue:
		return v.DoubleValue
	case *commonpb.AnyValue_StringValue:
		f, err := strconv.ParseFloat(v.StringValue, 64)
		if err != nil {
			return 0
		}
		return f
	}
	return 0
}
