package telemetryotlp

import (
	"fmt"
	"net/url"
	"strings"
)

// checkHeaders refuses header variables that the stock exporters cannot read.
// They read all of them by themselves, also one that a signal's own replaces,
// and log what they do not understand, key and all. (Variables that are in use
// have passed telemetry.Init.)
func checkHeaders(getenv func(string) string, names ...string) error {
	for _, name := range names {
		i := 0
		for field := range strings.SplitSeq(getenv(name), ",") {
			i++
			key, value, found := strings.Cut(field, "=")
			_, err := url.PathUnescape(value)
			if strings.TrimSpace(field) != "" && (!found || err != nil || !isToken(strings.TrimSpace(key))) {
				return fmt.Errorf("telemetry: %s: entry %d: want name=value pairs joined by commas; the stock exporters read it even where another variable replaces it: mend or unset it", name, i)
			}
		}
	}
	return nil
}

// isToken reports whether s is a token by RFC 9110, section 5.6.2.
func isToken(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(c rune) bool {
		letter := 'a' <= c|0x20 && c|0x20 <= 'z'
		return !letter && (c < '0' || c > '9') && !strings.ContainsRune("!#$%&'*+-.^_`|~", c)
	})
}
