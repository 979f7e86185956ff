package price

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// A match says which names an entry is for. The zero value matches nothing.
type match struct {
	op   byte // as in the text of the table: - = ^ $ ~ / ! | &
	text string
	re   *expression
	of   []match
}

// matches reports whether a name in lower case is matched.
func (m *match) matches(name string) bool {
	switch m.op {
	case '=':
		return name == m.text
	case '^':
		return strings.HasPrefix(name, m.text)
	case '$':
		return strings.HasSuffix(name, m.text)
	case '~':
		return strings.Contains(name, m.text)
	case '/':
		return m.re.finds(name)
	case '!':
		return !m.re.finds(name)
	case '|':
		for i := range m.of {
			if m.of[i].matches(name) {
				return true
			}
		}
	case '&':
		for i := range m.of {
			if !m.of[i].matches(name) {
				return false
			}
		}
		return true
	}
	return false
}

// parseMatch reads a match from the first fields and returns those that follow.
func parseMatch(fields []string) (m match, rest []string, err error) {
	if len(fields) == 0 || fields[0] == "" {
		return match{}, nil, fmt.Errorf("a match is missing")
	}
	m.op, m.text = fields[0][0], fields[0][1:]
	rest = fields[1:]
	switch m.op {
	case '-', '=', '^', '$', '~':
	case '/', '!':
		m.re = &expression{text: m.text}
	case '|', '&':
		n, err := strconv.ParseUint(m.text, 10, 8)
		if err != nil {
			return match{}, nil, fmt.Errorf("match %q: %w", fields[0], err)
		}
		m.of = make([]match, n)
		for i := range m.of {
			if m.of[i], rest, err = parseMatch(rest); err != nil {
				return match{}, nil, err
			}
		}
	default:
		return match{}, nil, fmt.Errorf("match %q is not known", fields[0])
	}
	return m, rest, nil
}

// An expression is a regular expression, compiled when it is first needed: a
// service meets few of them.
type expression struct {
	text string
	once sync.Once
	re   *regexp.Regexp
	err  error
}

// compile returns the expression. It is safe for concurrent use.
func (e *expression) compile() (*regexp.Regexp, error) {
	e.once.Do(func() { e.re, e.err = regexp.Compile(e.text) })
	return e.re, e.err
}

// finds reports whether the expression is found; one that does not compile is
// not.
func (e *expression) finds(s string) bool {
	re, err := e.compile()
	return err == nil && re.MatchString(s)
}
