package otlp_test

import (
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
)

// stockSpan builds the message that the stock exporter builds for a span such
// as llmSpan, as the base of the benchmark; TestStockSpan holds it against the
// exporter's own.
func stockSpan(s sdktrace.ReadOnlySpan) *tracepb.Span {
	sc, parent := s.SpanContext(), s.Parent()
	tid, sid, psid := sc.TraceID(), sc.SpanID(), parent.SpanID()
	code := tracepb.Status_STATUS_CODE_UNSET
	if s.Status().Code == codes.Error {
		code = tracepb.Status_STATUS_CODE_ERROR
	}
	return &tracepb.Span{
		TraceId:           tid[:],
		SpanId:            sid[:],
		ParentSpanId:      psid[:],
		TraceState:        sc.TraceState().String(),
		Flags:             uint32(sc.TraceFlags()) | uint32(tracepb.SpanFlags_SPAN_FLAGS_CONTEXT_HAS_IS_REMOTE_MASK),
		Name:              s.Name(),
		Kind:              tracepb.Span_SPAN_KIND_CLIENT,
		StartTimeUnixNano: uint64(s.StartTime().UnixNano()),
		EndTimeUnixNano:   uint64(s.EndTime().UnixNano()),
		Attributes:        stockAttrs(s.Attributes()),
		Status:            &tracepb.Status{Code: code, Message: s.Status().Description},
	}
}

func stockAttrs(kvs []attribute.KeyValue) []*commonpb.KeyValue {
	out := make([]*commonpb.KeyValue, 0, len(kvs))
	for _, kv := range kvs {
		v := new(commonpb.AnyValue)
		switch kv.Value.Type() {
		case attribute.STRING:
			v.Value = &commonpb.AnyValue_StringValue{StringValue: kv.Value.AsString()}
		case attribute.INT64:
			v.Value = &commonpb.AnyValue_IntValue{IntValue: kv.Value.AsInt64()}
		case attribute.FLOAT64:
			v.Value = &commonpb.AnyValue_DoubleValue{DoubleValue: kv.Value.AsFloat64()}
		case attribute.BOOL:
			v.Value = &commonpb.AnyValue_BoolValue{BoolValue: kv.Value.AsBool()}
		case attribute.STRINGSLICE:
			var list []*commonpb.AnyValue
			for _, s := range kv.Value.AsStringSlice() {
				list = append(list, &commonpb.AnyValue{Value: &commonpb.AnyValue_StringValue{StringValue: s}})
			}
			v.Value = &commonpb.AnyValue_ArrayValue{ArrayValue: &commonpb.ArrayValue{Values: list}}
		}
		out = append(out, &commonpb.KeyValue{Key: string(kv.Key), Value: v})
	}
	return out
}
