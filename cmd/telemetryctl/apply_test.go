package main

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lift-sys/telemetry/internal/fakehoneycomb"
)

// bubble runs a test with a clock of its own: waits take no time.
func bubble(t *testing.T, name string, f func(*testing.T)) {
	t.Run(name, func(t *testing.T) { synctest.Test(t, f) })
}

var plans = []struct {
	name string
	fake fakehoneycomb.Plan
}{{"free", fakehoneycomb.Free}, {"pro", fakehoneycomb.Pro}, {"enterprise", fakehoneycomb.Enterprise}}

// TestPlanApplyPlan is the whole life: plan sees changes, apply makes them, a
// second apply writes nothing, plan is empty, destroy removes all but columns.
func TestPlanApplyPlan(t *testing.T) {
	for _, plan := range plans {
		bubble(t, plan.name, func(t *testing.T) {
			d := newDesk(t, fakehoneycomb.WithPlan(plan.fake))
			d.must(exitChanges, "plan", "-plan", plan.name)
			if writes := d.api.Writes(); len(writes) > 0 {
				t.Errorf("plan wrote: %v", writes)
			}
			d.api.Forget()
			d.must(exitOK, "apply", "-plan", plan.name)
			d.must(exitOK, "plan", "-plan", plan.name)
			d.api.Forget()
			again := d.must(exitOK, "apply", "--plan="+plan.name)
			if writes := d.api.Writes(); len(writes) > 0 {
				t.Errorf("a second apply wrote: %v", writes)
			}
			contains(t, again.Out, "Nothing to change.")
			columns := len(d.api.Objects(fakehoneycomb.KindColumn))
			d.must(exitOK, "destroy", "-plan", plan.name, "-yes", "-with-recipients")
			for _, kind := range []fakehoneycomb.Kind{
				fakehoneycomb.KindBoard, fakehoneycomb.KindTrigger, fakehoneycomb.KindSLO, fakehoneycomb.KindBurnAlert,
				fakehoneycomb.KindAnnotation, fakehoneycomb.KindField, fakehoneycomb.KindRecipient,
			} {
				if left := d.api.Objects(kind); len(left) > 0 {
					t.Errorf("destroy left %d of %s", len(left), kind)
				}
			}
			if got := len(d.api.Objects(fakehoneycomb.KindColumn)); got != columns || got == 0 {
				t.Errorf("%d columns after destroy, want %d", got, columns)
			}
		})
	}
}

// TestWhatIsShown is what a person sees of plan and apply.
func TestWhatIsShown(t *testing.T) {
	for _, plan := range plans[:2] {
		bubble(t, plan.name, func(t *testing.T) {
			d := newDesk(t, fakehoneycomb.WithPlan(plan.fake))
			d.define = shop
			for _, command := range []string{"plan", "apply"} {
				r := d.run(command, "-plan", plan.name)
				golden(t, command+"-"+plan.name+".txt", r.Out+r.Err)
			}
		})
	}
}

// TestDrift shows what somebody changed by hand, in plain text and in colours.
func TestDrift(t *testing.T) {
	bubble(t, "pro", func(t *testing.T) {
		d := newDesk(t)
		d.define = shop
		d.must(exitOK, "apply", "-plan", "pro")
		trigger := d.api.Objects(fakehoneycomb.KindTrigger)[0]
		id, _ := trigger["id"].(string)
		d.api.Edit(fakehoneycomb.KindTrigger, id, func(o fakehoneycomb.Object) {
			o["description"] = "Edited\nby hand."
			o["disabled"] = true
		})
		d.api.Remove(fakehoneycomb.KindBoard, d.api.Objects(fakehoneycomb.KindBoard)[0]["id"].(string))
		plain := d.must(exitChanges, "plan", "-plan", "pro")
		golden(t, "drift.txt", plain.Out)
		d.env["FORCE_COLOR"] = "1"
		coloured := d.must(exitChanges, "plan", "-plan", "pro")
		golden(t, "drift-colour.txt", coloured.Out)
		if colours := strings.Count(coloured.Out, "\x1b["); colours == 0 {
			t.Error("no colours")
		}
		d.env["NO_COLOR"] = "1"
		if r := d.must(exitChanges, "plan", "-plan", "pro"); r.Out != plain.Out {
			t.Error("NO_COLOR does not go before FORCE_COLOR")
		}
		delete(d.env, "NO_COLOR")
		delete(d.env, "FORCE_COLOR")
		d.must(exitOK, "apply", "-plan", "pro")
		d.must(exitOK, "plan", "-plan", "pro")
	})
}

