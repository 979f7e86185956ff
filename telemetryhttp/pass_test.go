package telemetryhttp_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/telemetryhttp"
)

const (
	incomingTrace  = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
	incomingState  = "ot=th:8"
	incomingMember = "user=u-1"
)

// offs are the ways in which telemetry is off, as contexts.
func offs(t *testing.T) map[string]context.Context {
	t.Helper()
	disabled, err := telemetry.New(t.Context(), telemetry.WithGetenv(func(name string) string {
		return map[string]string{"HONEYCOMB_ENABLED": "false"}[name]
	}))
	if err != nil {
		t.Fatal(err)
	}
	switched, stopped := newFixture(t), newFixture(t)
	switched.SetEnabled(false)
	stopped.Shutdown(t.Context())
	return map[string]context.Context{
		"before Init": t.Context(), "disabled": telemetry.NewContext(t.Context(), disabled),
		"switched off": switched.context(t), "stopped": stopped.context(t),
	}
}

// sent is a request as a base transport gets it.
type sent struct{ http.Header }

func (s *sent) RoundTrip(r *http.Request) (*http.Response, error) {
	s.Header = r.Header.Clone()
	return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody, Request: r}, nil
}

// traces returns what h tells about the trace.
func traces(h http.Header) []string {
	return []string{h.Get("Traceparent"), h.Get("Tracestate"), h.Get("Baggage")}
}

// While telemetry is off, a service between two others does not cut their
// trace.
func TestPassTrace(t *testing.T) {
	public := []telemetryhttp.Option{telemetryhttp.WithPublicEndpoint()}
	tests := []struct {
		name, reason string
		url          string
		server       []telemetryhttp.Option
		client       []telemetryhttp.TransportOption
		in, want     []string // traceparent, tracestate, baggage
	}{
		{
			"near", "a peer continues the trace of the caller", "http://sessions:8080/", nil, nil,
			[]string{incomingTrace, incomingState, ""},
			[]string{incomingTrace, incomingState, ""},
		},
		{
			"public host", "nobody else learns of it", "https://api.anthropic.com/", nil, nil,
			[]string{incomingTrace, incomingState, ""},
			[]string{"", "", ""},
		},
		{
			"named host", "unless it is named", "https://api.example.com/", nil,
			[]telemetryhttp.TransportOption{telemetryhttp.WithPropagateTo("api.example.com")},
			[]string{incomingTrace, incomingState, ""},
			[]string{incomingTrace, incomingState, ""},
		},
		{
			"baggage", "no key is let out", "http://sessions:8080/", nil, nil,
			[]string{incomingTrace, "", incomingMember},
			[]string{incomingTrace, "", ""},
		},
		{
			"public endpoint", "a client that is not trusted decides nothing", "http://sessions:8080/", public, nil,
			[]string{incomingTrace, incomingState, incomingMember},
			[]string{"", "", ""},
		},
		{
			"not valid", "what is no trace goes nowhere", "http://sessions:8080/", nil, nil,
			[]string{"00-0-0-00", "", ""},
			[]string{"", "", ""},
		},
		{"nothing", "there is nothing to pass", "http://sessions:8080/", nil, nil, []string{"", "", ""}, []string{"", "", ""}},
	}
	for name, ctx := range offs(t) {
		for _, tt := range tests {
			t.Run(name+"/"+tt.name, func(t *testing.T) {
				var out sent
				client := telemetryhttp.NewTransport(&out, tt.client...)
				h := telemetryhttp.NewHandler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
					if s := trace.SpanFromContext(r.Context()); s.IsRecording() {
						t.Error("a span is recorded")
					}
					ctx, s := telemetry.Start(r.Context(), "work") // does not get in the way
					defer s.End(nil)
					next, err := http.NewRequestWithContext(ctx, http.MethodGet, tt.url, http.NoBody)
					if err != nil {
						t.Fatal(err)
					}
					res, err := client.RoundTrip(next)
					if err != nil {
						t.Fatal(err)
					}
					res.Body.Close()
					if len(next.Header) != 0 {
						t.Errorf("the caller's request was changed: %v", next.Header)
					}
				}), tt.server...)
				r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/", http.NoBody)
				for i, name := range []string{"Traceparent", "Tracestate", "Baggage"} {
					if tt.in[i] != "" {
						r.Header.Set(name, tt.in[i])
					}
				}
				h.ServeHTTP(httptest.NewRecorder(), r)
				diff(t, tt.reason, traces(out.Header), tt.want)
			})
		}
	}
}

