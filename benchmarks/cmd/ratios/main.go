// Command ratios runs the benchmarks, each pair of naive and ours directly
// after another, in several rounds, and prints for each pair the median of the
// rounds' ratios next to its target. Ratios of neighbours stand a noisy
// machine; times do not.
//
//	go run ./cmd/ratios                  // all of them, 5 rounds
//	go run ./cmd/ratios -bench Metrics   // some
//	go run ./cmd/ratios saved.txt        // from the output of go test -bench
//
// It fails where a target is missed.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

func main() {
	ok, err := run()
	if err != nil {
		fmt.Fprintln(os.Stderr, "ratios:", err)
		os.Exit(2)
	}
	if !ok {
		os.Exit(1)
	}
}

func run() (ok bool, err error) {
	bench := flag.String("bench", ".", "benchmarks to run, as with go test")
	rounds := flag.Int("rounds", 5, "how often to run each pair")
	procs := flag.String("cpu", "1,2", "GOMAXPROCS values, as with go test")
	benchTime := flag.String("benchtime", "200ms", "time per benchmark, as with go test")
	save := flag.String("save", "", "file for the output of the benchmarks")
	flag.Parse()

	var out []byte
	if flag.NArg() > 0 {
		out, err = os.ReadFile(flag.Arg(0))
	} else {
		out, err = measure(context.Background(), *rounds, "-test.run=^$", "-test.bench="+*bench, "-test.cpu="+*procs,
			"-test.benchtime="+*benchTime, "-test.benchmem")
	}
	if err != nil {
		return false, err
	}
	if *save != "" {
		if err := os.WriteFile(*save, out, 0o600); err != nil {
			return false, err
		}
	}
	pairs, err := parse(bytes.NewReader(out))
	if err != nil {
		return false, err
	}
	return report(os.Stdout, pairs), nil
}

// measure builds the benchmarks once and runs them round by round, so that
// what is compared runs within seconds.
func measure(ctx context.Context, rounds int, args ...string) (results []byte, err error) {
	dir, err := os.MkdirTemp("", "ratios")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	binary := filepath.Join(dir, "benchmarks.test")
	build := exec.CommandContext(ctx, "go", "test", "-c", "-o", binary, "github.com/lift-sys/telemetry/benchmarks")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return nil, fmt.Errorf("build: %w", err)
	}
	var out bytes.Buffer
	for round := range rounds {
		fmt.Fprintf(os.Stderr, "round %d of %d\n", round+1, rounds)
		var stderr bytes.Buffer
		bench := exec.CommandContext(ctx, binary, args...)
		bench.Stdout, bench.Stderr = &out, &stderr
		if err := bench.Run(); err != nil {
			return nil, fmt.Errorf("run: %w\n%s%s", err, out.Bytes(), stderr.Bytes())
		}
	}
	return out.Bytes(), nil
}
