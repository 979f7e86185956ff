package sanitize

import (
	"bytes"
	"encoding/base64"
	"strings"
	"unicode/utf8"
)

// findScheme finds what follows the name of an authentication scheme.
func findScheme(s string, start, end int) (from, to int) {
	switch strings.ToLower(s[start:end]) {
	case "arer":
		return findBearer(s, start, end)
	case "asic":
		return findBasic(s, start, end)
	}
	return 0, 0
}

// findBearer finds the token in "Bearer token". start is in the middle of the
// word.
func findBearer(s string, start, end int) (from, to int) {
	if start < 2 || !strings.EqualFold(s[start-2:start], "be") {
		return 0, 0
	}
	from = skipGap(s, end)
	if from == end {
		return 0, 0
	}
	n := bearerSet.run(s[from:min(len(s), from+maxLook)])
	cred := s[from : from+n]
	// "the bearer authentication scheme" is prose.
	if n < 8 || n < 24 && letters.run(strings.ToLower(strings.TrimRight(cred, ".="))) >= n-1 {
		return 0, 0
	}
	return from, from + bearerSet.run(s[from:])
}

// findBasic finds the credentials in "Basic credentials": base64 of a user and
// a password with a colon between them (RFC 7617).
func findBasic(s string, start, end int) (from, to int) {
	if start < 1 || s[start-1]|0x20 != 'b' {
		return 0, 0
	}
	from = skipGap(s, end)
	n := base64Set.run(s[from:min(len(s), from+maxLook)])
	if from == end || n < minSecret {
		return 0, 0
	}
	cred := strings.TrimRight(s[from:from+n], "=")
	if len(cred)%4 == 1 {
		cred = cred[:len(cred)-1]
	}
	cred = strings.NewReplacer("-", "+", "_", "/").Replace(cred)
	userPass, err := base64.RawStdEncoding.DecodeString(cred)
	if err != nil || bytes.IndexByte(userPass, ':') < 0 || bytes.ContainsFunc(userPass, unprintable) {
		return 0, 0 // "a basic understanding"
	}
	return from, from + base64Set.run(s[from:])
}

func unprintable(r rune) bool { return r < ' ' || r == utf8.RuneError }

// skipGap returns the index in s behind the blanks at s[i], also such as a URL
// writes.
func skipGap(s string, i int) int {
	for range 4 {
		switch {
		case i < len(s) && (s[i] == ' ' || s[i] == '\t' || s[i] == '+' || s[i] == ':' || s[i] == '='):
			i++
		case strings.HasPrefix(s[i:], "%20"):
			i += 3
		default:
			return i
		}
	}
	return i
}

var (
	authorityEnd = newByteSet("/?#\t\n\r\"'<>`\\ ")
	blankOrQuote = newByteSet("\t\n\r\"'<>`\\ ")
)

// findUserinfo finds the password of a URL, where start is that of "://". A
// user name goes too if it looks like a token.
func findUserinfo(s string, _, end int) (from, to int) {
	rest := s[end:min(len(s), end+2*maxLook)]
	n := upTo(rest, authorityEnd)
	at := strings.LastIndexByte(rest[:n], '@')
	if at < 0 {
		// A password with a slash or a # that nobody escaped.
		_, port, ok := strings.Cut(rest[:n], ":")
		if !ok || port != "" && digits.run(port) == len(port) || strings.HasPrefix(rest, "[") {
			return 0, 0
		}
		if at = strings.LastIndexByte(rest[:upTo(rest, blankOrQuote)], '@'); at < 0 {
			return 0, 0
		}
	}
	user, password, ok := strings.Cut(rest[:at], ":")
	if len(user) >= 16 && random(user) && user != redactedMark {
		return end, end + at
	}
	if !ok || password == "" || password == redactedMark {
		return 0, 0
	}
	return end + len(user) + 1, end + at
}

// findMySQL finds the password in user:password@tcp(host)/db.
func findMySQL(s string, start, _ int) (from, to int) {
	at := start - 1
	if at < 0 || s[at] != '@' {
		return 0, 0
	}
	from = at
	for from > 0 && at-from < maxLook && !blankOrQuote[s[from-1]] {
		from--
	}
	_, password, ok := strings.Cut(s[from:at], ":")
	if !ok || password == "" || password == redactedMark {
		return 0, 0
	}
	return at - len(password), at
}

// upTo returns the index of the first byte of s in set, or len(s).
func upTo(s string, set *byteSet) int {
	for i := range len(s) {
		if set[s[i]] {
			return i
		}
	}
	return len(s)
}
