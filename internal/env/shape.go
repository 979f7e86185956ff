package env

import "strings"

// tokenPrefixes are those of API keys that their issuers made easy to find.
var tokenPrefixes = []string{"sk", "pk", "ghp", "gho", "xoxa", "xoxb", "xoxp", "glpat"}

// secretShape reports whether lower, a text in lower case, holds what should
// never be shown, whichever variable it stands in: Honeycomb keys, API keys
// with a well-known prefix, bearer and basic credentials, tokens in three
// parts, and 32 hex digits (a git commit has 40). It is written by hand because
// the regular expression that says the same takes 0.1 MB of every program.
func secretShape(lower string) bool {
	hex := 0 // digits in a row
	for i := range len(lower) {
		if beginsSecret(lower[i:]) {
			return true
		}
		if isHex(lower[i]) {
			hex++
			continue
		}
		if hex == 32 {
			return true
		}
		hex = 0
	}
	return hex == 32
}

// beginsSecret reports whether s starts with a secret that has a prefix.
func beginsSecret(s string) bool {
	if rest, ok := strings.CutPrefix(s, "hc"); ok { // hcaik_, hcaic_ and the like
		return len(rest) > 4 && run(rest[:3], isLetter) == 3 && rest[3] == '_' && isAlnum(rest[4])
	}
	if rest, ok := strings.CutPrefix(s, "akia"); ok { // AWS
		return run(rest, isAlnum) >= 16
	}
	if rest, ok := strings.CutPrefix(s, "eyj"); ok { // {" in base64
		n := run(rest, isToken)
		return n > 0 && n < len(rest) && rest[n] == '.'
	}
	for _, scheme := range []string{"bearer", "basic"} {
		if rest, ok := strings.CutPrefix(s, scheme); ok {
			return strings.HasPrefix(rest, " ") || strings.HasPrefix(rest, "+") || strings.HasPrefix(rest, "%20")
		}
	}
	for _, prefix := range tokenPrefixes {
		if rest, ok := strings.CutPrefix(s, prefix); ok && rest != "" && (rest[0] == '-' || rest[0] == '_') {
			return run(rest[1:], isToken) >= 12
		}
	}
	return false
}

// run returns how many bytes at the start of s are in set.
func run(s string, set func(byte) bool) int {
	for i := range len(s) {
		if !set(s[i]) {
			return i
		}
	}
	return len(s)
}

// Sets of bytes in lower case.

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' }
func isDigit(c byte) bool  { return '0' <= c && c <= '9' }
func isAlnum(c byte) bool  { return isLetter(c) || isDigit(c) }
func isToken(c byte) bool  { return isAlnum(c) || c == '_' || c == '-' }
func isHex(c byte) bool    { return isDigit(c) || 'a' <= c && c <= 'f' }
