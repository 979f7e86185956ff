package watch_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/honeycomb"
	"github.com/lift-sys/telemetry/honeycomb/liftsys"
	"github.com/lift-sys/telemetry/internal/alerting"
	"github.com/lift-sys/telemetry/lens/internal/notify"
	"github.com/lift-sys/telemetry/lens/internal/watch"
)

// ask returns what GET /api/alerts answers.
func ask(t *testing.T, w *watch.Watch) map[string]any {
	t.Helper()
	rec := httptest.NewRecorder()
	w.ServeHTTP(rec, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/api/alerts", http.NoBody))
	if got := rec.Header().Get("Content-Type"); rec.Code != http.StatusOK || got != "application/json" {
		t.Fatalf("status %d, content type %q", rec.Code, got)
	}
	var answer map[string]any
	if err := json.Unmarshal(rec.Body.Bytes(), &answer); err != nil {
		t.Fatal(err)
	}
	return answer
}

func TestReport(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &memory{}
		begun := time.Now().UnixMilli()
		w := start(t, m, liftsys.HighErrorRate, watch.Options{}, &script{}, refuse{})
		for i := range 10 {
			m.request(i < 3)
		}
		time.Sleep(3 * time.Minute)
		got := ask(t, w)
		trigger := got["triggers"].([]any)[0].(map[string]any)
		if text, _ := trigger["runbook_markdown"].(string); !strings.HasPrefix(text, "## High error rate\n") {
			t.Errorf("runbook is %.60q", text)
		}
		delete(trigger, "runbook_markdown")
		if q, err := json.Marshal(trigger["query"]); err != nil || !strings.Contains(string(q), `"time_range":300`) {
			t.Errorf("query is %s", q)
		}
		delete(trigger, "query")
		at := float64(begun) // the run that was due when lens started
		want := map[string]any{
			"triggers": []any{map[string]any{
				"name": "High error rate", "description": "P1. More than 10 % of requests failed over 5 minutes.", "severity": "P1", "state": "firing",
				"value": 30.0, "op": ">", "threshold": 10.0, "since_ms": at, "next_ms": at + 240_000, "frequency_s": 120.0,
				"groups": []any{map[string]any{"group": "", "state": "firing", "value": 30.0}},
			}},
			"slos": []any{},
			"history": []any{map[string]any{
				"t_ms": at, "name": "High error rate", "state": "firing", "value": 30.0, "threshold": 10.0,
				"delivered": []any{"script"}, "error": `refuse: attempt 1: rejected with "410 Gone": check the address of the webhook`,
			}},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

// script takes everything.
type script struct{}

func (*script) Name() string                                          { return "script" }
func (*script) Send(_ context.Context, _ alerting.Notification) error { return nil }

func TestReportOfSLOs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &memory{}
		d := liftsys.Define(liftsys.Options{})
		d.Triggers, d.Boards = nil, nil
		d.SLOs[0].BurnAlerts[1] = honeycomb.BurnAlert{Type: honeycomb.ExhaustionTime, Exhaustion: 4 * time.Hour, Recipients: d.SLOs[0].BurnAlerts[1].Recipients}
		d.SLOs = d.SLOs[:1]
		m.fields = d.Fields
		w, err := watch.New(d, m, notify.NewOutbox(), "http://127.0.0.1:4318", watch.Options{})
		if err != nil {
			t.Fatal(err)
		}
		slo := func() map[string]any {
			s, _ := ask(t, w)["slos"].([]any)[0].(map[string]any)
			return s
		}
		s := slo()
		types := []any{}
		for _, b := range s["burn_alerts"].([]any) {
			types = append(types, b.(map[string]any)["type"])
		}
		delete(s, "burn_alerts")
		want := map[string]any{
			"name": "Requests succeed", "description": "95 % of requests succeed, over 30 days.", "target": 95.0, "window_days": 30.0,
			"compliance": nil, "budget_left": nil, "series": []any{},
		}
		if diff := cmp.Diff(want, s); diff != "" || !cmp.Equal(types, []any{"budget_rate", "exhaustion_time"}) {
			t.Errorf("before anything happened: burn alerts %v (-want +got):\n%s", types, diff)
		}

		check := func(when string) {
			t.Helper()
			s := slo()
			left, _ := s["budget_left"].(float64)
			if s["compliance"] != 99.0 || len(s["series"].([]any)) == 0 || left < 79.99 || left > 80.01 {
				t.Errorf("%s: compliance is %v, budget left %v, want 80, series %v", when, s["compliance"], left, s["series"])
			}
		}
		for i := range 100 {
			m.request(i < 1)
		}
		check("the first data, which shows at once")
		for range 100 {
			m.request(true)
		}
		check("more, for which the store is not asked at once")
		time.Sleep(time.Minute)
		if s := slo(); s["compliance"] != 49.5 {
			t.Errorf("compliance is %v after a minute, want 49.5", s["compliance"])
		}

		m.fail(errors.New("disk full"))
		time.Sleep(time.Minute)
		if s := slo(); s["error"] != "disk full" || s["compliance"] != nil {
			t.Errorf("after a failure it is %v", s)
		}
	})
}

// An SLO of which nothing counts yet is asked for each time, and the others are not
// for that.
func TestReportOfEmptySLO(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &memory{}
		d := liftsys.Define(liftsys.Options{})
		d.Triggers, d.Boards = nil, nil
		d.Fields = append(d.Fields, honeycomb.CalculatedField{Alias: "sli.never", Expression: `IF(EQUALS($name, "never"), true)`})
		d.SLOs[1].SLI = "sli.never"
		m.fields = d.Fields
		w, err := watch.New(d, m, notify.NewOutbox(), "http://127.0.0.1:4318", watch.Options{})
		if err != nil {
			t.Fatal(err)
		}
		m.request(false)
		errs := func() map[any]any {
			got := make(map[any]any)
			for _, s := range ask(t, w)["slos"].([]any) {
				s := s.(map[string]any)
				got[s["name"]] = s["error"]
			}
			return got
		}
		want := errs()
		m.fail(errors.New("asked again"))
		for name := range want {
			if name == d.SLOs[1].Name {
				want[name] = "asked again"
			}
		}
		if diff := cmp.Diff(want, errs()); diff != "" {
			t.Errorf("errors of the SLOs when asked again at once (-want +got):\n%s", diff)
		}
	})
}

func TestLink(t *testing.T) {
	at := time.Unix(1_795_000_000, 0)
	got := watch.Link("http://127.0.0.1:4318")(honeycomb.Query{Filters: []honeycomb.Filter{honeycomb.Where("a", honeycomb.Equals, "<&#\"")}}, at.Add(-time.Minute), at)
	u, err := url.Parse(got)
	if err != nil {
		t.Fatal(err)
	}
	want := url.Values{"q": {`{"filters":[{"column":"a","op":"=","value":"\u003c\u0026#\""}]}`}, "start": {"1794999940000"}, "end": {"1795000000000"}}
	if diff := cmp.Diff(want, u.Query()); diff != "" || u.Path != "/query" || u.Host != "127.0.0.1:4318" {
		t.Errorf("%s (-want +got):\n%s", got, diff)
	}
}
