package sqltext

import "strings"

// scanner splits a statement into tokens.
type scanner struct {
	src     string
	pos     int
	dialect Dialect
	escapes bool // a backslash in plain quotes escapes
	cut     bool // src is not the whole statement

	tokens []token
	space  bool
	doubt  bool // whether a backslash escapes makes a difference
	failed bool // where a literal ends is not known
	judged int  // end of the brackets that were judged last

	comments *[]string // kept here, if there is a place for them
}

// scan returns the tokens of src. Unless failed is set, no part of a literal
// is in a token of another kind.
func (s *scanner) scan() {
	for s.pos < len(s.src) && !s.failed {
		c := s.src[s.pos]
		switch {
		case isSpace(c):
			s.pos++
			s.space = true
		case c == '-' && s.at(1) == '-' && s.dashesComment():
			s.lineComment()
		case c == '#' && s.dialect == MySQL:
			s.lineComment()
		case c == '/' && s.at(1) == '*':
			s.blockComment()
		case c == '\'':
			s.quoted(literal, '\'', s.escapes)
		case c == '"':
			s.doubleQuoted()
		case c == '`' && s.dialect != PostgreSQL:
			s.quotedName('`')
		case c == '[' && s.dialect.brackets():
			s.quotedName(']')
		case isDigit(c) || (c == '.' && isDigit(s.at(1)) && !s.afterName()):
			s.number()
		case isNameStart(c) || (c == '#' && s.dialect == SQLServer):
			s.word()
		case c == '$':
			s.dollar()
		case c == '?':
			s.question()
		case (c == ':' || c == '@') && s.named():
			s.emit(param, s.nameEnd(s.pos+1))
		case c < ' ' || c == 0x7f || c == '\\':
			s.failed = true // no statement has it outside of quotes
		default:
			s.symbol()
		}
	}
}

// at returns the byte n after the current one, or 0.
func (s *scanner) at(n int) byte {
	if s.pos+n < len(s.src) {
		return s.src[s.pos+n]
	}
	return 0
}

// emit adds the token that ends before end.
func (s *scanner) emit(k kind, end int) {
	s.tokens = append(s.tokens, token{k, s.space, s.src[s.pos:end]})
	s.pos, s.space = end, false
}

// unclosed deals with a token that the source does not end: only a cut
// statement may have one, and it is left out.
func (s *scanner) unclosed() {
	s.pos = len(s.src)
	s.failed = !s.cut
}

// dashesComment reports whether -- starts a comment here. In MySQL it does
// before white space only; elsewhere that could be two signs.
func (s *scanner) dashesComment() bool {
	spaced := s.at(2) <= ' '
	if s.dialect == Unknown && !spaced && ambiguous(s.line()) {
		s.failed = true
	}
	return s.dialect != MySQL || spaced
}

// line returns the rest of the line.
func (s *scanner) line() string {
	line, _, _ := strings.Cut(s.src[s.pos:], "\n")
	return line
}

func (s *scanner) lineComment() {
	line := s.line()
	if i := strings.IndexByte(line, '\r'); i >= 0 && i < len(line)-1 {
		switch s.dialect {
		case PostgreSQL:
			line = line[:i]
		case Unknown, SQLServer:
			s.failed = true
		case SQLite, MySQL:
		}
	}
	s.skip(len(line))
}

// skip goes past a comment of n bytes.
func (s *scanner) skip(n int) {
	n = min(n, len(s.src)-s.pos)
	if s.comments != nil {
		*s.comments = append(*s.comments, s.src[s.pos:s.pos+n])
	}
	s.pos += n
	s.space = true
}

