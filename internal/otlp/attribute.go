package otlp

import (
	"math"

	"go.opentelemetry.io/otel/attribute"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/lift-sys/telemetry/internal/sanitize"
)

// Fields of KeyValue, AnyValue, ArrayValue and KeyValueList.
const (
	keyValueKey   protowire.Number = 1
	keyValueValue protowire.Number = 2

	anyString protowire.Number = 1
	anyBool   protowire.Number = 2
	anyInt    protowire.Number = 3
	anyDouble protowire.Number = 4
	anyArray  protowire.Number = 5
	anyMap    protowire.Number = 6
	anyBytes  protowire.Number = 7

	listValues protowire.Number = 1
)

// appendAttr appends kv, cleaned, as field num, and reports whether it was fit
// to be sent.
func appendAttr(b []byte, num protowire.Number, kv *attribute.KeyValue, san *sanitize.Sanitizer) ([]byte, bool) {
	if san.Clean(kv) {
		return appendKeyValue(b, num, kv), true
	}
	if kv.Value.Type() == attribute.STRINGSLICE {
		key, vals := san.StringSlice(*kv)
		b, start := openMessage(b, num)
		b = appendString(b, keyValueKey, string(key))
		b, value := openMessage(b, keyValueValue)
		b = appendStrings(b, vals)
		return closeMessage(closeMessage(b, value), start), true
	}
	c, ok := san.Attr(*kv)
	if !ok {
		return b, false
	}
	return appendKeyValue(b, num, &c), true
}

// appendMetricAttr is appendAttr for attributes of data points.
func appendMetricAttr(b []byte, num protowire.Number, kv *attribute.KeyValue, san *sanitize.Sanitizer) ([]byte, bool) {
	if san.Clean(kv) {
		return appendKeyValue(b, num, kv), true
	}
	c, ok := san.MetricAttr(*kv)
	if !ok {
		return b, false
	}
	return appendKeyValue(b, num, &c), true
}

// appendKeyValue appends kv as it is. Field numbers are below 16 here and in
// AnyValue, so a tag is a byte.
func appendKeyValue(b []byte, num protowire.Number, kv *attribute.KeyValue) []byte {
	switch v := &kv.Value; v.Type() {
	case attribute.STRING:
		return appendText(b, num, kv, anyString, v.AsString())
	case attribute.BYTESLICE:
		return appendText(b, num, kv, anyBytes, v.AsString())
	case attribute.INT64:
		n := uint64(v.AsInt64())
		b = appendKey(b, num, kv, 1+protowire.SizeVarint(n))
		return appendLen(append(b, tag(anyInt, varint)), n)
	case attribute.FLOAT64:
		b = appendKey(b, num, kv, 1+8)
		return protowire.AppendFixed64(append(b, tag(anyDouble, fixed64)), math.Float64bits(v.AsFloat64()))
	case attribute.BOOL:
		b = appendKey(b, num, kv, 1+1)
		return append(b, tag(anyBool, varint), byte(protowire.EncodeBool(v.AsBool())))
	default:
		b, start := openMessage(b, num)
		b = appendString(b, keyValueKey, string(kv.Key))
		b, value := openMessage(b, keyValueValue)
		b = appendValue(b, *v)
		return closeMessage(closeMessage(b, value), start)
	}
}

func appendText(b []byte, num protowire.Number, kv *attribute.KeyValue, as protowire.Number, s string) []byte {
	b = appendKey(b, num, kv, 1+sizeBytes(len(s)))
	return append(appendLen(append(b, tag(as, bytesT)), uint64(len(s))), s...)
}

// appendKey appends kv up to its AnyValue, which is n bytes.
func appendKey(b []byte, num protowire.Number, kv *attribute.KeyValue, n int) []byte {
	size := 1 + sizeBytes(n)
	if kv.Key != "" {
		size += 1 + sizeBytes(len(kv.Key))
	}
	b = appendLen(append(b, tag(num, bytesT)), uint64(size))
	if kv.Key != "" {
		b = appendLen(append(b, tag(keyValueKey, bytesT)), uint64(len(kv.Key)))
		b = append(b, kv.Key...)
	}
	return appendLen(append(b, tag(keyValueValue, bytesT)), uint64(n))
}

// appendValue appends the body of an AnyValue. Its fields have presence: an
// empty string is written.
func appendValue(b []byte, v attribute.Value) []byte {
	switch v.Type() {
	case attribute.STRING:
		return protowire.AppendString(protowire.AppendTag(b, anyString, bytesT), v.AsString())
	case attribute.BYTESLICE:
		return protowire.AppendString(protowire.AppendTag(b, anyBytes, bytesT), v.AsString())
	case attribute.INT64:
		return protowire.AppendVarint(protowire.AppendTag(b, anyInt, varint), uint64(v.AsInt64()))
	case attribute.FLOAT64:
		return protowire.AppendFixed64(protowire.AppendTag(b, anyDouble, fixed64), math.Float64bits(v.AsFloat64()))
	case attribute.BOOL:
		return protowire.AppendVarint(protowire.AppendTag(b, anyBool, varint), protowire.EncodeBool(v.AsBool()))
	case attribute.STRINGSLICE:
		return appendStrings(b, v.AsStringSlice())
	case attribute.EMPTY:
		return b
	case attribute.MAP:
		b, start := openMessage(b, anyMap)
		for _, kv := range v.AsMap() {
			b = appendKeyValue(b, listValues, &kv)
		}
		return closeMessage(b, start)
	}

	b, start := openMessage(b, anyArray)
	switch v.Type() {
	case attribute.BOOLSLICE:
		for _, e := range v.AsBoolSlice() {
			b = appendElement(b, attribute.BoolValue(e))
		}
	case attribute.INT64SLICE:
		for _, e := range v.AsInt64Slice() {
			b = appendElement(b, attribute.Int64Value(e))
		}
	case attribute.FLOAT64SLICE:
		for _, e := range v.AsFloat64Slice() {
			b = appendElement(b, attribute.Float64Value(e))
		}
	case attribute.SLICE:
		for _, e := range v.AsSlice() {
			b = appendElement(b, e)
		}
	}
	return closeMessage(b, start)
}

func appendStrings(b []byte, vals []string) []byte {
	b, start := openMessage(b, anyArray)
	for _, s := range vals {
		b = appendElement(b, attribute.StringValue(s))
	}
	return closeMessage(b, start)
}

func appendElement(b []byte, v attribute.Value) []byte {
	b, start := openMessage(b, listValues)
	return closeMessage(appendValue(b, v), start)
}
