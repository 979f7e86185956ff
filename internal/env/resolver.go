package env

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A resolver collects the configuration, and what is wrong with it.
type resolver struct {
	explicit Explicit
	getenv   func(string) string
	config   Config
	errs     []error
	// secrets are the values known to be secret; none of them may be quoted.
	secrets []string
}

func newResolver(e Explicit, getenv func(string) string) *resolver {
	if getenv == nil {
		getenv = func(string) string { return "" }
	}
	// A key that was read from a file often has a line break at its end.
	for _, text := range []*string{
		&e.Endpoint, &e.HoneycombKey, &e.HoneycombEndpoint, &e.HoneycombRegion, &e.HoneycombDataset, &e.HoneycombMetricsDataset,
	} {
		*text = strings.TrimSpace(*text)
	}
	r := &resolver{explicit: e, getenv: getenv}
	r.addSecret(e.HoneycombKey)
	r.addSecret(r.get("HONEYCOMB_API_KEY"))
	for _, s := range []signal{traceSignal, metricSignal} {
		for _, name := range s.variables("HEADERS") {
			r.addHeaderSecrets(r.get(name))
		}
	}
	for name, v := range e.Headers {
		if r.isSecret(name) {
			r.addSecret(name)
		}
		if secretName(name) {
			r.addSecret(v)
		}
	}
	return r
}

// origin says where a value came from.
type origin int

const (
	fromDefault origin = iota
	fromOption
	fromVariable
)

const sourceDefault = "default"

// A value is a text with the option or variable that holds it.
type value struct {
	text   string
	name   string
	origin origin
}

// source is the text of [Setting.Source].
func (v value) source() string {
	switch v.origin {
	case fromOption:
		return "option " + v.name
	case fromVariable:
		return "environment " + v.name
	default:
		return sourceDefault
	}
}

func option(name, text string) value { return value{text: text, name: name, origin: fromOption} }

// get returns a variable without the blanks around it.
func (r *resolver) get(name string) string { return strings.TrimSpace(r.getenv(name)) }

// variable returns the first variable that is set, or the zero value.
func (r *resolver) variable(names ...string) value {
	for _, name := range names {
		if text := r.get(name); text != "" {
			return value{text: text, name: name, origin: fromVariable}
		}
	}
	return value{}
}

// lookup returns the option if set, else the first variable that is set, else
// the default.
func (r *resolver) lookup(opt value, def string, variables ...string) value {
	if opt.text != "" {
		return opt
	}
	if v := r.variable(variables...); v.text != "" {
		return v
	}
	return value{text: def}
}

// fail records one mistake. It is said once, even if both signals meet it.
func (r *resolver) fail(format string, args ...any) {
	err := fmt.Errorf("telemetry: "+format, args...)
	same := func(e error) bool { return e.Error() == err.Error() }
	if !slices.ContainsFunc(r.errs, same) {
		r.errs = append(r.errs, err)
	}
}

// warn records one warning, once.
func (r *resolver) warn(format string, args ...any) {
	text := "telemetry: " + fmt.Sprintf(format, args...)
	if !slices.Contains(r.config.Warnings, text) {
		r.config.Warnings = append(r.config.Warnings, text)
	}
}

// set records a setting; one that looks like a secret is masked all the same.
func (r *resolver) set(name, text, source string) {
	s := Setting{Name: name, Value: text, Source: source}
	if r.isSecret(text) {
		s.Value, s.Secret = mask(text), true
	}
	r.config.Settings = append(r.config.Settings, s)
}

// setSecret records a setting as a mask.
func (r *resolver) setSecret(name, text, source string) {
	r.config.Settings = append(r.config.Settings, Setting{Name: name, Value: mask(text), Source: source, Secret: true})
}

// label returns a name that somebody chose, or a mask where it may be a
// secret: a key in front of an equal sign is a well-formed name.
func (r *resolver) label(name string) string {
	if r.isSecret(name) {
		return mask(name)
	}
	return name
}

// quote returns the text in quotes for an error or a warning, or a mask where
// it may be a secret.
func (r *resolver) quote(text string) string {
	const longest = 120
	switch {
	case r.isSecret(text):
		return strconv.Quote(mask(text))
	case len(text) > longest:
		return strconv.Quote(strings.ToValidUTF8(text[:longest], "") + "…")
	default:
		return strconv.Quote(text)
	}
}

// boolean reads a variable by OpenTelemetry's rule: "true" in any case is
// true, all else is false, with a warning if it is not "false".
func (r *resolver) boolean(names ...string) bool {
	v := r.variable(names...)
	if v.text != "" && !strings.EqualFold(v.text, "true") && !strings.EqualFold(v.text, "false") {
		r.warn("%s %s: taken as false; want true or false", v.name, r.quote(v.text))
	}
	return strings.EqualFold(v.text, "true")
}

// duration resolves a time that the environment gives in whole milliseconds,
// from 1 ms to longest. Zero, OpenTelemetry's "no limit", is refused: nothing
// here may wait for ever.
func (r *resolver) duration(setting string, opt time.Duration, optName string, def, longest time.Duration, variables ...string) time.Duration {
	d, source := def, sourceDefault
	v := r.variable(variables...)
	switch {
	case opt != 0:
		d, source = opt, option(optName, "").source()
		if d < time.Millisecond || d > longest {
			r.fail("%s %q: want a duration from 1ms to %v", optName, d, longest)
			d = def
		}
	case v.text != "":
		source = v.source()
		ms, err := strconv.ParseInt(v.text, 10, 64)
		if err != nil || ms < 1 || ms > longest.Milliseconds() {
			r.fail("%s %s: want a whole number of milliseconds from 1 to %d", v.name, r.quote(v.text), longest.Milliseconds())
			break
		}
		d = time.Duration(ms) * time.Millisecond
	}
	r.set(setting, d.String(), source)
	return d
}

// count resolves a number from 0 to most.
func (r *resolver) count(setting string, def, most int, variables ...string) int {
	n, source := def, sourceDefault
	if v := r.variable(variables...); v.text != "" {
		source = v.source()
		got, err := strconv.Atoi(v.text)
		if err != nil || got < 0 || got > most {
			r.fail("%s %s: want a whole number from 0 to %d", v.name, r.quote(v.text), most)
		} else {
			n = got
		}
	}
	r.set(setting, strconv.Itoa(n), source)
	return n
}

// splitList splits at commas and drops blanks and empty entries.
func splitList(text string) []string {
	var list []string
	for entry := range strings.SplitSeq(text, ",") {
		if entry = strings.TrimSpace(entry); entry != "" {
			list = append(list, entry)
		}
	}
	return list
}
