package console

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// printable returns s with each character that is not printed as one visible
// character replaced by its Go escape: control characters and with them every
// terminal sequence, line breaks, invisible and text-reordering characters, and
// bytes that are not UTF-8.
func printable(s string) string {
	if !strings.ContainsFunc(s, hidden) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			const hex = "0123456789abcdef"
			b.WriteString(`\x`)
			b.WriteByte(hex[s[i]>>4])
			b.WriteByte(hex[s[i]&15])
		case hidden(r):
			q := strconv.QuoteRuneToASCII(r)
			b.WriteString(q[1 : len(q)-1])
		default:
			b.WriteString(s[i : i+size])
		}
		i += size
	}
	return b.String()
}

// hidden reports whether a terminal might not show r as a character. It is true
// of utf8.RuneError, so that invalid bytes are found.
func hidden(r rune) bool {
	return r == utf8.RuneError || !unicode.IsPrint(r)
}

// width returns the columns that printable text takes: one for each rune.
func width(s string) int {
	return utf8.RuneCountInString(s)
}

// fit cuts printable text to at most n columns; a cut shows as an ellipsis.
func fit(s string, n int) string {
	if n <= 0 {
		return ""
	}
	if len(s) <= n || width(s) <= n {
		return s
	}
	at := 0
	for range n - 1 {
		_, size := utf8.DecodeRuneInString(s[at:])
		at += size
	}
	return s[:at] + "…"
}

// wrap breaks printable text at spaces into lines of n columns, and within words
// where it must. What does not fit into that many lines is cut.
func wrap(s string, n, lines int) []string {
	var out []string
	for len(out) < lines-1 && width(s) > n {
		at := 0
		for range n {
			_, size := utf8.DecodeRuneInString(s[at:])
			at += size
		}
		next := at
		if space := strings.LastIndexByte(s[:at+1], ' '); space > 0 {
			at, next = space, space+1
		}
		out = append(out, s[:at])
		s = s[next:]
	}
	return append(out, fit(s, n))
}
