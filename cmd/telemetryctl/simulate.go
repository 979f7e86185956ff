package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/lift-sys/telemetry/cmd/telemetryctl/internal/simulate"
)

// simulateCommand shows what a budget would do to a load.
type simulateCommand struct {
	Load        float64        `default:"50" placeholder:"N" help:"Events a second of all instances together, on average: spans, span events and links. 50 by default."`
	Shape       simulate.Shape `enum:"steady,day,spikes" default:"day" placeholder:"steady|day|spikes" help:"How the load changes: steady, day (little at night; the default) or spikes (20 times as much for 5 minutes, every 6 hours)."`
	ErrorRate   float64        `default:"0.02" placeholder:"SHARE" help:"Share of requests that fail. 0.02 by default."`
	SlowShare   float64        `default:"0.01" placeholder:"SHARE" help:"Share of requests that a rule keeps because they are slow. 0.01 by default."`
	Keys        int            `default:"40" placeholder:"N" help:"Endpoints, a few of which take most requests. 40 by default."`
	Instances   int            `default:"4" placeholder:"N" help:"Processes that share load and budget. 4 by default."`
	Budget      int64          `default:"20000000" placeholder:"N" help:"Events a month of all instances together. 20000000 by default."`
	MetricShare float64        `default:"0.2" placeholder:"SHARE" help:"Part of the budget that is set aside for metric points. 0.2 by default."`
	Ratio       float64        `default:"1" placeholder:"SHARE" help:"Share of ordinary requests that OTEL_TRACES_SAMPLER samples at the head. 1 by default."`
	Duration    duration       `default:"30d" placeholder:"TIME" help:"What to simulate, in days (30d, the default) or hours (12h)."`
	Seed        uint64         `default:"1" placeholder:"N" help:"The same seed gives the same result. 1 by default."`
	Width       int            `placeholder:"N" help:"Characters in a line of a plot: $$COLUMNS or 80 by default."`
	ASCII       bool           `name:"ascii" help:"Draw with ASCII characters. On by itself where the locale is not UTF-8."`
}

func (c *simulateCommand) run(ctx context.Context, p *process) error {
	config := simulate.Config{
		Load: c.Load, Shape: c.Shape, ErrorRate: c.ErrorRate, SlowShare: c.SlowShare, Endpoints: c.Keys, Instances: c.Instances,
		Budget: c.Budget, MetricShare: c.MetricShare, Ratio: c.Ratio, Duration: time.Duration(c.Duration), Seed: c.Seed,
		// A month of 30 days, so that a month of simulation has a month's budget.
		Start: time.Date(2026, time.June, 1, 0, 0, 0, 0, time.UTC),
	}
	var progress func(done, all int)
	if p.terminal(p.err) {
		progress = func(done, all int) {
			if done%24 == 0 || done == all {
				fmt.Fprintf(p.err, "\r%3d %%\r", 100*done/all)
			}
		}
	}
	result, err := simulate.Run(ctx, config, progress)
	if err != nil {
		return unlessInterrupted(ctx, err)
	}
	return flushed(p.out, result.Text(simulate.Look{Width: c.width(p), ASCII: c.ASCII || !p.unicode()}))
}

// width returns how wide plots are. 0 leaves it to them.
func (c *simulateCommand) width(p *process) int {
	if c.Width > 0 {
		return c.Width
	}
	n, _ := strconv.Atoi(p.get("COLUMNS"))
	return max(n, 0)
}

// unicode reports whether the locale's characters are UTF-8, by the first of
// the variables that is set (POSIX.1, 8.2). No locale is taken for one.
func (p *process) unicode() bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := p.get(name); v != "" {
			v = strings.ToLower(v)
			return strings.Contains(v, "utf-8") || strings.Contains(v, "utf8")
		}
	}
	return p.get("TERM") != "dumb"
}

// duration is a time.Duration that may be written in days, such as 30d.
type duration time.Duration

// UnmarshalText reads a duration.
func (d *duration) UnmarshalText(text []byte) error {
	if days, ok := strings.CutSuffix(string(text), "d"); ok {
		n, err := strconv.ParseUint(days, 10, 16)
		if err != nil {
			return fmt.Errorf("%q: want whole days such as 30d, or hours such as 12h", text)
		}
		*d = duration(time.Duration(n) * 24 * time.Hour)
		return nil
	}
	v, err := time.ParseDuration(string(text))
	if err != nil {
		return fmt.Errorf("%q: want whole days such as 30d, or hours such as 12h", text)
	}
	*d = duration(v)
	return nil
}
