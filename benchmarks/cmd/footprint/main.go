// Command footprint compares the memory, CPU and latency of a small HTTP service
// without telemetry, with this library, and with stock OpenTelemetry, under
// the same load, which comes from this process as the receiver of the telemetry
// does. It needs Linux's /proc.
//
//	go run ./cmd/footprint
//	go run ./cmd/footprint -calls 5000 -rounds 3
//	go run ./cmd/footprint -calls 100 -llm 200ms    what the library promises; make overhead
//
// It fails where a target is missed.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/lift-sys/telemetry/benchmarks/app"
	"github.com/lift-sys/telemetry/benchmarks/sink"
)

// What the library may take over the bare service, in MB of 1e6 bytes.
const (
	maxIdleMB = 3
	maxLoadMB = 4
	// goalCalls is the load, in LLM calls per second, that maxLoadMB is for.
	goalCalls = 1000
)

// What the library promises a service whose LLMs take as long as real ones:
// shares of the bare service's latency, in percent, and of one core.
const (
	realLLM           = 100 * time.Millisecond
	maxLatencyPercent = 2
	maxCPUPoints      = 2
	promisedMB        = 10
)

var services = []string{"bare", "ours", "stock"}

func main() {
	calls := flag.Int("calls", goalCalls, "load, in LLM calls per second")
	rounds := flag.Int("rounds", 5, "how often to run each service")
	load := flag.Duration("for", 8*time.Second, "how long to load it each time")
	llm := flag.Duration("llm", 5*time.Millisecond, "how long an LLM takes to answer")
	flag.Parse()
	ok, err := run(context.Background(), *calls, *rounds, *load, *llm)
	if err != nil {
		fmt.Fprintln(os.Stderr, "footprint:", err)
		os.Exit(2)
	}
	if !ok {
		os.Exit(1)
	}
}

func run(ctx context.Context, calls, rounds int, load, llm time.Duration) (ok bool, err error) {
	if runtime.GOOS != "linux" {
		return false, fmt.Errorf("GOOS %q: footprint reads /proc, which only Linux has", runtime.GOOS)
	}
	dir, err := os.MkdirTemp("", "footprint")
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	for _, s := range services {
		build := exec.CommandContext(ctx, "go", "build", "-o", filepath.Join(dir, s),
			"github.com/lift-sys/telemetry/benchmarks/service/"+s)
		build.Stderr = os.Stderr
		if err := build.Run(); err != nil {
			return false, fmt.Errorf("build %s: %w", s, err)
		}
	}
	receiver := httptest.NewServer(sink.Discard)
	defer receiver.Close()

	runs := map[string][]usage{}
	for round := range rounds {
		fmt.Fprintf(os.Stderr, "round %d of %d\n", round+1, rounds)
		for _, s := range services {
			u, err := observe(ctx, filepath.Join(dir, s), receiver.URL, calls/app.CallsPerRequest, load, llm)
			if err != nil {
				return false, fmt.Errorf("%s: %w", s, err)
			}
			runs[s] = append(runs[s], u)
		}
	}
	return report(runs, calls, llm), nil
}

// report prints medians of what each service took over the bare one in the
// same round, and reports whether the targets are met.
func report(runs map[string][]usage, calls int, llm time.Duration) (ok bool) {
	ok = true
	waits := llm >= realLLM
	t := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "%d calls/s of %s\tbare\tours over bare\ttarget\t\tstock over bare\n", calls, llm)
	for _, row := range []struct {
		name   string
		what   func(usage) float64
		target float64 // over bare; 0 is none
		judged bool
	}{
		{"RSS after Init, MB", func(u usage) float64 { return u.idle.rss }, maxIdleMB, !waits && calls <= goalCalls},
		{"of it anonymous, MB", func(u usage) float64 { return u.idle.anonymous }, 0, false},
		{"RSS under load, MB", func(u usage) float64 { return u.loaded.rss }, maxLoadMB, !waits && calls <= goalCalls},
		{"RSS under load, MB, promised", func(u usage) float64 { return u.loaded.rss }, promisedMB, waits},
		{"of it anonymous, MB", func(u usage) float64 { return u.loaded.anonymous }, 0, false},
		{"CPU, % of one core", func(u usage) float64 { return u.cpu }, maxCPUPoints, waits},
		{"median latency, ms", func(u usage) float64 { return u.percentile(0.5) }, percentOf(runs["bare"], 0.5), waits},
		{"99th percentile, ms", func(u usage) float64 { return u.percentile(0.99) }, percentOf(runs["bare"], 0.99), waits},
	} {
		var base, ours, stock []float64
		for i, bare := range runs["bare"] {
			base = append(base, row.what(bare))
			ours = append(ours, row.what(runs["ours"][i])-row.what(bare))
			stock = append(stock, row.what(runs["stock"][i])-row.what(bare))
		}
		goal, verdict := "", ""
		if row.judged {
			goal, verdict = fmt.Sprintf("≤ %+.1f", row.target), "ok"
			if median(ours) > row.target {
				verdict, ok = "MISSED", false
			}
		}
		fmt.Fprintf(t, "%s\t%.1f\t%+.1f\t%s\t%s\t%+.1f\n", row.name, median(base), median(ours), goal, verdict, median(stock))
	}
	return t.Flush() == nil && ok
}

// percentOf returns how much may be added to a percentile of the bare service's
// latency, in milliseconds.
func percentOf(bare []usage, q float64) float64 {
	var all []float64
	for _, u := range bare {
		all = append(all, u.percentile(q))
	}
	return median(all) * maxLatencyPercent / 100
}

func median(values []float64) float64 {
	values = slices.Sorted(slices.Values(values))
	n := len(values)
	if n%2 == 1 {
		return values[n/2]
	}
	return (values[n/2-1] + values[n/2]) / 2
}

// client keeps enough connections that the load opens none on its way.
var client = &http.Client{
	Transport: &http.Transport{MaxIdleConnsPerHost: 64},
	Timeout:   10 * time.Second,
}
