package telemetryslog

import (
	"context"
	"log/slog"
	"math"
	"slices"
	"strconv"
	"time"

	"go.opentelemetry.io/otel/attribute"

	"github.com/lift-sys/telemetry/internal/failure"
)

const (
	// maxAttributes bounds the attributes that an event takes from a record.
	maxAttributes = 16
	// maxDepth bounds nested groups: a LogValue method may nest without end.
	maxDepth = 8
	// prefix keeps a service's own names apart from columns that exist.
	prefix = "log.attr."
)

// appendRecord appends what r says, first in its own attributes and then in
// those of its logger. It leaves out the attribute named without, which has its
// place elsewhere.
func appendRecord(kv []attribute.KeyValue, levels []level, r *slog.Record, without string) []attribute.KeyValue {
	b := builder{kv: kv, room: maxAttributes, without: without}
	path := prefix
	for _, l := range levels[1:] {
		path += l.group + "."
	}
	r.Attrs(func(a slog.Attr) bool {
		b.add(path, a, 0)
		return b.room > 0
	})
	for i, l := range slices.Backward(levels) {
		for _, a := range l.attrs {
			b.add(path, a, 0)
		}
		if i > 0 { // the group's name and a dot
			path = path[:len(path)-len(l.group)-1]
		}
	}
	return b.kv
}

// builder gathers attributes.
type builder struct {
	kv      []attribute.KeyValue
	room    int // for further ones
	without string
}

// add appends a under path. What has no simple value is left out: printing it
// could show more than anyone meant to.
func (b *builder) add(path string, a slog.Attr, depth int) {
	if b.room <= 0 || depth == 0 && a.Key == b.without && a.Key != "" {
		return
	}
	v := a.Value.Resolve()
	if v.Kind() == slog.KindGroup {
		if a.Key != "" {
			path += a.Key + "."
		}
		if depth < maxDepth {
			for _, inner := range v.Group() {
				b.add(path, inner, depth+1)
			}
		}
		return
	}
	if a.Key == "" {
		return
	}
	if value, ok := valueOf(v); ok {
		b.kv = append(b.kv, attribute.KeyValue{Key: attribute.Key(path + a.Key), Value: value})
		b.room--
	}
}

func valueOf(v slog.Value) (attribute.Value, bool) {
	switch v.Kind() {
	case slog.KindString:
		return attribute.StringValue(v.String()), true
	case slog.KindInt64:
		return attribute.Int64Value(v.Int64()), true
	case slog.KindUint64:
		if u := v.Uint64(); u <= math.MaxInt64 {
			return attribute.Int64Value(int64(u)), true
		}
		return attribute.StringValue(strconv.FormatUint(v.Uint64(), 10)), true
	case slog.KindFloat64:
		return attribute.Float64Value(v.Float64()), true
	case slog.KindBool:
		return attribute.BoolValue(v.Bool()), true
	case slog.KindDuration:
		return attribute.StringValue(v.Duration().String()), true
	case slog.KindTime:
		return attribute.StringValue(v.Time().Format(time.RFC3339Nano)), true
	case slog.KindAny:
		if err, ok := v.Any().(error); ok {
			return attribute.StringValue(failure.Describe(context.Background(), err, nil).Message), true
		}
	}
	return attribute.Value{}, false
}
