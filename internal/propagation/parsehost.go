package propagation

import (
	"net/netip"
	"strings"
)

const (
	// maxNameLen and maxLabelLen bound a name in bytes (RFC 1035, 2.3.4).
	maxNameLen  = 253
	maxLabelLen = 63
	// maxHostLen bounds a host: a rooted name with a port.
	maxHostLen = maxNameLen + len(".:65535")
)

// parseHost reads a host as in url.URL.Host. Names come back in lower case and
// without the dot at the end, addresses without the mapping of IPv4 into IPv6;
// rooted says that there was a dot. It reports false for everything that a
// resolver or another parser may understand differently: other characters than
// letters, digits, hyphens and underscores, addresses that are not written in
// the usual form, and zones.
func parseHost(host string) (e endpoint, rooted, ok bool) {
	if host == "" || len(host) > maxHostLen {
		return endpoint{}, false, false
	}
	name, port, bracketed, ok := splitPort(host)
	if !ok {
		return endpoint{}, false, false
	}
	e.port = port
	if bracketed || strings.Contains(name, ":") {
		e.addr, ok = parseAddr(name)
		return e, false, ok && strings.Contains(name, ":")
	}
	name, rooted = strings.CutSuffix(name, ".")
	numeric, ok := checkName(name)
	if !ok {
		return endpoint{}, false, false
	}
	if numeric {
		e.addr, ok = parseAddr(name)
		return e, false, ok && !rooted
	}
	e.name = strings.ToLower(name)
	return e, rooted, true
}

// splitPort splits a host as written in a URL. Without brackets, an address
// with more than one colon has no port.
func splitPort(host string) (name, port string, bracketed, ok bool) {
	name = host
	switch {
	case host[0] == '[':
		addr, rest, found := strings.Cut(host[1:], "]")
		if !found {
			return "", "", false, false
		}
		name, bracketed = addr, true
		if rest == "" {
			return name, "", true, true
		}
		if port, found = strings.CutPrefix(rest, ":"); !found {
			return "", "", false, false
		}
	case strings.Count(host, ":") == 1:
		name, port, _ = strings.Cut(host, ":")
	}
	// "host:" is legal and means the scheme's port.
	if len(port) > 5 {
		return "", "", false, false
	}
	for i := range len(port) {
		if port[i] < '0' || port[i] > '9' {
			return "", "", false, false
		}
	}
	return name, port, bracketed, true
}

// parseAddr reads an address in its usual form, without a zone.
func parseAddr(s string) (netip.Addr, bool) {
	addr, err := netip.ParseAddr(s)
	if err != nil || addr.Zone() != "" {
		return netip.Addr{}, false
	}
	return addr.Unmap(), true
}

// checkName reports whether name is made of well-formed labels, and whether the
// last one is a number, decimal or hexadecimal: such a name is an address to
// some resolvers, as 2130706433 and 0x7f.1 are 127.0.0.1 (WHATWG URL, "ends in
// a number checker").
func checkName(name string) (numeric, ok bool) {
	if len(name) > maxNameLen {
		return false, false
	}
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || len(label) > maxLabelLen {
			return false, false
		}
		numeric = true
		for i := range len(label) {
			switch c := label[i]; {
			case c >= '0' && c <= '9':
			case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c == '-', c == '_':
				numeric = false
			default:
				return false, false
			}
		}
		if label[0] == '0' && len(label) > 1 && label[1]|0x20 == 'x' {
			numeric = true
		}
	}
	return numeric, true
}
