package server_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/lens/internal/server"
	"github.com/lift-sys/telemetry/lens/internal/store"
)

// A list is sorted before it is cut, and a trace without an LLM call has no
// tokens.
func TestTracesOrder(t *testing.T) {
	url := serve(t, server.Options{Store: openStore(t, store.Options{})})
	start := time.Now().Add(-time.Minute)
	send := func(name string, ago, took time.Duration, status int, attributes string) {
		t.Helper()
		began := start.Add(-ago).UnixNano()
		body := fmt.Sprintf(`{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"%032x","spanId":"0102030405060708","name":%q,"startTimeUnixNano":"%d","endTimeUnixNano":"%d","status":{"code":%d},"attributes":[%s]}]}]}]}`,
			ago, name, began, began+int64(took), status, attributes)
		if code, answer := call(t, "POST", url+"/v1/traces", body); code != http.StatusOK {
			t.Fatal(answer)
		}
	}
	send("new", time.Second, 2*time.Millisecond, 0, "")
	send("cheap", 2*time.Second, 3*time.Millisecond, 0, `{"key":"llm.cost_usd","value":{"doubleValue":0.5}},{"key":"llm.output_tokens","value":{"intValue":"7"}}`)
	send("slow", 3*time.Second, time.Second, 0, "")
	send("dear", 4*time.Second, time.Millisecond, 0, `{"key":"llm.cost_usd","value":{"doubleValue":2}},{"key":"llm.input_tokens","value":{"intValue":"9223372036854775807"}},{"key":"llm.output_tokens","value":{"intValue":"1"}}`)
	send("broken", 5*time.Second, time.Millisecond, 2, "")

	type trace struct {
		Name   string
		Tokens *int64
	}
	tests := []struct{ order, want string }{
		{"", "new cheap slow dear broken"},
		{"newest", "new cheap slow dear broken"},
		{"slowest", "slow cheap new dear broken"},
		{"most_expensive", "dear cheap new slow broken"},
		{"most_errors", "broken new cheap slow dear"},
	}
	for _, tt := range tests {
		for _, limit := range []int{5, 2} {
			var names []string
			for _, found := range get[[]trace](t, "POST", url+"/api/traces", fmt.Sprintf(`{"query":{},"order":%q,"limit":%d}`, tt.order, limit)) {
				names = append(names, found.Name)
				want := map[string]*int64{"cheap": new(int64(7)), "dear": new(int64(9223372036854775807))}[found.Name]
				if diff := cmp.Diff(want, found.Tokens); diff != "" {
					t.Errorf("tokens of %q (-want +got):\n%s", found.Name, diff)
				}
			}
			if diff := cmp.Diff(strings.Fields(tt.want)[:limit], names); diff != "" {
				t.Errorf("the first %d by %q (-want +got):\n%s", limit, tt.order, diff)
			}
		}
	}
	if code, answer := call(t, "POST", url+"/api/traces", `{"query":{},"order":"best"}`); code != http.StatusBadRequest || !strings.Contains(answer, "most_errors") {
		t.Errorf("an unknown order: %d %s", code, answer)
	}
}
