package env_test

import (
	"testing"

	"github.com/lift-sys/telemetry/internal/env"
)

func TestPropagators(t *testing.T) {
	const name = "OTEL_PROPAGATORS"
	carried := func(names ...string) func(*env.Config) {
		return func(c *env.Config) { c.Propagators = names }
	}
	run(t, []scenario{
		{name: "one", reason: "baggage can be left out", environment: environment{name: " TraceContext "}, want: carried("tracecontext")},
		{name: "twice", reason: "the specification wants duplicates dropped", environment: environment{name: "baggage,tracecontext,baggage"}, want: carried("baggage", "tracecontext")},
		{name: "none", reason: "no propagator at all", environment: environment{name: "none"}, want: carried()},
		{name: "option", reason: "options beat the environment", explicit: env.Explicit{Propagators: []string{"baggage"}}, environment: environment{name: "none"}, want: carried("baggage")},
		{name: "unknown", reason: "traces would silently break in two", environment: environment{name: "tracecontext,b3multi"}, wantErr: `telemetry: OTEL_PROPAGATORS "tracecontext,b3multi": unknown propagator "b3multi": want tracecontext, baggage or none`},
		{name: "none and more", reason: "a contradiction", environment: environment{name: "none,baggage"}, wantErr: `telemetry: OTEL_PROPAGATORS "none,baggage": want none alone, or not at all`},
	})
}

func TestPropagateHosts(t *testing.T) {
	const name = "LIFT_PROPAGATE_HOSTS"
	const want = ": want a host, as in api.example.com, api.example.com:8443 or *.example.com"
	shown := func(hosts ...string) func(*env.Config) {
		return func(c *env.Config) { c.PropagateHosts = hosts }
	}
	scenarios := []scenario{
		{name: "both sides", reason: "the operator's hosts join the program's, each once", explicit: env.Explicit{PropagateTo: []string{"a.example.com", "B.example.com."}}, environment: environment{name: "b.example.com, *.c.example.com ,"}, want: shown("a.example.com", "b.example.com", "*.c.example.com")},
		{name: "addresses and ports", reason: "hosts come in all forms", environment: environment{name: "api.example.com:8443,10.0.0.1,::1,[::1]:80,[FE80::2]"}, want: shown("api.example.com:8443", "10.0.0.1", "::1", "[::1]:80", "fe80::2")},
		{name: "option", reason: "options are checked too", explicit: env.Explicit{PropagateTo: []string{""}}, wantErr: `telemetry: WithPropagateTo ""` + want},
	}
	for text, reason := range map[string]string{
		"*":                         "everyone, LLM providers included",
		"*.":                        "everyone again",
		"*.10.0.0.1":                "addresses have no subdomains",
		"https://api.example.com":   "a URL is no host",
		"api.example.com/path":      "a path is no host",
		"api.*.example.com":         "stars stand in front only",
		".example.com":              "a star is missing",
		"api.example.com:0":         "there is no such port",
		"api.example.com:http":      "ports are numbers",
		"[::1":                      "a bracket is missing",
		"api.example.com?x":         "a query is no host",
		"api.example.com#x":         "a fragment is no host",
		"api example.com":           "a blank is no host",
		"\x00":                      "nor is a control character",
		"api.example.com:99999":     "there is no such port either",
		"xn--%61.example.com":       "percent signs are no host",
		"api.example.com\\@evil.io": "a backslash is no host",
	} {
		e := scenario{name: "refused " + text, reason: reason, explicit: env.Explicit{PropagateTo: []string{text}}}
		e.wantErr = "telemetry: WithPropagateTo " + quoted(text) + want
		scenarios = append(scenarios, e)
	}
	run(t, scenarios)
}

// quoted is how errors quote the hosts above.
func quoted(host string) string {
	switch host {
	case "api.example.com?x", "api.example.com#x":
		return `"api.example.com?…"`
	case "api.example.com\\@evil.io":
		return `"…@evil.io"`
	case "\x00":
		return `"\x00"`
	default:
		return `"` + host + `"`
	}
}
