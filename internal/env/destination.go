package env

import (
	"slices"
	"strings"
	"time"
)

// A signal is what traces and metrics differ in.
type signal struct {
	name     string // prefix of settings
	exporter string // variable
	infix    string // of the variables that are for this signal
	path     string // under a base endpoint
}

var (
	traceSignal  = signal{name: "traces", exporter: "OTEL_TRACES_EXPORTER", infix: "TRACES_", path: "/v1/traces"}
	metricSignal = signal{name: "metrics", exporter: "OTEL_METRICS_EXPORTER", infix: "METRICS_", path: "/v1/metrics"}
)

// variables returns the signal's variable and the one of all signals.
func (s signal) variables(suffix string) []string {
	const prefix = "OTEL_EXPORTER_OTLP_"
	return []string{prefix + s.infix + suffix, prefix + suffix}
}

// A destination is where a signal goes.
type destination struct {
	url       string
	host      string
	secure    bool
	honeycomb bool
	from      value
}

const (
	longestTimeout = time.Hour
	defaultTimeout = 10 * time.Second
	// defaultEndpoint is OpenTelemetry's for OTLP over HTTP.
	defaultEndpoint = "http://localhost:4318"
)

// resolveSignal decides where a signal goes and how.
func (r *resolver) resolveSignal(s signal) Signal {
	exporter := r.variable(s.exporter)
	otlp, console := r.exporters(exporter)
	from := exporter
	if s == traceSignal && r.explicit.Console && !console {
		console, from = true, option(optConsole, "")
	}

	out := Signal{Exporter: ExporterNone, Console: console}
	if console {
		out.Exporter = ExporterConsole
		r.set(s.name+".console", "true", from.source())
	}
	if otlp {
		// Asking for otlp by name is asking for its default endpoint too.
		if d, found := r.destination(s, exporter.text != ""); found {
			out.Exporter = ExporterOTLP
			r.set(s.name+".exporter", out.Exporter, exporter.source())
			r.resolveTransport(s, d, &out)
			return out
		}
	}
	r.set(s.name+".exporter", out.Exporter, from.source())
	return out
}

// exporters reads the value of OTEL_TRACES_EXPORTER or OTEL_METRICS_EXPORTER,
// a list by the specification. Unset is otlp, its default.
func (r *resolver) exporters(v value) (otlp, console bool) {
	if v.text == "" {
		return true, false
	}
	names := splitList(strings.ToLower(v.text))
	for _, name := range names {
		switch name {
		case ExporterOTLP:
			otlp = true
		case ExporterConsole:
			console = true
		case ExporterNone:
			if len(names) > 1 {
				r.fail("%s %s: want none alone, or not at all", v.name, r.quote(v.text))
			}
		default:
			r.fail("%s %s: want otlp, console or none", v.name, r.quote(v.text))
		}
	}
	return otlp, console
}

// destination finds the endpoint of highest precedence. It returns false if
// there is none, or if it is wrong, which is then recorded.
func (r *resolver) destination(s signal, asked bool) (destination, bool) {
	e := r.explicit
	vars := s.variables("ENDPOINT")
	switch {
	case e.Endpoint != "":
		return r.parse(s, option(optEndpoint, e.Endpoint), false)
	case e.HoneycombKey != "" || e.HoneycombEndpoint != "":
		return r.parse(s, r.honeycombEndpoint(), true)
	}
	if v := r.variable(vars...); v.text != "" {
		return r.parse(s, v, false)
	}
	if r.variable("HONEYCOMB_API_KEY", "HONEYCOMB_API_ENDPOINT").text != "" {
		return r.parse(s, r.honeycombEndpoint(), true)
	}
	if asked {
		return r.parse(s, value{text: defaultEndpoint}, false)
	}
	return destination{}, false
}

