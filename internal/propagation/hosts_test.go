package propagation_test

import (
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/internal/propagation"
)

func newHosts(t testing.TB, patterns ...string) *propagation.Hosts {
	t.Helper()
	h, err := propagation.NewHosts(patterns...)
	if err != nil {
		t.Fatalf("NewHosts: %v", err)
	}
	return h
}

func TestHostsNear(t *testing.T) {
	tests := []struct {
		name   string
		host   string
		want   bool
		reason string
	}{
		{"localhost", "localhost", true, "loopback"},
		{"localhost with port", "localhost:8080", true, "loopback"},
		{"localhost, upper case", "LOCALHOST:80", true, "names have no case"},
		{"localhost, rooted", "localhost.", true, "loopback all the same"},
		{"below localhost", "api.localhost", true, "RFC 6761"},
		{"loopback", "127.0.0.1:4318", true, "127/8"},
		{"all of 127/8", "127.8.9.10", true, "127/8"},
		{"loopback, IPv6", "[::1]:80", true, "::1"},
		{"loopback, IPv6 bare", "::1", true, "::1"},
		{"loopback, mapped", "[::ffff:127.0.0.1]:80", true, "dials to 127.0.0.1"},
		{"unspecified", "0.0.0.0:8080", true, "dials to this host"},
		{"unspecified, IPv6", "[::]:8080", true, "dials to this host"},
		{"10/8", "10.1.2.3", true, "RFC 1918"},
		{"172.16/12", "172.31.255.255:80", true, "RFC 1918"},
		{"192.168/16", "192.168.0.1", true, "RFC 1918"},
		{"unique local", "[fd12:3456::1]:80", true, "RFC 4193"},
		{"single label", "postgres:5432", true, "a neighbour"},
		{"single label, digits", "node1", true, "a neighbour"},
		{"underscore", "session_api:80", true, "Compose allows it"},
		{"empty port", "postgres:", true, "the scheme's port"},
		{"internal", "sessions.lift.internal", true, "private use"},
		{"internal, rooted", "sessions.internal.:443", true, "the same name"},
		{"internal, mixed case", "Sessions.Internal", true, "names have no case"},
		{"docker", "host.docker.internal", true, "private use"},
		{"svc", "api.prod.svc", true, "Kubernetes"},
		{"cluster", "api.prod.svc.cluster.local:80", true, "Kubernetes"},

		{"public name", "api.anthropic.com", false, "somebody else"},
		{"public address", "203.0.113.7", false, "somebody else"},
		{"public IPv6", "[2001:db8::1]:443", false, "somebody else"},
		{"172.32", "172.32.0.1", false, "outside of 172.16/12"},
		{"metadata", "169.254.169.254", false, "link-local"},
		{"link-local, IPv6", "[fe80::1]", false, "link-local"},
		{"zone", "[fe80::1%25eth0]:80", false, "link-local, and no name"},
		{"zone, decoded", "[::1%eth0]:80", false, "zones are not judged"},
		{"shared", "100.64.0.1", false, "a carrier's, not ours"},
		{"multicast", "224.0.0.1", false, "anyone's"},
		{"NAT64", "[64:ff9b::7f00:1]", false, "not the same as loopback"},
		{"local", "printer.local", false, "mDNS is anyone on the link"},
		{"address as prefix", "127.0.0.1.evil.com", false, "a name under evil.com"},
		{"localhost as prefix", "localhost.evil.com", false, "a name under evil.com"},
		{"svc in the middle", "api.svc.evil.com", false, "a name under evil.com"},
		{"suffix without dot", "evilinternal.com", false, "not under internal"},
		{"suffix as part of a label", "a.notinternal", false, "not under internal"},
		{"userinfo", "localhost@evil.com", false, "no host"},
		{"userinfo with port", "localhost:80@evil.com", false, "no host"},
		{"path", "localhost/evil.com", false, "no host"},
		{"backslash", `evil.com\.internal`, false, "no host"},
		{"fragment", "evil.com#.internal", false, "no host"},
		{"query", "evil.com?.internal", false, "no host"},
		{"escaped", "evil.com%2f.internal", false, "no host"},
		{"space", " localhost", false, "no host"},
		{"NUL", "evil.com\x00.internal", false, "no host"},
		{"newline", "localhost\r\nx", false, "no host"},
		{"decimal", "2130706433", false, "127.0.0.1 to some resolvers, so 134744072 is 8.8.8.8"},
		{"hexadecimal", "0x08080808", false, "8.8.8.8 to some resolvers"},
		{"hexadecimal last", "8.0x080808", false, "8.8.8.8 to some resolvers"},
		{"octal", "010.0.0.1", false, "8.0.0.1 to some resolvers"},
		{"short", "10.1", false, "10.0.0.1 to some resolvers"},
		{"too many numbers", "10.0.0.0.1", false, "no address"},
		{"rooted address", "10.0.0.1.", false, "no address"},
		{"number last", "internal.1", false, "an address by its form"},
		{"rooted label", "ai.", false, "a top-level domain"},
		{"two dots", "localhost..", false, "no name"},
		{"empty label", "a..internal", false, "no name"},
		{"dot first", ".internal", false, "no name"},
		{"dot", ".", false, "no name"},
		{"empty", "", false, "no name"},
		{"port only", ":80", false, "no name"},
		{"punycode label", "xn--p1ai", false, "a top-level domain"},
		{"full-width", "ｌocalhost", false, "what IDNA makes of it is not judged"},
		{"ideographic dot", "evil。internal", false, "what IDNA makes of it is not judged"},
		{"Kelvin sign", "api.\u212Aube.svc", false, "not ASCII"},
		{"two ports", "localhost:80:80", false, "no host"},
		{"signed port", "localhost:+80", false, "no port"},
		{"long port", "localhost:000080", false, "no port"},
		{"named port", "localhost:http", false, "no port"},
		{"unclosed", "[::1", false, "no host"},
		{"after bracket", "[::1]evil.com", false, "no host"},
		{"brackets around a name", "[localhost]", false, "no host"},
		{"brackets around IPv4", "[127.0.0.1]", false, "no host"},
		{"empty brackets", "[]:80", false, "no host"},
		{"long label", strings.Repeat("a", 64), false, "63 bytes at most"},
		{"long name", strings.Repeat("a.", 130) + "internal", false, "253 bytes at most"},
	}
	near := newHosts(t)
	none, err := propagation.NewBaggageHosts()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := near.Allowed(tt.host); got != tt.want {
				t.Errorf("Allowed(%q) = %t, want %t: %s", tt.host, got, tt.want, tt.reason)
			}
			if none.Allowed(tt.host) {
				t.Errorf("NewBaggageHosts().Allowed(%q): want none by default", tt.host)
			}
		})
	}
}

