package watch_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"go.uber.org/goleak"

	"github.com/lift-sys/telemetry/honeycomb"
	"github.com/lift-sys/telemetry/honeycomb/liftsys"
	"github.com/lift-sys/telemetry/internal/alerting"
	"github.com/lift-sys/telemetry/internal/event"
	"github.com/lift-sys/telemetry/internal/query"
	"github.com/lift-sys/telemetry/lens/internal/notify"
	"github.com/lift-sys/telemetry/lens/internal/watch"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// memory is a store of events.
type memory struct {
	fields []honeycomb.CalculatedField

	mu     sync.Mutex
	events []event.Event
	err    error
}

func (m *memory) Query(_ context.Context, q honeycomb.Query, from, to time.Time) (query.Result, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.err != nil {
		return query.Result{}, m.err
	}
	return query.Run(q, m.fields, slices.Values(m.events), from, to)
}

func (m *memory) fail(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.err = err
}

// request stores a request that ended now.
func (m *memory) request(failed bool) {
	fields := map[string]any{"name": "POST /api/sessions", "span.kind": "server", "duration_ms": 200.0}
	if failed {
		fields["error"] = true
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.events = append(m.events, event.Event{Time: time.Now().Add(-200 * time.Millisecond), Weight: 1, Fields: fields})
}

// start runs the one trigger of lift-sys with a name until the test's bubble ends.
func start(t *testing.T, m *memory, name string, o watch.Options, senders ...notify.Sender) *watch.Watch {
	t.Helper()
	d := liftsys.Define(liftsys.Options{})
	d.SLOs = nil
	d.Boards = nil
	d.Triggers = slices.DeleteFunc(d.Triggers, func(tr honeycomb.Trigger) bool { return tr.Name != name })
	m.fields = d.Fields
	outbox := notify.NewOutbox(senders...)
	w, err := watch.New(d, m, outbox, "http://127.0.0.1:4318", o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() { outbox.Run(ctx) })
	wg.Go(func() { w.Run(ctx) })
	t.Cleanup(func() {
		cancel()
		wg.Wait()
	})
	return w
}

// Acceptance test 4 without its minutes: more than 10 % of errors fire High error
// rate within five minutes, Slack gets a message with query and runbook, and it
// resolves when errors fall.
func TestAcceptanceAlertFiring(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		type message struct {
			Text  string
			After time.Duration
			Links bool
		}
		var (
			mu   sync.Mutex
			got  []message
			bad  = time.Now().Add(7 * time.Minute)
			good = bad.Add(10 * time.Minute)
		)
		slack, err := notify.NewSlack("https://hooks.example.com/services/T/B/x")
		if err != nil {
			t.Fatal(err)
		}
		slack.SetTransport(roundTrip(func(r *http.Request) *http.Response {
			var body struct {
				Text        string
				Attachments []struct{ Text string }
			}
			if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
				t.Error(err)
			}
			text := body.Attachments[0].Text
			mu.Lock()
			defer mu.Unlock()
			got = append(got, message{body.Text, time.Since(bad), strings.Contains(text, "|Query>") && strings.Contains(text, "#high-error-rate|Runbook>")})
			return httptest.NewRecorder().Result()
		}))
		m := &memory{}
		w := start(t, m, liftsys.HighErrorRate, watch.Options{}, slack)
		for i := range 1800 { // half an hour
			time.Sleep(time.Second)
			now := time.Now()
			m.request(i%5 == 0 && now.After(bad) && now.Before(good))
		}
		synctest.Wait()
		mu.Lock()
		defer mu.Unlock()
		want := []message{
			{"P1 High error rate fired", 3*time.Minute + 5*time.Second, true},
			{"P1 High error rate resolved", 13*time.Minute + 5*time.Second, true},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if fired := got[0].After; fired > 5*time.Minute {
			t.Errorf("it fired after %s", fired)
		}
		history := w.History()
		names := []string{history[0].String(), history[1].String()}
		wantNames := []string{
			"P1 High error rate resolved at 2000-01-01T00:20:00Z: 8 %, not > 10 %",
			"P1 High error rate fired at 2000-01-01T00:10:00Z: 12 % > 10 %",
		}
		if diff := cmp.Diff(wantNames, names); diff != "" || !slices.Equal(history[0].Delivered, []string{"slack"}) {
			t.Errorf("delivered to %v (-want +got):\n%s", history[0].Delivered, diff)
		}
	})
}

type roundTrip func(*http.Request) *http.Response

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r), nil }

// refuse is a sender that nobody answers.
type refuse struct{}

func (refuse) Name() string { return "refuse" }
func (refuse) Send(context.Context, alerting.Notification) error {
	return &notify.RejectedError{Status: "410 Gone"}
}

func TestHistorySaysWhatWasNotDelivered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b bytes.Buffer
		m := &memory{}
		m.request(true)
		w := start(t, m, liftsys.HighErrorRate, watch.Options{}, notify.NewTerminal(&b), refuse{})
		time.Sleep(3 * time.Minute)
		got := w.History()
		want := []watch.Entry{{
			Delivered: []string{"terminal"},
			Errors:    map[string]string{"refuse": `attempt 1: rejected with "410 Gone": check the address of the webhook`},
		}}
		if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(watch.Entry{}, "Notification")); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if s := w.Status()[0]; s.About.State != alerting.Firing || !strings.Contains(b.String(), "P1 High error rate fired: 100 % > 10 %") {
			t.Errorf("status is %+v, terminal %s", s, b.String())
		}
	})
}

func TestHistoryIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &memory{}
		w := start(t, m, liftsys.HighErrorRate, watch.Options{})
		for range 700 { // fires and resolves each time
			m.request(true)
			time.Sleep(10 * time.Minute)
			m.mu.Lock()
			m.events = nil
			m.mu.Unlock()
		}
		if got := len(w.History()); got != 1000 {
			t.Errorf("%d entries, want 1000", got)
		}
	})
}

// A store that fails is said once, and runs go on.
func TestAFailureIsSaidOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b bytes.Buffer
		m := &memory{}
		m.fail(errors.New("disk full"))
		w := start(t, m, liftsys.HighErrorRate, watch.Options{Delay: time.Minute, Logger: slog.New(slog.NewTextHandler(&b, nil))})
		time.Sleep(20 * time.Minute)
		m.fail(nil)
		time.Sleep(4 * time.Minute)
		synctest.Wait()
		if n := strings.Count(b.String(), "disk full"); n != 1 {
			t.Errorf("said %d times:\n%s", n, b.String())
		}
		if s := w.Status()[0]; s.About.State != alerting.OK || s.Err != nil {
			t.Errorf("status is %+v", s)
		}
		m.fail(errors.New("disk full"))
		time.Sleep(4 * time.Minute)
		synctest.Wait()
		if n := strings.Count(b.String(), "disk full"); n != 2 {
			t.Errorf("said %d times, want again after it was well:\n%s", n, b.String())
		}
	})
}