// A reverse proxy copies the headers of the client by itself.
func TestPassThroughAProxy(t *testing.T) {
	tests := []struct {
		name, reason, upstream string
		opts                   []telemetryhttp.Option
		want                   []string
	}{
		{"near", "a peer continues the trace", "http://sessions:8080/", nil, []string{incomingTrace, "", ""}},
		{"public host", "nobody else learns of it", "https://api.anthropic.com/", nil, []string{"", "", ""}},
		{"public endpoint", "a stranger's trace goes nowhere", "http://sessions:8080/", []telemetryhttp.Option{telemetryhttp.WithPublicEndpoint()}, []string{"", "", ""}},
	}
	for name, ctx := range offs(t) {
		for _, tt := range tests {
			t.Run(name+"/"+tt.name, func(t *testing.T) {
				upstream, err := url.Parse(tt.upstream)
				if err != nil {
					t.Fatal(err)
				}
				var out sent
				proxy := httputil.NewSingleHostReverseProxy(upstream)
				proxy.Transport = telemetryhttp.NewTransport(&out)
				r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/", http.NoBody)
				r.Header.Set("Traceparent", incomingTrace)
				r.Header.Set("Baggage", incomingMember)
				telemetryhttp.NewHandler(proxy, tt.opts...).ServeHTTP(httptest.NewRecorder(), r)
				diff(t, tt.reason, traces(out.Header), tt.want)
			})
		}
	}
}

// A span of somebody else's, below the client's, is the parent to tell.
func TestPassLocalSpan(t *testing.T) {
	local := trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}})
	var out sent
	client := telemetryhttp.NewTransport(&out)
	h := telemetryhttp.NewHandler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		next := httptest.NewRequestWithContext(r.Context(), http.MethodGet, "http://localhost/", http.NoBody)
		next.Header.Set("Traceparent", incomingTrace)
		next.Header.Set("Tracestate", incomingState)
		if _, err := client.RoundTrip(next); err != nil {
			t.Error(err)
		}
	}))
	r := httptest.NewRequestWithContext(trace.ContextWithSpanContext(t.Context(), local), http.MethodGet, "/", http.NoBody)
	r.Header.Set("Traceparent", incomingTrace)
	h.ServeHTTP(httptest.NewRecorder(), r)
	diff(t, "the nearest span counts, with its own tracestate", traces(out.Header),
		[]string{"00-01000000000000000000000000000000-0200000000000000-00", "", ""})
}

// Baggage leaves as far as the telemetry that is off would let it.
func TestPassBaggage(t *testing.T) {
	f := newFixture(t, telemetry.WithBaggageKeys("user"))
	f.SetEnabled(false)
	member, err := baggage.NewMember("user", "u-1")
	if err != nil {
		t.Fatal(err)
	}
	bag, err := baggage.New(member)
	if err != nil {
		t.Fatal(err)
	}
	for host, want := range map[string]string{"api.example.com": incomingMember, "localhost": ""} {
		var out sent
		r := httptest.NewRequestWithContext(baggage.ContextWithBaggage(f.context(t), bag), http.MethodGet, "http://"+host, http.NoBody)
		rt := telemetryhttp.NewTransport(&out, telemetryhttp.WithBaggageTo("api.example.com"))
		if _, err := rt.RoundTrip(r); err != nil {
			t.Fatal(err)
		}
		diff(t, host, out.Get("Baggage"), want)
	}
}

// With metrics alone there are no spans either.
func TestMetricsOnlyPassTrace(t *testing.T) {
	tel, err := telemetry.New(t.Context(), telemetry.WithGetenv(func(name string) string {
		return map[string]string{"OTEL_TRACES_EXPORTER": "none", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1"}[name]
	}))
	if err != nil {
		t.Fatal(err)
	}
	var out sent
	client := telemetryhttp.NewTransport(&out)
	h := telemetryhttp.NewHandler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		ctx, s := telemetry.Start(r.Context(), "work")
		defer s.End(nil)
		if _, err := client.RoundTrip(httptest.NewRequestWithContext(ctx, http.MethodGet, "http://localhost/", http.NoBody)); err != nil {
			t.Error(err)
		}
	}))
	r := httptest.NewRequestWithContext(telemetry.NewContext(t.Context(), tel), http.MethodGet, "/", http.NoBody)
	r.Header.Set("Traceparent", incomingTrace)
	h.ServeHTTP(httptest.NewRecorder(), r)
	diff(t, "the trace goes on", traces(out.Header), []string{incomingTrace, "", ""})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_ = tel.Shutdown(ctx) // nothing listens there
}

