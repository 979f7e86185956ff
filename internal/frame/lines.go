package frame

// Lines cuts a body into its lines, as of NDJSON. White space before a document
// and the CR of a CRLF after it are not part of it; an empty line is none. The
// zero value is ready.
type Lines struct {
	begun bool
	cr    bool // the last piece ended in CR
}

// NewLines returns a splitter for a body of type application/x-ndjson or
// application/jsonl.
func NewLines() *Lines { return &Lines{} }

// Write implements [Splitter].
func (l *Lines) Write(p []byte, to Sink) {
	i := 0
	for i < len(p) {
		if l.cr {
			l.cr = false
			if p[i] != '\n' {
				to.Data(carriageReturn)
			}
		}
		if !l.begun {
			if i = space(p, i); i == len(p) {
				return
			}
		}
		end := find(p, i, '\n')
		line := p[i:end]
		cr := len(line) > 0 && line[len(line)-1] == '\r'
		if cr {
			line = line[:len(line)-1]
		}
		switch {
		case end < len(p) && !l.begun:
			to.Whole("", line)
		case end < len(p):
			l.data(line, to)
			to.End("")
			l.begun = false
		default:
			l.data(line, to)
			l.cr = cr
		}
		i = end + 1
	}
}

// Close implements [Splitter].
func (l *Lines) Close(to Sink) {
	if l.begun {
		to.End("")
	}
	l.begun, l.cr = false, false
}

func (l *Lines) data(b []byte, to Sink) {
	l.begun = true
	if len(b) > 0 {
		to.Data(b)
	}
}

var carriageReturn = []byte("\r")

// space returns the index of the first byte at or after i that is not white
// space.
func space(p []byte, i int) int {
	for i < len(p) && (p[i] == ' ' || p[i] == '\n' || p[i] == '\r' || p[i] == '\t') {
		i++
	}
	return i
}
