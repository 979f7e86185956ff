package notify_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/lift-sys/telemetry/internal/alerting"
	"github.com/lift-sys/telemetry/lens/internal/notify"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// script is a sender that fails as it is told, and notes what it is given and
// when.
type script struct {
	name   string
	errs   []error
	hang   time.Duration
	begun  time.Time
	mu     sync.Mutex
	events []string
}

func (s *script) Name() string { return s.name }

func (s *script) Send(ctx context.Context, n alerting.Notification) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events = append(s.events, fmt.Sprintf("%s at %s", n.Alert, time.Since(s.begun)))
	if s.hang > 0 {
		select {
		case <-ctx.Done():
		case <-time.After(s.hang):
		}
	}
	if len(s.errs) == 0 {
		return nil
	}
	err := s.errs[0]
	s.errs = s.errs[1:]
	return err
}

// outcomes notes what became of notifications.
type outcomes struct {
	mu   sync.Mutex
	list []string
}

func (o *outcomes) of(alert string) notify.Outcome {
	return func(sender string, err error) {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.list = append(o.list, fmt.Sprintf("%s %s: %v", sender, alert, err))
	}
}

func TestOutbox(t *testing.T) {
	broken := errors.New("broken")
	tests := []struct {
		name, reason string
		errs         []error
		want         []string // what was sent, of a and b
		outcome      []string
	}{
		{"delivered", "at once", nil, []string{"a at 0s", "b at 0s"}, []string{"s a: <nil>", "s b: <nil>"}},
		{"again", "the waits double, and b comes after a", []error{broken, broken, broken}, []string{"a at 0s", "a at 1s", "a at 3s", "a at 7s", "b at 7s"}, []string{"s a: <nil>", "s b: <nil>"}},
		{"for long", "the waits end at a minute, and then b may go first", slices.Repeat([]error{broken}, 7), []string{"a at 0s", "a at 1s", "a at 3s", "a at 7s", "a at 15s", "a at 31s", "a at 1m3s", "b at 2m3s", "a at 2m3s"}, []string{"s b: <nil>", "s a: <nil>"}},
		{"rejected", "it will not change", []error{&notify.RejectedError{Status: "404 Not Found"}}, []string{"a at 0s", "b at 0s"}, []string{`s a: attempt 1: rejected with "404 Not Found": check the address of the webhook`, "s b: <nil>"}},
		{"told to wait", "as long as asked", []error{&notify.BusyError{After: 20 * time.Second}}, []string{"a at 0s", "a at 20s", "b at 20s"}, []string{"s a: <nil>", "s b: <nil>"}},
		{"told to wait for long", "but not for hours", []error{&notify.BusyError{After: time.Hour}}, []string{"a at 0s", "a at 1m0s", "b at 1m0s"}, []string{"s a: <nil>", "s b: <nil>"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &script{name: "s", errs: tt.errs, begun: time.Now()}
				o, got := notify.NewOutbox(s), &outcomes{}
				ctx, cancel := context.WithCancel(t.Context())
				var wg sync.WaitGroup
				wg.Go(func() { o.Run(ctx) })
				o.Add(alerting.Notification{Alert: "a"}, got.of("a"))
				o.Add(alerting.Notification{Alert: "b"}, got.of("b"))
				time.Sleep(10 * time.Minute)
				cancel()
				wg.Wait()
				if diff := cmp.Diff(tt.want, s.events); diff != "" {
					t.Errorf("%s: sent (-want +got):\n%s", tt.reason, diff)
				}
				if diff := cmp.Diff(tt.outcome, got.list); diff != "" {
					t.Errorf("outcome (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// outage is a receiver that is away for a while, and notes what it is told.
type outage struct {
	until time.Time
	heard []string
}

func (*outage) Name() string { return "s" }

func (o *outage) Send(_ context.Context, n alerting.Notification) error {
	if time.Now().Before(o.until) {
		return errors.New("no route to host")
	}
	o.heard = append(o.heard, fmt.Sprintf("%s %s %s", n.Alert, n.GroupID, n.State))
	return nil
}

// Who was away hears of what still fires, and of nothing that is over.
func TestOutage(t *testing.T) {
	const fired, resolved = alerting.Firing, alerting.OK
	type said struct {
		at    time.Duration
		alert string
		group string
		state alerting.State
	}
	tests := []struct {
		name    string
		lasts   time.Duration
		said    []said
		heard   []string
		outcome []string
	}{
		{"it still fires", 3 * time.Hour, []said{{0, "a", "", fired}}, []string{"a  firing"}, []string{"s a firing: <nil>"}},
		{"it resolves later", 45 * time.Second, []said{{0, "a", "", fired}, {10 * time.Minute, "a", "", resolved}}, []string{"a  firing", "a  ok"}, []string{"s a firing: <nil>", "s a ok: <nil>"}},
		{"it resolved meanwhile", time.Hour, []said{{0, "a", "", fired}, {10*time.Minute + time.Second, "a", "", resolved}}, nil, []string{
			"s a firing: not delivered before it was over: attempt 15: no route to host",
			"s a ok: not sent: what came before it was not delivered either",
		}},
		{"it fires again", time.Hour, []said{{0, "a", "", fired}, {time.Minute, "a", "", resolved}, {2 * time.Minute, "a", "", fired}}, []string{"a  firing"}, []string{
			"s a firing: not delivered before it was over: attempt 6: no route to host",
			"s a ok: not sent: what came before it was not delivered either",
			"s a firing: <nil>",
		}},
		{"it is said each minute", 90 * time.Second, []said{{0, "a", "", fired}, {time.Minute, "a", "", fired}, {2 * time.Minute, "a", "", fired}}, []string{"a  firing"}, []string{
			"s a firing: not delivered before it was said again: attempt 6: no route to host",
			"s a firing: not delivered before it was said again: attempt 7: no route to host",
			"s a firing: <nil>",
		}},
		{"another group resolves", 20 * time.Second, []said{{0, "a", "x", fired}, {time.Second / 2, "a", "y", fired}, {10 * time.Second, "a", "y", resolved}}, []string{"a x firing"}, []string{
			"s a firing: not delivered before it was over",
			"s a ok: not sent: what came before it was not delivered either",
			"s a firing: <nil>",
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				s, got := &outage{until: began.Add(tt.lasts)}, &outcomes{}
				o := notify.NewOutbox(s)
				ctx, cancel := context.WithCancel(t.Context())
				var wg sync.WaitGroup
				wg.Go(func() { o.Run(ctx) })
				for _, n := range tt.said {
					time.Sleep(n.at - time.Since(began))
					o.Add(alerting.Notification{Alert: n.alert, GroupID: n.group, State: n.state}, got.of(n.alert+" "+string(n.state)))
				}
				time.Sleep(4 * time.Hour)
				cancel()
				wg.Wait()
				if diff := cmp.Diff(tt.heard, s.heard); diff != "" {
					t.Errorf("heard (-want +got):\n%s", diff)
				}
				if diff := cmp.Diff(tt.outcome, got.list); diff != "" {
					t.Errorf("outcome (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// What resolves while it is being sent is delivered if that succeeds, and else
// dropped with it.
func TestResolvedWhileItIsSent(t *testing.T) {
	for name, errs := range map[string][]error{"delivered": nil, "failed": {errors.New("broken")}} {
		synctest.Test(t, func(t *testing.T) {
			s, got := &script{name: "s", errs: errs, hang: time.Second, begun: time.Now()}, &outcomes{}
			o := notify.NewOutbox(s)
			ctx, cancel := context.WithCancel(t.Context())
			var wg sync.WaitGroup
			wg.Go(func() { o.Run(ctx) })
			o.Add(alerting.Notification{Alert: "a", State: alerting.Firing}, got.of("fired"))
			synctest.Wait()
			o.Add(alerting.Notification{Alert: "a", State: alerting.OK}, got.of("resolved"))
			time.Sleep(time.Minute)
			cancel()
			wg.Wait()
			want := []string{"s fired: <nil>", "s resolved: <nil>"}
			if errs != nil {
				want = []string{"s fired: not delivered before it was over: attempt 1: broken", "s resolved: not sent: what came before it was not delivered either"}
			}
			if diff := cmp.Diff(want, got.list); diff != "" {
				t.Errorf("%s (-want +got):\n%s", name, diff)
			}
		})
	}
}

func TestOneSenderDoesNotWaitForAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow, quick := &script{name: "slow", hang: time.Hour, begun: time.Now()}, &script{name: "quick", begun: time.Now()}
		o, got := notify.NewOutbox(slow, quick), &outcomes{}
		if diff := cmp.Diff([]string{"slow", "quick"}, o.Senders()); diff != "" {
			t.Errorf("senders (-want +got):\n%s", diff)
		}
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() { o.Run(ctx) })
		o.Add(alerting.Notification{Alert: "a"}, got.of("a"))
		synctest.Wait()
		if diff := cmp.Diff([]string{"quick a: <nil>"}, got.list); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		cancel()
		wg.Wait()
	})
}

// Nothing grows without bound, and nobody waits: what does not fit is reported.
func TestAFullQueueAndTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{name: "s", hang: time.Hour, begun: time.Now()}
		o, got := notify.NewOutbox(s), &outcomes{}
		for i := range 102 {
			o.Add(alerting.Notification{Alert: fmt.Sprint(i)}, got.of(fmt.Sprint(i)))
		}
		want := []string{
			"s 100: 100 notifications wait already: is the receiver down?",
			"s 101: 100 notifications wait already: is the receiver down?",
		}
		if diff := cmp.Diff(want, got.list); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() { o.Run(ctx) })
		time.Sleep(time.Minute)
		cancel()
		wg.Wait()
		if len(got.list) != 102 {
			t.Errorf("%d outcomes, want one for each of 102", len(got.list))
		}
		if last := got.list[101]; last != "s 99: context canceled" {
			t.Errorf("the last outcome is %q", last)
		}
	})
}
