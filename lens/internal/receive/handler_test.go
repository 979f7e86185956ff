package receive_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/lens/internal/receive"
	"github.com/lift-sys/telemetry/lens/internal/table"
)

// failing is a sink with an error.
type failing struct{ err error }

func (f failing) Append(context.Context, *table.Batch) error { return f.err }

// No error of the sink makes a sender drop what it has.
func TestSinkErrors(t *testing.T) {
	tests := []struct {
		name   string
		err    error
		status int
		retry  string
	}{
		{"none", nil, http.StatusOK, ""},
		{"busy", fmt.Errorf("%w: many rows wait", receive.ErrBusy), http.StatusTooManyRequests, "1"},
		{"full", fmt.Errorf("%w: no room", receive.ErrFull), http.StatusServiceUnavailable, "30"},
		{"closed", errors.New("the store is closed"), http.StatusServiceUnavailable, "5"},
		{"out of memory", errors.New("failed to pin block"), http.StatusServiceUnavailable, "5"},
	}
	for _, tt := range tests {
		for _, path := range []string{"/v1/traces", "/v1/metrics"} {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, strings.NewReader("{}"))
			r.Header.Set("Content-Type", "application/json")
			w := httptest.NewRecorder()
			receive.Handler(failing{tt.err}).ServeHTTP(w, r)
			got := []any{w.Code, w.Header().Get("Retry-After"), tt.err == nil || strings.Contains(w.Body.String(), tt.err.Error())}
			if diff := cmp.Diff([]any{tt.status, tt.retry, true}, got); diff != "" {
				t.Errorf("%s: %s: status, Retry-After, says why (-want +got):\n%s%s", path, tt.name, diff, w.Body)
			}
		}
	}
}
