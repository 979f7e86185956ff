package env

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// An endpoint is a parsed address of an OTLP/HTTP receiver.
type endpoint struct {
	url *url.URL
	// guessed says that the text had no scheme.
	guessed bool
}

// What may be wrong with an endpoint; each names the remedy.
var (
	errURL         = errors.New("want a URL such as https://collector.example.com:4318")
	errScheme      = errors.New("want http:// or https:// in front of the host")
	errHost        = errors.New("want a host, as in https://collector.example.com:4318 or https://[::1]:4318")
	errPort        = errors.New("want a port from 1 to 65535")
	errCredentials = errors.New("credentials in a URL are not sent: put them into OTEL_EXPORTER_OTLP_HEADERS as authorization=Basic%20…")
	errQuery       = errors.New("a query or fragment is not sent: remove it, and put a token into OTEL_EXPORTER_OTLP_HEADERS")
)

// parseEndpoint reads an endpoint as people write it. One without a scheme,
// such as "api.honeycomb.io:443", is https, unless it is this machine or
// insecure is set: then http. The text is never part of the error.
func parseEndpoint(text string, insecure bool) (endpoint, error) {
	var e endpoint
	if !strings.Contains(text, "://") {
		e.guessed = true
		if lower := strings.ToLower(text); strings.HasPrefix(lower, "http:") || strings.HasPrefix(lower, "https:") {
			return endpoint{}, errURL // a slash is missing, and "http" is no host
		}
		scheme := "https://"
		authority, _, _ := strings.Cut(text, "/")
		if u, err := url.Parse("//" + authority); insecure || err == nil && isLoopback(u.Hostname()) {
			scheme = "http://"
		}
		text = scheme + text
	}
	u, err := url.Parse(text)
	if err != nil {
		return endpoint{}, errURL
	}
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return endpoint{}, errScheme
	case u.User != nil:
		return endpoint{}, errCredentials
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || strings.HasSuffix(text, "#"):
		return endpoint{}, errQuery
	case !validHost(u.Hostname()):
		return endpoint{}, errHost
	}
	u.Host = strings.TrimSuffix(u.Host, ":")
	if port := u.Port(); port != "" {
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return endpoint{}, errPort
		}
	}
	e.url = u
	return e, nil
}

// base returns the URL of a signal under a base endpoint. A path that names a
// signal already is replaced, not doubled.
func (e endpoint) base(path string) string {
	u := *e.url
	// The escaped path, because an escaped slash is not a separator.
	prefix := strings.TrimRight(u.EscapedPath(), "/")
	for _, signal := range []string{traceSignal.path, metricSignal.path, "/v1/logs"} {
		if before, found := strings.CutSuffix(prefix, signal); found {
			prefix = before
			break
		}
	}
	u.Path, u.RawPath = "/", ""
	return u.JoinPath(prefix, path).String()
}

// asIs returns the URL of an endpoint that is for one signal. An empty path
// becomes "/", as OpenTelemetry's exporter specification demands.
func (e endpoint) asIs() string {
	u := *e.url
	if u.Path == "" {
		u.Path = "/"
	}
	return u.String()
}

// isHoneycomb says whether a host is Honeycomb's.
func isHoneycomb(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	return host == "honeycomb.io" || strings.HasSuffix(host, ".honeycomb.io")
}

// isLoopback says whether a host is this machine by its name or address.
func isLoopback(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback()
}

// validHost says whether a host is an address or could be a name. It is
// stricter than net/url, which lets quotes and stars through.
func validHost(host string) bool {
	if _, err := netip.ParseAddr(host); err == nil {
		return true
	}
	return host != "" && !strings.ContainsFunc(host, func(c rune) bool {
		return c < 0x80 && !isLetterOrDigit(c) && c != '-' && c != '.' && c != '_'
	})
}

// quoteEndpoint quotes an endpoint without what may be secret in it: user
// info and query.
func (r *resolver) quoteEndpoint(text string) string {
	if i := strings.IndexAny(text, "?#"); i >= 0 {
		text = text[:i] + "?…"
	}
	if i := strings.LastIndexByte(text, '@'); i >= 0 {
		scheme, _, found := strings.Cut(text[:i], "://")
		if found {
			scheme += "://"
		} else {
			scheme = ""
		}
		text = fmt.Sprintf("%s…%s", scheme, text[i:])
	}
	return r.quote(text)
}
