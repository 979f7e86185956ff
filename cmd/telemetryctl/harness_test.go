package main

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/honeycomb"
	"github.com/lift-sys/telemetry/honeycomb/liftsys"
	"github.com/lift-sys/telemetry/internal/fakehoneycomb"
)

var update = flag.Bool("update", false, "write golden files")

// asProgram makes the test binary the program itself, for exit statuses.
const asProgram = "TELEMETRYCTL_TEST_RUN"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
		return
	}
	goleak.VerifyTestMain(m)
}

// Secrets that no output may show. The fake's own key is not one of them,
// because it is a word.
const (
	testKey     = "kU7hQ2vX9mTzR4wB1nPsYd"
	pagerSecret = "0123456789abcdef0123456789abcdef"
	hookSecret  = "https://hooks.example.com/T0KEN-of-a-webhook"
)

// desk is where a person sits: the program, its environment and a team.
type desk struct {
	t        *testing.T
	api      *fakehoneycomb.API
	env      map[string]string
	read     map[string]bool // the variables that runs have asked for
	input    string
	terminal bool
	define   func(liftsys.Options) honeycomb.Definition
}

// newDesk returns a desk with a team, a key and the secrets of recipients.
func newDesk(t *testing.T, options ...fakehoneycomb.Option) *desk {
	t.Helper()
	key := fakehoneycomb.WithKey(fakehoneycomb.Key{Value: testKey, Team: fakehoneycomb.DefaultTeam, Environment: fakehoneycomb.DefaultEnvironment})
	return &desk{
		t: t, api: fakehoneycomb.New(append(options, key)...), define: liftsys.Define,
		read: map[string]bool{},
		env: map[string]string{
			configurationKey: testKey, datasetVariable: fakehoneycomb.DefaultDataset,
			"PAGERDUTY_INTEGRATION_KEY": pagerSecret, "HOOK_URL": hookSecret,
		},
	}
}

// result is what a person sees of a run.
type result struct {
	Code     int
	Out, Err string
}

// run runs the program. No secret may show, whatever happens.
func (d *desk) run(args ...string) result {
	d.t.Helper()
	return d.runContext(d.t.Context(), args...)
}

func (d *desk) runContext(ctx context.Context, args ...string) result {
	d.t.Helper()
	var out, errOut bytes.Buffer
	p := &process{
		in: strings.NewReader(d.input), out: &out, err: &errOut,
		lookup: func(name string) (string, bool) {
			d.read[name] = true
			v, ok := d.env[name]
			return v, ok
		},
		terminal:  func(any) bool { return d.terminal },
		define:    d.define,
		transport: d.api.Transport(),
	}
	r := result{p.run(ctx, args), out.String(), errOut.String()}
	for _, secret := range []string{testKey, pagerSecret, hookSecret, "T0KEN", "hunter2"} {
		if strings.Contains(r.Out+r.Err, secret) {
			d.t.Errorf("%q shows the secret %q:\n%s%s", args, secret, r.Out, r.Err)
		}
	}
	return r
}

// must runs the program and expects a status.
func (d *desk) must(code int, args ...string) result {
	d.t.Helper()
	r := d.run(args...)
	if r.Code != code {
		d.t.Fatalf("%q: status %d, want %d:\n%s%s", args, r.Code, code, r.Out, r.Err)
	}
	return r
}

// golden compares text with a file under testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

func contains(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("lacks %q:\n%s", part, text)
		}
	}
}

// shop has something of every kind, for golden files that do not change with the
// definition of lift-sys.
func shop(o liftsys.Options) honeycomb.Definition {
	failed := honeycomb.Query{
		Calculations: []honeycomb.Calculation{honeycomb.Calculate(honeycomb.Avg, honeycomb.Column("shop.failed_percent"))},
		TimeRange:    5 * time.Minute,
	}
	trigger := func(name string, rank int) honeycomb.Trigger {
		return honeycomb.Trigger{
			Name: name, Description: "Too much fails.", Runbook: "failures", Query: failed, Rank: rank,
			Threshold: honeycomb.Threshold{Op: honeycomb.Greater, Value: float64(10 * rank)}, Frequency: 5 * time.Minute,
			Recipients: []string{"on call", "shopkeepers"},
		}
	}
	recipients := []honeycomb.Recipient{
		{Name: "on call", Type: honeycomb.PagerDuty, Key: honeycomb.SecretEnv("PAGERDUTY_INTEGRATION_KEY")},
		{Name: "shopkeepers", Type: honeycomb.Slack, Target: "#shop"},
		{Name: "till", Type: honeycomb.Webhook, URL: honeycomb.SecretEnv("HOOK_URL")},
	}
	return honeycomb.Definition{
		Owner: "shop", Runbooks: "https://example.com/runbooks",
		Fields: []honeycomb.CalculatedField{
			{Alias: "shop.failed_percent", Description: "100 for a failed span.", Expression: "IF(EQUALS($error, true), 100, 0)"},
			{Alias: "sli.shop", Expression: "IF(EXISTS($http.route), NOT(EXISTS($error)), null)"},
		},
		Boards: []honeycomb.Board{{Name: "Shop", Panels: []honeycomb.Panel{
			{Query: &honeycomb.SavedQuery{Name: "Slow carts", Query: honeycomb.Query{
				Calculations: []honeycomb.Calculation{honeycomb.Calculate(honeycomb.P95, attr.ColumnDurationMS)},
				Breakdowns:   honeycomb.Columns(attr.HTTPRoute),
			}}},
			{SLO: "Carts work"},
		}}},
		Triggers: []honeycomb.Trigger{trigger("Most fails", 3), trigger("Much fails", 2), trigger("Some fails", 1)},
		SLOs: []honeycomb.SLO{{Name: "Carts work", SLI: "sli.shop", TargetPerMillion: 990_000, Days: 30, BurnAlerts: []honeycomb.BurnAlert{
			{Type: honeycomb.ExhaustionTime, Exhaustion: 4 * time.Hour, Recipients: []string{"till"}},
		}}},
		Recipients: recipients,
	}
}
