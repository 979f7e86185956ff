package telemetrytest

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/lift-sys/telemetry/internal/fakehoneycomb"
)

// Honeycomb is a fake of Honeycomb's management API, for tests of boards,
// triggers and SLOs that package honeycomb applies. It stores what it is given
// and enforces Honeycomb's rules, those included that only the server knows:
// columns that do not exist, queries that a board has twice, what a plan
// includes, 120 requests a minute. Get one from [NewHoneycomb]. It is safe for
// concurrent use.
type Honeycomb struct {
	Key     string // a configuration key that may do everything
	Dataset string // a dataset that exists

	api *fakehoneycomb.API
	url func() string
}

// NewHoneycomb makes a fake for a team on a plan: "free", "pro" or
// "enterprise". It is closed at the end of the test.
func NewHoneycomb(t testing.TB, plan string) *Honeycomb {
	t.Helper()
	switch fakehoneycomb.Plan(plan) {
	case fakehoneycomb.Free, fakehoneycomb.Pro, fakehoneycomb.Enterprise:
	default:
		t.Fatalf("telemetrytest: plan %q: want free, pro or enterprise", plan)
	}
	api := fakehoneycomb.New(fakehoneycomb.WithPlan(fakehoneycomb.Plan(plan)))
	return &Honeycomb{
		Key: fakehoneycomb.DefaultKey, Dataset: fakehoneycomb.DefaultDataset, api: api,
		url: sync.OnceValue(func() string {
			server := httptest.NewServer(api)
			t.Cleanup(server.Close)
			return server.URL
		}),
	}
}

// URL returns the address of the API, for honeycomb.WithEndpoint. The first
// call starts the server.
func (h *Honeycomb) URL() string { return h.url() }

// Transport answers without a socket and whatever the host, for
// honeycomb.WithTransport. In a bubble of testing/synctest the minutes that the
// rate limit costs pass at once.
func (h *Honeycomb) Transport() http.RoundTripper { return h.api.Transport() }

// Writes returns the requests so far that changed something, as "POST
// /1/boards", in order.
func (h *Honeycomb) Writes() []string {
	var writes []string
	for _, r := range h.api.Writes() {
		writes = append(writes, r.Method+" "+r.Path)
	}
	return writes
}

// FailAt makes the request with the given index, counted from 0 over all that
// are still to come, fail as an overloaded server does: with 503, and without
// effect.
func (h *Honeycomb) FailAt(index int) {
	h.api.FailAt(len(h.api.Requests())+index, fakehoneycomb.Unavailable)
}
