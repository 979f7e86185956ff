package doctor

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/lift-sys/telemetry/internal/env"
)

// configuration reports what is wrong with the variables. Each sentence of the
// library names the variable and the remedy.
func (e *examination) configuration(err error) {
	const name = "configuration"
	if err == nil && len(e.c.Warnings) == 0 || e.c.NoDestination {
		e.add(name, OK, "every variable can be read", "")
		return
	}
	if err != nil {
		for line := range strings.SplitSeq(err.Error(), "\n") {
			e.add(name, Failure, strings.TrimPrefix(line, "telemetry: "), "")
		}
	}
	for _, w := range e.c.Warnings {
		e.add(name, Warning, strings.TrimPrefix(w, "telemetry: "), "")
	}
}

// destination reports where data goes, and whether that is over a network.
func (e *examination) destination(err error) bool {
	const name = "destination"
	switch {
	case err != nil:
		e.add(name, Failure, "nothing is sent: Init refuses this configuration", "correct the variables above")
		return false
	case e.c.NoDestination:
		e.add(name, Failure, "nothing is sent: no variable says where to",
			"set HONEYCOMB_API_KEY or OTEL_EXPORTER_OTLP_ENDPOINT; or OTEL_TRACES_EXPORTER=console to see traces in the terminal")
		return false
	case !e.c.Enabled:
		e.add(name, Failure, "nothing is sent: switched off by "+e.c.Settings[0].Source, "unset the variable to switch it on")
		return false
	}
	e.signal = e.c.Traces
	if e.c.Traces.Exporter != env.ExporterOTLP {
		e.signal = e.c.Metrics
	}
	if e.signal.Exporter != env.ExporterOTLP {
		e.add(name, OK, "traces go to the terminal of the service and nothing over the network", "")
		return false
	}
	detail, result := "traces "+where(e.c.Traces)+", metrics "+where(e.c.Metrics), OK
	if e.c.Traces.Exporter == env.ExporterNone {
		result = Warning
	}
	e.add(name, result, detail, "")
	return true
}

// where says where a signal goes.
func where(s env.Signal) string {
	switch {
	case s.Exporter == env.ExporterNone:
		return "nowhere"
	case s.Exporter == env.ExporterConsole:
		return "to the terminal"
	case s.Honeycomb:
		return "to Honeycomb at " + s.URL
	}
	return "to " + s.URL
}

// sampling reports how many traces the service keeps.
func (e *examination) sampling() {
	const name = "sampling"
	switch ratio := e.c.Sampler.Ratio; {
	case ratio <= 0:
		e.add(name, Failure, "no trace that begins here is kept: the sampler is "+e.c.Sampler.String(),
			"unset OTEL_TRACES_SAMPLER, or choose parentbased_traceidratio with OTEL_TRACES_SAMPLER_ARG")
	case ratio < 1:
		e.add(name, OK, strconv.FormatFloat(ratio*100, 'g', -1, 64)+" % of the traces that begin here are kept; metrics count all", "")
	default:
		e.add(name, OK, "every trace that begins here is kept", "")
	}
}

// proxy reports what stands between here and the receiver.
func (e *examination) proxy() {
	const name = "proxy"
	request, err := http.NewRequest(http.MethodPost, e.signal.URL, http.NoBody) //nolint:noctx // is not sent
	if err != nil {
		e.add(name, Failure, "the address cannot be read", "correct the endpoint")
		return
	}
	proxy, err := e.o.Proxy(request)
	variable := "HTTPS_PROXY"
	if request.URL.Scheme == "http" {
		variable = "HTTP_PROXY"
	}
	switch {
	case err != nil:
		// The error would quote the variable, which may hold a password.
		e.add(name, Failure, variable+" is not an address", "write it as http://proxy.example.com:3128")
	case proxy == nil:
		e.add(name, OK, "none on the way to "+request.URL.Host, "")
	default:
		e.add(name, OK, fmt.Sprintf("%s on the way to %s, from %s", proxy.Redacted(), request.URL.Host, variable), "")
	}
}
