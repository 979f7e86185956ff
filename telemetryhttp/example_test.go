package telemetryhttp_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/telemetryhttp"
)

// printer prints each span that ends.
type printer struct{ nop }

func (printer) OnEnd(s sdktrace.ReadOnlySpan) {
	for _, kv := range s.Attributes() {
		if kv.Key == attr.HTTPRoute {
			fmt.Printf("%s span %q, route %s\n", s.SpanKind(), s.Name(), kv.Value.AsString())
			return
		}
	}
	fmt.Printf("%s span %q\n", s.SpanKind(), s.Name())
}

func setUp() *telemetry.Telemetry {
	tel, err := telemetry.New(context.Background(), telemetry.WithSpanProcessor(printer{}))
	if err != nil {
		fmt.Println(err)
	}
	return tel
}

func ExampleNewHandler() {
	tel := setUp()
	defer tel.Shutdown(context.Background())

	mux := http.NewServeMux()
	mux.HandleFunc("GET /users/{id}", func(w http.ResponseWriter, r *http.Request) {
		ctx, span := telemetry.Start(r.Context(), "load")
		defer span.End(nil)
		_ = ctx // hand it to whatever does the work
		fmt.Fprint(w, "hello ", r.PathValue("id"))
	})
	// A service that calls telemetry.Init needs no WithTelemetry.
	handler := telemetryhttp.NewHandler(mux, telemetryhttp.WithTelemetry(tel))

	r := httptest.NewRequest(http.MethodGet, "/users/7", http.NoBody)
	r.Header.Set("X-Request-Id", "r-42")
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	fmt.Println(w.Body, w.Header().Get("X-Request-Id"))
	// Output:
	// internal span "load"
	// server span "GET /users/{id}", route /users/{id}
	// hello 7 r-42
}

// Middleware that copies the request hides what the mux writes into it.
func ExampleRoutes() {
	tel := setUp()
	defer tel.Shutdown(context.Background())

	type userKey struct{}
	auth := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), userKey{}, "u-1")))
		})
	}
	users := http.NewServeMux()
	users.HandleFunc("GET /users/{id}", func(http.ResponseWriter, *http.Request) {})
	mux := http.NewServeMux()
	mux.Handle("/api/", http.StripPrefix("/api", telemetryhttp.Routes(users)))
	handler := telemetryhttp.NewHandler(auth(telemetryhttp.Routes(mux)), telemetryhttp.WithTelemetry(tel))

	handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/api/users/7", http.NoBody))
	// Output:
	// server span "GET /api/users/{id}", route /api/users/{id}
}

func ExampleSetRoute() {
	tel := setUp()
	defer tel.Shutdown(context.Background())

	// What any router does that knows its own patterns.
	router := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if id, ok := strings.CutPrefix(r.URL.Path, "/users/"); ok {
			telemetryhttp.SetRoute(r.Context(), "/users/:id")
			fmt.Fprint(w, id)
		}
	})
	handler := telemetryhttp.NewHandler(router, telemetryhttp.WithTelemetry(tel))

	handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/users/7", http.NoBody))
	// Output:
	// server span "GET /users/:id", route /users/:id
}

func ExampleNewTransport() {
	tel := setUp()
	defer tel.Shutdown(context.Background())

	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "traced: ", r.Header.Get("traceparent") != "")
	}))
	defer srv.Close()

	client := &http.Client{Transport: telemetryhttp.NewTransport(nil, telemetryhttp.WithPropagateTo("*.example.com"))}
	ctx := telemetry.NewContext(context.Background(), tel)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, srv.URL, http.NoBody)
	if err != nil {
		fmt.Println(err)
		return
	}
	res, err := client.Do(r)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer res.Body.Close()
	body, _ := io.ReadAll(res.Body)
	fmt.Println(string(body))
	// Output:
	// client span "GET"
	// traced: true
}

func ExampleNewDebugHandler() {
	tel, err := telemetry.New(context.Background(), telemetry.WithSpanProcessor(nop{}))
	if err != nil {
		fmt.Println(err)
	}
	defer tel.Shutdown(context.Background())

	mux := http.NewServeMux()
	// Behind the service's own authentication, or on a port for operators.
	mux.Handle("/debug/telemetry", telemetryhttp.NewDebugHandler(tel, telemetryhttp.WithSwitch()))
	srv := httptest.NewServer(mux)
	defer srv.Close()

	show := func(resp *http.Response, err error) {
		if err != nil {
			fmt.Println(err)
			return
		}
		defer resp.Body.Close()
		var state struct {
			Health    string
			Recording bool
			Stats     struct{ Started int }
		}
		fmt.Println(json.NewDecoder(resp.Body).Decode(&state), state)
	}
	show(http.Get(srv.URL + "/debug/telemetry"))
	show(http.PostForm(srv.URL+"/debug/telemetry", url.Values{"recording": {"off"}}))
	// Output:
	// <nil> {ok true {0}}
	// <nil> {disabled false {0}}
}
