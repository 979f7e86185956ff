package honeycomb_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/honeycomb"
	"github.com/lift-sys/telemetry/internal/fakehoneycomb"
)

func TestProgress(t *testing.T) {
	api := fakehoneycomb.New()
	d, s := small()
	changes := plan(t, newClient(t, api), d, s)
	var got []string
	if err := changes.Apply(t.Context(), func(p honeycomb.Progress) {
		if p.Finished {
			got = append(got, fmt.Sprintf("%d/%d %s %s", p.Done, p.Total, p.Change.Action, p.Change.Kind))
		}
	}); err != nil {
		t.Fatal(err)
	}
	var want []string
	for i, c := range changes.List {
		want = append(want, fmt.Sprintf("%d/%d %s %s", i+1, len(changes.List), c.Action, c.Kind))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("progress (-want +got):\n%s", diff)
	}
}

// TestOrder checks that nothing is sent before what it needs. The fake refuses
// that too; this says what the order is.
func TestOrder(t *testing.T) {
	api, _ := applied(t)
	var got []fakehoneycomb.Kind
	for _, r := range api.Writes() {
		if len(got) == 0 || got[len(got)-1] != r.Kind {
			got = append(got, r.Kind)
		}
	}
	want := []fakehoneycomb.Kind{
		fakehoneycomb.KindColumn, fakehoneycomb.KindField, fakehoneycomb.KindQuery, fakehoneycomb.KindAnnotation,
		fakehoneycomb.KindRecipient, fakehoneycomb.KindSLO, fakehoneycomb.KindBoard, fakehoneycomb.KindTrigger, fakehoneycomb.KindBurnAlert,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("order of writes (-want +got):\n%s", diff)
	}
}

func TestPlanIsNotChangedByApply(t *testing.T) {
	api := fakehoneycomb.New()
	d, s := small()
	changes := plan(t, newClient(t, api), d, s)
	before := changes.String()
	api.FailAt(25, fakehoneycomb.Forbidden)
	if err := changes.Apply(t.Context(), nil); err == nil {
		t.Fatal("the fault is not reported")
	}
	if after := changes.String(); after != before {
		t.Errorf("changes after a failed apply:\n%s\nbefore:\n%s", after, before)
	}
	if err := changes.Apply(t.Context(), nil); err == nil || !strings.Contains(err.Error(), "plan again") {
		t.Errorf("error %v of applying twice, want one that says to plan again", err)
	}
	bring(t, newClient(t, api), d, s)
}

func TestWaitingIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := fakehoneycomb.New(fakehoneycomb.WithRateLimit(12))
		var told []string
		client, err := honeycomb.NewClient(fakehoneycomb.DefaultKey, honeycomb.WithTransport(api.Transport()),
			honeycomb.WithWaiting(func(d time.Duration, why string) { told = append(told, d.Round(time.Second).String()+" "+why) }))
		if err != nil {
			t.Fatal(err)
		}
		d, s := small()
		if err := try(t.Context(), client, d, s); err != nil {
			t.Fatal(err)
		}
		want := []string{"1m0s rate limit", "1m0s rate limit"}
		if diff := cmp.Diff(want, told); diff != "" {
			t.Errorf("told (-want +got):\n%s", diff)
		}
		for _, r := range api.Requests() {
			if r.Status == http.StatusTooManyRequests {
				t.Errorf("request %d ran into the rate limit", r.Index)
			}
		}
	})
}
