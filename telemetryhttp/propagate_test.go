package telemetryhttp_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/telemetryhttp"
)

// carried names which kinds of headers a request has.
func carried(h http.Header) string {
	var kinds []string
	for _, k := range []string{"traceparent", "tracestate", "baggage", "b3", "uber-trace-id", "uberctx-tenant"} {
		if h.Get(k) != "" {
			kinds = append(kinds, k)
		}
	}
	return strings.Join(kinds, " ")
}

// injected is what SDKs put into requests through a global propagator.
func injected() http.Header {
	return http.Header{
		"Traceparent":    {"00-" + clientTrace + "-" + clientSpan + "-01"},
		"Tracestate":     {"a=b"},
		"Baggage":        {"secret=1"},
		"B3":             {clientTrace + "-" + clientSpan + "-1"},
		"Uber-Trace-Id":  {clientTrace + ":" + clientSpan + ":0:1"},
		"Uberctx-Tenant": {"t-1"},
		"Authorization":  {"Bearer x"},
	}
}

func TestTransportPropagation(t *testing.T) {
	to, bag := telemetryhttp.WithPropagateTo, telemetryhttp.WithBaggageTo
	tests := []struct {
		name, reason string
		url          string
		header       http.Header
		opts         []telemetryhttp.TransportOption
		want         string
	}{
		{"loopback", "near", "http://127.0.0.1:8080/", nil, nil, "traceparent"},
		{"loopback 6", "near", "http://[::1]:8080/", nil, nil, "traceparent"},
		{"private", "near", "http://10.0.0.7/", nil, nil, "traceparent"},
		{"single label", "near", "http://postgrest/", nil, nil, "traceparent"},
		{"internal", "near", "http://api.internal/", nil, nil, "traceparent"},
		{"cluster", "near", "http://api.prod.svc.cluster.local/", nil, nil, "traceparent"},
		{"foreign", "others learn nothing of us", "https://api.anthropic.com/v1/messages", nil, nil, ""},
		{"link local", "clouds serve credentials there", "http://169.254.169.254/", nil, nil, ""},
		{"of the telemetry", "telemetry.WithPropagateTo", "https://api.partner.example/", nil, nil, "traceparent"},
		{"of the transport", "the option adds to it", "https://api.example.com/", nil, []telemetryhttp.TransportOption{to("*.example.com")}, "traceparent"},
		{"other than the option's", "the option names hosts", "https://example.org/", nil, []telemetryhttp.TransportOption{to("*.example.com")}, ""},
		{"port", "a pattern may name one", "https://api.example.com/", nil, []telemetryhttp.TransportOption{to("api.example.com:443")}, "traceparent"},
		{"other port", "a pattern may name one", "https://api.example.com:8443/", nil, []telemetryhttp.TransportOption{to("api.example.com:443")}, ""},
		{"malformed", "one bad pattern does not open or close the list", "https://api.example.com/", nil, []telemetryhttp.TransportOption{to("exa mple", "api.example.com")}, "traceparent"},

		{"injected, foreign", "what an SDK injected is removed", "https://api.anthropic.com/", injected(), nil, ""},
		{"injected, near", "ours replace the SDK's; baggage goes to nobody", "http://localhost/", injected(), nil, "traceparent b3 uber-trace-id"},
		{"injected, baggage", "this host may see it", "http://localhost/", injected(), []telemetryhttp.TransportOption{bag("localhost")}, "traceparent baggage b3 uber-trace-id uberctx-tenant"},
		{"baggage", "keys that may leave, to hosts that may see them", "https://api.example.com/", nil, []telemetryhttp.TransportOption{bag("api.example.com")}, "traceparent baggage"},
		{"baggage elsewhere", "near is not enough for baggage", "http://localhost/", nil, []telemetryhttp.TransportOption{bag("api.example.com")}, "traceparent"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.name == "malformed" {
				quiet(t)
			}
			f := newFixture(t, telemetry.WithPropagateTo("*.partner.example"), telemetry.WithBaggageKeys("tenant"))
			member, _ := baggage.NewMember("tenant", "t-1")
			hidden, _ := baggage.NewMember("hidden", "h-1")
			b, _ := baggage.New(member, hidden)
			ctx := baggage.ContextWithBaggage(f.context(t), b)
			var got http.Header
			rt := telemetryhttp.NewTransport(roundTripper(func(r *http.Request) (*http.Response, error) {
				got = r.Header.Clone()
				return answer(200)(r)
			}), tt.opts...)
			before := tt.header.Clone()
			r := httptest.NewRequestWithContext(ctx, http.MethodGet, tt.url, http.NoBody)
			r.RequestURI, r.Host = "", "localhost" // a Host header decides nothing
			if tt.header != nil {
				r.Header = tt.header
			}
			res, err := rt.RoundTrip(r)
			if err != nil {
				t.Fatal(err)
			}
			res.Body.Close()

			if c := carried(got); c != tt.want {
				t.Errorf("%s: %q, want %q", tt.reason, c, tt.want)
			}
			if b := got.Get("baggage"); b != "" && b != "tenant=t-1" {
				t.Errorf("baggage %q, want the allowed key alone", b)
			}
			if tt.header != nil {
				diff(t, "the caller's headers", tt.header, before)
				if got.Get("Authorization") == "" {
					t.Error("a header that is no concern of ours is gone")
				}
			}
			sc := f.ended(t).SpanContext()
			if p := got.Get("traceparent"); p != "" && p != "00-"+sc.TraceID().String()+"-"+sc.SpanID().String()+"-03" {
				t.Errorf("traceparent %q, want that of the client span %s", p, sc.SpanID())
			}
		})
	}
}