func (s *scanner) blockComment() {
	body := s.src[s.pos+2:]
	if strings.HasPrefix(body, "!") && (s.dialect == MySQL || s.dialect == Unknown) {
		s.failed = true // MySQL runs what is in it
		return
	}
	depth, i := 1, 0
	for ; depth > 0 && i < len(body); i++ {
		switch {
		case strings.HasPrefix(body[i:], "*/"):
			depth--
			i++
		case strings.HasPrefix(body[i:], "/*") && s.dialect.nests():
			depth++
			i++
		case strings.HasPrefix(body[i:], "/*") && s.dialect == Unknown:
			s.failed = true
			return
		}
	}
	s.skip(2 + i) // to the end where nothing closes it: none of it is kept
}

// closing returns the index after the quote that closes what starts at
// s.pos, or -1.
func (s *scanner) closing(quote byte, escapes bool) int {
	for i := s.pos + 1; i < len(s.src); i++ {
		switch c := s.src[i]; {
		case c == '\\' && quote != ']' && quote != '`':
			if i+1 < len(s.src) && s.src[i+1] == quote {
				s.doubt = true
			}
			if escapes {
				i++
			}
		case c == quote:
			if i+1 == len(s.src) || s.src[i+1] != quote {
				return i + 1
			}
			i++
		}
	}
	return -1
}

// quoted scans a token in quotes.
func (s *scanner) quoted(k kind, quote byte, escapes bool) {
	end := s.closing(quote, escapes)
	if end < 0 {
		s.unclosed()
		return
	}
	s.emit(k, end)
}

// doubleQuoted scans "x".
func (s *scanner) doubleQuoted() {
	if s.dialect.doubleQuotesText() {
		s.quoted(maybe, '"', s.escapes)
		return
	}
	doubt := s.doubt
	s.quoted(name, '"', false)
	s.doubt = doubt // a name knows no escapes
}

// quotedName scans a name that another dialect would not take for one.
func (s *scanner) quotedName(quote byte) {
	start := s.pos
	s.quoted(name, quote, false)
	if s.dialect == Unknown && ambiguous(s.src[start+1:max(start+1, s.pos-1)]) {
		s.failed = true
	}
}

// afterName reports whether the last token ends right here and can have a
// member, so that a point is no decimal point.
func (s *scanner) afterName() bool {
	if len(s.tokens) == 0 || s.space {
		return false
	}
	last := s.tokens[len(s.tokens)-1]
	return last.names() || last.isSymbol(')') || last.isSymbol(']')
}

// number scans everything that hangs on a digit, so that no server's idea of
// a number leaves a part of it behind.
func (s *scanner) number() {
	i := s.pos
	for i < len(s.src) {
		c := s.src[i]
		exponent := (c == '+' || c == '-') && (s.src[i-1] == 'e' || s.src[i-1] == 'E') &&
			i+1 < len(s.src) && isDigit(s.src[i+1])
		if !exponent && c != '.' && (c == '$' || !isNamePart(c)) {
			break
		}
		i++
	}
	s.emit(literal, i)
}

// word scans a keyword, a name, or what stands before a string.
func (s *scanner) word() {
	end := s.nameEnd(s.pos)
	text := s.src[s.pos:end]
	if end < len(s.src) && s.src[end] == '\'' && s.prefixed(text, end) {
		return
	}
	if n := len(s.tokens); s.doubt && !s.space && n > 0 && (s.tokens[n-1].kind == literal || s.tokens[n-1].kind == maybe) {
		s.failed = true // 'it\'s: nobody writes a name there
	}
	if s.dialect == Unknown && strings.Count(text, "$") > 1 {
		s.failed = true // where a name has no $, a string
	}
	s.emit(word, end)
}

// prefixed scans a string with a letter before it: E'x', B'1', X'1F', N'x'.
func (s *scanner) prefixed(text string, quote int) bool {
	escapes := s.escapes
	switch text {
	case "e", "E":
		escapes = escapes || s.dialect == PostgreSQL
	case "b", "B", "x", "X", "n", "N":
	case "q", "Q", "nq", "NQ", "nQ", "Nq":
		s.failed = s.failed || s.dialect == Unknown // Oracle's own quotes
		return false
	default:
		return false
	}
	doubt := s.doubt
	s.pos = quote
	s.quoted(literal, '\'', escapes)
	if escapes && s.dialect == PostgreSQL {
		s.doubt = doubt // no setting changes it
	}
	return true
}

