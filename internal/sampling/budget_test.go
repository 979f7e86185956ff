package sampling_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/internal/sampling"
)

const (
	window = 10 * time.Second
	// monthly is 7.5 events a second in a month of 31 days.
	monthly = 20_000_000
)

var may = time.Date(2026, time.May, 3, 12, 0, 0, 0, time.UTC)

// TestBudgetNeverOver holds what was sent against what had accrued, at the end
// of every window of every load.
func TestBudgetNeverOver(t *testing.T) {
	tests := []struct {
		name     string
		reason   string
		unique   bool
		size     func(i int) int                     // traces of window i
		clock    func(i int, at time.Time) time.Time // what the wall clock shows
		restarts int                                 // windows between two crashes; 0: none
	}{
		{name: "steady", reason: "ten times the budget", size: func(int) int { return 120 }},
		{name: "spike", reason: "100 times for one window in 20, after quiet ones", size: func(i int) int { return 8 + i%20/19*1200 }},
		{name: "unique keys", reason: "every trace has a key of its own", unique: true, size: func(int) int { return 300 }},
		{name: "clock jumps", reason: "a wall clock that jumps across months gives nothing away", size: func(int) int { return 120 }, clock: func(i int, at time.Time) time.Time {
			return at.AddDate(0, i%5-2, i%3-1)
		}},
		{name: "crash loop", reason: "a new process starts without credit", size: func(int) int { return 120 }, restarts: 3},
	}
	windows := proof(2000, 1_000_000)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			load := newLoad(1, 20)
			load.unique = tt.unique
			_, pool := load.traces(20_000)
			c := sampling.BudgetConfig{EventsPerMonth: monthly, Window: window}
			perWindow := float64(monthly) / (28 * 24 * 360) // in the shortest month: a jumping clock may show it
			b := sampling.NewBudget(c, may)
			now, sent, over := may, 0, 0
			for i := range windows {
				if tt.restarts > 0 && i%tt.restarts == 0 {
					b = sampling.NewBudget(c, now)
				}
				now = now.Add(window)
				wall := now
				if tt.clock != nil {
					wall = tt.clock(i, now)
				}
				from := i * 37 % (len(pool) - 1300)
				traces := pool[from : from+tt.size(i)]
				w := b.Close(traces, wall, window)
				kept := 0
				for j := range traces {
					if traces[j].Kept() {
						kept += traces[j].Cost
					}
				}
				sent += kept
				if kept != w.Used() || kept > w.Allowance || float64(sent) > perWindow*float64(i+1) {
					over++
				}
			}
			if over > 0 {
				t.Errorf("%d of %d windows over budget: %s", over, windows, tt.reason)
			}
			if least := 0.15 * perWindow * float64(windows); float64(sent) < least {
				t.Errorf("only %d events sent: the budget is there to be used", sent)
			}
		})
	}
}

// TestBudgetUnbiased compares what boards would show with the truth.
func TestBudgetUnbiased(t *testing.T) {
	const keys = 12
	tests := []struct {
		name    string
		reason  string
		size    int
		failing float64
		budget  int64
		times   int // 10⁶ traces: of fewer that are kept, chance alone moves the P95 by more than 2 %
	}{
		{"quotas", "room for one trace of each key", 200, 0.02, 2 * monthly, 1},
		{"one order", "no room for one of each: one of 40 traces is kept", 200, 0.02, monthly / 2, 8},
		{"error storm", "errors are thinned out too", 200, 0.7, monthly, 1},
		{"calm", "everything fits", 10, 0.02, 4 * monthly, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			load := newLoad(3, keys)
			load.failing = tt.failing
			b := sampling.NewBudget(sampling.BudgetConfig{EventsPerMonth: tt.budget, Window: window}, may)
			var count, failed, cost estimate
			var perKey [keys]estimate
			var truth []float64
			kept := map[float64]float64{}
			now := may
			for range proof(60_000, tt.times*1_000_000) / tt.size {
				requests, traces := load.traces(tt.size)
				now = now.Add(window)
				b.Close(traces, now, window)
				for i := range requests {
					q, tr := &requests[i], &traces[i]
					count.add(1, tr, q.id)
					cost.add(q.cost, tr, q.id)
					perKey[q.key].add(1, tr, q.id)
					if q.failed {
						failed.add(1, tr, q.id)
					}
					truth = append(truth, q.duration)
					if tr.Kept() {
						kept[q.duration] += float64(tr.Threshold.Weight(q.id))
					}
				}
			}
			count.check(t, "count")
			failed.check(t, "errors")
			cost.check(t, "sum of cost")
			for k := range perKey {
				perKey[k].check(t, "count of a key")
			}
			slices.Sort(truth)
			want, got := truth[len(truth)*95/100], weighted(kept, 0.95)
			t.Logf("P95 off by %+.2f %%", 100*(got/want-1))
			if tolerance := 0.02 * float64(proof(max(tt.times, 4), 1)); math.Abs(got-want) > tolerance*want {
				t.Errorf("P95 %.0f, want %.0f: %s", got, want, tt.reason)
			}
		})
	}
}

// weighted returns the quantile q of values with weights.
func weighted(values map[float64]float64, q float64) float64 {
	var total float64
	sorted := make([]float64, 0, len(values))
	for v, w := range values {
		sorted = append(sorted, v)
		total += w
	}
	slices.Sort(sorted)
	sum := 0.0
	for _, v := range sorted {
		if sum += values[v]; sum >= q*total {
			return v
		}
	}
	return math.NaN()
}

