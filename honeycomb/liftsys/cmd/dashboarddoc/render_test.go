package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/honeycomb"
	"github.com/lift-sys/telemetry/honeycomb/liftsys"
)

var update = flag.Bool("update", false, "rewrite docs/HONEYCOMB_DASHBOARDS.md and docs/honeycomb-dashboards.json")

var docs = filepath.Join("..", "..", "..", "..", "docs")

func TestDocumentsAreCurrent(t *testing.T) {
	if *update {
		if err := run([]string{docs}); err != nil {
			t.Fatal(err)
		}
	}
	d := liftsys.Define(liftsys.Options{})
	data, err := encode(d)
	if err != nil {
		t.Fatal(err)
	}
	for file, got := range map[string][]byte{markdownFile: render(d), jsonFile: data} {
		want, err := os.ReadFile(filepath.Join(docs, file))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("docs/%s is stale; run go generate ./honeycomb/liftsys (-file +rendered):\n%s", file, diff)
		}
	}
}

func TestEverythingIsInTheDocument(t *testing.T) {
	d := liftsys.Define(liftsys.Options{})
	text := string(render(d))
	row := func(cells ...string) {
		t.Helper()
		if want := "| " + strings.Join(cells, " | ") + " |"; strings.Count(text, want) != 1 {
			t.Errorf("%d rows begin with %s, want 1", strings.Count(text, want), want)
		}
	}
	for _, b := range d.Boards {
		if !strings.Contains(text, "\n## "+b.Name+"\n") {
			t.Errorf("board %q has no section", b.Name)
		}
		for _, p := range b.Panels {
			if p.Query != nil {
				row(p.Query.Name, p.Query.Description, "`"+p.Query.Query.String()+"`")
			}
		}
	}
	for _, q := range d.Queries {
		row(q.Name, q.Description, "`"+q.Query.String()+"`")
	}
	for _, a := range d.Triggers {
		row(fmt.Sprintf("[%s](HONEYCOMB_RUNBOOKS.md#%s)", a.Name, a.Runbook), a.Severity.String())
	}
}

func TestRenderCells(t *testing.T) {
	d := honeycomb.Definition{
		Fields:   []honeycomb.CalculatedField{{Alias: "f", Description: "a | b", Expression: "COALESCE($a, `x`)"}},
		Triggers: []honeycomb.Trigger{{Name: "No runbook"}},
		Boards:   []honeycomb.Board{{Name: "B", Panels: []honeycomb.Panel{{SLO: "nowhere"}}}},
	}
	text := string(render(d))
	for want, reason := range map[string]string{
		"| `f` | a \\| b | `` COALESCE($a, `x`) `` |": "a pipe would end the cell, a backquote the code",
		"| No runbook | P2 |":                         "without an anchor there is nothing to link to",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the document lacks %s: %s", want, reason)
		}
	}
	if strings.Contains(text, "nowhere") {
		t.Error("an SLO that is not defined has a row")
	}
}

func TestRun(t *testing.T) {
	dir := t.TempDir()
	tests := []struct {
		name, reason string
		args         []string
		want         string
	}{
		{"no folder", "nowhere to write", nil, "arguments []: want one, the folder to write to"},
		{"a folder that is not there", "the system's reason is passed on", []string{filepath.Join(dir, "no")}, "no such file"},
		{"a folder", "both files", []string{dir}, "<nil>"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := fmt.Sprint(run(tt.args)); !strings.Contains(got, tt.want) {
				t.Errorf("run(%q) = %s, want %s: %s", tt.args, got, tt.want, tt.reason)
			}
		})
	}
	got, err := os.ReadFile(filepath.Join(dir, markdownFile))
	if err != nil || !bytes.Equal(got, render(liftsys.Define(liftsys.Options{}))) {
		t.Errorf("the file holds %d bytes, %v: want the document", len(got), err)
	}
}
