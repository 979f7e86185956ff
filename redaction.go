package telemetry

import (
	"regexp"

	"go.opentelemetry.io/otel/attribute"

	"github.com/lift-sys/telemetry/internal/sanitize"
)

// WithRedaction adds patterns of secrets to those that the library knows. What
// they match is replaced by "[redacted]" in every string that leaves the
// process: keys and values of attributes, names, status messages, errors in
// logs and in [Stats], and what [Telemetry.Config] shows. A pattern sees at most
// the first 12 KiB of a value, or 4 KiB more than the limit of values where
// that is set. Default: none, which costs nothing; each pattern costs a search
// of each string.
func WithRedaction(patterns ...*regexp.Regexp) Option {
	return func(o *options) { o.redaction.Patterns = append(o.redaction.Patterns, patterns...) }
}

// WithMask sets a function that returns what a value becomes before it leaves
// the process: the value itself, a part of it, or something in its place. It is
// asked first; what it returns is then searched for secrets and shortened.
//
// It sees strings and bytes with the key of their attribute, also those of
// events, links, metrics, the resource and inside of lists and maps, where the
// key is the nearest one; the names of spans and events under the key "name",
// status messages under "status_message", and what the library says of a
// failure, in its log and in [Stats], under "error.message". It does not see
// keys, numbers and booleans, which leave as they are, strings under a key such
// as "password", which are redacted whatever they say, nor names that only code chooses: of scopes, metrics and
// units. It sees as much of a value as the patterns of [WithRedaction].
//
// mask must be quick, the same for the same value, and safe for concurrent use,
// and must not report telemetry itself. Points of a metric whose attributes it
// makes alike are not added up. Of a value that it panics over nothing is kept
// but "[mask failed]", which [Stats] counts. Default, which nil means too: no
// mask.
func WithMask(mask func(key attribute.Key, value string) string) Option {
	return func(o *options) { o.redaction.Mask = mask }
}

// sanitizer returns what cleans everything that leaves the process.
func (o *options) sanitizer(l sanitize.Limits) *sanitize.Sanitizer {
	return sanitize.NewWith(l, o.redaction)
}
