package main

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// pair holds the results of one comparison, one element per round.
type pair struct {
	name        string // such as "Recorded/llm_root"
	procs       int
	naive, ours []result
}

type result struct{ ns, allocs float64 }

// parse reads the output of go test -bench. Benchmarks that are named neither
// …/naive nor …/ours are skipped; pairs come in the order of their first
// appearance.
func parse(r io.Reader) ([]*pair, error) {
	var (
		pairs []*pair
		index = map[string]*pair{}
		lines = bufio.NewScanner(r)
	)
	for lines.Scan() {
		name, res, ok, err := parseLine(lines.Text())
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		name, procs := splitProcs(name)
		base, side, _ := cutLast(name, "/")
		if side != "naive" && side != "ours" {
			continue
		}
		id := fmt.Sprint(base, "-", procs)
		p := index[id]
		if p == nil {
			p = &pair{name: strings.TrimPrefix(base, "Benchmark"), procs: procs}
			index[id], pairs = p, append(pairs, p)
		}
		if side == "naive" {
			p.naive = append(p.naive, res)
		} else {
			p.ours = append(p.ours, res)
		}
	}
	for _, p := range pairs {
		if len(p.naive) != len(p.ours) {
			return nil, fmt.Errorf("%s has %d results of naive and %d of ours: run both in the same rounds", p.name, len(p.naive), len(p.ours))
		}
	}
	return pairs, lines.Err()
}

// parseLine reads a line such as
// "BenchmarkX/naive-2  1000  52.1 ns/op  16 B/op  1 allocs/op".
func parseLine(line string) (name string, r result, ok bool, err error) {
	f := strings.Fields(line)
	if len(f) < 4 || !strings.HasPrefix(f[0], "Benchmark") {
		return "", result{}, false, nil
	}
	for i := 2; i+1 < len(f); i += 2 {
		v, err := strconv.ParseFloat(f[i], 64)
		if err != nil {
			return "", result{}, false, fmt.Errorf("%q: %w", line, err)
		}
		switch f[i+1] {
		case "ns/op":
			r.ns = v
		case "allocs/op":
			r.allocs = v
		}
	}
	return f[0], r, true, nil
}

// splitProcs takes GOMAXPROCS off a benchmark's name, which is there unless it
// is 1.
func splitProcs(name string) (string, int) {
	if base, last, ok := cutLast(name, "-"); ok {
		if n, err := strconv.Atoi(last); err == nil {
			return base, n
		}
	}
	return name, 1
}

func cutLast(s, sep string) (before, after string, ok bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// ratios returns ours over naive, round by round, in ascending order.
func (p *pair) ratios() []float64 {
	out := make([]float64, len(p.ours))
	for i := range out {
		out[i] = p.ours[i].ns / p.naive[i].ns
	}
	slices.Sort(out)
	return out
}

func nanoseconds(r result) float64 { return r.ns }
func allocations(r result) float64 { return r.allocs }

// median returns the middle of what of rs, or 0 where there is nothing.
func median(rs []result, what func(result) float64) float64 {
	values := make([]float64, len(rs))
	for i, r := range rs {
		values[i] = what(r)
	}
	slices.Sort(values)
	return middle(values)
}

// middle returns the median of sorted values.
func middle(values []float64) float64 {
	n := len(values)
	switch {
	case n == 0:
		return 0
	case n%2 == 1:
		return values[n/2]
	}
	return (values[n/2-1] + values[n/2]) / 2
}
