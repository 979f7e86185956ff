package sanitize

import "strings"

const (
	maxNameBefore = 40 // bytes of a name before the literal
	maxNameAfter  = 24 // and behind it
)

var (
	valueEnd  = newByteSet("\t\n\r\"'`,;&)]}<>| ")
	headerEnd = newByteSet("\n\r\"'`]}")
)

// findPair finds the value of a secret name in name=value, name: value,
// "name":"value" and the like, where s[start:end] is part of the name.
func findPair(s string, start, end int) (from, to int) {
	left, right := start, end
	if s[end-1] == '=' {
		right--
	}
	for left > 0 && start-left < maxNameBefore && dotted[s[left-1]] {
		left--
	}
	if left > 0 && s[left-1] == '\\' && left < start {
		left++ // the n of a \n written out
	}
	for right < len(s) && right-end < maxNameAfter && dotted[s[right]] {
		right++
	}
	name := s[left:right]

	i, _ := skipQuote(s, right)
	i = skipBlanks(s, i)
	assigns := i < len(s) && s[i] == '='
	switch {
	case assigns:
		i++
		if i < len(s) && s[i] == '>' {
			i++
		}
	case strings.HasPrefix(s[i:], ":="):
		i += 2
		assigns = true
	case i < len(s) && s[i] == ':':
		i++
	case strings.HasPrefix(s[i:], "%3D"):
		i += 3
		assigns = true
	case i > right && i < len(s) && s[i] == '\'' && s[right] == ' ' && strings.EqualFold(name, "password"):
		assigns = true // ALTER ROLE lift PASSWORD 'x'
	default:
		return 0, 0
	}
	from = skipBlanks(s, i)
	spaced := from > i
	if from < len(s) && s[from] == '[' && !strings.HasPrefix(s[from:], redactedMark) {
		from++
	}
	from, quote := skipQuote(s, from)

	kind := secretName(name)
	if kind == notSecret && assigns && (left == 0 || strings.IndexByte("?&;", s[left-1]) >= 0) && queryName(name) {
		kind = secretPassword
	}
	if kind == notSecret {
		return 0, 0
	}
	// The beginning decides; only a secret is read to its end.
	near := s[:min(len(s), from+maxLook)]
	if value := near[from:valueTo(near, from, quote, kind)]; value == "" || emptyWord(value) || quote == "" && !assigns && spaced && prose(value, kind) {
		return 0, 0
	}
	to = valueTo(s, from, quote, kind)
	if kind == secretHeader {
		from += scheme(s[from:to])
	}
	if strings.HasPrefix(s[from:], redactedMark) {
		return 0, 0
	}
	return from, to
}

// queryName reports whether name is that of a URL parameter which is a secret
// there, though it would not be elsewhere.
func queryName(name string) bool {
	switch strings.ToLower(name) {
	case "key", "sig", "signature", "code", "x-amz-signature", "x-goog-signature":
		return true
	}
	return false
}

// valueTo returns the end of the value that starts at s[from].
func valueTo(s string, from int, quote string, kind secrecy) int {
	if quote != "" {
		for i := from; i < len(s); i++ {
			if strings.HasPrefix(s[i:], quote) {
				return i
			}
			if s[i] == '\\' && quote != `\"` {
				i++
			}
		}
		return len(s)
	}
	if kind == secretHeader {
		return from + upTo(s[from:], headerEnd)
	}
	return from + upTo(s[from:], valueEnd)
}

// prose reports whether v, found behind a colon and a blank, is a word rather
// than a secret: "unexpected token: EOF".
func prose(v string, kind secrecy) bool {
	switch kind {
	case secretToken:
		return len(v) < minSecret || !random(v)
	case secretHeader:
		return scheme(v) == 0 && !strings.ContainsAny(v, "=0123456789")
	}
	return false
}

// scheme returns the length of the scheme at the start of a header's value.
func scheme(v string) int {
	word, _, ok := strings.Cut(v, " ")
	switch strings.ToLower(word) {
	case "bearer", "basic", "digest", "token", "negotiate":
		if ok {
			return len(word) + 1
		}
	}
	return 0
}

func emptyWord(v string) bool {
	switch v {
	case "null", "nil", "none", "None", "true", "false", "<nil>", "undefined":
		return true
	}
	return false
}

// skipQuote returns the index behind a quote at s[i], and the quote.
func skipQuote(s string, i int) (int, string) {
	switch {
	case strings.HasPrefix(s[i:], `\"`):
		return i + 2, `\"`
	case i < len(s) && (s[i] == '"' || s[i] == '\'' || s[i] == '`'):
		return i + 1, s[i : i+1]
	}
	return i, ""
}

func skipBlanks(s string, i int) int {
	for range 2 {
		if i < len(s) && (s[i] == ' ' || s[i] == '\t') {
			i++
		}
	}
	return i
}
