package receive

import (
	"cmp"
	"time"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/event"
	"github.com/lift-sys/telemetry/internal/sampling"
	"github.com/lift-sys/telemetry/lens/internal/table"
)

// statusError is Status.STATUS_CODE_ERROR.
const statusError = 2

// kinds are Honeycomb's names of Span.SpanKind.
var kinds = [...]string{"unspecified", "internal", "server", "client", "producer", "consumer"}

func kindName(kind uint64) string {
	if kind < uint64(len(kinds)) {
		return kinds[kind]
	}
	return kinds[0]
}

// addSpan makes rows of the span that was read, its events and its links.
func (d *decoder) addSpan() error {
	b, s := d.batch, &d.span
	d.rate, d.preferredRate = 0, 0
	b.SetString(attr.ColumnName, str(s.name))
	b.SetString(attr.ColumnType, kindName(s.kind))
	b.SetString(attr.ColumnSpanKind, kindName(s.kind))
	b.SetString(attr.ColumnMetaSignalType, signalTrace)
	b.SetID(attr.ColumnTraceTraceID, s.traceID)
	b.SetID(attr.ColumnTraceSpanID, s.id)
	b.SetID(attr.ColumnTraceParentID, s.parent)
	if len(s.state) > 0 {
		b.SetString("trace.trace_state", str(s.state))
	}
	if s.end >= s.start {
		b.SetFloat(attr.ColumnDurationMS, milliseconds(s.end-s.start))
	} else {
		b.SetFloat(attr.ColumnDurationMS, 0)
		b.SetBool("meta.invalid_duration", true)
	}
	b.SetInt(attr.ColumnStatusCode, int64(s.code))
	if s.code == statusError {
		b.SetBool(attr.ColumnError, true)
	}
	if len(s.message) > 0 {
		b.SetString(attr.ColumnStatusMessage, str(s.message))
	}
	b.SetInt(attr.ColumnSpanNumEvents, int64(len(s.events)))
	b.SetInt(attr.ColumnSpanNumLinks, int64(len(s.links)))
	if err := d.setException(); err != nil {
		return err
	}
	if err := d.setShared(); err != nil {
		return err
	}
	if err := d.setAll(s.attributes); err != nil {
		return err
	}
	weight := d.weight()
	if err := d.add(s.start, weight); err != nil {
		return err
	}
	for _, e := range s.events {
		if err := d.addEvent(e, weight); err != nil {
			return err
		}
	}
	for _, l := range s.links {
		if err := d.addLink(l, weight); err != nil {
			return err
		}
	}
	return nil
}

// weight returns how many spans the span that was set stands for.
func (d *decoder) weight() int64 {
	if rate := cmp.Or(d.preferredRate, d.rate); rate > 0 {
		return rate
	}
	var id [16]byte
	copy(id[:], d.span.traceID)
	return int64(sampling.TraceStateWeight(str(d.span.state), id))
}

const signalTrace = "trace"

func milliseconds(nanos uint64) float64 { return float64(nanos) / float64(time.Millisecond) }

// setShared sets what the resource and the scope say of each of their spans.
func (d *decoder) setShared() error {
	if err := d.setAll(d.resource); err != nil {
		return err
	}
	if len(d.scopeName) > 0 {
		d.batch.SetString(attr.ColumnLibraryName, str(d.scopeName))
	}
	if len(d.scopeVersion) > 0 {
		d.batch.SetString(attr.ColumnLibraryVersion, str(d.scopeVersion))
	}
	return d.setAll(d.scope)
}

// setAll sets the columns of attributes, and keeps the sample rate among them.
func (d *decoder) setAll(attributes [][]byte) error {
	for _, kv := range attributes {
		key, value, err := keyValue(kv)
		if err != nil {
			return err
		}
		v, err := anyValue(value)
		if err != nil {
			return err
		}
		k := str(key)
		if event.IsSampleRate(k) && v.kind != 0 && v.kind != anyMap {
			if k == table.SampleRate {
				d.rate = v.rate()
			} else {
				d.preferredRate = v.rate()
			}
			continue
		}
		if err := v.set(d.batch, k, 1); err != nil {
			return err
		}
	}
	return nil
}

// setException copies the fields of the span's first exception event to it.
func (d *decoder) setException() error {
	for _, e := range d.span.events {
		name, _, attributes, err := readEvent(e)
		if err != nil {
			return err
		}
		if str(name) != eventException {
			continue
		}
		for _, kv := range attributes {
			key, value, err := keyValue(kv)
			if err != nil {
				return err
			}
			switch str(key) {
			case string(attr.ExceptionType), string(attr.ExceptionMessage), string(attr.ExceptionStacktrace), "exception.escaped":
				v, err := anyValue(value)
				if err != nil {
					return err
				}
				if err := v.set(d.batch, str(key), maxNesting); err != nil {
					return err
				}
			}
		}
		return nil
	}
	return nil
}

// eventException is the event of semantic conventions that records an error.
const eventException = "exception"

func readEvent(b []byte) (name []byte, at uint64, attributes [][]byte, err error) {
	err = fields(b, func(n protowire.Number, data []byte, bits uint64) error {
		switch n {
		case eventTime:
			at = bits
		case eventName:
			name = data
		case eventAttributes:
			attributes = append(attributes, data)
		}
		return nil
	})
	return name, at, attributes, err
}

// setAnnotation sets what the rows of events and links have in common.
func (d *decoder) setAnnotation(kind string) {
	b, s := d.batch, &d.span
	b.SetString(attr.ColumnMetaAnnotationType, kind)
	b.SetString(attr.ColumnMetaSignalType, signalTrace)
	b.SetID(attr.ColumnTraceTraceID, s.traceID)
	b.SetID(attr.ColumnTraceParentID, s.id)
	b.SetString(attr.ColumnParentName, str(s.name))
	if s.code == statusError {
		b.SetBool(attr.ColumnError, true)
	}
}

func (d *decoder) addEvent(data []byte, weight int64) error {
	name, at, attributes, err := readEvent(data)
	if err != nil {
		return err
	}
	d.setAnnotation(attr.AnnotationSpanEvent)
	b, start := d.batch, d.span.start
	b.SetString(attr.ColumnName, str(name))
	switch {
	case at == 0:
		at = start
	case start == 0:
	case at >= start:
		b.SetFloat("meta.time_since_span_start_ms", milliseconds(at-start))
	default:
		b.SetFloat("meta.time_since_span_start_ms", 0)
		b.SetBool("meta.invalid_time_since_span_start", true)
	}
	return d.addAnnotation(at, attributes, weight)
}

func (d *decoder) addLink(data []byte, weight int64) error {
	var attributes [][]byte
	d.setAnnotation(attr.AnnotationLink)
	err := fields(data, func(n protowire.Number, data []byte, _ uint64) error {
		switch n {
		case linkTraceID:
			d.batch.SetID(attr.ColumnTraceLinkTraceID, data)
		case linkSpanID:
			d.batch.SetID(attr.ColumnTraceLinkSpanID, data)
		case linkAttributes:
			attributes = append(attributes, data)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return d.addAnnotation(d.span.start, attributes, weight)
}

func (d *decoder) addAnnotation(at uint64, attributes [][]byte, weight int64) error {
	if err := d.setShared(); err != nil {
		return err
	}
	if err := d.setAll(attributes); err != nil {
		return err
	}
	return d.add(at, weight)
}
