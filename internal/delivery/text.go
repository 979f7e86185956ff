package delivery

import (
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/lift-sys/telemetry/internal/otlp"
)

// maxTextBytes bounds the text of an error.
const maxTextBytes = 300

// redacted stands where a secret stood.
const redacted = "[redacted]"

// message is what a backend says about a failure: the message of a
// google.rpc.Status, or plain text or JSON as it is. A page of HTML
// says nothing.
func message(h http.Header, data []byte) string {
	kind := h.Get("Content-Type")
	switch {
	case strings.Contains(kind, "html"):
		return ""
	case strings.Contains(kind, "protobuf"):
		return otlp.ParseStatus(data)
	default:
		return string(data)
	}
}

// clean makes text fit to be shown: without the client's secrets, what redact
// knows for one and any URL's user part, valid UTF-8, on one line and short.
// Secrets go first, since cutting one in half would leave the other half.
func (c *client) clean(text string) string {
	for _, s := range c.secrets {
		text = strings.ReplaceAll(text, s, redacted)
	}
	if c.redact != nil {
		text = c.redact(text)
	}
	text = stripUserinfo(strings.ToValidUTF8(text, "?"))
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r)
	}), " ")
	if len(text) <= maxTextBytes {
		return text
	}
	end := maxTextBytes
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + "…"
}

// stripUserinfo removes what stands between "//" and "@" in any URL of text:
// the error of a malformed proxy address quotes it whole.
func stripUserinfo(text string) string {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(text, "//")
		out.WriteString(before)
		if !found {
			return out.String()
		}
		out.WriteString("//")
		end := strings.IndexFunc(rest, func(r rune) bool {
			return unicode.IsSpace(r) || r == '/' || r == '?' || r == '#' || r == '"'
		})
		if end < 0 {
			end = len(rest)
		}
		if at := strings.LastIndexByte(rest[:end], '@'); at >= 0 {
			out.WriteString(redacted)
			rest = rest[at:]
		}
		text = rest
	}
}

// secretsOf returns the parts of a header's value that must not be shown: the
// value, and for "Bearer x" and the like its words. Very short values are
// names rather than secrets, and replacing them would garble every text.
func secretsOf(value string) []string {
	var secrets []string
	for _, s := range append([]string{value}, strings.Fields(value)...) {
		if len(s) >= 6 && !strings.EqualFold(s, "Bearer") {
			secrets = append(secrets, s)
		}
	}
	return secrets
}
