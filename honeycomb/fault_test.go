package honeycomb_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/honeycomb"
	"github.com/lift-sys/telemetry/internal/fakehoneycomb"
)

// try plans and applies, and returns the first error.
func try(ctx context.Context, c *honeycomb.Client, d honeycomb.Definition, s honeycomb.Settings) error {
	changes, err := c.Plan(ctx, d, s)
	if err != nil {
		return err
	}
	return changes.Apply(ctx, nil)
}

// clean returns what a run without faults stores, and how many requests it makes.
func clean(t *testing.T, tt fakehoneycomb.Plan, d honeycomb.Definition, s honeycomb.Settings) (map[string]int, int, int) {
	t.Helper()
	api := fakehoneycomb.New(fakehoneycomb.WithPlan(tt), fakehoneycomb.WithRateLimit(0))
	if err := try(t.Context(), newClient(t, api), d, s); err != nil {
		t.Fatal(err)
	}
	return census(api), len(api.Requests()), len(api.Objects(fakehoneycomb.KindQuery))
}

// converges checks that one more apply, without faults, brings about the same as
// if there had never been one.
func converges(t *testing.T, what string, api *fakehoneycomb.API, failed error, d honeycomb.Definition, s honeycomb.Settings, want map[string]int, queries int) {
	t.Helper()
	if failed != nil && (strings.Contains(failed.Error(), secret) || strings.Contains(failed.Error(), fakehoneycomb.DefaultKey)) {
		t.Errorf("%s: the error shows a secret: %v", what, failed)
	}
	api.Inject(nil)
	client := newClient(t, api)
	if err := try(t.Context(), client, d, s); err != nil {
		t.Fatalf("%s: first run: %v\nsecond run: %v", what, failed, err)
	}
	if diff := cmp.Diff(want, census(api)); diff != "" {
		t.Fatalf("%s: first run: %v\nstored (-want +got):\n%s", what, failed, diff)
	}
	// A query whose answer is lost cannot be found again: there is no list.
	if n := len(api.Objects(fakehoneycomb.KindQuery)); n > queries+1 {
		t.Errorf("%s: %d queries, want at most one more than %d", what, n, queries)
	}
	settled(t, client, d, s)
}

var exhaustive = flag.Bool("exhaustive", false, "try every fault at every request of the whole definition (minutes)")

// every returns the indices to try: all of them, or a few where time is short.
func every(requests int) []int {
	step := 1
	if testing.Short() || raceEnabled {
		step = 11 // meets every kind of request
	}
	var all []int
	for i := 0; i < requests; i += step {
		all = append(all, i)
	}
	return all
}

// permanent are the faults that end a run.
var permanent = []fakehoneycomb.Fault{fakehoneycomb.HTML, fakehoneycomb.WrongKey, fakehoneycomb.Forbidden}

func TestFaultAtEveryRequest(t *testing.T) {
	for _, tt := range plans {
		for name, d := range map[string]honeycomb.Definition{"small": smallDefinition(), "liftsys": liftsysDefinition()} {
			s := settings(tt.kind)
			want, requests, queries := clean(t, tt.fake, d, s)
			for n, fault := range fakehoneycomb.Faults() {
				t.Run(fmt.Sprintf("%s/%s/%s", tt.kind, name, fault), func(t *testing.T) {
					t.Parallel()
					synctest.Test(t, func(t *testing.T) {
						for _, i := range every(requests) {
							// The whole definition meets each fault at every
							// twelfth request, and so some fault at every one.
							if name == "liftsys" && !*exhaustive && (i+n)%len(fakehoneycomb.Faults()) != 0 {
								continue
							}
							api := fakehoneycomb.New(fakehoneycomb.WithPlan(tt.fake))
							api.FailAt(i, fault)
							err := try(t.Context(), newClient(t, api), d, s)
							if err != nil && !slices.Contains(permanent, fault) {
								t.Errorf("request %d: a passing fault is not survived: %v", i, err)
							}
							converges(t, fmt.Sprintf("request %d", i), api, err, d, s, want, queries)
						}
					})
				})
			}
		}
	}
}