func TestHostsPatterns(t *testing.T) {
	tests := []struct {
		name    string
		pattern string
		allow   []string
		refuse  []string
	}{
		{"name", "API.Example.com.", []string{"api.example.com", "API.EXAMPLE.COM:8443", "api.example.com."}, []string{"example.com", "x.api.example.com", "api.example.com.evil.org", "api.example.comx"}},
		{"name and port", "api.example.com:8443", []string{"api.example.com:8443"}, []string{"api.example.com", "api.example.com:443"}},
		{"domain", "*.example.com", []string{"a.example.com", "a.b.example.com:80", "A.EXAMPLE.COM"}, []string{"example.com", "aexample.com", "a.example.com.evil.org", "*.example.com"}},
		{"domain and port", "*.example.com:81", []string{"a.example.com:81"}, []string{"a.example.com", "a.example.com:80"}},
		{"punycode", "xn--bcher-kva.example", []string{"xn--bcher-kva.example"}, []string{"bücher.example"}},
		{"single label", "xn--p1ai", []string{"xn--p1ai"}, []string{"xn--p1ai.example.com"}},
		{"address", "203.0.113.7", []string{"203.0.113.7:80", "[::ffff:203.0.113.7]"}, []string{"203.0.113.8", "203.0.113.7.evil.com"}},
		{"IPv6", "[2001:DB8::1]:443", []string{"[2001:db8:0::1]:443"}, []string{"[2001:db8::1]:80", "[2001:db8::2]:443"}},
		{"bare IPv6", "2001:db8::1", []string{"[2001:db8::1]:443", "2001:db8::1"}, []string{"[2001:db8::2]"}},
		{"range", "100.64.0.0/10", []string{"100.100.1.1:80", "[::ffff:100.64.0.1]"}, []string{"100.128.0.0", "100.64.0.1.evil.com"}},
		{"IPv6 range", "2001:db8::1/32", []string{"[2001:db8:ffff::1]"}, []string{"[2001:db9::1]"}},
		{"every host", "*", []string{"api.anthropic.com", "203.0.113.7:1"}, nil},
		{"blanks around", " api.example.com ", []string{"api.example.com"}, []string{"example.com"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			trace := newHosts(t, tt.pattern)
			baggage, err := propagation.NewBaggageHosts(tt.pattern)
			if err != nil {
				t.Fatal(err)
			}
			for name, h := range map[string]*propagation.Hosts{"trace": trace, "baggage": baggage} {
				for _, host := range tt.allow {
					if !h.Allowed(host) {
						t.Errorf("%s, pattern %q: Allowed(%q) = false, want true", name, tt.pattern, host)
					}
				}
				for _, host := range tt.refuse {
					if h.Allowed(host) {
						t.Errorf("%s, pattern %q: Allowed(%q) = true, want false", name, tt.pattern, host)
					}
				}
			}
			if got := baggage.Allowed("localhost"); got != (tt.pattern == "*") {
				t.Errorf("baggage, pattern %q: Allowed(localhost) = %t", tt.pattern, got)
			}
		})
	}
}