// TestBudgetKeepsRareKeys needs the budget to have room for a trace of each.
func TestBudgetKeepsRareKeys(t *testing.T) {
	b := sampling.NewBudget(sampling.BudgetConfig{EventsPerMonth: 20 * monthly, Window: window}, may)
	load := newLoad(5, 40)
	load.failing = 0
	for i := range proof(200, 20_000) {
		_, traces := load.traces(2000)
		b.Close(traces, may.Add(time.Duration(i+1)*window), window)
		came, kept := map[uint64]bool{}, map[uint64]bool{}
		for j := range traces {
			came[traces[j].Key] = true
			if traces[j].Kept() {
				kept[traces[j].Key] = true
			}
		}
		if len(kept) != len(came) {
			t.Fatalf("window %d: %d of %d keys were kept", i, len(kept), len(came))
		}
	}
}

// TestBudgetKeepsErrors lets a flood of ordinary traces and 15 failed ones
// compete for 74 events: the failed ones fit into their half.
func TestBudgetKeepsErrors(t *testing.T) {
	b := sampling.NewBudget(sampling.BudgetConfig{EventsPerMonth: monthly, Window: window}, may)
	load := newLoad(8, 20)
	load.failing = 0
	now := may
	for range proof(500, 100_000) {
		_, traces := load.traces(300)
		for i := range 15 {
			traces[i*20].Must, traces[i*20].Cost = true, 2
		}
		now = now.Add(window)
		b.Close(traces, now, window)
		for i := range 15 {
			if got := traces[i*20].Threshold; got != 0 {
				t.Fatalf("an error was kept by threshold %s only", got)
			}
		}
	}
}

// TestBudgetNests gives the same traces to two processes, of which one may send
// half as much.
func TestBudgetNests(t *testing.T) {
	large := sampling.NewBudget(sampling.BudgetConfig{EventsPerMonth: monthly}, may)
	small := sampling.NewBudget(sampling.BudgetConfig{EventsPerMonth: monthly / 2}, may)
	load := newLoad(9, 1)
	now, more := may, 0
	for range proof(500, 20_000) {
		_, a := load.traces(300)
		for i := range a {
			a[i].Key = 0
		}
		b := slices.Clone(a)
		now = now.Add(window)
		large.Close(a, now, window)
		small.Close(b, now, window)
		for i := range a {
			if b[i].Kept() && !a[i].Kept() {
				t.Fatalf("a trace that the smaller one keeps at %s is missing from the larger one, which cuts at %s", b[i].Threshold, a[i].Threshold)
			}
			if a[i].Kept() && !b[i].Kept() {
				more++
			}
		}
	}
	if more == 0 {
		t.Error("both keep the same")
	}
}

// TestBudgetMonth runs four processes for a month of 50 times the load that the
// budget has room for.
func TestBudgetMonth(t *testing.T) {
	june := time.Date(2026, time.June, 1, 0, 0, 0, 0, time.UTC)
	const instances = 4
	days := proof(1, 30)
	load := newLoad(11, 20)
	_, pool := load.traces(20_000)
	var sent int64
	for n := range instances {
		b := sampling.NewBudget(sampling.BudgetConfig{EventsPerMonth: monthly / instances}, june)
		now := june
		for i := range days * 24 * 360 {
			now = now.Add(window)
			from := (i*41 + n*5000) % (len(pool) - 200)
			b.Close(pool[from:from+150], now.Add(-1), window) // 150 of 6.5 events: 50 times 19
		}
		sent += b.Ledger().Month().Used
	}
	most := int64(monthly) * int64(days) / 30
	if sent > most || sent < most*9/10 {
		t.Errorf("%d events sent in %d days, want at most %d, and nearly all of it", sent, days, most)
	}
}

func TestBudgetOversize(t *testing.T) {
	b := sampling.NewBudget(sampling.BudgetConfig{EventsPerMonth: monthly}, may)
	traces := []sampling.Trace{{R: 1 << 55, Cost: 100_000}, {R: 1, Cost: 1}}
	w := b.Close(traces, may.Add(window), window)
	want := sampling.Window{Allowance: 74, Rest: sampling.Stratum{Traces: 2, Events: 100_001, KeptTraces: 1, KeptEvents: 1, Weight: 1, Oversize: 1}}
	if diff := cmp.Diff(want, w); diff != "" {
		t.Errorf("one trace over the allowance takes nothing from the others (-want +got):\n%s", diff)
	}
}

func TestBudgetFloor(t *testing.T) {
	b := sampling.NewBudget(sampling.BudgetConfig{EventsPerMonth: monthly}, may)
	traces := []sampling.Trace{{R: 3 << 54, Cost: 1, Floor: 1 << 55}}
	b.Close(traces, may.Add(window), window)
	if got := traces[0].Threshold; got != 1<<55 {
		t.Errorf("threshold %s, want 8: what was rejected before stays so", got)
	}
}

// TestBudgetTies has traces with one R, as local roots of one trace have: they
// are kept together or not at all, or the threshold would be a lie.
func TestBudgetTies(t *testing.T) {
	b := sampling.NewBudget(sampling.BudgetConfig{EventsPerMonth: monthly}, may)
	traces := []sampling.Trace{{R: 9, Cost: 50}, {R: 9, Cost: 50}, {R: 11, Cost: 1}}
	b.Close(traces, may.Add(window), window)
	for i, want := range []bool{false, false, true} {
		if traces[i].Kept() != want {
			t.Errorf("trace %d kept: %t", i, !want)
		}
	}
}