func TestColourNeedsATerminal(t *testing.T) {
	tests := []struct {
		name     string
		env      map[string]string
		terminal bool
		want     bool
	}{
		{"terminal", map[string]string{"TERM": "xterm"}, true, true},
		{"pipe", map[string]string{"TERM": "xterm"}, false, false},
		{"dumb terminal", map[string]string{"TERM": "dumb"}, true, false},
		{"no TERM", nil, true, false},
		{"NO_COLOR", map[string]string{"TERM": "xterm", "NO_COLOR": "1"}, true, false},
		{"FORCE_COLOR in a pipe", map[string]string{"FORCE_COLOR": "1"}, false, true},
		{"FORCE_COLOR=0", map[string]string{"TERM": "xterm", "FORCE_COLOR": "0"}, true, false},
	}
	for _, tt := range tests {
		p := &process{
			lookup:   func(name string) (string, bool) { v, ok := tt.env[name]; return v, ok },
			terminal: func(any) bool { return tt.terminal },
		}
		if got := bool(p.painter(nil)); got != tt.want {
			t.Errorf("%s: colours %t, want %t", tt.name, got, tt.want)
		}
	}
}

// TestInterruptedApplyContinues fails one request of an apply and applies again.
func TestInterruptedApplyContinues(t *testing.T) {
	for _, index := range []int{12, 40, 90} {
		bubble(t, "", func(t *testing.T) {
			d := newDesk(t)
			d.api.Inject(func(r fakehoneycomb.Request) fakehoneycomb.Fault {
				if r.Index == index && r.Write() {
					return fakehoneycomb.Forbidden
				}
				return fakehoneycomb.None
			})
			broken := d.must(exitError, "apply", "-plan", "pro")
			contains(t, broken.Err, " failed after ", "apply again to continue from there")
			contains(t, broken.Out, " created, 0 updated, 0 deleted in ")
			d.api.Inject(nil)
			d.must(exitOK, "apply", "-plan", "pro")
			d.must(exitOK, "plan", "-plan", "pro")
		})
	}
}

// TestInterruption ends a command in the middle: an apply and a destroy, which
// need more than a minute of requests, a plan, and a question that nobody answers.
func TestInterruption(t *testing.T) {
	tests := []struct {
		name  string
		first []string
		after time.Duration
		args  []string
		err   string
		out   string
	}{
		{"apply", nil, 5 * time.Second, []string{"apply", "-plan", "pro"}, "telemetryctl: interrupted; run apply again to continue\n", " created, 0 updated, 0 deleted in "},
		{
			"destroy",
			[]string{"apply", "-plan", "pro"},
			400 * time.Millisecond,
			[]string{"destroy", "-plan", "pro", "-yes"},
			"telemetryctl: interrupted; run destroy again to continue\n", "0 created, 0 updated, ",
		},
		{"plan", nil, time.Millisecond, []string{"plan"}, "telemetryctl: interrupted\n" + untouched, ""},
		{"marker", nil, time.Millisecond, []string{"marker", "-message", "v1"}, "telemetryctl: interrupted\n", ""},
	}
	for _, tt := range tests {
		bubble(t, tt.name, func(t *testing.T) {
			d := newDesk(t, fakehoneycomb.WithLatency(10*time.Millisecond))
			if tt.first != nil {
				d.must(exitOK, tt.first...)
			}
			if tt.name == "marker" { // is one request only, which is repeated so
				d.api.Inject(func(fakehoneycomb.Request) fakehoneycomb.Fault { return fakehoneycomb.HangUpBefore })
			}
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			time.AfterFunc(tt.after, cancel)
			r := d.runContext(ctx, tt.args...)
			if r.Code != exitInterrupted || r.Err != tt.err {
				t.Errorf("status %d and %q, want %d and %q", r.Code, r.Err, exitInterrupted, tt.err)
			}
			contains(t, r.Out, tt.out)
		})
	}
}

