package otlp

import (
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/protobuf/encoding/protowire"

	"github.com/lift-sys/telemetry/internal/sanitize"
)

// Fields of Span, Span.Event, Span.Link and Status.
const (
	spanTraceID      protowire.Number = 1
	spanSpanID       protowire.Number = 2
	spanTraceState   protowire.Number = 3
	spanParentSpanID protowire.Number = 4
	spanName         protowire.Number = 5
	spanKind         protowire.Number = 6
	spanStart        protowire.Number = 7
	spanEnd          protowire.Number = 8
	spanAttrs        protowire.Number = 9
	spanDroppedAttrs protowire.Number = 10
	spanEvents       protowire.Number = 11
	spanDroppedEv    protowire.Number = 12
	spanLinks        protowire.Number = 13
	spanDroppedLinks protowire.Number = 14
	spanStatus       protowire.Number = 15
	spanFlags        protowire.Number = 16

	eventTime         protowire.Number = 1
	eventName         protowire.Number = 2
	eventAttrs        protowire.Number = 3
	eventDroppedAttrs protowire.Number = 4

	linkTraceID      protowire.Number = 1
	linkSpanID       protowire.Number = 2
	linkAttrs        protowire.Number = 4
	linkDroppedAttrs protowire.Number = 5
	linkFlags        protowire.Number = 6

	statusMessage protowire.Number = 2
	statusCode    protowire.Number = 3
)

// Bits of the flags of spans and links above the W3C trace flags: whether it is
// known that the parent is remote, and whether it is.
const (
	flagHasIsRemote = 0x100
	flagIsRemote    = 0x200
)

// AppendSpan appends s, cleaned by san, as an element of ScopeSpans.spans: tag,
// length in a fixed width of four bytes, and message. A span over
// san.Limits().SpanBytes is written again with shorter values, at last without
// events and links, until it fits.
//
// It does not allocate beyond growing b, save for one copy of each value that
// is a slice or a map.
func AppendSpan(b []byte, s sdktrace.ReadOnlySpan, san *sanitize.Sanitizer) []byte {
	start := len(b)
	enc := spanEncoder{b: b, end: start + san.Limits().SpanBytes, san: san}
	for !enc.span(s) {
		// The first count of what is left out is void, like the bytes.
		enc.b, enc.out = enc.b[:start], drops{}
		enc.san = enc.san.Tighter()
	}
	if enc.san != san {
		san.Shrunk()
	}
	san.Dropped(enc.out.attrs, enc.out.events, enc.out.links)
	return enc.b
}

// drops counts what was left out of a span, here or before.
type drops struct{ attrs, events, links int }

type spanEncoder struct {
	b   []byte
	end int // where b must not go beyond
	san *sanitize.Sanitizer
	out drops
}

// tail is kept free behind the attributes for dropped counts, status code and
// flags.
const tail = 48

// fits reports whether b, with n more bytes, still ends where it should.
func (e *spanEncoder) fits(n int) bool { return len(e.b)+n+tail <= e.end }

// span appends s and reports whether it fits, which is always so if there is no
// tighter sanitizer: then what does not fit is left out.
func (e *spanEncoder) span(s sdktrace.ReadOnlySpan) bool {
	sc, parent, status := s.SpanContext(), s.Parent(), s.Status()
	message := e.san.Text(sanitize.StatusMessageKey, status.Description)
	last := e.san.Tighter() == nil

	b, start := openWide(e.b, scopeSpansSpans)
	tid, sid := sc.TraceID(), sc.SpanID()
	b = appendBytes(b, spanTraceID, tid[:])
	b = appendBytes(b, spanSpanID, sid[:])
	b = appendTraceState(b, spanTraceState, e.san.TraceState(sc.TraceState()))
	if psid := parent.SpanID(); psid.IsValid() {
		b = appendBytes(b, spanParentSpanID, psid[:])
	}
	b = appendString(b, spanName, e.san.Text(sanitize.NameKey, s.Name()))
	b = appendUint(b, spanKind, kindNumber(s.SpanKind()))
	b = appendTime(b, spanStart, s.StartTime())
	e.b = appendTime(b, spanEnd, s.EndTime())

	// The status comes last and has to fit, too.
	e.end -= len(message)
	defer func() { e.end += len(message) }()
	dropped, ok := e.attrs(spanAttrs, s.Attributes(), e.san, last)
	if !ok {
		return false
	}
	dropped += s.DroppedAttributes()
	e.out.attrs += dropped
	e.b = appendCount(e.b, spanDroppedAttrs, dropped)

	// The newest events stay, as in the SDK: an exception is the last one.
	limits := e.san.Limits()
	events := s.Events()
	over := max(0, len(events)-limits.Events)
	dropped = s.DroppedEvents() + over
	e.out.events += dropped
	for i := over; i < len(events); i++ {
		if !e.event(&events[i]) {
			return false
		}
	}
	e.b = appendCount(e.b, spanDroppedEv, dropped)

	links := s.Links()
	over = max(0, len(links)-limits.Links)
	dropped = s.DroppedLinks() + over
	e.out.links += dropped
	for i := over; i < len(links); i++ {
		if !e.link(&links[i]) {
			return false
		}
	}
	e.b = appendCount(e.b, spanDroppedLinks, dropped)

	b, body := openMessage(e.b, spanStatus)
	b = appendString(b, statusMessage, message)
	b = appendUint(b, statusCode, statusNumber(status.Code))
	b = closeMessage(b, body)
	b = protowire.AppendTag(b, spanFlags, fixed32)
	e.b = protowire.AppendFixed32(b, flags(sc.TraceFlags(), parent))
	closeWide(e.b, start)
	return true
}

