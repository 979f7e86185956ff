package receive

import (
	"errors"
	"fmt"
	"math"
	"time"
	"unsafe"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/event"
	"github.com/lift-sys/telemetry/lens/internal/table"
)

// Fields of opentelemetry-proto v1.11, trace/v1/trace.proto and
// common/v1/common.proto.
const (
	requestResourceSpans protowire.Number = 1

	resourceSpansResource protowire.Number = 1
	resourceSpansScopes   protowire.Number = 2

	resourceAttributes protowire.Number = 1

	scopeSpansScope protowire.Number = 1
	scopeSpansSpans protowire.Number = 2

	scopeName       protowire.Number = 1
	scopeVersion    protowire.Number = 2
	scopeAttributes protowire.Number = 3

	spanTraceID    protowire.Number = 1
	spanSpanID     protowire.Number = 2
	spanTraceState protowire.Number = 3
	spanParentID   protowire.Number = 4
	spanName       protowire.Number = 5
	spanKind       protowire.Number = 6
	spanStart      protowire.Number = 7
	spanEnd        protowire.Number = 8
	spanAttributes protowire.Number = 9
	spanEvents     protowire.Number = 11
	spanLinks      protowire.Number = 13
	spanStatus     protowire.Number = 15

	eventTime       protowire.Number = 1
	eventName       protowire.Number = 2
	eventAttributes protowire.Number = 3

	linkTraceID    protowire.Number = 1
	linkSpanID     protowire.Number = 2
	linkAttributes protowire.Number = 4

	statusMessage protowire.Number = 2
	statusCode    protowire.Number = 3
)

// errWire says that a message is not what its type says.
var errWire = errors.New("body is no OTLP in protobuf: check the exporter's protocol, and that nothing between cut the body")

// fields calls f with each field of a message: with the bytes of a message or a
// string, or the bits of a number.
func fields(b []byte, f func(n protowire.Number, data []byte, bits uint64) error) error {
	for len(b) > 0 {
		num, typ, n := protowire.ConsumeTag(b)
		if n < 0 {
			return errWire
		}
		b = b[n:]
		var data []byte
		var bits uint64
		switch typ {
		case protowire.VarintType:
			bits, n = protowire.ConsumeVarint(b)
		case protowire.Fixed64Type:
			bits, n = protowire.ConsumeFixed64(b)
		case protowire.Fixed32Type:
			var v uint32
			v, n = protowire.ConsumeFixed32(b)
			bits = uint64(v)
		case protowire.BytesType:
			data, n = protowire.ConsumeBytes(b)
		default:
			n = protowire.ConsumeFieldValue(num, typ, b)
		}
		if n < 0 {
			return errWire
		}
		b = b[n:]
		if err := f(num, data, bits); err != nil {
			return err
		}
	}
	return nil
}

