package pick

import (
	"unicode/utf16"
	"unicode/utf8"
)

// text is a string that is being read into a tree. Which bytes of it are kept
// does not depend on the pieces that it comes in.
type text struct {
	from   int // where it begins in tree.text
	max    int // bytes that are kept
	cut    bool
	bad    bool // malformed
	escape uint8
	hex    rune // of the escape being read
	high   rune // a surrogate that waits for its other half
}

// Escapes are read byte by byte: unescaped, then backslash, then in \u the
// digits that are missing.
const (
	unescaped = 0
	backslash = 5 // above the four digits
)

func (x *text) begin(from, most int) { *x = text{from: from, max: most} }

// read reads p from i on, until the string is closed, cut or malformed. It
// returns the index of what it did not read.
func (x *text) read(t *tree, p []byte, i int) (int, bool) {
	for i < len(p) && !x.cut {
		if x.escape != unescaped {
			x.unescape(t, p[i])
			if x.bad {
				return i, false
			}
			i++
			continue
		}
		j := i
		for j < len(p) && p[j] != '"' && p[j] != '\\' {
			j++
		}
		if j > i {
			x.append(t, p[i:j])
			if x.cut {
				return j, false
			}
		}
		if j == len(p) {
			return j, false
		}
		i = j + 1
		if p[j] == '"' {
			x.loneHigh(t)
			return i, true
		}
		x.escape = backslash
	}
	return i, false
}

func (x *text) append(t *tree, b []byte) {
	x.loneHigh(t)
	if free := x.max - (len(t.text) - x.from); len(b) > free {
		x.cut = true
		b = b[:max(free, 0)]
	}
	t.text = append(t.text, b...)
}

func (x *text) appendRune(t *tree, c rune) {
	if x.cut {
		return
	}
	if len(t.text)-x.from+utf8.RuneLen(c) > x.max {
		x.cut = true
		return
	}
	t.text = utf8.AppendRune(t.text, c)
}

// loneHigh appends what stands for a surrogate without its other half.
func (x *text) loneHigh(t *tree) {
	if x.high != 0 {
		x.high = 0
		x.appendRune(t, utf8.RuneError)
	}
}

// unescape reads a byte of an escape.
func (x *text) unescape(t *tree, c byte) {
	if x.escape == backslash {
		if c == 'u' {
			x.escape, x.hex = backslash-1, 0
			return
		}
		x.escape = unescaped
		x.loneHigh(t)
		if c = unescapes[c]; c == 0 {
			x.bad = true
			return
		}
		x.appendRune(t, rune(c))
		return
	}
	digit, ok := hexDigit(c)
	if !ok {
		x.bad = true
		return
	}
	x.hex = x.hex<<4 | digit
	if x.escape--; x.escape > unescaped {
		return
	}
	if x.high != 0 {
		if whole := utf16.DecodeRune(x.high, x.hex); whole != utf8.RuneError {
			x.high = 0
			x.appendRune(t, whole)
			return
		}
		x.loneHigh(t)
	}
	if x.hex >= 0xd800 && x.hex < 0xdc00 {
		x.high = x.hex
		return
	}
	if utf16.IsSurrogate(x.hex) {
		x.hex = utf8.RuneError
	}
	x.appendRune(t, x.hex)
}

// unescapes says what stands for what after a backslash: RFC 8259, section 7.
var unescapes = [256]byte{
	'"': '"', '\\': '\\', '/': '/',
	'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t',
}

func hexDigit(c byte) (rune, bool) {
	switch {
	case c >= '0' && c <= '9':
		return rune(c - '0'), true
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return rune(c|0x20-'a') + 10, true
	}
	return 0, false
}

// finish leaves valid UTF-8 in tree.text, and no half of a character where the
// text is cut.
func (x *text) finish(t *tree) {
	b := t.text[x.from:]
	if x.cut {
		for i := len(b) - 1; i >= 0 && i > len(b)-utf8.UTFMax; i-- {
			if utf8.RuneStart(b[i]) {
				if !utf8.FullRune(b[i:]) {
					b = b[:i]
				}
				break
			}
		}
	}
	t.text = t.text[:x.from+len(b)]
	if utf8.Valid(b) {
		return
	}
	// Each byte that is invalid becomes three, so that there may be too many.
	kept := len(t.text)
	for i := x.from; i < kept; {
		c, size := utf8.DecodeRune(t.text[i:kept])
		if len(t.text)-kept+utf8.RuneLen(c) > x.max {
			x.cut = true
			break
		}
		t.text = utf8.AppendRune(t.text, c)
		i += size
	}
	n := copy(t.text[x.from:], t.text[kept:])
	t.text = t.text[:x.from+n]
}
