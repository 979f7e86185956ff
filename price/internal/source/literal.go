package source

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxDepth bounds how deep literals may nest.
const maxDepth = 64

// A field is one key of a JavaScript object.
type field struct {
	key   string
	value any
}

// An object is a JavaScript object literal, its keys in the order of the source.
type object []field

// get returns the value of a key, or nil.
func (o object) get(key string) any {
	for _, f := range o {
		if f.key == key {
			return f.value
		}
	}
	return nil
}

// A literal reads one JavaScript literal as a minifier writes it. Nothing is
// run: what is no literal is an error.
type literal struct {
	text  string
	at    int
	depth int
}

// parseLiteral reads the literal at the start of text: object, []any, string,
// float64, bool or nil.
func parseLiteral(text string) (any, error) {
	l := literal{text: text}
	v, err := l.value()
	if err != nil {
		line := text[max(0, l.at-30):min(len(text), l.at+30)]
		return nil, fmt.Errorf("byte %d, near %q: %w", l.at, line, err)
	}
	return v, nil
}

func (l *literal) value() (any, error) {
	if l.depth++; l.depth > maxDepth {
		return nil, fmt.Errorf("literals nest deeper than %d", maxDepth)
	}
	defer func() { l.depth-- }()
	rest := l.rest()
	for word, v := range map[string]any{"null": nil, "void 0": nil, "!0": true, "!1": false, "true": true, "false": false} {
		if strings.HasPrefix(rest, word) {
			l.at += len(word)
			return v, nil
		}
	}
	switch {
	case rest == "":
		return nil, fmt.Errorf("the text ends within a literal")
	case rest[0] == '{':
		return l.object()
	case rest[0] == '[':
		return l.array()
	case strings.IndexByte("\"'`", rest[0]) >= 0:
		return l.string()
	}
	return l.number()
}

// rest skips white space and returns what follows.
func (l *literal) rest() string {
	for l.at < len(l.text) && strings.IndexByte(" \t\r\n", l.text[l.at]) >= 0 {
		l.at++
	}
	return l.text[l.at:]
}

// next skips white space and reports whether c follows; if so it is read.
func (l *literal) next(c byte) bool {
	if rest := l.rest(); rest == "" || rest[0] != c {
		return false
	}
	l.at++
	return true
}

func (l *literal) object() (object, error) {
	l.at++
	o := object{}
	for !l.next('}') {
		if len(o) > 0 && !l.next(',') {
			return nil, fmt.Errorf("no comma between fields")
		}
		key, err := l.key()
		if err != nil {
			return nil, err
		}
		if !l.next(':') {
			return nil, fmt.Errorf("no colon after key %q", key)
		}
		v, err := l.value()
		if err != nil {
			return nil, err
		}
		o = append(o, field{key, v})
	}
	return o, nil
}

// key reads a name, quoted or not.
func (l *literal) key() (string, error) {
	rest := l.rest()
	if rest != "" && strings.IndexByte("\"'", rest[0]) >= 0 {
		return l.string()
	}
	end := strings.IndexFunc(rest, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' || r == '$')
	})
	if end <= 0 {
		return "", fmt.Errorf("no key where one is due")
	}
	l.at += end
	return rest[:end], nil
}

func (l *literal) array() ([]any, error) {
	l.at++
	a := []any{}
	for !l.next(']') {
		if len(a) > 0 && !l.next(',') {
			return nil, fmt.Errorf("no comma between elements")
		}
		v, err := l.value()
		if err != nil {
			return nil, err
		}
		a = append(a, v)
	}
	return a, nil
}

func (l *literal) number() (float64, error) {
	rest := l.rest()
	end := strings.IndexFunc(rest, func(r rune) bool { return !strings.ContainsRune("0123456789.eE+-", r) })
	if end < 0 {
		end = len(rest)
	}
	f, err := strconv.ParseFloat(rest[:end], 64)
	if err != nil {
		return 0, fmt.Errorf("%q is no literal", rest[:end])
	}
	l.at += end
	return f, nil
}

// escapes maps what follows a backslash to what it stands for.
var escapes = map[byte]string{'n': "\n", 'r': "\r", 't': "\t", 'b': "\b", 'f': "\f", 'v': "\v", '0': "\x00", '\n': ""}

func (l *literal) string() (string, error) {
	quote := l.text[l.at]
	l.at++
	var b strings.Builder
	for l.at < len(l.text) {
		c := l.text[l.at]
		l.at++
		switch {
		case c == quote:
			return b.String(), nil
		case c == '$' && quote == '`' && strings.HasPrefix(l.text[l.at:], "{"):
			return "", fmt.Errorf("a template with an expression is no literal")
		case c != '\\':
			b.WriteByte(c)
		case l.at < len(l.text):
			if err := l.escape(&b); err != nil {
				return "", err
			}
		}
	}
	return "", fmt.Errorf("a string does not end")
}

// escape reads what follows a backslash.
func (l *literal) escape(b *strings.Builder) error {
	c := l.text[l.at]
	l.at++
	digits := map[byte]int{'x': 2, 'u': 4}[c]
	if digits == 0 {
		if s, ok := escapes[c]; ok {
			b.WriteString(s)
		} else {
			b.WriteByte(c)
		}
		return nil
	}
	code, err := strconv.ParseUint(l.text[l.at:min(len(l.text), l.at+digits)], 16, 32)
	if err != nil || !utf8.ValidRune(rune(code)) {
		return fmt.Errorf("an escape that is no character")
	}
	l.at += digits
	b.WriteRune(rune(code))
	return nil
}
