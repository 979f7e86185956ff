package env

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// secretWords mark the names of headers and attributes that hold secrets.
var secretWords = []string{
	"auth", "cookie", "credential", "key", "passw", "secret", "signature", "token", teamHeader,
}

// secretName says whether a header or attribute of this name holds a secret.
func secretName(name string) bool {
	name = strings.ToLower(name)
	return slices.ContainsFunc(secretWords, func(word string) bool { return strings.Contains(name, word) })
}

// shortestSecret keeps a header value such as "1" from masking every text
// that has a 1 in it.
const shortestSecret = 6

// addSecret records a secret, so that no message quotes it.
func (r *resolver) addSecret(text string) {
	if text = strings.TrimSpace(text); len(text) >= shortestSecret {
		r.secrets = append(r.secrets, strings.ToLower(text))
	}
}

// addHeaderSecrets records what may be secret in a list of headers, before
// anybody knows whether it is well-formed.
func (r *resolver) addHeaderSecrets(list string) {
	for _, entry := range splitList(list) {
		name, encoded, found := strings.Cut(entry, "=")
		if r.isSecret(name) {
			r.addSecret(name) // in lower case its shape would be lost
		}
		switch name = strings.TrimSpace(name); {
		case !found || !validHeaderName(name):
			r.addSecret(name)
			r.addSecret(encoded)
		case secretName(name):
			r.addSecret(encoded)
			if decoded, err := url.PathUnescape(encoded); err == nil {
				r.addSecret(decoded)
			}
		}
	}
}

// isSecret says whether a text may hold a secret: one that is known, in any
// case since some values are folded, or one by its shape.
func (r *resolver) isSecret(text string) bool {
	words := strings.FieldsFunc(text, func(c rune) bool { return !isLetterOrDigit(c) })
	if slices.ContainsFunc(words, isConfigurationKey) {
		return true
	}
	text = strings.ToLower(text)
	if secretShape(text) {
		return true
	}
	return slices.ContainsFunc(r.secrets, func(s string) bool { return strings.Contains(text, s) })
}

// mask returns what may be shown of a secret: its kind where a public prefix
// tells it, and its length, which finds most copying mistakes.
func mask(secret string) string {
	n, unit := utf8.RuneCountInString(secret), "characters"
	if n == 1 {
		unit = "character"
	}
	return fmt.Sprintf("%s…, %d %s", keyPrefix(secret), n, unit)
}
