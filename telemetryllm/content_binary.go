package telemetryllm

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	binaryHead = 512 // bytes that a string must begin with to be taken for base64
	maxMedia   = 128 // of a data URL before its comma
)

// A stripper takes out of JSON what is binary, and what of a text is longer
// than limit: so neither takes memory, and a picture can be recorded nowhere.
// Binaries are data URLs, and strings that begin like a long piece of base64.
// In their place, behind the head of the URL, it leaves the number of bytes that
// they stand for, between two NULs; in place of a text's end about the number of
// bytes missing, with a plus.
type stripper struct {
	limit   int
	state   stripState
	head    []byte // of a string
	escaped bool
	digits  int  // of an escape, to come
	url     bool // head begins as a data URL
	plain   bool // which is not base64
	sent    int  // bytes of the text
	count   int  // bytes left out
	last    [2]byte
}

type stripState uint8

const (
	betweenStrings stripState = iota
	stringHead
	inText
	inRest // of a text that is too long
	inBinary
)

func (s *stripper) reset() { *s = stripper{limit: s.limit, head: s.head[:0]} }

// write hands what p has beside that to emit.
func (s *stripper) write(p []byte, emit func([]byte)) {
	for len(p) > 0 {
		switch s.state {
		case betweenStrings:
			i := bytes.IndexByte(p, '"') + 1
			if i == 0 {
				emit(p)
				return
			}
			emit(p[:i])
			p = p[i:]
			s.reset()
			s.state = stringHead
		case stringHead:
			n := s.begin(p)
			if p = p[n:]; s.state != stringHead {
				emit(s.head)
				s.sent = len(s.head)
			}
		case inText:
			n := s.text(p)
			emit(p[:n])
			p = p[n:]
		default:
			binary := s.state == inBinary
			n := s.end(p)
			s.pass(p[:n])
			if p = p[n:]; s.state == betweenStrings {
				emit(s.mark(binary))
			}
		}
	}
}