// str returns bytes as a string that shares them.
func str(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// decoder makes rows of the spans of one request. Strings in the rows share the
// request's bytes.
type decoder struct {
	batch *table.Batch
	now   time.Time

	dataset  string
	resource [][]byte // KeyValues
	span     span
	// rate and preferredRate are the sample rates SampleRate and sampleRate of the
	// span, or of what it came from. 0 is none.
	rate, preferredRate int64

	scope                   [][]byte // KeyValues
	scopeName, scopeVersion []byte
}

// span is a span as it stands on the wire.
type span struct {
	traceID, id, parent, name, state, message []byte
	kind, code                                uint64
	start, end                                uint64
	attributes, events, links                 [][]byte
}

func (s *span) reset() {
	*s = span{attributes: s.attributes[:0], events: s.events[:0], links: s.links[:0]}
}

// Traces makes rows of an ExportTraceServiceRequest in protobuf. The rows share
// the body, which must not be changed afterwards. Spans without a time get now.
func Traces(body []byte, now time.Time) (*table.Batch, error) {
	d := decoder{batch: new(table.Batch), now: now}
	err := fields(body, func(n protowire.Number, data []byte, _ uint64) error {
		if n == requestResourceSpans {
			return d.resourceSpans(data)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return d.batch, nil
}

func (d *decoder) resourceSpans(b []byte) error {
	d.resource = d.resource[:0]
	// The resource may stand behind the spans that it belongs to.
	err := fields(b, func(n protowire.Number, data []byte, _ uint64) error {
		if n != resourceSpansResource {
			return nil
		}
		return fields(data, func(n protowire.Number, data []byte, _ uint64) error {
			if n == resourceAttributes {
				d.resource = append(d.resource, data)
			}
			return nil
		})
	})
	if err != nil {
		return err
	}
	if d.dataset, err = dataset(d.resource); err != nil {
		return err
	}
	return fields(b, func(n protowire.Number, data []byte, _ uint64) error {
		if n == resourceSpansScopes {
			return d.scopeSpans(data)
		}
		return nil
	})
}

// dataset is the name of the resource's service.
func dataset(resource [][]byte) (string, error) {
	name := ""
	for _, kv := range resource {
		key, data, err := keyValue(kv)
		if err != nil {
			return "", err
		}
		if str(key) != string(attr.ServiceName) {
			continue
		}
		v, err := anyValue(data)
		if err != nil {
			return "", err
		}
		name = ""
		if v.kind == anyString {
			name = text(v.data)
		}
	}
	return event.Dataset(name), nil
}

func (d *decoder) scopeSpans(b []byte) error {
	d.scope, d.scopeName, d.scopeVersion = d.scope[:0], nil, nil
	err := fields(b, func(n protowire.Number, data []byte, _ uint64) error {
		if n != scopeSpansScope {
			return nil
		}
		return fields(data, func(n protowire.Number, data []byte, _ uint64) error {
			switch n {
			case scopeName:
				d.scopeName = data
			case scopeVersion:
				d.scopeVersion = data
			case scopeAttributes:
				d.scope = append(d.scope, data)
			}
			return nil
		})
	})
	if err != nil {
		return err
	}
	return fields(b, func(n protowire.Number, data []byte, _ uint64) error {
		if n != scopeSpansSpans {
			return nil
		}
		if err := d.readSpan(data); err != nil {
			return err
		}
		return d.addSpan()
	})
}

func (d *decoder) readSpan(b []byte) error {
	s := &d.span
	s.reset()
	return fields(b, func(n protowire.Number, data []byte, bits uint64) error {
		switch n {
		case spanTraceID:
			s.traceID = data
		case spanSpanID:
			s.id = data
		case spanTraceState:
			s.state = data
		case spanParentID:
			s.parent = data
		case spanName:
			s.name = data
		case spanKind:
			s.kind = bits
		case spanStart:
			s.start = bits
		case spanEnd:
			s.end = bits
		case spanAttributes:
			s.attributes = append(s.attributes, data)
		case spanEvents:
			s.events = append(s.events, data)
		case spanLinks:
			s.links = append(s.links, data)
		case spanStatus:
			return fields(data, func(n protowire.Number, data []byte, bits uint64) error {
				switch n {
				case statusMessage:
					s.message = data
				case statusCode:
					s.code = bits
				}
				return nil
			})
		}
		return nil
	})
}

// maxBatch is how large the rows of one request may become. Two bytes of a body
// can make a row with all that the resource says.
const maxBatch = 256 << 20

// errMany says that a request makes too much.
var errMany = fmt.Errorf("body unfolds to more than %d MB: send smaller batches", maxBatch>>20)

// add adds the row in the making.
func (d *decoder) add(at uint64, weight int64) error {
	d.batch.Add(rowTime(int64(min(at, math.MaxInt64)), d.now), weight, d.dataset)
	if d.batch.Size() > maxBatch {
		return errMany
	}
	return nil
}
