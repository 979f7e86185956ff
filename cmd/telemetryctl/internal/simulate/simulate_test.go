package simulate_test

import (
	"context"
	"errors"
	"flag"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"go.uber.org/goleak"

	"github.com/lift-sys/telemetry/cmd/telemetryctl/internal/simulate"
)

var update = flag.Bool("update", false, "write golden files")

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// proof scales the simulations: a few days by default, and all of a month with
// LIFT_PROOF=1, as make proof sets it.
func proof(quick, full time.Duration) time.Duration {
	if os.Getenv("LIFT_PROOF") != "" {
		return full
	}
	return quick
}

// config returns a fleet of one with seven times the load that its budget has
// room for.
func config(change func(*simulate.Config)) simulate.Config {
	c := simulate.Config{
		Load: 50, Shape: simulate.Day, ErrorRate: 0.02, SlowShare: 0.01, Endpoints: 40, Instances: 1, Budget: 20_000_000, MetricShare: 0.2, Ratio: 1,
		Start: time.Date(2026, time.June, 1, 0, 0, 0, 0, time.UTC), Duration: 48 * time.Hour, Seed: 1,
	}
	if change != nil {
		change(&c)
	}
	return c
}

func run(t *testing.T, c simulate.Config) simulate.Result {
	t.Helper()
	r, err := simulate.Run(t.Context(), c, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// figure returns the figure of a name.
func figure(t *testing.T, r *simulate.Result, name string) simulate.Figure {
	t.Helper()
	for _, f := range r.Figures {
		if f.Name == name {
			return f
		}
	}
	t.Fatalf("there is no figure %q", name)
	return simulate.Figure{}
}

func TestNoLoadPassesTheBudget(t *testing.T) {
	tests := []struct {
		name, reason string
		change       func(*simulate.Config)
	}{
		{"steady", "the plain case", func(c *simulate.Config) { c.Shape = simulate.Steady }},
		{"day", "what a night leaves must not be spent at noon", nil},
		{"spikes", "a spike finds carried credit and ten thousand candidates", func(c *simulate.Config) { c.Shape, c.Load, c.Duration = simulate.Spikes, 200, 12*time.Hour }},
		{"50 times", "the load of the domain's promise", func(c *simulate.Config) { c.Load, c.Duration = 386, proof(3*time.Hour, 720*time.Hour) }},
		{"all fail", "an error storm thins out the errors themselves", func(c *simulate.Config) { c.ErrorRate = 1 }},
		{"fleet", "each process has a part, and none knows of the others", func(c *simulate.Config) { c.Instances = 16 }},
		{"tiny", "an allowance that is smaller than a request", func(c *simulate.Config) { c.Budget = 1000 }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := config(tt.change)
			r := run(t, c)
			allowed := float64(c.Budget) * (1 - c.MetricShare) * c.Duration.Hours() / 720
			if r.Over != 0 || float64(r.Sent) > allowed {
				t.Errorf("%s: %d windows over their allowance, %d events sent of %.0f", tt.reason, r.Over, r.Sent, allowed)
			}
			if r.Sent == 0 && tt.name != "tiny" {
				t.Errorf("%s: nothing was sent, so that this shows nothing", tt.reason)
			}
		})
	}
}

// Boards stay true where no request is larger than an allowance: over the whole
// time within what chance allows, which is five times the typical error of an
// hour by the root of the number of hours.
func TestBoardsStayTrue(t *testing.T) {
	for _, shape := range []simulate.Shape{simulate.Steady, simulate.Day, simulate.Spikes} {
		c := config(func(c *simulate.Config) { c.Shape, c.Duration = shape, proof(96*time.Hour, 720*time.Hour) })
		r := run(t, c)
		if r.Oversize != 0 {
			t.Fatalf("%s: %d requests could not be kept", shape, r.Oversize)
		}
		for _, f := range r.Figures {
			if chance := 5 * f.Hour / math.Sqrt(c.Duration.Hours()); math.Abs(f.Off) > chance+0.01 {
				t.Errorf("%s: %s is off by %+.4f, and chance allows %.4f", shape, f.Name, f.Off, chance)
			}
		}
		if r.Seen < 0.99 {
			t.Errorf("%s: %.3f of the endpoints are seen in an hour, want nearly all", shape, r.Seen)
		}
	}
}

// A process with a small part of the budget has longer windows, so that its
// failed requests have a chance.
func TestSmallPartsStayTrue(t *testing.T) {
	for _, instances := range []int{4, 16} {
		r := run(t, config(func(c *simulate.Config) { c.Instances = instances }))
		if r.Oversize != 0 {
			t.Errorf("%d instances: %d requests could not be kept", instances, r.Oversize)
		}
		for _, name := range []string{"Requests", "Failed requests"} {
			if f := figure(t, &r, name); math.Abs(f.Off) > 5*f.Hour/math.Sqrt(48) {
				t.Errorf("%d instances: %s off by %+.4f", instances, name, f.Off)
			}
		}
	}
}

func TestUnderTheBudgetEverythingIsKept(t *testing.T) {
	r := run(t, config(func(c *simulate.Config) { c.Load, c.Shape = 2, simulate.Steady }))
	// The first window of a process has no credit yet, and a crowd may pass what
	// is carried over.
	if share := float64(r.Sent) / float64(r.Came); share < 0.999 {
		t.Errorf("%.4f of the events were sent, want all but those of the start", share)
	}
	if f := figure(t, &r, "Requests"); math.Abs(f.Off) > 0.001 {
		t.Errorf("requests are off by %+.4f", f.Off)
	}
}

// A request that no window has room for is missing from the boards. The
// simulator is there to say so before anybody spends events.
func TestTooManyInstancesShow(t *testing.T) {
	r := run(t, config(func(c *simulate.Config) { c.Instances, c.Duration = 600, 4*time.Hour }))
	if r.Oversize == 0 || figure(t, &r, "Requests").Off > -0.2 {
		t.Errorf("%d requests could not be kept and requests are off by %+.3f, want many and far", r.Oversize, figure(t, &r, "Requests").Off)
	}
	if text := r.Text(simulate.Look{}); !strings.Contains(text, "alone larger than the allowance") {
		t.Errorf("the report does not say why:\n%s", text)
	}
}

func TestHeadRatioIsWeighted(t *testing.T) {
	r := run(t, config(func(c *simulate.Config) { c.Ratio, c.Budget, c.Shape = 0.25, 1_000_000_000, simulate.Steady }))
	if w := r.Others.Weight(); math.Abs(w-4) > 0.01 {
		t.Errorf("ordinary requests stand for %.3f each, want 4", w)
	}
	if r.ByRule.Kept != r.ByRule.Came || r.ByRule.MostWeight != 1 {
		t.Errorf("%+v: want all that failed or were slow kept, each for itself", r.ByRule)
	}
	if f := figure(t, &r, "Requests"); math.Abs(f.Off) > 0.01 {
		t.Errorf("requests are off by %+.4f", f.Off)
	}
}

func TestSeedDecides(t *testing.T) {
	c := config(func(c *simulate.Config) { c.Duration, c.Instances = 3*time.Hour, 7 })
	first, again := run(t, c), run(t, c)
	if diff := cmp.Diff(first, again, cmpopts.EquateNaNs()); diff != "" {
		t.Errorf("the same seed gave another result (-first +again):\n%s", diff)
	}
	c.Seed++
	if other := run(t, c); other.Came == first.Came {
		t.Errorf("another seed gave the same %d events", other.Came)
	}
}

func TestCheckNamesAllThatIsWrong(t *testing.T) {
	c := simulate.Config{Load: math.NaN(), ErrorRate: -1, SlowShare: 2, Endpoints: 0, Instances: 1001, MetricShare: 1, Ratio: math.NaN(), Duration: time.Minute}
	_, err := simulate.Run(t.Context(), c, nil)
	if err == nil {
		t.Fatal("no error")
	}
	want := []string{
		`error rate "-1": want a share from 0 to 1`, `slow share "2": want a share from 0 to 1`, `ratio "NaN": want a share from 0 to 1`,
		`metric share "1": want a share from 0 to 0.99`, `keys "0": want a whole number from 1 to 10000`, `instances "1001": want a whole number from 1 to 1000`,
		`load "NaN": want events a second, above 0 and at most 1000000`, `budget "0": want at least one event a month`, `duration "1m0s": want an hour to a year, such as 30d`,
	}
	if diff := cmp.Diff(want, strings.Split(err.Error(), "\n")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestRunEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	hours := 0
	_, err := simulate.Run(ctx, config(nil), func(done, all int) {
		if hours = done; done == 2 {
			cancel()
		}
		if all != 48 {
			t.Errorf("progress says %d hours, want 48", all)
		}
	})
	if !errors.Is(err, context.Canceled) || hours != 2 {
		t.Errorf("%v after %d hours, want it to be cancelled after 2", err, hours)
	}
}

func TestReport(t *testing.T) {
	tests := []struct {
		name   string
		change func(*simulate.Config)
		look   simulate.Look
	}{
		{"day.txt", nil, simulate.Look{}},
		{"spikes_narrow.txt", func(c *simulate.Config) {
			c.Shape, c.Load, c.Instances, c.Duration = simulate.Spikes, 100, 2, 9*time.Hour
		}, simulate.Look{Width: 50, ASCII: true}},
		{"short.txt", func(c *simulate.Config) {
			c.Shape, c.Duration, c.Endpoints, c.ErrorRate, c.SlowShare = simulate.Steady, time.Hour, 1, 0, 0
		}, simulate.Look{Width: 1000}},
	}
	for _, tt := range tests {
		r := run(t, config(tt.change))
		got := r.Text(tt.look)
		file := filepath.Join("testdata", tt.name)
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s: run go test ./cmd/telemetryctl/internal/simulate -update if it is meant (-golden +got):\n%s", tt.name, diff)
		}
		for line := range strings.Lines(got) {
			if most := max(81, min(tt.look.Width, 200)+1); len([]rune(line)) > most {
				t.Errorf("%s: a line is longer than %d characters: %s", tt.name, most, line)
			}
			if tt.look.ASCII && strings.ContainsFunc(line, func(r rune) bool { return r > 126 }) {
				t.Errorf("%s: not ASCII: %s", tt.name, line)
			}
		}
	}
}