// text returns how much of p belongs to the text: to its quotation mark, or to
// where it is long enough.
func (s *stripper) text(p []byte) int {
	i := 0
	for i < len(p) {
		if s.digits > 0 {
			s.digits--
			i++
			continue
		}
		if s.escaped {
			s.escaped = false
			if p[i] == 'u' {
				s.digits = 4
			}
			i++
			continue
		}
		most := s.limit - s.sent - i
		if most <= 0 && p[i] != '"' && utf8.RuneStart(p[i]) {
			s.state = inRest
			return i
		}
		j := bytes.IndexAny(p[i:min(len(p), i+max(most, 1))], `"\`)
		if j < 0 {
			i = min(len(p), i+max(most, 1))
			continue
		}
		i += j + 1
		if p[i-1] == '"' {
			s.state = betweenStrings
			return i
		}
		s.escaped = true
	}
	s.sent += i
	return i
}

// begin reads more of the beginning of a string into head, until it is known
// what the string is.
func (s *stripper) begin(p []byte) int {
	for i, c := range p {
		s.head = append(s.head, c)
		switch {
		case s.escaped:
			s.escaped = false
			if c != '/' && c != 'u' {
				s.state = inText
			}
		case c == '"':
			s.state = betweenStrings
		case c == '\\':
			s.escaped = true
		case s.url && c == ',':
			media := string(s.head[len("data:") : len(s.head)-1])
			s.state = inText
			if strings.Contains(media, "/") || strings.HasSuffix(media, "base64") {
				s.state, s.plain = inBinary, !strings.HasSuffix(media, "base64")
			}
		case s.url:
			if c <= ' ' || len(s.head) > maxMedia {
				s.state = inText
			}
		case c == ':' && string(s.head) == "data:":
			s.url = true
		case !base64Byte[c]:
			s.state = inText
		}
		if s.state == stringHead && !s.url && !s.escaped && len(s.head) >= binaryHead {
			s.state = inBinary
			s.pass(s.head)
			s.head = s.head[:0]
		}
		if s.state != stringHead {
			return i + 1
		}
	}
	return len(p)
}

var base64Byte = func() (t [256]bool) {
	for c := range t {
		b := byte(c)
		t[c] = b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || strings.IndexByte("+/=-_", b) >= 0
	}
	return t
}()

// end returns how much of p belongs to the string, its quotation mark
// included.
func (s *stripper) end(p []byte) int {
	for i := 0; i < len(p); {
		if s.escaped {
			s.escaped = false
			i++
			continue
		}
		j := bytes.IndexAny(p[i:], `"\`)
		if j < 0 {
			return len(p)
		}
		i += j + 1
		if p[i-1] == '"' {
			s.state = betweenStrings
			return i
		}
		s.escaped = true
	}
	return len(p)
}

// pass counts what is left out. Of an escape it knows no more than that a
// character has about three bytes.
func (s *stripper) pass(p []byte) {
	if s.state == betweenStrings && len(p) > 0 {
		p = p[:len(p)-1] // the quotation mark
	}
	s.count += len(p)
	for _, c := range p {
		switch {
		case c == '\\' && s.last[1] == '\\':
			c = 0 // it escapes nothing
		case c == '\\':
			s.count--
		case c == 'u' && s.last[1] == '\\':
			s.count -= 2
		}
		s.last[0], s.last[1] = s.last[1], c
	}
}

// mark returns what stands for the bytes that were left out, and the quotation
// mark behind them.
func (s *stripper) mark(binary bool) []byte {
	s.head = append(s.head[:0], `\u0000`...)
	b, n := s.head, s.count
	switch {
	case !binary:
		b = append(b, '+')
	case !s.plain:
		n = decodedLen(n, s.last[:])
	}
	b = strconv.AppendInt(b, int64(n), 10)
	s.head = b[:0]
	return append(b, `\u0000"`...)
}

// cutText returns a text without the mark of what was left out at its end, and
// how many bytes that are.
func cutText(text []byte) ([]byte, int) {
	const most = len("\x00+9223372036854775807\x00")
	if len(text) == 0 || text[len(text)-1] != 0 {
		return text, 0
	}
	from := max(0, len(text)-most)
	i := bytes.LastIndex(text[from:], []byte("\x00+"))
	if i < 0 {
		return text, 0
	}
	n, err := strconv.Atoi(string(text[from+i+2 : len(text)-1]))
	if err != nil || n < 0 {
		return text, 0
	}
	return text[:from+i], n
}

// decodedLen returns how many bytes n characters of base64 stand for, of which
// tail are the last ones.
func decodedLen(n int, tail []byte) int {
	return max(0, n/4*3+n%4*3/4-bytes.Count(tail, []byte{'='}))
}

// cutMark returns what is around the first mark in s and the number in it.
func cutMark(s string) (before string, n int, after string, ok bool) {
	from := 0
	for {
		i := strings.IndexByte(s[from:], 0)
		if i < 0 {
			return s, 0, "", false
		}
		i += from
		digits, rest, closed := strings.Cut(s[i+1:min(len(s), i+22)], "\x00")
		if n, err := strconv.Atoi(digits); closed && err == nil && n >= 0 {
			return s[:i], n, rest + s[min(len(s), i+22):], true
		}
		from = i + 1
	}
}

// withoutBinary says in words what marks say, and replaces base64 inside of a
// text: what follows the head of a data URL, and long pieces.
func withoutBinary(s string) string {
	var b strings.Builder
	for {
		before, n, after, ok := cutMark(s)
		withoutBase64(&b, before)
		if !ok {
			return b.String()
		}
		sized(&b, n)
		s = after
	}
}

func withoutBase64(b *strings.Builder, s string) {
	const encoded = ";base64,"
	kept, from := 0, 0 // s[from:] may be base64
	for i := 0; i <= len(s); i++ {
		if i < len(s) && base64Byte[s[i]] {
			continue
		}
		run := s[from:i]
		if len(run) >= binaryHead || run != "" && strings.HasSuffix(s[:from], encoded) {
			b.WriteString(s[kept:from])
			sized(b, decodedLen(len(run), []byte(run[max(0, len(run)-2):])))
			kept = i
		}
		from = i + 1
	}
	b.WriteString(s[kept:])
}

func sized(b *strings.Builder, n int) {
	b.WriteString("[" + strconv.Itoa(n) + " bytes]")
}