// TestProgressOnATerminal writes one line over and over, and leaves it empty.
func TestProgressOnATerminal(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		d := newDesk(t, fakehoneycomb.WithPlan(fakehoneycomb.Free))
		d.terminal = true
		d.env["TERM"] = "xterm"
		d.env["NO_COLOR"] = "1"
		out := d.must(exitOK, "apply", "-plan", "free").Out
		contains(t, out, "\r\x1b[K[1/", "waiting ", ": rate limit")
		_, last, _ := strings.Cut(out[strings.LastIndex(out, "\r\x1b[K"):], "\r\x1b[K")
		if !strings.HasSuffix(last, ".\n") || strings.Count(last, "\n") != 1 || !strings.Contains(last, " created, ") {
			t.Errorf("the last line is %q", last)
		}
	})
}

func TestDestroyAsks(t *testing.T) {
	tests := []struct {
		name     string
		terminal bool
		input    string
		args     []string
		code     int
		err      string
		gone     bool
	}{
		{"yes", true, "yes\n", nil, exitOK, "", true},
		{"YES without a line break", true, " YES", nil, exitOK, "", true},
		{"no", true, "n\n", nil, exitError, "telemetryctl: the answer was not yes\ntelemetryctl: nothing was changed\n", false},
		{"end of input", true, "", nil, exitError, "telemetryctl: the answer was not yes\ntelemetryctl: nothing was changed\n", false},
		{"a script", false, "yes\n", nil, exitError, "telemetryctl: nobody is at the terminal to ask whether to delete: say -yes\ntelemetryctl: nothing was changed\n", false},
		{"a script that says so", false, "", []string{"-yes"}, exitOK, "", true},
	}
	for _, tt := range tests {
		bubble(t, tt.name, func(t *testing.T) {
			d := newDesk(t)
			d.must(exitOK, "apply", "-plan", "free", "-engineering", "none", "-page", "none", "-performance", "none", "-cost", "none")
			d.terminal, d.input = tt.terminal, tt.input
			r := d.run(append([]string{"destroy", "-plan", "free"}, tt.args...)...)
			if r.Code != tt.code || r.Err != tt.err {
				t.Errorf("status %d and %q, want %d and %q", r.Code, r.Err, tt.code, tt.err)
			}
			if gone := len(d.api.Objects(fakehoneycomb.KindBoard)) == 0; gone != tt.gone {
				t.Errorf("boards gone: %t, want %t", gone, tt.gone)
			}
		})
	}
}

// TestPruneAsks deletes what moved to another plan, after asking.
func TestPruneAsks(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		d := newDesk(t)
		d.define = shop
		d.must(exitOK, "apply", "-plan", "pro")
		smaller := d.must(exitChanges, "plan", "-plan", "free")
		contains(t, smaller.Out, "No longer defined; -prune deletes it", `trigger "Most fails"`)
		r := d.must(exitError, "apply", "-plan", "free", "-prune")
		contains(t, r.Err, "say -yes", "nothing was changed")
		d.must(exitOK, "apply", "-plan", "free", "-prune", "-yes")
		d.must(exitOK, "plan", "-plan", "free")
		if got := len(d.api.Objects(fakehoneycomb.KindTrigger)); got != 2 {
			t.Errorf("%d triggers, want 2", got)
		}
	})
}
