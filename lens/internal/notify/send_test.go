package notify_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/honeycomb"
	"github.com/lift-sys/telemetry/internal/alerting"
	"github.com/lift-sys/telemetry/lens/internal/notify"
)

func fired() alerting.Notification {
	return alerting.Notification{
		Alert: "High error rate", Severity: honeycomb.P1, State: alerting.Firing, Group: "http.route = /<b>&\x1b[31m", Value: new(20.5),
		Op: honeycomb.Greater, Threshold: 10, Unit: "%", Condition: "AVG(x) > 10, every 2m", Description: "P1. More than 10 %.",
		Runbook: "https://example.com/r#high", Link: "http://127.0.0.1:4318/query?a=1&b=2", Recipients: []string{"engineering"},
		Time: time.Date(2026, 11, 23, 12, 4, 0, 0, time.UTC),
	}
}

func resolved() alerting.Notification {
	n := fired()
	n.State, n.Value, n.Link, n.Group = alerting.OK, nil, "", ""
	return n
}

// received is a request as a webhook got it.
type received struct {
	header http.Header
	body   string
}

// serve answers each request by the next status of the list, and then by 200.
func serve(t *testing.T, answers ...int) (address string, requests chan received) {
	t.Helper()
	requests = make(chan received, 20)
	i := 0
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		requests <- received{r.Header, string(body)}
		if i < len(answers) {
			w.Header().Set("Retry-After", "7")
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(answers[i])
		}
		i++
	}))
	t.Cleanup(srv.Close)
	return srv.URL + "/hook/s3cret", requests
}

