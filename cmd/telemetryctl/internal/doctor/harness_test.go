package doctor_test

import (
	"bytes"
	"flag"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/lift-sys/telemetry/cmd/telemetryctl/internal/doctor"
	"github.com/lift-sys/telemetry/internal/env"
	"github.com/lift-sys/telemetry/internal/fakehoneycomb"
)

var update = flag.Bool("update", false, "write golden files")

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Keys in the shapes of Honeycomb's. None of them may show.
var (
	ingestKey  = "hcaik_" + strings.Repeat("q7x9", 14) + "zz"
	otherKey   = "hcaik_" + strings.Repeat("w3v5", 14) + "zz"
	configKey  = "kU7hQ2vX9mTzR4wB1nPsYd"
	classicKey = "0123456789abcdef0123456789abcdef"
)

const token = "hunter2-of-the-collector"

// team is Honeycomb with the keys above.
func team(options ...fakehoneycomb.Option) *fakehoneycomb.API {
	key := func(value string, change func(*fakehoneycomb.Key)) fakehoneycomb.Option {
		k := fakehoneycomb.Key{Value: value, Team: "acme", Environment: "test"}
		change(&k)
		return fakehoneycomb.WithKey(k)
	}
	return fakehoneycomb.New(append([]fakehoneycomb.Option{
		key(ingestKey, func(k *fakehoneycomb.Key) { k.Ingest = true }),
		key(configKey, func(*fakehoneycomb.Key) {}),
		key(classicKey, func(k *fakehoneycomb.Key) { k.Environment = "" }),
	}, options...)...)
}

// backend is a server that takes OTLP and, if there is a team, speaks
// Honeycomb's API too.
func backend(t *testing.T, api *fakehoneycomb.API, otlp http.HandlerFunc) *httptest.Server {
	t.Helper()
	mux := http.NewServeMux()
	if otlp == nil {
		otlp = func(w http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) }
	}
	mux.HandleFunc("POST /v1/", otlp)
	if api != nil {
		mux.Handle("/1/", api)
	}
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server
}

// clean empties the environment of all that the library reads.
func clean(t *testing.T) {
	t.Helper()
	for _, v := range env.Variables() {
		t.Setenv(v.Name, "")
	}
}

// examine runs the doctor in an environment where {} stands for the address. No
// secret may show.
func examine(t *testing.T, address string, variables map[string]string, o doctor.Options) doctor.Report {
	t.Helper()
	clean(t)
	for name, value := range variables {
		t.Setenv(name, strings.ReplaceAll(value, "{}", address))
	}
	if o.Proxy == nil {
		o.Proxy = func(*http.Request) (*url.URL, error) { return nil, nil }
	}
	r := doctor.Run(t.Context(), o)
	var out bytes.Buffer
	if err := r.WriteJSON(&out); err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{ingestKey, otherKey, configKey, classicKey, token, "hunter2"} {
		if strings.Contains(out.String(), secret) {
			t.Errorf("the report shows the secret %q:\n%s", secret, &out)
		}
	}
	return r
}

var traceID = regexp.MustCompile(`trace [0-9a-f]{32}`)

// steady replaces what differs from run to run.
func steady(text, address string) string {
	text = traceID.ReplaceAllString(text, "trace 5b8aa5a2d2c872e8321cf37308d69df2")
	if address != "" {
		text = strings.ReplaceAll(text, strings.TrimPrefix(address, "http://"), "receiver:4318")
	}
	return text
}

// found returns the checks of these names, one in a line.
func found(r doctor.Report, address string, names ...string) string {
	var b strings.Builder
	for _, c := range r.Checks {
		for _, name := range names {
			if c.Name == name {
				b.WriteString(string(c.Result) + " " + c.Name + ": " + c.Detail)
				if c.Remedy != "" {
					b.WriteString(" → " + c.Remedy)
				}
				b.WriteString("\n")
			}
		}
	}
	return steady(b.String(), address)
}

// golden compares text with a file under testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

// route is a transport that answers by host, without a network.
type route map[string]http.RoundTripper

func (r route) RoundTrip(request *http.Request) (*http.Response, error) {
	if rt := r[request.URL.Host]; rt != nil {
		return rt.RoundTrip(request)
	}
	return nil, io.ErrUnexpectedEOF
}

// fails is a transport that fails.
type fails struct{ err error }

func (f fails) RoundTrip(*http.Request) (*http.Response, error) { return nil, f.err }
