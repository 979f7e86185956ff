package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// report prints what happened as a table. Times and memory are for the reader:
// no machine fails a run by being slow.
func report(w io.Writer, v verdict) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "service\tkilled\tended\taccepted\trefused\tdropped\tin memory\tunexplained\tduplicates\tdrained\tmemory\tp99\t")
	for _, a := range v.accounts {
		fmt.Fprintf(t, "%s\t%d\t%d\t%d\t%s\t%d\t%d\t%d\t%d in %d\t%s\t%.1f MB\t%.2f ms\t\n",
			a.service.name, a.service.kills, a.ended, a.arrived, refusals(a.refused), a.dropped, a.inMemory, len(a.missing),
			a.duplicates, a.repeated, a.service.drained.Round(100*time.Millisecond), float64(a.memory)/1e6, a.p99.Seconds()*1e3)
	}
	_ = t.Flush()
	for _, a := range v.accounts {
		if a.disk != "" {
			fmt.Fprintf(w, "\n%s: %s", a.service.name, a.disk)
		}
	}
	fmt.Fprint(w, "\n\nrequests that met: ")
	for i, f := range slices.Sorted(maps.Keys(v.seen.met)) {
		if i > 0 {
			fmt.Fprint(w, ", ")
		}
		fmt.Fprintf(w, "%s %d", f, v.seen.met[f])
	}
	fmt.Fprintln(w)
}

func refusals(by map[fault]int) string {
	if len(by) == 0 {
		return "0"
	}
	var all []string
	for _, f := range slices.Sorted(maps.Keys(by)) {
		all = append(all, fmt.Sprintf("%d (%s)", by[f], f))
	}
	return strings.Join(all, ", ")
}