// dollar scans what starts with $: $1, $name, $tag$x$tag$, and money.
func (s *scanner) dollar() {
	next := s.at(1)
	numbered := s.dialect == PostgreSQL || s.dialect == SQLite
	switch {
	case isDigit(next) && numbered && !s.amount():
		s.emit(param, s.digits(s.pos+1))
	case isDigit(next):
		s.pos++ // the sign does not give the amount away
		s.number()
	case s.dialect.dollars() && s.dollarQuoted():
	case next != '$' && isNamePart(next):
		s.emit(param, s.nameEnd(s.pos+1))
	default:
		s.symbol()
	}
}

// amount reports whether the digits after $ go on as those of no placeholder.
func (s *scanner) amount() bool {
	end := s.digits(s.pos + 1)
	return end < len(s.src) && (s.src[end] == '.' || (s.src[end] != '$' && isNamePart(s.src[end])))
}

// dollarQuoted scans $tag$x$tag$, and reports whether it is there.
func (s *scanner) dollarQuoted() bool {
	end := s.pos + 1
	for end < len(s.src) && s.src[end] != '$' && isNamePart(s.src[end]) {
		end++
	}
	if end == len(s.src) || s.src[end] != '$' {
		return false
	}
	tag := s.src[s.pos : end+1]
	length := strings.Index(s.src[end+1:], tag)
	if length < 0 {
		s.unclosed()
		return true
	}
	if s.dialect == Unknown && ambiguous(s.src[end+1:end+1+length]) {
		s.failed = true
	}
	s.emit(literal, end+1+length+len(tag))
	return true
}

// question scans a placeholder, which only SQLite numbers.
func (s *scanner) question() {
	end := s.pos + 1
	if s.dialect == SQLite {
		end = s.digits(end)
	}
	s.emit(param, end)
}

// named reports whether : or @ starts a placeholder. A second : makes a cast,
// and a digit after it may end the slice of an array.
func (s *scanner) named() bool {
	if s.src[s.pos] == ':' && s.pos > 0 && s.src[s.pos-1] == ':' {
		return false
	}
	next := s.at(1)
	return isNameStart(next) || (isDigit(next) && s.dialect == SQLite)
}

// symbol scans one character that is its own token.
func (s *scanner) symbol() {
	if s.dialect == Unknown {
		switch s.src[s.pos] {
		case '[': // a name, or the index of an array
			if s.pos >= s.judged { // else the brackets around it have been
				inner, _, _ := strings.Cut(s.src[s.pos:], "]")
				s.judged = s.pos + len(inner)
				s.failed = ambiguous(inner)
			}
		case '#': // an operator, or a comment
			s.failed = ambiguous(s.line()[1:])
		}
	}
	s.emit(symbol, s.pos+1)
}

func (s *scanner) digits(i int) int {
	for i < len(s.src) && isDigit(s.src[i]) {
		i++
	}
	return i
}

func (s *scanner) nameEnd(i int) int {
	for i < len(s.src) && (isNamePart(s.src[i]) || (s.dialect == SQLServer && (s.src[i] == '#' || s.src[i] == '@'))) {
		i++
	}
	return i
}

// ambiguous reports whether text, which some dialect skips, could start a
// literal or a comment in another.
func ambiguous(text string) bool {
	return strings.ContainsAny(text, "'\"`$\\#") || strings.Contains(text, "--") || strings.Contains(text, "/*")
}

func isSpace(c byte) bool { return c == ' ' || (c >= '\t' && c <= '\r') }

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isNameStart(c byte) bool {
	return c == '_' || c >= 0x80 || (c|0x20 >= 'a' && c|0x20 <= 'z')
}

func isNamePart(c byte) bool { return isNameStart(c) || isDigit(c) || c == '$' }