// attrs appends kvs as fields num and returns how many were left out, and
// whether the others fit.
func (e *spanEncoder) attrs(num protowire.Number, kvs []attribute.KeyValue, san *sanitize.Sanitizer, last bool) (dropped int, fit bool) {
	limit := san.Limits().Attributes
	for i := range kvs {
		if i-dropped >= limit {
			dropped = len(kvs) - limit
			break
		}
		before := len(e.b)
		b, ok := appendAttr(e.b, num, &kvs[i], san)
		e.b = b
		switch {
		case !ok:
			dropped++
		case e.fits(0):
		case last:
			e.b = b[:before]
			dropped++
		default:
			return dropped, false
		}
	}
	return dropped, true
}

func (e *spanEncoder) event(ev *sdktrace.Event) bool {
	san := e.san.Children()
	b, start := openMessage(e.b, spanEvents)
	b = appendTime(b, eventTime, ev.Time)
	e.b = appendString(b, eventName, san.Text(sanitize.NameKey, ev.Name))
	dropped, ok := e.attrs(eventAttrs, ev.Attributes, san, false)
	if !ok {
		return false
	}
	dropped += ev.DroppedAttributeCount
	e.out.attrs += dropped
	e.b = appendCount(e.b, eventDroppedAttrs, dropped)
	e.b = closeMessage(e.b, start)
	return e.fits(0)
}

// link appends a link. Like the stock exporter it leaves out the link's
// tracestate.
func (e *spanEncoder) link(l *sdktrace.Link) bool {
	san := e.san.Children()
	tid, sid := l.SpanContext.TraceID(), l.SpanContext.SpanID()
	b, start := openMessage(e.b, spanLinks)
	b = appendBytes(b, linkTraceID, tid[:])
	e.b = appendBytes(b, linkSpanID, sid[:])
	dropped, ok := e.attrs(linkAttrs, l.Attributes, san, false)
	if !ok {
		return false
	}
	dropped += l.DroppedAttributeCount
	e.out.attrs += dropped
	b = appendCount(e.b, linkDroppedAttrs, dropped)
	b = protowire.AppendTag(b, linkFlags, fixed32)
	b = protowire.AppendFixed32(b, flags(l.SpanContext.TraceFlags(), l.SpanContext))
	e.b = closeMessage(b, start)
	return e.fits(0)
}

// appendTraceState appends ts without building the string first.
func appendTraceState(b []byte, num protowire.Number, ts trace.TraceState) []byte {
	if ts.Len() == 0 {
		return b
	}
	b, start := openMessage(b, num)
	ts.Walk(func(key, value string) bool {
		if len(b) > start {
			b = append(b, ',')
		}
		b = append(b, key...)
		b = append(b, '=')
		b = append(b, value...)
		return true
	})
	return closeMessage(b, start)
}

func flags(tf trace.TraceFlags, parent trace.SpanContext) uint32 {
	f := uint32(tf) | flagHasIsRemote
	if parent.IsRemote() {
		f |= flagIsRemote
	}
	return f
}

// kindNumber returns k as the protocol numbers it.
func kindNumber(k trace.SpanKind) uint64 {
	switch k {
	case trace.SpanKindInternal:
		return 1
	case trace.SpanKindServer:
		return 2
	case trace.SpanKindClient:
		return 3
	case trace.SpanKindProducer:
		return 4
	case trace.SpanKindConsumer:
		return 5
	default:
		return 0
	}
}

// statusNumber returns c as the protocol numbers it: the other way round than
// OpenTelemetry's Go API.
func statusNumber(c codes.Code) uint64 {
	switch c {
	case codes.Ok:
		return 1
	case codes.Error:
		return 2
	default:
		return 0
	}
}