// parse turns an endpoint into a destination.
func (r *resolver) parse(s signal, from value, honeycomb bool) (destination, bool) {
	e, err := parseEndpoint(from.text, r.insecure(s))
	if err != nil {
		r.fail("%s %s: %w", from.name, r.quoteEndpoint(from.text), err)
		return destination{}, false
	}
	d := destination{
		url:       e.base(s.path),
		host:      e.url.Hostname(),
		secure:    e.url.Scheme == "https",
		honeycomb: honeycomb || isHoneycomb(e.url.Hostname()),
		from:      from,
	}
	if from.name == s.variables("ENDPOINT")[0] {
		d.url = e.asIs()
		if strings.Trim(e.url.Path, "/") == "" {
			r.warn("%s %s has no path and is used as it is; receivers listen on %s", from.name, r.quoteEndpoint(from.text), s.path)
		}
	}
	port := e.url.Port()
	if e.guessed && d.secure && port != "443" && !isHoneycomb(e.url.Hostname()) {
		r.warn("%s %s has no scheme and is taken as https; write http:// in front for a receiver without TLS", from.name, r.quoteEndpoint(from.text))
	}
	if port == "4317" {
		r.warn("%s %s: port 4317 is usually OTLP over gRPC; OTLP over HTTP, which is spoken here, is usually on 4318", from.name, r.quoteEndpoint(from.text))
	}
	return d, true
}

// insecure says whether the user chose to go without TLS.
func (r *resolver) insecure(s signal) bool {
	return r.explicit.Insecure || r.boolean(s.variables("INSECURE")...)
}

// resolveTransport fills in what an OTLP exporter needs.
func (r *resolver) resolveTransport(s signal, d destination, out *Signal) {
	out.URL, out.Honeycomb = d.url, d.honeycomb
	r.set(s.name+".endpoint", out.URL, d.from.source())

	out.Insecure = r.insecure(s)
	insecure := r.variable(s.variables("INSECURE")...)
	switch {
	case r.explicit.Insecure:
		r.set(s.name+".insecure", "true", option(optInsecure, "").source())
	case out.Insecure:
		r.set(s.name+".insecure", "true", insecure.source())
	}

	r.checkProtocol(s)
	r.resolveCompression(s, out)
	out.Timeout = r.duration(s.name+".timeout", r.explicit.Timeout, optTimeout, defaultTimeout, longestTimeout, s.variables("TIMEOUT")...)
	r.resolveFiles(s, d, out)

	headers, origins := r.resolveHeaders(s)
	r.addHoneycombHeaders(s, d, headers, origins)
	for _, name := range headers.names() {
		setting := s.name + ".header." + r.label(name)
		if name == datasetHeader {
			r.set(setting, headers[name], origins[name].source())
		} else {
			r.setSecret(setting, headers[name], origins[name].source())
		}
	}
	r.checkSecrecy(d, out.Insecure, headers)
	if len(headers) > 0 {
		out.Headers = headers
	}
}

// checkProtocol refuses what would otherwise be sent as something else.
func (r *resolver) checkProtocol(s signal) {
	if v := r.variable(s.variables("PROTOCOL")...); v.text != "" && !strings.EqualFold(v.text, "http/protobuf") {
		r.fail("%s %s: want http/protobuf", v.name, r.quote(v.text))
	}
}

func (r *resolver) resolveCompression(s signal, out *Signal) {
	v := r.lookup(option(optCompression, r.explicit.Compression), "gzip", s.variables("COMPRESSION")...)
	switch name := strings.ToLower(v.text); name {
	case "gzip", "none":
		out.Gzip = name == "gzip"
		r.set(s.name+".compression", name, v.source())
	default:
		r.fail("%s %s: want gzip or none", v.name, r.quote(v.text))
	}
}

// checkSecrecy refuses to send a secret in clear text over a network.
func (r *resolver) checkSecrecy(d destination, insecure bool, headers Headers) {
	if d.secure || insecure || isLoopback(d.host) {
		return
	}
	names := headers.names()
	if i := slices.IndexFunc(names, secretName); i >= 0 {
		r.fail("%s %s: header %q would cross the network in clear text: use https, or allow it with %s or OTEL_EXPORTER_OTLP_INSECURE=true",
			d.from.name, r.quoteEndpoint(d.from.text), r.label(names[i]), optInsecure)
	}
}