// quiet keeps what the option reports about a bad pattern out of the log, and
// fails where nothing is reported.
func quiet(t *testing.T) {
	old := otel.GetErrorHandler()
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) {
		if !strings.Contains(err.Error(), `telemetryhttp: WithPropagateTo: host pattern "exa mple"`) {
			t.Errorf("%v", err)
		}
	}))
	// The bad pattern is named when the option is made.
	telemetryhttp.WithPropagateTo("exa mple")
	t.Cleanup(func() { otel.SetErrorHandler(old) })
}

// A redirect is a new request, to a host that must be allowed by itself.
func TestTransportRedirects(t *testing.T) {
	hops := map[string]string{
		"http://127.0.0.1/start":          "https://api.example.com/hop",
		"https://api.example.com/hop":     "https://tracker.example.net/spy",
		"https://tracker.example.net/spy": "http://localhost/end",
	}
	got := make(map[string]string)
	f := newFixture(t)
	client := &http.Client{Transport: telemetryhttp.NewTransport(roundTripper(func(r *http.Request) (*http.Response, error) {
		got[r.URL.String()] = carried(r.Header)
		res, err := answer(200)(r)
		if to, ok := hops[r.URL.String()]; ok {
			res.StatusCode = http.StatusTemporaryRedirect
			res.Header.Set("Location", to)
		}
		return res, err
	}), telemetryhttp.WithPropagateTo("api.example.com"))}
	r, _ := http.NewRequestWithContext(f.context(t), http.MethodGet, "http://127.0.0.1/start", http.NoBody)
	r.Header.Set("traceparent", "00-"+clientTrace+"-"+clientSpan+"-01")
	r.Header.Set("baggage", "secret=1")
	res, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	diff(t, "headers by hop", got, map[string]string{
		"http://127.0.0.1/start":          "traceparent",
		"https://api.example.com/hop":     "traceparent",
		"https://tracker.example.net/spy": "",
		"http://localhost/end":            "traceparent",
	})
	diff(t, "spans", names(f.spans.Ended()), []string{"GET", "GET", "GET", "GET"})
}

// Over real connections: client and server are one trace, and the redirect
// that leaves the list carries nothing.
func TestEndToEnd(t *testing.T) {
	f := newFixture(t)
	seen := make(map[string]string)
	end := httptest.NewServer(telemetryhttp.NewHandler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		seen["end"] = carried(r.Header)
	}), telemetryhttp.WithTelemetry(f.Telemetry)))
	start := httptest.NewServer(telemetryhttp.NewHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen["start"] = carried(r.Header)
		http.Redirect(w, r, end.URL, http.StatusFound)
	}), telemetryhttp.WithTelemetry(f.Telemetry)))
	// A public name for each server, as DNS would give it.
	dial := func(name string, srv *httptest.Server) string {
		u, _ := url.Parse(srv.URL)
		u.Host = name + ":" + u.Port()
		return u.String()
	}
	network := http.DefaultTransport.(*http.Transport).Clone()
	network.Proxy = nil
	network.DialContext = dialLoopback
	client := &http.Client{Transport: telemetryhttp.NewTransport(network)}
	ctx, s := telemetry.Start(f.context(t), "caller")
	for _, target := range []string{start.URL, dial("start.example.com", start)} {
		r, _ := http.NewRequestWithContext(ctx, http.MethodGet, target, http.NoBody)
		res, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		want := map[string]string{"start": "traceparent", "end": "traceparent"}
		if strings.Contains(target, "example.com") {
			want["start"] = ""
		}
		diff(t, target, seen, want)
	}
	caller := trace.SpanContextFromContext(ctx).TraceID().String()
	s.End(nil)
	client.CloseIdleConnections()
	start.Close()
	end.Close()
	traces := make(map[string]int)
	for _, s := range f.spans.Ended() {
		traces[s.SpanContext().TraceID().String()]++
	}
	// All spans but that of the server which was called by its public name.
	if got := traces[caller]; got != 8 || len(traces) != 2 {
		t.Errorf("spans by trace %v, want 8 in the caller's and 1 in one of its own", traces)
	}
}

// dialLoopback is a network whose every name leads here.
func dialLoopback(ctx context.Context, network, addr string) (net.Conn, error) {
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	return new(net.Dialer).DialContext(ctx, network, net.JoinHostPort("127.0.0.1", port))
}
