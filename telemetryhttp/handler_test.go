package telemetryhttp_test

import (
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/telemetryhttp"
)

func TestHandlerSpan(t *testing.T) {
	f := newFixture(t)
	mux := http.NewServeMux()
	mux.HandleFunc("POST /api/sessions", func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			t.Error(err)
		}
		w.WriteHeader(http.StatusCreated)
		io.WriteString(w, "ok")
	})
	r := httptest.NewRequestWithContext(f.context(t), http.MethodPost, "http://api.internal:8080/api/sessions?q=1", strings.NewReader("prompt"))
	r.Header.Set("X-Request-Id", "r-1")
	r.Header.Set("User-Agent", "test/1")
	telemetryhttp.NewHandler(mux).ServeHTTP(httptest.NewRecorder(), r)

	root := f.ended(t)
	diff(t, "span", view(root), span{
		Name: "POST /api/sessions", Kind: "server",
		Attrs: map[string]any{
			"http.request.method":       "POST",
			"http.request.body.size":    int64(6),
			"http.response.body.size":   int64(2),
			"http.response.status_code": int64(201),
			"http.route":                "/api/sessions",
			"url.path":                  "/api/sessions",
			"url.scheme":                "http",
			"server.address":            "api.internal",
			"server.port":               int64(8080),
			"client.address":            "192.0.2.1",
			"network.peer.address":      "192.0.2.1",
			"network.peer.port":         int64(1234),
			"network.protocol.version":  "1.1",
			"user_agent.original":       "test/1",
			"request.id":                "r-1",
		},
	})
	if flags := root.SpanContext().TraceFlags(); !flags.IsSampled() || flags&trace.FlagsRandom == 0 {
		t.Errorf("flags %s: want a new root to be sampled and random", flags)
	}
	if r.Pattern != "POST /api/sessions" {
		t.Errorf("pattern %q in the request that middleware outside sees: want what the mux wrote", r.Pattern)
	}
}

func TestHandlerStatus(t *testing.T) {
	tests := []struct {
		name, reason string
		status       int
		want         sdktrace.Status
		errorType    any
	}{
		{"ok", "nothing failed", 200, sdktrace.Status{}, nil},
		{"client error", "a server is not to blame for what clients ask", 404, sdktrace.Status{}, nil},
		{"server error", "boards group failures by error.type", 503, sdktrace.Status{Code: codes.Error}, "503"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFixture(t)
			f.do(t, telemetryhttp.NewHandler(status(tt.status)), http.MethodGet, "/")
			s := view(f.ended(t))
			if s.Status != tt.want || s.Attrs["error.type"] != tt.errorType {
				t.Errorf("%s: status %v, error.type %v", tt.reason, s.Status, s.Attrs["error.type"])
			}
			want := map[string]uint64{"": 1}
			if tt.errorType != nil {
				want = map[string]uint64{"error.type=503": 1}
			}
			diff(t, "error.type of the metric", f.durations(t, serverDuration, "error.type"), want)
		})
	}
}

// The scope of a request reaches every span below it, and what is learned below
// reaches the root.
func TestHandlerScope(t *testing.T) {
	f := newFixture(t)
	h := telemetryhttp.NewHandler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		ctx, session := telemetry.StartSession(r.Context(), telemetry.SessionRequest{UserID: "u-1"})
		_, foreign := f.TracerProvider().Tracer("sql").Start(ctx, "SELECT")
		foreign.End()
		_, call := telemetry.StartLLMCall(ctx, telemetry.LLMRequest{Provider: "anthropic", Model: "m"})
		call.SetResponse(telemetry.LLMResponse{CostUSD: new(0.25), Usage: telemetry.Usage{InputTokens: 3}})
		call.End(nil)
		session.SetResult(telemetry.SessionResult{ID: "s-1"})
		session.End(nil)
	}))
	f.do(t, h, http.MethodGet, "/", "X-Request-Id", "r-1")

	spans := f.spans.Ended()
	root := spans[len(spans)-1]
	for _, s := range spans {
		a := values(s.Attributes())
		if a["request.id"] != "r-1" || a["user.id"] != "u-1" {
			t.Errorf("%s: request.id %v, user.id %v", s.Name(), a["request.id"], a["user.id"])
		}
		if s.SpanContext().TraceID() != root.SpanContext().TraceID() {
			t.Errorf("%s is in another trace", s.Name())
		}
	}
	got := values(root.Attributes())
	for k, want := range map[string]any{
		"session.id": "s-1", "request.llm_cost_usd": 0.25, "request.llm_calls": int64(1), "request.cost_usd": 0.25,
	} {
		if got[k] != want {
			t.Errorf("root: %s = %v, want %v", k, got[k], want)
		}
	}
	diff(t, "spans", names(spans), []string{"SELECT", "llm.call", "session.create", "GET"})
}

func TestHandlerContinuesTrace(t *testing.T) {
	const parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
	f := newFixture(t)
	f.do(t, telemetryhttp.NewHandler(status(200)), http.MethodGet, "/", "traceparent", parent, "tracestate", "ot=th:4")
	s := f.ended(t)
	if got := s.Parent().SpanID().String(); got != "b7ad6b7169203331" || !s.Parent().IsRemote() {
		t.Errorf("parent %s, remote %t", got, s.Parent().IsRemote())
	}
	if got := s.SpanContext().TraceState().Get("ot"); got != "th:4" {
		t.Errorf("tracestate ot=%s, want th:4", got)
	}
}

func TestHandlerNested(t *testing.T) {
	f := newFixture(t)
	mux := http.NewServeMux()
	mux.Handle("GET /a/{id}", status(200))
	f.do(t, telemetryhttp.NewHandler(layer(telemetryhttp.NewHandler(mux))), http.MethodGet, "/a/1")
	diff(t, "spans", names(f.spans.Ended()), []string{"GET /a/{id}"})
}

// Files of a parsed form are removed by the server, through the request it
// knows.
func TestHandlerRemovesFormFiles(t *testing.T) {
	f := newFixture(t)
	var name string
	h := telemetryhttp.NewHandler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if err := r.ParseMultipartForm(1); err != nil {
			t.Error(err)
			return
		}
		file, err := r.MultipartForm.File["f"][0].Open()
		if err != nil {
			t.Error(err)
			return
		}
		defer file.Close()
		name = file.(*os.File).Name()
	}))
	srv := httptest.NewServer(telemetryhttp.NewHandler(h, telemetryhttp.WithTelemetry(f.Telemetry)))
	var b strings.Builder
	form := multipart.NewWriter(&b)
	part, _ := form.CreateFormFile("f", "f.bin")
	part.Write(make([]byte, 11<<20))
	form.Close()
	res, err := srv.Client().Post(srv.URL, form.FormDataContentType(), strings.NewReader(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	srv.Close()
	if name == "" {
		t.Fatal("the form was not written to a file")
	}
	if _, err := os.Stat(name); !os.IsNotExist(err) {
		t.Errorf("%s is left behind: %v", name, err)
	}
}

func TestSampledOutStillMeasured(t *testing.T) {
	f := newFixture(t, telemetry.WithSampleRatio(0))
	mux := http.NewServeMux()
	mux.Handle("GET /a/{id}", status(503))
	f.do(t, telemetryhttp.NewHandler(mux), http.MethodGet, "/a/1")
	if n := len(f.spans.Ended()); n != 0 {
		t.Errorf("%d spans, want none", n)
	}
	diff(t, "metric", f.durations(t, serverDuration, "http.route", "error.type"),
		map[string]uint64{"error.type=503,http.route=/a/{id}": 1})
}
