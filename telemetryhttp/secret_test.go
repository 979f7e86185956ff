package telemetryhttp_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/internal/sanitize/secrettest"
	"github.com/lift-sys/telemetry/telemetryhttp"
)

// exported keeps what leaves the process, in text.
type exported struct{ text strings.Builder }

func (e *exported) ExportSpans(_ context.Context, spans []sdktrace.ReadOnlySpan) error {
	for _, s := range spans {
		fmt.Fprintln(&e.text, s.Name(), s.Status(), values(s.Attributes()))
		for _, event := range s.Events() {
			fmt.Fprintln(&e.text, event.Name, values(event.Attributes))
		}
	}
	return nil
}

func (*exported) Shutdown(context.Context) error { return nil }

// What a request carries beside its body leaves without secrets: headers are
// not looked at, the query of a server's request neither, and of a client's
// address the password and secret parameters go.
func TestSecretsOfRequests(t *testing.T) {
	for _, secret := range secrettest.All() {
		t.Run(secret.Name, func(t *testing.T) {
			var out exported
			f := newFixture(t, telemetry.WithSpanExporter(&out))
			escaped := url.QueryEscape(secret.Core)
			header := strings.Map(func(r rune) rune { return max(r, ' ') }, secret.Core)

			f.do(t, telemetryhttp.NewHandler(answerOK()), http.MethodGet, "/v1/sessions?q="+escaped+"&key="+escaped,
				"Authorization", "Bearer "+header, "Cookie", "sid="+header, "X-Custom", header)

			refused := roundTripper(func(r *http.Request) (*http.Response, error) { return nil, errors.New("dial " + r.URL.String()) })
			for _, rt := range []http.RoundTripper{answer(http.StatusUnauthorized), refused} {
				_ = send(f.context(t), t, telemetryhttp.NewTransport(rt),
					"http://lift:"+url.PathEscape(secret.Core)+"@localhost/v1?api_key="+escaped+"&token="+escaped, http.Header{"Authorization": {"Bearer " + header}})
			}
			if err := f.Flush(t.Context()); err != nil {
				t.Fatal(err)
			}
			if n := strings.Count(out.text.String(), "localhost/v1?api_key=[redacted]"); n < 2 {
				t.Errorf("%d addresses, want one of each attempt:\n%s", n, &out.text)
			}
			for _, form := range []string{secret.Core, escaped, url.PathEscape(secret.Core), header} {
				if strings.Contains(out.text.String(), form) {
					t.Errorf("%q left:\n%s", form, &out.text)
				}
			}
		})
	}
}

func answerOK() http.Handler { return http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}) }
