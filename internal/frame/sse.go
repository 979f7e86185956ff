package frame

import "bytes"

// SSE cuts server-sent events as the HTML standard defines them in "Server-sent
// events", section "Interpreting an event stream": lines end in CRLF, LF or CR,
// the data of several lines is joined by LF, the name is that of the last event
// field. It differs from it in one thing: an event that the end of the body cuts
// off is one. The zero value is ready.
type SSE struct {
	names names
	mark  int8 // bytes of the byte order mark that were read; 3: no more expected
	cr    bool // the last piece ended in CR: if LF is next, it belongs to that

	// The event.
	have  bool // a line of data
	begun bool // to.Data or an empty piece
	data  []byte
	name  string

	// A line that the piece does not end.
	part  part
	field [len("event")]byte // its name
	size  int8               // of field; more than fits: any other name
	value [maxName]byte      // of a field event
	used  int
}

// part says in which part of a line one is.
type part uint8

const (
	lineStart part = iota
	fieldName
	firstSpace // a space after the colon is not part of the value
	dataValue
	nameValue
	otherValue
)

// NewSSE returns a splitter for a body of type text/event-stream.
func NewSSE() *SSE { return &SSE{} }

const byteOrderMark = "\ufeff"

// Write implements [Splitter].
func (s *SSE) Write(p []byte, to Sink) {
	i := s.start(p, to)
	if s.cr && i < len(p) {
		s.cr = false
		if p[i] == '\n' {
			i++
		}
	}
	// Each kind of line end is looked for only once in each byte.
	lf, cr := -1, -1
	for i < len(p) {
		if lf < i {
			lf = find(p, i, '\n')
		}
		if cr < i {
			cr = find(p, i, '\r')
		}
		end := min(lf, cr)
		switch {
		case s.part != lineStart:
			s.more(p[i:end], to)
			if end < len(p) {
				s.endLine(to)
			}
		case end == len(p):
			s.more(p[i:], to)
		default:
			s.line(p[i:end], to)
		}
		if i = end + 1; end == cr && cr < len(p) {
			if i == len(p) {
				s.cr = true
			} else if p[i] == '\n' {
				i++
			}
		}
	}
	s.flush(to)
}

// Close implements [Splitter].
func (s *SSE) Close(to Sink) {
	if s.part != lineStart {
		s.endLine(to)
	}
	s.dispatch(to)
}

// find returns the index of the first c in p at or after i, len(p) if none.
func find(p []byte, i int, c byte) int {
	if k := bytes.IndexByte(p[i:], c); k >= 0 {
		return i + k
	}
	return len(p)
}

// start reads the byte order mark that the body may begin with.
func (s *SSE) start(p []byte, to Sink) int {
	i := 0
	for int(s.mark) < len(byteOrderMark) && i < len(p) {
		if p[i] != byteOrderMark[s.mark] {
			if s.mark > 0 {
				s.more([]byte(byteOrderMark[:s.mark]), to)
			}
			s.mark = int8(len(byteOrderMark))
			break
		}
		s.mark++
		i++
	}
	return i
}

// line reads a line that is there as a whole.
func (s *SSE) line(line []byte, to Sink) {
	if len(line) == 0 {
		s.dispatch(to)
		return
	}
	name, value, _ := bytes.Cut(line, colon)
	if len(value) > 0 && value[0] == ' ' {
		value = value[1:]
	}
	switch fieldOf(name) {
	case dataValue:
		if s.beginData(to); !s.begun {
			s.data = value
		} else if len(value) > 0 {
			to.Data(value)
		}
	case nameValue:
		s.name = s.names.intern(value)
	}
}

var colon = []byte(":")

func fieldOf(name []byte) part {
	switch string(name) {
	case "data":
		return dataValue
	case "event":
		return nameValue
	}
	return otherValue
}

// beginData begins a line of data.
func (s *SSE) beginData(to Sink) {
	if s.have {
		s.flush(to)
		to.Data(newline)
		s.begun = true
	}
	s.have = true
}

var newline = []byte("\n")

// flush hands on a line of data without knowing what follows.
func (s *SSE) flush(to Sink) {
	if s.have {
		s.begun = true
	}
	if len(s.data) > 0 {
		to.Data(s.data)
	}
	s.data = nil
}

// dispatch ends an event.
func (s *SSE) dispatch(to Sink) {
	switch {
	case s.begun:
		to.End(s.name)
	case s.have:
		to.Whole(s.name, s.data)
	}
	s.have, s.begun, s.data, s.name = false, false, nil, ""
}

// more reads a part of a line that is not there as a whole.
func (s *SSE) more(b []byte, to Sink) {
	if s.part == lineStart {
		s.part, s.size = fieldName, 0
	}
	if s.part == fieldName {
		k := find(b, 0, ':')
		if free := len(s.field) - int(s.size); k > free {
			s.size = int8(len(s.field) + 1)
		} else if int(s.size) <= len(s.field) {
			s.size += int8(copy(s.field[s.size:], b[:k]))
		}
		if k == len(b) {
			return
		}
		b = b[k+1:]
		s.part = firstSpace
		s.beginValue(to)
	}
	if s.part == firstSpace {
		if len(b) == 0 {
			return
		}
		if b[0] == ' ' {
			b = b[1:]
		}
		s.part = s.kind()
	}
	switch s.part {
	case dataValue:
		if len(b) > 0 {
			s.flush(to)
			to.Data(b)
		}
	case nameValue:
		s.used += copy(s.value[s.used:], b)
	}
}

// kind returns what the field's name says of the value.
func (s *SSE) kind() part {
	if int(s.size) > len(s.field) {
		return otherValue
	}
	return fieldOf(s.field[:s.size])
}

func (s *SSE) beginValue(to Sink) {
	switch s.kind() {
	case dataValue:
		s.beginData(to)
	case nameValue:
		s.used = 0
	}
}

// endLine reads the end of a line that was not there as a whole.
func (s *SSE) endLine(to Sink) {
	if s.part == fieldName {
		s.beginValue(to)
	}
	if s.kind() == nameValue {
		s.name = s.names.intern(s.value[:s.used])
	}
	s.part = lineStart
}
