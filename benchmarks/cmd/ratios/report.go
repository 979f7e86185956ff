package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
)

// target is what the library promises for a pair. A zero field promises
// nothing.
type target struct {
	ratio float64       // of times, ours over naive
	time  time.Duration // of ours, for what has no counterpart
}

// targets by the pair's name. Where a name is missing, the pair is for
// information. Allocations are held by tests, which are exact.
var targets = map[string]target{
	"Recorded/llm_root":                     {ratio: 0.55},
	"Recorded/llm_child":                    {ratio: 0.55},
	"Recorded/session":                      {ratio: 1},
	"Recorded/ir":                           {ratio: 1},
	"Recorded/codegen":                      {ratio: 1},
	"Recorded/step":                         {ratio: 1},
	"Recorded/event":                        {ratio: 1},
	"Recorded/cost":                         {ratio: 1},
	"Unrecorded/llm_sampled_out_root":       {ratio: 0.40},
	"Unrecorded/llm_in_sampled_out_trace":   {ratio: 0.40},
	"Unrecorded/start_in_sampled_out_trace": {ratio: 0.40},
	"Metrics/alone":                         {ratio: 0.35},
	"Metrics/in_sampled_trace":              {ratio: 0.35},
	"Off/start":                             {time: 5 * time.Nanosecond},
	"Encode/spans_512":                      {ratio: 0.15},
	"Init/init":                             {time: time.Millisecond},
}

// report prints a table and reports whether every target is met.
func report(w io.Writer, pairs []*pair) (ok bool) {
	ok = true
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "benchmark\tprocs\tnaive\tours\tratio\tmin–max\ttarget\t\tallocs naive\tours")
	for _, p := range pairs {
		if len(p.ours) == 0 {
			continue
		}
		ratios, naive, ours := p.ratios(), median(p.naive, nanoseconds), median(p.ours, nanoseconds)
		goal, met := targets[p.name].judge(middle(ratios), ours)
		verdict := ""
		if goal != "" {
			verdict = "ok"
		}
		if !met {
			verdict, ok = "MISSED", false
		}
		fmt.Fprintln(t, strings.Join([]string{
			p.name, fmt.Sprint(p.procs), duration(naive), duration(ours),
			fmt.Sprintf("%.2f", middle(ratios)), fmt.Sprintf("%.2f–%.2f", ratios[0], ratios[len(ratios)-1]),
			goal, verdict,
			fmt.Sprint(median(p.naive, allocations)), fmt.Sprint(median(p.ours, allocations)),
		}, "\t"))
	}
	return t.Flush() == nil && ok
}

// judge returns the target as text and whether it is met.
func (t target) judge(ratio, ns float64) (goal string, met bool) {
	switch {
	case t.ratio > 0:
		return fmt.Sprintf("≤ %.2f", t.ratio), ratio <= t.ratio
	case t.time > 0:
		return fmt.Sprintf("≤ %v", t.time), ns <= float64(t.time)
	}
	return "", true
}

// duration prints nanoseconds with three digits.
func duration(ns float64) string {
	switch {
	case ns < 1e3:
		return fmt.Sprintf("%.3g ns", ns)
	case ns < 1e6:
		return fmt.Sprintf("%.3g µs", ns/1e3)
	}
	return fmt.Sprintf("%.3g ms", ns/1e6)
}