func TestHostsMalformedPatterns(t *testing.T) {
	h, err := propagation.NewHosts("https://api.example.com/", "ok.example.com", "bücher.example", "", "*.", "a.*.com", "*.10.0.0.1", "fe80::1%eth0", "ai.", "::ffff:10.0.0.0/104", "134744072", "host:port")
	const remedy = ": want a host in ASCII, host:port, *.domain, a range of addresses or *"
	var want []string
	for _, p := range []string{`"https://api.example.com/"`, `"bücher.example"`, `""`, `"*."`, `"a.*.com"`, `"*.10.0.0.1"`, `"fe80::1%eth0"`, `"ai."`, `"::ffff:10.0.0.0/104"`, `"134744072"`, `"host:port"`} {
		want = append(want, "host pattern "+p+remedy)
	}
	if err == nil {
		t.Fatal("NewHosts: no error")
	}
	if diff := cmp.Diff(want, strings.Split(err.Error(), "\n")); diff != "" {
		t.Errorf("error (-want +got):\n%s", diff)
	}
	if !h.Allowed("ok.example.com") || !h.Allowed("localhost") {
		t.Error("a malformed pattern took the others along")
	}
}

func TestHostsAllowedURL(t *testing.T) {
	h := newHosts(t, "a.example.com:443", "b.example.com:80", "c.example.com:8443")
	tests := []struct {
		name string
		url  string
		want bool
	}{
		{"default port", "https://a.example.com/", true},
		{"port written", "https://a.example.com:443/", true},
		{"empty port", "https://a.example.com:/", true},
		{"other scheme", "http://a.example.com/", false},
		{"http", "http://b.example.com/x?y", true},
		{"other port", "https://c.example.com/", false},
		{"that port", "https://c.example.com:8443/", true},
		{"userinfo is no host", "https://localhost@evil.com/", false},
		{"password", "https://localhost:80@evil.com/", false},
		{"near", "http://127.0.0.1:1234/v1", true},
		{"zone", "http://[fe80::1%25eth0]/", false},
		{"no host", "/v1", false},
		{"other", "ws://a.example.com:443/", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			u, err := url.Parse(tt.url)
			if err != nil {
				t.Fatal(err)
			}
			if got := h.AllowedURL(u); got != tt.want {
				t.Errorf("AllowedURL(%s) = %t, want %t", tt.url, got, tt.want)
			}
		})
	}
}

