// Package event turns OTLP into the rows that Honeycomb makes of it: one for each
// span, span event and link, and one for the metric points of a time and a set of
// attributes.
//
// The columns are those of Honeycomb's own translation of OTLP, as its documentation
// of it (the readme of honeycombio/husky) had them in November 2026; package attr
// names them. Where names meet, an attribute of the span, event, link or point wins
// over one of the scope, that over one of the resource, and that over a column.
//
// It is written to be read: the reference that a faster decoder is held against.
package event

import (
	"encoding/base64"
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"time"

	commonpb "go.opentelemetry.io/proto/otlp/common/v1"
)

// Event is one row. It is the receiver's own; nothing else refers to Fields.
type Event struct {
	// Time is when the span began, or when the event happened or the point was
	// measured, in UTC. A link has the time of its span.
	Time time.Time
	// Dataset is the service's name; see [Dataset].
	Dataset string
	// Weight is how many rows this one stands for, at least 1: the attribute
	// sampleRate or else SampleRate of its span, scope or resource, which are no
	// fields, or else the threshold in its span's tracestate.
	Weight int64
	// Fields by column. Each is a string, int64, finite float64 or bool.
	Fields map[string]any
}

// unknownService is the dataset of what does not say where it comes from.
const unknownService = "unknown_service"

// Dataset returns the name of the dataset for the service of that name. SDKs
// append the process to unknown_service, and Honeycomb removes it.
func Dataset(service string) string {
	service = strings.TrimSpace(service)
	if service == "" || strings.HasPrefix(service, unknownService) {
		return unknownService
	}
	return service
}

// maxNesting is how deep maps become columns of their own; what is deeper is JSON.
const maxNesting = 5

// fields collects columns.
type fields map[string]any

// add sets the columns of attributes, over those that are there.
func (f fields) add(attributes []*commonpb.KeyValue) {
	for _, kv := range attributes {
		if !isRate(kv) {
			f.set(kv.GetKey(), kv.GetValue(), 1)
		}
	}
}

// set sets the column of a value: none where it is empty or not finite, several
// where it is a map.
func (f fields) set(key string, v *commonpb.AnyValue, depth int) {
	if key == "" {
		return
	}
	if m, ok := v.GetValue().(*commonpb.AnyValue_KvlistValue); ok && depth < maxNesting {
		for _, kv := range m.KvlistValue.GetValues() {
			if kv.GetKey() != "" {
				f.set(key+"."+kv.GetKey(), kv.GetValue(), depth+1)
			}
		}
		return
	}
	if value := scalar(v); value != nil {
		f[key] = value
	}
}

// scalar returns a value as a field holds it, or nil. Lists, and maps that are
// nested too deep, are JSON.
func scalar(v *commonpb.AnyValue) any {
	switch value := v.GetValue().(type) {
	case *commonpb.AnyValue_StringValue:
		return value.StringValue
	case *commonpb.AnyValue_BoolValue:
		return value.BoolValue
	case *commonpb.AnyValue_IntValue:
		return value.IntValue
	case *commonpb.AnyValue_DoubleValue:
		if !finite(value.DoubleValue) {
			return nil
		}
		return value.DoubleValue
	case *commonpb.AnyValue_BytesValue:
		return base64.StdEncoding.EncodeToString(value.BytesValue)
	case *commonpb.AnyValue_ArrayValue, *commonpb.AnyValue_KvlistValue:
		return text(v)
	}
	return nil
}

func finite(f float64) bool { return !math.IsNaN(f) && !math.IsInf(f, 0) }

// text returns a list or a map as JSON.
func text(v *commonpb.AnyValue) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(plain(v)); err != nil {
		return "" // plain makes nothing that cannot be encoded
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// plain returns a value in the types that encoding/json knows. A number that is
// not finite is its name.
func plain(v *commonpb.AnyValue) any {
	switch value := v.GetValue().(type) {
	case *commonpb.AnyValue_ArrayValue:
		list := make([]any, 0, len(value.ArrayValue.GetValues()))
		for _, e := range value.ArrayValue.GetValues() {
			list = append(list, plain(e))
		}
		return list
	case *commonpb.AnyValue_KvlistValue:
		m := make(map[string]any, len(value.KvlistValue.GetValues()))
		for _, kv := range value.KvlistValue.GetValues() {
			m[kv.GetKey()] = plain(kv.GetValue())
		}
		return m
	case *commonpb.AnyValue_DoubleValue:
		if !finite(value.DoubleValue) {
			return strconv.FormatFloat(value.DoubleValue, 'g', -1, 64)
		}
	}
	return scalar(v)
}

// moment returns a time of OTLP in nanoseconds since 1970. Those beyond the range
// of an int64, in the year 2262, become its end.
func moment(nanos uint64) time.Time {
	return time.Unix(0, int64(min(nanos, math.MaxInt64))).UTC()
}

func milliseconds(nanos uint64) float64 { return float64(nanos) / float64(time.Millisecond) }
