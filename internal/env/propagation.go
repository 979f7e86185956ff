package env

import (
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Propagators, as OTEL_PROPAGATORS names them.
const (
	TraceContext = "tracecontext"
	Baggage      = "baggage"
)

// resolvePropagation reads which headers carry a trace on, and to whom.
func (r *resolver) resolvePropagation() {
	r.resolvePropagators()
	r.resolveHosts()
}

func (r *resolver) resolvePropagators() {
	v := r.lookup(option(optPropagators, strings.Join(r.explicit.Propagators, ",")), TraceContext+","+Baggage, "OTEL_PROPAGATORS")
	names := splitList(v.text)
	var got []string
	for _, text := range names {
		switch name := strings.ToLower(text); name {
		case TraceContext, Baggage:
			if !slices.Contains(got, name) {
				got = append(got, name)
			}
		case ExporterNone:
			if len(names) > 1 {
				r.fail("%s %s: want none alone, or not at all", v.name, r.quote(v.text))
			}
		default:
			r.fail("%s %s: unknown propagator %s: want tracecontext, baggage or none", v.name, r.quote(v.text), r.quote(text))
		}
	}
	r.config.Propagators = got
	text := strings.Join(got, ",")
	if text == "" {
		text = "none"
	}
	r.set("propagators", text, v.source())
}

// resolveHosts adds the environment's hosts to the program's: each side may
// know of peers that the other does not.
func (r *resolver) resolveHosts() {
	const name = "LIFT_PROPAGATE_HOSTS"
	var sources []string
	add := func(from value, hosts []string) {
		for _, text := range hosts {
			if r.isSecret(text) {
				r.addSecret(text) // in lower case its shape would be lost
			}
			host, ok := parsePeer(text)
			if !ok {
				r.fail("%s %s: want a host, as in api.example.com, api.example.com:8443 or *.example.com", from.name, r.quoteEndpoint(text))
				continue
			}
			if !slices.Contains(r.config.PropagateHosts, host) {
				r.config.PropagateHosts = append(r.config.PropagateHosts, host)
			}
			if !slices.Contains(sources, from.source()) {
				sources = append(sources, from.source())
			}
		}
	}
	add(option(optPropagateTo, ""), r.explicit.PropagateTo)
	if v := r.variable(name); v.text != "" {
		add(v, splitList(v.text))
	}
	if len(sources) > 0 {
		r.set("propagate.hosts", strings.Join(r.config.PropagateHosts, ","), strings.Join(sources, " and "))
	}
}

// parsePeer returns a host, with or without a port, or a "*." in front of a
// name, in lower case and without a trailing dot. "*" alone is refused: it
// would show trace headers to every provider.
func parsePeer(text string) (string, bool) {
	text = strings.ToLower(strings.TrimSpace(text))
	if addr, err := netip.ParseAddr(text); err == nil {
		return addr.String(), true
	}
	name, wild := strings.CutPrefix(text, "*.")
	if _, err := netip.ParseAddr(name); wild && err == nil {
		return "", false
	}
	u, err := url.Parse("//" + name)
	if err != nil || u.Host != name || !validHost(u.Hostname()) {
		return "", false
	}
	host := strings.TrimSuffix(u.Hostname(), ".")
	if host == "" || strings.HasPrefix(host, ".") {
		return "", false
	}
	if wild {
		host = "*." + host
	}
	port := u.Port()
	if port == "" {
		return host, true
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		return "", false
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	return host + ":" + port, true
}