func TestHostsZero(t *testing.T) {
	for name, h := range map[string]*propagation.Hosts{"nil": nil, "zero": new(propagation.Hosts)} {
		if h.Allowed("localhost") || h.AllowedURL(&url.URL{Scheme: "http", Host: "localhost"}) || h.AllowedURL(nil) {
			t.Errorf("%s list allows a host", name)
		}
	}
}

func TestHostsAllocs(t *testing.T) {
	h := newHosts(t, "api.example.com", "*.example.org:8443", "100.64.0.0/10")
	for _, host := range []string{"localhost:8080", "127.0.0.1:4318", "[::1]:80", "10.1.2.3", "postgres:5432", "api.prod.svc.cluster.local", "api.example.com:443", "x.example.org:8443", "api.anthropic.com", "api.openai.com:443", "203.0.113.7", "bücher.example"} {
		if n := testing.AllocsPerRun(100, func() { h.Allowed(host) }); n != 0 {
			t.Errorf("Allowed(%q): %v allocations, want 0", host, n)
		}
	}
	u := &url.URL{Scheme: "https", Host: "api.anthropic.com"}
	if n := testing.AllocsPerRun(100, func() { h.AllowedURL(u) }); n != 0 {
		t.Errorf("AllowedURL: %v allocations, want 0", n)
	}
}

// FuzzHosts looks for a host that is taken for near although net/url, which
// reads it for the dialer, sees something else.
func FuzzHosts(f *testing.F) {
	for _, s := range []string{
		"localhost", "127.0.0.1.evil.com", "[::1]:80", "[fe80::1%25eth0]", "0x7f.1", "a@b", "evil.com\\.internal", "ai.",
		"xn--p1ai", "a.svc.cluster.local:443", "[::ffff:10.0.0.1]", "ｌocalhost", "127.1", "api.example.com", "x.example.org",
	} {
		f.Add(s)
	}
	near := newHosts(f)
	listed, err := propagation.NewBaggageHosts("api.example.com", "*.example.org", "203.0.113.0/24")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, host string) {
		isNear, isListed := near.Allowed(host), listed.Allowed(host)
		if !isNear && !isListed {
			return
		}
		name := host
		// A bare IPv6 address is none of net/url's forms, but is what its
		// Hostname returns.
		if strings.Count(host, ":") < 2 || host[0] == '[' {
			u, err := url.Parse("http://" + host + "/path")
			if err != nil || u.Host != host || u.User != nil || u.Path != "/path" {
				t.Fatalf("Allowed(%q): net/url reads %v, %v", host, u, err)
			}
			name = strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
		}
		addr, err := netip.ParseAddr(name)
		isAddr := err == nil
		addr = addr.Unmap()
		if isNear && !(isAddr && (addr.IsLoopback() || addr.IsPrivate() || addr.IsUnspecified()) ||
			!isAddr && (!strings.Contains(name, ".") || strings.HasSuffix(name, ".internal") || strings.HasSuffix(name, ".localhost") ||
				strings.HasSuffix(name, ".svc") || strings.HasSuffix(name, ".svc.cluster.local"))) {
			t.Fatalf("Allowed(%q): near, but dials %q", host, name)
		}
		if isListed && !(isAddr && netip.MustParsePrefix("203.0.113.0/24").Contains(addr) ||
			name == "api.example.com" || strings.HasSuffix(name, ".example.org")) {
			t.Fatalf("Allowed(%q): listed, but dials %q", host, name)
		}
	})
}
