package main

import (
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/lift-sys/telemetry/internal/fakehoneycomb"
)

// TestDoctorOfAProcess runs the doctor in the environment of a service, as its
// operator does. What it finds is tested in its own package.
func TestDoctorOfAProcess(t *testing.T) {
	const key = "hcaik_hunter2hunter2hunter2hunter2hunter2hunter2hunter2hunter2aa"
	api := fakehoneycomb.New(fakehoneycomb.WithKey(fakehoneycomb.Key{Value: key, Team: "acme", Environment: "test", Ingest: true}),
		fakehoneycomb.WithKey(fakehoneycomb.Key{Value: testKey, Team: "acme", Environment: "test"}))
	server := httptest.NewServer(api)
	defer server.Close()
	env := []string{"HONEYCOMB_API_KEY=" + key, apiEndpoint + "=" + server.URL, configurationKey + "=" + testKey, "FORCE_COLOR=1"}
	tests := []struct {
		name string
		env  []string
		args []string
		code int
		want []string
	}{
		{"healthy", env, []string{"doctor"}, exitOK, []string{"\x1b[32mok     \x1b[0m  key ", `an ingest key of environment "test"`, "No problem found, 2 checks not made."}},
		{"a name from the code", env, []string{"doctor", "-service", "lift-api"}, exitOK, []string{`in dataset "lift-api"`}},
		{"wrong key", append(env, "HONEYCOMB_API_KEY="+strings.Replace(key, "aa", "bb", 1)), []string{"doctor"}, exitError, []string{"\x1b[31mfailure\x1b[0m  key ", "does not know the key"}},
		{"offline", env, []string{"doctor", "-offline"}, exitOK, []string{"9 checks not made"}},
	}
	for _, tt := range tests {
		code, out := program(t, tt.env, tt.args...)
		if code != tt.code || strings.Contains(out, "hunter2") || strings.Contains(out, testKey) {
			t.Errorf("%s: status %d, want %d:\n%s", tt.name, code, tt.code, out)
		}
		contains(t, out, tt.want...)
	}
	code, out := program(t, env, "doctor", "-json")
	var report struct {
		Healthy bool
		Checks  []struct{ Name, Result string }
	}
	if err := json.Unmarshal([]byte(out), &report); err != nil || code != exitOK || !report.Healthy || len(report.Checks) == 0 {
		t.Errorf("status %d, %v:\n%s", code, err, out)
	}
}
