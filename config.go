package telemetry

import (
	"fmt"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/lift-sys/telemetry/internal/env"
)

// Config is the configuration as it was resolved from options, environment
// and defaults. It holds no secrets: their values are masked.
type Config struct {
	Enabled  bool      // whether anything is recorded
	Settings []Setting // each value and where it came from, in a fixed order
	Warnings []string  // what looks wrong, in whole sentences
}

// Setting is one resolved value.
type Setting struct {
	Name   string // such as "service.name" or "traces.endpoint"
	Value  string // as text; masked where it is a secret
	Source string // "option WithEndpoint", "environment OTEL_SERVICE_NAME" or "default"
}

// String returns the settings as an aligned table, and the warnings.
func (c Config) String() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	if len(c.Settings) == 0 {
		fmt.Fprintf(w, "enabled\t%t\n", c.Enabled)
	}
	for _, s := range c.Settings {
		if s.Name == "enabled" { // a pipeline that could not be built is off, whatever was resolved
			s.Value = strconv.FormatBool(c.Enabled)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\n", s.Name, s.Value, s.Source)
	}
	_ = w.Flush() // a strings.Builder does not fail
	for _, warning := range c.Warnings {
		fmt.Fprintln(&b, warning)
	}
	return b.String()
}

// resolved returns c for people to read, as redact leaves it.
func resolved(c env.Config, redact func(string) string) Config {
	out := Config{Enabled: c.Enabled}
	for _, w := range c.Warnings {
		out.Warnings = append(out.Warnings, redact(w))
	}
	for _, s := range c.Settings {
		if !s.Secret {
			s.Value = redact(s.Value)
		}
		out.Settings = append(out.Settings, Setting{Name: s.Name, Value: s.Value, Source: s.Source})
	}
	return out
}