func TestPassRequestID(t *testing.T) {
	public := []telemetryhttp.Option{telemetryhttp.WithPublicEndpoint()}
	tests := []struct {
		name, reason     string
		request, outside string
		opts             []telemetryhttp.Option
		edit             func(http.ResponseWriter)
		held             string // by the context below
		want             []string
	}{
		{"taken", "the client can quote it", "r-1", "", nil, nil, "r-1", []string{"r-1"}},
		{"outside", "middleware outside has decided already", "r-1", "o-1", nil, nil, "o-1", []string{"o-1"}},
		{"absent", "none is made while nothing is recorded", "", "", nil, nil, "", nil},
		{"not valid", "what cannot be repeated is not", "a b", "", nil, nil, "", nil},
		{"public", "a client on the internet decides no id", "r-1", "", public, nil, "", nil},
		{"outside public", "middleware may", "r-1", "o-1", public, nil, "o-1", []string{"o-1"}},
		{"set", "the handler has the last word", "r-1", "", nil, func(w http.ResponseWriter) { w.Header().Set("X-Request-Id", "mine") }, "r-1", []string{"mine"}},
		{"added, then a header", "as a reverse proxy does", "r-1", "", nil, func(w http.ResponseWriter) { w.Header().Add("X-Request-Id", "mine"); w.WriteHeader(http.StatusCreated) }, "r-1", []string{"mine"}},
		{"added, then a body", "any way to answer sends the header", "r-1", "", nil, func(w http.ResponseWriter) { w.Header().Add("X-Request-Id", "mine"); w.Write([]byte("x")) }, "r-1", []string{"mine"}},
		{"added, then a file", "any way to answer sends the header", "r-1", "", nil, func(w http.ResponseWriter) {
			w.Header().Add("X-Request-Id", "mine")
			w.(io.ReaderFrom).ReadFrom(strings.NewReader("x"))
		}, "r-1", []string{"mine"}},
		{"added, then a flush", "any way to answer sends the header", "r-1", "", nil, func(w http.ResponseWriter) { w.Header().Add("X-Request-Id", "mine"); w.(http.Flusher).Flush() }, "r-1", []string{"mine"}},
	}
	for name, ctx := range offs(t) {
		for _, tt := range tests {
			t.Run(name+"/"+tt.name, func(t *testing.T) {
				carrier := map[string]string{}
				h := telemetryhttp.NewHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					telemetry.Inject(r.Context(), carrier)
					if tt.edit != nil {
						tt.edit(w)
					}
				}), tt.opts...)
				srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if tt.outside != "" {
						w.Header().Set("X-Request-Id", tt.outside)
					}
					h.ServeHTTP(w, r.WithContext(ctx))
				}))
				srv.Start()
				defer srv.Close()
				r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, srv.URL, http.NoBody)
				if err != nil {
					t.Fatal(err)
				}
				if tt.request != "" {
					r.Header.Set("X-Request-Id", tt.request)
				}
				res, err := srv.Client().Do(r)
				if err != nil {
					t.Fatal(err)
				}
				res.Body.Close()
				diff(t, tt.reason, res.Header.Values("X-Request-Id"), tt.want)
				diff(t, "the id below", carrier["request.id"], tt.held)
			})
		}
	}
}

// What a mux and a form leave in the request is seen outside, as without us.
func TestPassHandsBack(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /jobs/{id}", func(_ http.ResponseWriter, r *http.Request) {
		if err := r.ParseMultipartForm(1 << 10); err != nil {
			t.Error(err)
		}
	})
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/jobs/1", strings.NewReader("--b\r\n"+
		"Content-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--b--\r\n"))
	r.Header.Set("Content-Type", "multipart/form-data; boundary=b")
	r.Header.Set("X-Request-Id", "r-1")
	telemetryhttp.NewHandler(mux).ServeHTTP(httptest.NewRecorder(), r)
	if r.Pattern != "POST /jobs/{id}" || r.MultipartForm == nil {
		t.Errorf("pattern %q, form %v: want what the handler left", r.Pattern, r.MultipartForm)
	}
}
