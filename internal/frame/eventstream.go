package frame

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
)

// The sizes of application/vnd.amazon.eventstream: the prelude is the length of
// the message, that of its headers, and a checksum of both; a checksum of all of
// it ends the message. The limits are those of AWS's own encoders.
const (
	preludeBytes    = 12
	checksumBytes   = 4
	maxHeaderBytes  = 128 << 10
	maxPayloadBytes = 16 << 20
)

var (
	errPrelude  = errors.New("frame: an event stream's message has a wrong prelude; nothing is read from there on")
	errChecksum = errors.New("frame: an event stream's message has a wrong checksum; nothing is read from there on")
	errHeaders  = errors.New("frame: an event stream's message has malformed headers; nothing is read from there on")
)

// EventStream cuts an application/vnd.amazon.eventstream as Amazon Bedrock sends
// it. A document is a message's payload; its name is the :event-type, or
// "exception:" and the :exception-type or :error-code. The payload of a chunk of
// invoke-with-response-stream is the JSON {"bytes": base64}: the document is what
// that decodes to. The zero value is ready.
type EventStream struct {
	err     error
	place   section
	prelude [preludeBytes]byte
	used    int // of prelude, or of the checksum in it
	crc     uint32
	left    int // bytes of the headers or the payload to come
	payload int // its length
	headers headers
	names   names
	name    string
	chunk   bool
	wrapped wrapped
}

// section says in which part of a message one is.
type section uint8

const (
	inPrelude section = iota
	inHeaders
	inPayload
	inChecksum
)

// NewEventStream returns a splitter for a body of type
// application/vnd.amazon.eventstream.
func NewEventStream() *EventStream { return &EventStream{} }

// Broken returns why the rest of the body cannot be read, nil if it can. A
// document that had begun when that was found out never gets its end.
func (s *EventStream) Broken() error { return s.err }

// Write implements [Splitter].
func (s *EventStream) Write(p []byte, to Sink) {
	for len(p) > 0 && s.err == nil {
		switch s.place {
		case inPrelude:
			n := copy(s.prelude[s.used:], p)
			p = p[n:]
			if s.used += n; s.used == preludeBytes {
				if s.begin(); s.err == nil {
					p = s.whole(p, to)
				}
			}
		case inHeaders:
			b := p[:min(len(p), s.left)]
			p = p[len(b):]
			s.crc = crc32.Update(s.crc, crc32.IEEETable, b)
			s.headers.read(b)
			if s.left -= len(b); s.left == 0 {
				s.endHeaders()
			}
		case inPayload:
			b := p[:min(len(p), s.left)]
			p = p[len(b):]
			s.crc = crc32.Update(s.crc, crc32.IEEETable, b)
			if s.chunk {
				s.wrapped.read(b, to)
				s.wrapped.flush(to)
			} else {
				to.Data(b)
			}
			if s.left -= len(b); s.left == 0 {
				s.place = inChecksum
			}
		case inChecksum:
			n := copy(s.prelude[s.used:checksumBytes], p)
			p = p[n:]
			if s.used += n; s.used == checksumBytes {
				s.end(to)
			}
		}
	}
}

// Close implements [Splitter].
func (s *EventStream) Close(to Sink) {
	if s.err != nil {
		return
	}
	if s.place == inPayload && s.left < s.payload || s.place == inChecksum {
		if s.chunk {
			s.wrapped.end(to)
		}
		to.End(s.name)
	}
	s.place, s.used = inPrelude, 0
}

// begin reads a prelude.
func (s *EventStream) begin() {
	b := s.prelude[:]
	total, headers := int64(binary.BigEndian.Uint32(b)), int64(binary.BigEndian.Uint32(b[4:]))
	payload := total - headers - preludeBytes - checksumBytes
	if crc32.ChecksumIEEE(b[:8]) != binary.BigEndian.Uint32(b[8:]) ||
		headers > maxHeaderBytes || payload < 0 || payload > maxPayloadBytes {
		s.err = errPrelude
		return
	}
	s.crc = crc32.ChecksumIEEE(b)
	s.place, s.left, s.payload, s.used = inHeaders, int(headers), int(payload), 0
	s.headers.reset()
	s.name, s.chunk = "", false
}

// whole reads what comes after the prelude if all of it is there, and returns
// what it did not read.
func (s *EventStream) whole(p []byte, to Sink) []byte {
	size := s.left + s.payload
	if len(p) < size+checksumBytes {
		if s.left == 0 {
			s.endHeaders()
		}
		return p
	}
	if crc32.Update(s.crc, crc32.IEEETable, p[:size]) != binary.BigEndian.Uint32(p[size:]) {
		s.err = errChecksum
		return nil
	}
	s.headers.read(p[:s.left])
	payload := p[s.left:size]
	if s.endHeaders(); s.err != nil {
		return nil
	}
	if s.chunk {
		s.wrapped.read(payload, to)
		s.wrapped.whole(s.name, to)
	} else {
		to.Whole(s.name, payload)
	}
	s.place = inPrelude
	return p[size+checksumBytes:]
}

func (s *EventStream) endHeaders() {
	event, exception, ok := s.headers.result()
	if !ok {
		s.err = errHeaders
		return
	}
	if len(exception) > 0 {
		var b [len("exception:") + maxName]byte
		s.name = s.names.intern(append(append(b[:0], "exception:"...), exception...))
	} else {
		s.name = s.names.intern(event)
	}
	if s.chunk = s.name == "chunk"; s.chunk {
		s.wrapped.reset()
	}
	s.left = s.payload
	if s.place = inPayload; s.payload == 0 {
		s.place = inChecksum
	}
}

// end reads a checksum.
func (s *EventStream) end(to Sink) {
	s.place, s.used = inPrelude, 0
	if s.crc != binary.BigEndian.Uint32(s.prelude[:]) {
		s.err = errChecksum
		return
	}
	if s.chunk {
		s.wrapped.end(to)
	}
	to.End(s.name)
}
