package console

// line appends styled text to a buffer and knows the column it is in.
type line struct {
	buf    []byte
	color  bool
	column int
	gap    int // blanks owed before the next text; none end a line
}

// text writes printable text.
func (l *line) text(s style, text string) {
	if text == "" {
		return
	}
	for ; l.gap > 0; l.gap-- {
		l.buf = append(l.buf, ' ')
	}
	l.column += width(text)
	if !l.color || s == plain {
		l.buf = append(l.buf, text...)
		return
	}
	l.buf = append(l.buf, "\x1b["...)
	l.buf = append(l.buf, s...)
	l.buf = append(l.buf, 'm')
	l.buf = append(l.buf, text...)
	l.buf = append(l.buf, "\x1b[0m"...)
}

// to moves to a column, or one further where text is there already.
func (l *line) to(column int) {
	l.skip(max(column-l.column, 1))
}

// skip leaves n columns blank.
func (l *line) skip(n int) {
	l.gap += n
	l.column += n
}

// right writes text so that it ends at a column.
func (l *line) right(s style, text string, column int) {
	l.skip(max(column-width(text)-l.column, 0))
	l.text(s, text)
}

// end ends the line.
func (l *line) end() {
	l.buf = append(l.buf, '\n')
	l.column, l.gap = 0, 0
}
