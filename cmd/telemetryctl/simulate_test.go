package main

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestSimulate runs what a person runs first, over two hours.
func TestSimulate(t *testing.T) {
	file := filepath.Join("testdata", "simulate.txt")
	d := newDesk(t)
	r := d.must(exitOK, "simulate", "-duration", "2h", "-instances", "1", "-load", "100", "-shape", "spikes", "-keys", "3")
	if *update {
		if err := os.WriteFile(file, []byte(r.Out), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), r.Out); diff != "" {
		t.Errorf("(-golden +got):\n%s", diff)
	}
	if r.Err != "" {
		t.Errorf("standard error, which is no terminal, has %q", r.Err)
	}
}

func TestSimulateDrawsForTheTerminal(t *testing.T) {
	tests := []struct {
		name, reason string
		env          map[string]string
		args         []string
		columns      int
		ascii        bool
	}{
		{"default", "a file or a pipe", nil, nil, 80, false},
		{"COLUMNS", "shells that export it know the width", map[string]string{"COLUMNS": "60"}, nil, 60, false},
		{"no number", "whoever sets COLUMNS to nonsense gets the default", map[string]string{"COLUMNS": "wide"}, nil, 80, false},
		{"flag", "a flag goes before the environment", map[string]string{"COLUMNS": "60"}, []string{"-width", "100"}, 100, false},
		{"UTF-8", "the usual locale", map[string]string{"LANG": "en_US.UTF-8"}, nil, 80, false},
		{"C", "LC_ALL goes before LANG", map[string]string{"LC_ALL": "C", "LANG": "en_US.UTF-8"}, nil, 80, true},
		{"dumb", "a terminal that says it can do nothing", map[string]string{"TERM": "dumb"}, nil, 80, true},
		{"ascii", "where the program guesses wrong", map[string]string{"LANG": "C.utf8"}, []string{"-ascii"}, 80, true},
	}
	for _, tt := range tests {
		d := newDesk(t)
		maps.Copy(d.env, tt.env)
		r := d.must(exitOK, append([]string{"simulate", "-duration", "1h", "-load", "1", "-shape", "steady"}, tt.args...)...)
		_, plots, ok := strings.Cut(r.Out, "Events that came, a second\n")
		if !ok {
			t.Fatalf("no plot:\n%s", r.Out)
		}
		lines := strings.Split(plots, "\n")
		if got := len([]rune(lines[0])); got != tt.columns {
			t.Errorf("%s: a plot is %d characters wide, want %d: %s", tt.name, got, tt.columns, tt.reason)
		}
		if got := !strings.Contains(plots, "█"); got != tt.ascii {
			t.Errorf("%s: ASCII is %t, want %t: %s", tt.name, got, tt.ascii, tt.reason)
		}
	}
}

func TestSimulateShowsHowFarItIs(t *testing.T) {
	d := newDesk(t)
	d.terminal = true
	if r := d.must(exitOK, "simulate", "-duration", "2d", "-load", "1"); r.Err != "\r 50 %\r\r100 %\r" {
		t.Errorf("standard error has %q", r.Err)
	}
}

func TestSimulateRefuses(t *testing.T) {
	tests := []struct {
		name string
		args []string
		want string
	}{
		{"days", []string{"-duration", "1.5d"}, `"1.5d": want whole days such as 30d, or hours such as 12h`},
		{"time", []string{"-duration", "long"}, `"long": want whole days such as 30d, or hours such as 12h`},
		{"too long", []string{"-duration", "367d"}, `duration "8808h0m0s": want an hour to a year, such as 30d`},
		{"shape", []string{"-shape", "round"}, `"steady","day","spikes"`},
		{"load", []string{"-load", "0"}, `load "0": want events a second, above 0 and at most 1000000`},
	}
	for _, tt := range tests {
		if r := newDesk(t).must(exitError, append([]string{"simulate"}, tt.args...)...); !strings.Contains(r.Err, tt.want) {
			t.Errorf("%s: %q, want %q", tt.name, r.Err, tt.want)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if r := newDesk(t).runContext(ctx, "simulate"); r.Code != exitInterrupted {
		t.Errorf("interrupted: status %d, want %d", r.Code, exitInterrupted)
	}
}
