// Package optional appends attributes for facts that may be unknown: an empty
// string and a nil pointer are absent.
package optional

import "go.opentelemetry.io/otel/attribute"

// String appends v unless it is empty.
func String[S ~string](a []attribute.KeyValue, k attribute.Key, v S) []attribute.KeyValue {
	if v == "" {
		return a
	}
	return append(a, k.String(string(v)))
}

// Int appends *v unless v is nil.
func Int[I int | int64](a []attribute.KeyValue, k attribute.Key, v *I) []attribute.KeyValue {
	if v == nil {
		return a
	}
	return append(a, k.Int64(int64(*v)))
}

// Float appends *v unless v is nil.
func Float(a []attribute.KeyValue, k attribute.Key, v *float64) []attribute.KeyValue {
	if v == nil {
		return a
	}
	return append(a, k.Float64(*v))
}

// Bool appends *v unless v is nil.
func Bool(a []attribute.KeyValue, k attribute.Key, v *bool) []attribute.KeyValue {
	if v == nil {
		return a
	}
	return append(a, k.Bool(*v))
}