// The clocks of both sides are rarely the same; dates in answers are by theirs.
func TestRateLimitedByAnotherClock(t *testing.T) {
	for _, skew := range []time.Duration{-90 * time.Second, 90 * time.Second, -time.Hour, time.Hour} {
		t.Run(skew.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				api := fakehoneycomb.New(fakehoneycomb.WithClockSkew(skew))
				client := newClient(t, api)
				for range fakehoneycomb.DefaultRateLimit - 1 {
					if _, err := client.Auth(t.Context()); err != nil {
						t.Fatal(err)
					}
				}
				// Another program takes the last one, so that the client learns it
				// by a 429.
				if _, err := newClient(t, api).Auth(t.Context()); err != nil {
					t.Fatal(err)
				}
				start := time.Now()
				if _, err := client.Auth(t.Context()); err != nil {
					t.Error(err)
				}
				if pause := time.Since(start); pause < 59*time.Second || pause > 75*time.Second {
					t.Errorf("the client paused %s, want the window of a minute", pause)
				}
			})
		})
	}
}

// A change replaces saved queries, panels and burn alerts, which is more than to
// make them.
func TestFaultWhileContentChanges(t *testing.T) {
	d, s := small()
	changed := smallDefinition()
	panel := *changed.Boards[0].Panels[1].Query
	panel.Query.Limit = 7
	changed.Boards[0].Panels[1].Query = &panel
	changed.SLOs[0].BurnAlerts[0].Exhaustion *= 2
	changed.Triggers[0].Threshold.Value = 11
	synctest.Test(t, func(t *testing.T) {
		for _, fault := range fakehoneycomb.Faults() {
			for _, i := range every(30) {
				api := fakehoneycomb.New(fakehoneycomb.WithRateLimit(0))
				client := newClient(t, api)
				bring(t, client, d, s)
				want := census(api)
				delete(want, "burn_alerts Runbook: https://example.com/runbooks#errors\n(managed by small)")
				api.FailAt(len(api.Requests())+i, fault)
				_ = try(t.Context(), client, changed, s) // what follows must succeed either way
				api.Inject(nil)
				bring(t, client, changed, s)
				got := census(api)
				delete(got, "burn_alerts Runbook: https://example.com/runbooks#errors\n(managed by small)")
				for _, all := range []map[string]int{want, got} { // their marks differ
					for name := range all {
						if strings.HasPrefix(name, string(fakehoneycomb.KindQuery)) {
							delete(all, name)
						}
					}
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Fatalf("%s at request %d (-want +got):\n%s", fault, i, diff)
				}
			}
		}
	})
}

func TestInterruptedAtEveryRequest(t *testing.T) {
	d := liftsysDefinition()
	for _, tt := range plans {
		if tt.kind == honeycomb.Enterprise && !*exhaustive {
			continue // does what pro does
		}
		s := settings(tt.kind)
		want, requests, queries := clean(t, tt.fake, d, s)
		for _, fault := range []fakehoneycomb.Fault{fakehoneycomb.HangUpBefore, fakehoneycomb.HangUpAfter} {
			t.Run(fmt.Sprintf("%s/%s", tt.kind, fault), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					for _, i := range every(requests) {
						api := fakehoneycomb.New(fakehoneycomb.WithPlan(tt.fake))
						ctx, cancel := context.WithCancel(t.Context())
						api.Inject(func(r fakehoneycomb.Request) fakehoneycomb.Fault {
							if r.Index < i {
								return fakehoneycomb.None
							}
							cancel() // Ctrl-C
							return fault
						})
						err := try(ctx, newClient(t, api), d, s)
						cancel()
						if !errors.Is(err, context.Canceled) {
							t.Errorf("request %d: error %v, want context.Canceled", i, err)
						}
						time.Sleep(time.Minute)
						converges(t, fmt.Sprintf("request %d", i), api, err, d, s, want, queries)
					}
				})
			})
		}
	}
}
