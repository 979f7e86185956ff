package telemetry

import "go.opentelemetry.io/otel/attribute"

// Optional facts become attributes only where they are known: an empty string
// and a nil pointer are absent.

func addString[S ~string](a []attribute.KeyValue, k attribute.Key, v S) []attribute.KeyValue {
	if v == "" {
		return a
	}
	return append(a, k.String(string(v)))
}

func addInt[I int | int64](a []attribute.KeyValue, k attribute.Key, v *I) []attribute.KeyValue {
	if v == nil {
		return a
	}
	return append(a, k.Int64(int64(*v)))
}

func addFloat(a []attribute.KeyValue, k attribute.Key, v *float64) []attribute.KeyValue {
	if v == nil {
		return a
	}
	return append(a, k.Float64(*v))
}

func addBool(a []attribute.KeyValue, k attribute.Key, v *bool) []attribute.KeyValue {
	if v == nil {
		return a
	}
	return append(a, k.Bool(*v))
}