func TestSlackMessages(t *testing.T) {
	address, requests := serve(t)
	s, err := notify.NewSlack(address)
	if err != nil {
		t.Fatal(err)
	}
	title := "P1 High error rate fired for http.route = /&lt;b&gt;&amp;�[31m"
	tests := []struct {
		name string
		n    alerting.Notification
		want map[string]any
	}{
		{"fired", fired(), map[string]any{"text": title, "attachments": []any{map[string]any{
			"color": "danger", "fallback": title, "mrkdwn_in": []any{"text"}, "blocks": nil, "ts": 1795435440.0,
			"text": "*" + title + "*\n20.5 % &gt; 10 %\n_AVG(x) &gt; 10, every 2m_\nP1. More than 10 %.\n<http://127.0.0.1:4318/query?a=1&amp;b=2|Query>\n<https://example.com/r#high|Runbook>",
		}}}},
		{"resolved", resolved(), map[string]any{"text": "P1 High error rate resolved", "attachments": []any{map[string]any{
			"color": "good", "fallback": "P1 High error rate resolved", "mrkdwn_in": []any{"text"}, "blocks": nil, "ts": 1795435440.0,
			"text": "*P1 High error rate resolved*\nno value\n_AVG(x) &gt; 10, every 2m_\nP1. More than 10 %.\n<https://example.com/r#high|Runbook>",
		}}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if err := s.Send(t.Context(), tt.n); err != nil {
				t.Fatal(err)
			}
			var got map[string]any
			if err := json.Unmarshal([]byte((<-requests).body), &got); err != nil {
				t.Fatal(err)
			}
			delete(got, "replace_original")
			delete(got, "delete_original")
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestSlackMessagesFit(t *testing.T) {
	address, requests := serve(t)
	s, err := notify.NewSlack(address)
	if err != nil {
		t.Fatal(err)
	}
	n := fired()
	n.Group, n.Description = strings.Repeat("é", 10_000), strings.Repeat("d", 10_000)
	if err := s.Send(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	if got := len((<-requests).body); got > 12_000 {
		t.Errorf("the message has %d bytes", got)
	}
}

func TestWebhook(t *testing.T) {
	address, requests := serve(t)
	w, err := notify.NewWebhook(address, "t0ken")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Send(t.Context(), fired()); err != nil {
		t.Fatal(err)
	}
	got := <-requests
	want := `{"alert":"High error rate","severity":"P1","state":"fired","group":"http.route = /\u003cb\u003e\u0026\u001b[31m","value":20.5,"op":"\u003e","threshold":10,"unit":"%",` +
		`"condition":"AVG(x) \u003e 10, every 2m","description":"P1. More than 10 %.","query_url":"http://127.0.0.1:4318/query?a=1\u0026b=2",` +
		`"runbook_url":"https://example.com/r#high","recipients":["engineering"],"time":"2026-11-23T12:04:00Z"}`
	if diff := cmp.Diff(want, got.body); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for header, want := range map[string]string{"Content-Type": "application/json", "Authorization": "Bearer t0ken", "Traceparent": "", "Tracestate": "", "Baggage": ""} {
		if got := got.header.Get(header); got != want {
			t.Errorf("%s is %q, want %q", header, got, want)
		}
	}
	if err := w.Send(t.Context(), resolved()); err != nil {
		t.Fatal(err)
	}
	if body := (<-requests).body; !strings.Contains(body, `"state":"resolved","value":null`) {
		t.Errorf("body is %s", body)
	}
}

func TestTerminal(t *testing.T) {
	var b bytes.Buffer
	term := notify.NewTerminal(&b)
	for _, n := range []alerting.Notification{fired(), resolved()} {
		if err := term.Send(t.Context(), n); err != nil {
			t.Fatal(err)
		}
	}
	want := `2026-11-23T12:04:00Z ALERT P1 High error rate fired for http.route = /<b>&�[31m: 20.5 % > 10 %
    query   http://127.0.0.1:4318/query?a=1&b=2
    runbook https://example.com/r#high
2026-11-23T12:04:00Z ALERT P1 High error rate resolved: no value
    runbook https://example.com/r#high
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAnswers(t *testing.T) {
	tests := []struct {
		answer         int
		rejected, busy bool
		delivered      bool
	}{
		{answer: 200, delivered: true},
		{answer: 307, rejected: true},
		{answer: 400, rejected: true},
		{answer: 404, rejected: true},
		{answer: 408},
		{answer: 429, busy: true},
		{answer: 500},
		{answer: 502},
	}
	for _, tt := range tests {
		for _, kind := range []string{"slack", "webhook"} {
			t.Run(kind+" "+http.StatusText(tt.answer), func(t *testing.T) {
				address, _ := serve(t, tt.answer)
				err := sender(t, kind, address).Send(t.Context(), fired())
				_, rejected := errors.AsType[*notify.RejectedError](err)
				busy, isBusy := errors.AsType[*notify.BusyError](err)
				if rejected != tt.rejected || isBusy != tt.busy || (err == nil) != tt.delivered {
					t.Errorf("error is %v", err)
				}
				if isBusy && busy.After != 7*time.Second {
					t.Errorf("after is %s", busy.After)
				}
			})
		}
	}
}

func sender(t *testing.T, kind, address string) notify.Sender {
	t.Helper()
	var (
		s   notify.Sender
		err error
	)
	if kind == "slack" {
		s, err = notify.NewSlack(address)
	} else {
		s, err = notify.NewWebhook(address, "")
	}
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// An address is a secret, whatever goes wrong.
func TestErrorsHideTheAddress(t *testing.T) {
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	for _, kind := range []string{"slack", "webhook"} {
		for name, address := range map[string]string{"refused": closed.URL + "/s3cret", "unknown host": "http://nowhere.invalid/s3cret"} {
			err := sender(t, kind, address).Send(t.Context(), fired())
			if err == nil || strings.Contains(err.Error(), "s3cret") {
				t.Errorf("%s %s: error is %v", kind, name, err)
			}
		}
	}
	for _, address := range []string{"", "s3cret", "ftp://host/s3cret", "https:///s3cret", "http://host/%zs3cret"} {
		_, err := notify.NewSlack(address)
		_, err2 := notify.NewWebhook(address, "")
		for _, err := range []error{err, err2} {
			if err == nil || strings.Contains(err.Error(), "s3cret") {
				t.Errorf("address %q: error is %v", address, err)
			}
		}
	}
}
