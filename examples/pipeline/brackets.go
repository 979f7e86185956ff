package main

import (
	"fmt"
	"strings"

	"github.com/lift-sys/telemetry/attr"
)

// checkBrackets checks that brackets are balanced and strings are closed. It
// is no parser: code that passes may still not compile.
func checkBrackets(language, code string) error {
	var (
		open []byte // closing brackets that are awaited
		line = 1
	)
	fault := func(format string, args ...any) error {
		return &codeError{faultSyntax, language, line, fmt.Sprintf(format, args...)}
	}
	for i := 0; i < len(code); {
		if n := commentLength(language, code[i:]); n > 0 {
			line += strings.Count(code[i:i+n], "\n")
			i += n
			continue
		}
		if quote := quoteAt(language, code[i:]); quote != "" {
			n, ok := stringLength(code[i:], quote)
			if !ok {
				return fault("string is not closed")
			}
			line += strings.Count(code[i:i+n], "\n")
			i += n
			continue
		}
		switch c := code[i]; c {
		case '\n':
			line++
		case '(':
			open = append(open, ')')
		case '[':
			open = append(open, ']')
		case '{':
			open = append(open, '}')
		case ')', ']', '}':
			if len(open) == 0 || open[len(open)-1] != c {
				return fault("unexpected %q", c)
			}
			open = open[:len(open)-1]
		}
		i++
	}
	if len(open) > 0 {
		return fault("%q is missing at the end", open[len(open)-1])
	}
	return nil
}

// commentLength returns the length of the comment that code begins with.
func commentLength(language, code string) int {
	var start, end string
	switch {
	case language == attr.LanguagePython:
		start, end = "#", "\n"
	case strings.HasPrefix(code, "/*"):
		start, end = "/*", "*/"
	default:
		start, end = "//", "\n"
	}
	rest, ok := strings.CutPrefix(code, start)
	if !ok {
		return 0
	}
	if i := strings.Index(rest, end); i >= 0 {
		return len(start) + i + len(end)
	}
	return len(code)
}

// quoteAt returns the quote that opens a string at the start of code, or "".
func quoteAt(language, code string) string {
	quotes := []string{`"`}
	switch language {
	case attr.LanguagePython:
		quotes = []string{`"""`, `'''`, `"`, `'`}
	case attr.LanguageTypeScript:
		quotes = []string{`"`, `'`, "`"}
	}
	for _, q := range quotes { // Rust's ' begins lifetimes too
		if strings.HasPrefix(code, q) {
			return q
		}
	}
	return ""
}

// stringLength returns the length of the string that code begins with, and
// whether it is closed.
func stringLength(code, quote string) (int, bool) {
	for i := len(quote); i < len(code); i++ {
		switch {
		case code[i] == '\\':
			i++
		case strings.HasPrefix(code[i:], quote):
			return i + len(quote), true
		}
	}
	return len(code), false
}
