package telemetrytest

import (
	"strings"

	"go.opentelemetry.io/otel/attribute"

	"github.com/lift-sys/telemetry"
)

// An Option changes what a [Recorder] records or permits.
type Option func(*config)

// config is what options set. The zero value is the default.
type config struct {
	telemetry []telemetry.Option
	rules     rules
	unended   bool // spans may stay open
	errors    bool // OpenTelemetry may report errors
}

// rules say which names and values are permitted.
type rules struct {
	strict  bool
	unknown []string                   // a trailing * stands for any rest
	invalid map[attribute.Key]struct{} // attributes whose values are not checked
}

// With passes options on to [telemetry.New], after the recorder's own. An
// option that brings a provider leaves the recorder without the data of that
// signal.
func With(opts ...telemetry.Option) Option {
	return func(c *config) { c.telemetry = append(c.telemetry, opts...) }
}

// Strict fails the test on any span, event, metric or attribute that is not in
// the registry, whatever its prefix. Default: only under the convention's own
// prefixes.
func Strict() Option {
	return func(c *config) { c.rules.strict = true }
}

// AllowUnknown permits names that are not in the registry, of whatever kind. A
// * at the end of a name stands for any rest. Default: none.
func AllowUnknown(names ...string) Option {
	return func(c *config) { c.rules.unknown = append(c.rules.unknown, names...) }
}

// AllowInvalid permits any value for the given attributes. Default: none.
func AllowInvalid(keys ...attribute.Key) Option {
	return func(c *config) {
		if c.rules.invalid == nil {
			c.rules.invalid = make(map[attribute.Key]struct{}, len(keys))
		}
		for _, k := range keys {
			c.rules.invalid[k] = struct{}{}
		}
	}
}

// AllowUnended permits spans that are still open when the test ends. Default:
// they fail the test.
func AllowUnended() Option {
	return func(c *config) { c.unended = true }
}

// AllowErrors permits errors that OpenTelemetry reports; see
// [Recorder.Errors]. Other tests that run at the same time fail nevertheless.
// Default: they fail the test.
func AllowErrors() Option {
	return func(c *config) { c.errors = true }
}

// permits reports whether name may be unknown.
func (r rules) permits(name string) bool {
	for _, allowed := range r.unknown {
		if prefix, ok := strings.CutSuffix(allowed, "*"); ok && strings.HasPrefix(name, prefix) || name == allowed {
			return true
		}
	}
	return false
}
