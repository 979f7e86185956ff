package propagation

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strings"
)

// nearSuffixes end the names that public DNS does not serve: localhost is
// reserved by RFC 6761, internal by ICANN for private use (2024), and svc and
// svc.cluster.local are what Kubernetes calls its services.
var nearSuffixes = [...]string{".localhost", ".internal", ".svc", ".svc.cluster.local"}

// Hosts is an allow-list of hosts. It decides by what is written and never asks
// DNS. The zero value and nil allow none. It is safe for concurrent use.
type Hosts struct {
	near     bool // allow what isNear
	all      bool
	exact    map[endpoint]struct{}
	suffixes []endpoint // names with their leading dot
	prefixes []netip.Prefix
}

// endpoint is a host, by name or by address, with a port or "" for any.
type endpoint struct {
	name string
	addr netip.Addr
	port string
}

// NewHosts returns the list of hosts that may see trace headers: those that are
// near by what they are called, and those that match a pattern.
//
// Near are loopback (also the unspecified address, which dials to it), private
// addresses (RFC 1918 and fc00::/7), names of one label, and names under
// localhost, internal, svc and svc.cluster.local. Link-local addresses are not:
// clouds serve metadata and credentials there, and no peer of ours.
//
// A pattern is a name or an address ("api.example.com", "203.0.113.7"), every
// name below a domain ("*.example.com", not example.com itself), a range of
// addresses ("100.64.0.0/10") or every host ("*"). All but the last two may end
// in a port, which then must match ("api.example.com:8443").
//
// The error names each pattern that is malformed. The list is then of use
// without those.
func NewHosts(patterns ...string) (*Hosts, error) {
	return newHosts(true, patterns)
}

// NewBaggageHosts returns the list of hosts that may see baggage: those that
// match a pattern, as for NewHosts, and no others.
func NewBaggageHosts(patterns ...string) (*Hosts, error) {
	return newHosts(false, patterns)
}

func newHosts(near bool, patterns []string) (*Hosts, error) {
	h := &Hosts{near: near, exact: make(map[endpoint]struct{})}
	var errs []error
	for _, p := range patterns {
		if !h.add(strings.TrimSpace(p)) {
			errs = append(errs, fmt.Errorf("host pattern %q: want a host in ASCII, host:port, *.domain, a range of addresses or *", p))
		}
	}
	return h, errors.Join(errs...)
}

// add adds pattern and reports whether it is well formed.
func (h *Hosts) add(pattern string) bool {
	if pattern == "*" {
		h.all = true
		return true
	}
	if prefix, err := netip.ParsePrefix(pattern); err == nil {
		if prefix.Addr().Is4In6() {
			// Addresses lose that mapping, so the range would match none.
			return false
		}
		h.prefixes = append(h.prefixes, prefix.Masked())
		return true
	}
	domain, below := strings.CutPrefix(pattern, "*.")
	e, rooted, ok := parseHost(domain)
	if !ok || rooted && !strings.Contains(e.name, ".") || below && e.addr.IsValid() {
		return false
	}
	if below {
		e.name = "." + e.name
		h.suffixes = append(h.suffixes, e)
		return true
	}
	h.exact[e] = struct{}{}
	return true
}

// Allowed reports whether host is on the list. It has the form of url.URL.Host:
// a name or address, with a port or without. What is malformed or written in a
// way that systems read differently, such as an address in decimal, is not on
// any list but that of every host. Common hosts cost no allocation.
func (h *Hosts) Allowed(host string) bool {
	return h.allowed(host, "")
}

// AllowedURL is Allowed for the host of u, with the port of its scheme where u
// names none, so that a pattern "host:443" matches "https://host/".
func (h *Hosts) AllowedURL(u *url.URL) bool {
	if u == nil {
		return false
	}
	switch u.Scheme {
	case "https":
		return h.allowed(u.Host, "443")
	case "http":
		return h.allowed(u.Host, "80")
	}
	return h.allowed(u.Host, "")
}

func (h *Hosts) allowed(host, defaultPort string) bool {
	switch {
	case h == nil:
		return false
	case h.all:
		return true
	}
	e, rooted, ok := parseHost(host)
	if !ok {
		return false
	}
	if e.port == "" {
		e.port = defaultPort
	}
	return h.near && isNear(e, rooted) || h.listed(e)
}

// listed reports whether a pattern matches e.
func (h *Hosts) listed(e endpoint) bool {
	if len(h.exact) > 0 {
		if _, ok := h.exact[e]; ok {
			return true
		}
		if _, ok := h.exact[endpoint{name: e.name, addr: e.addr}]; ok {
			return true
		}
	}
	if e.addr.IsValid() {
		for _, p := range h.prefixes {
			if p.Contains(e.addr) {
				return true
			}
		}
		return false
	}
	for _, s := range h.suffixes {
		if strings.HasSuffix(e.name, s.name) && (s.port == "" || s.port == e.port) {
			return true
		}
	}
	return false
}

// isNear reports whether e is near by what it is called. A rooted name is one
// that ended in a dot.
func isNear(e endpoint, rooted bool) bool {
	if e.addr.IsValid() {
		return e.addr.IsLoopback() || e.addr.IsPrivate() || e.addr.IsUnspecified()
	}
	if !strings.Contains(e.name, ".") {
		// "ai." is a top-level domain that answers, and an "xn--" label is one
		// that might; "ai" is looked up in the cluster's domains first.
		return e.name == "localhost" || !rooted && !strings.HasPrefix(e.name, "xn--")
	}
	for _, s := range nearSuffixes {
		if strings.HasSuffix(e.name, s) {
			return true
		}
	}
	return false
}
