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

	"github.com/lift-sys/telemetry/attr"
)

var update = flag.Bool("update", false, "rewrite docs/ATTRIBUTES.md")

func TestDocumentIsCurrent(t *testing.T) {
	file := filepath.Join("..", "..", "docs", "ATTRIBUTES.md")
	got := render(attr.All())
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("docs/ATTRIBUTES.md is stale; run go generate ./attr (-file +rendered):\n%s", diff)
	}
}

func TestEveryRowIsInTheDocument(t *testing.T) {
	lines := strings.Split(string(render(attr.All())), "\n")
	for _, d := range attr.All() {
		n := 0
		for _, l := range lines {
			if strings.HasPrefix(l, "| `"+d.Name+"` |") {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%s %q starts %d rows, want 1", d.Kind, d.Name, n)
		}
	}
}

func TestIntrosHaveSections(t *testing.T) {
	groups := make(map[string]bool)
	for _, d := range attr.All() {
		groups[d.Group] = true
	}
	for _, s := range sections {
		if !groups[s] {
			t.Errorf("section %q has no rows", s)
		}
	}
	for s := range intros {
		if !groups[s] {
			t.Errorf("introduction to %q has no section", s)
		}
	}
}

func TestRender(t *testing.T) {
	tests := []struct {
		name, reason string
		defs         []attr.Def
		want         string
	}{
		{"nothing", "no rows make no section", nil, ""},
		{"a pipe in a cell", "it would end the cell", []attr.Def{
			{Name: "a", Kind: attr.KindColumn, Group: "Odd", Type: attr.TypeInt, Brief: "This | that."},
		}, "\n## Odd\n\n| Column | Type | Meaning |\n| --- | --- | --- |\n| `a` | int | This \\| that. |\n"},
		{"a row that differs", "what most rows share is said once, the rest in the row", []attr.Def{
			{Name: "a", Kind: attr.KindAttribute, Group: "Odd", Type: attr.TypeInt, Brief: "A.", Package: "p", Source: attr.SourceLift, Spans: []string{attr.EverySpan}},
			{Name: "b", Kind: attr.KindAttribute, Group: "Odd", Type: attr.TypeInt, Brief: "B.", Package: "p", Source: attr.SourceLift, Spans: []string{attr.EverySpan}},
			{
				Name: "c", Kind: attr.KindAttribute, Group: "Odd", Type: attr.TypeString, Brief: "C.", Note: "Note.", Package: "q", Source: "https://x/docs/c.md",
				Spans: []string{"s"}, Values: []string{"v"}, Open: true, Twin: "a", Stability: attr.Development,
			},
		}, "\n## Odd\n\nWritten by `p`, on every span of a request, unless a row says otherwise.\n\n" +
			"| Attribute | Type | Meaning | Values | Twin | Status |\n| --- | --- | --- | --- | --- | --- |\n" +
			"| `a` | int | A. |  |  | stable |\n| `b` | int | B. |  |  | stable |\n" +
			"| `c` | string | C. Note. On `s`. Written by `q`. | `v`, … | `a` | development, [c](https://x/docs/c.md) |\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := strings.TrimPrefix(string(render(tt.defs)), preamble)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
		})
	}
}

func TestRun(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "f")
	tests := []struct {
		name, reason string
		args         []string
		want         string
	}{
		{"no file", "nowhere to write", nil, "arguments []: want one, the file to write"},
		{"two files", "one document, one file", []string{"a", "b"}, `arguments ["a" "b"]: want one, the file to write`},
		{"a folder that is not there", "the system's reason is passed on", []string{filepath.Join(dir, "no", "f")}, "no such file"},
		{"a file", "written whole", []string{file}, "<nil>"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := fmt.Sprint(run(tt.args)); !strings.Contains(got, tt.want) {
				t.Errorf("run(%q) = %s, want %s: %s", tt.args, got, tt.want, tt.reason)
			}
		})
	}
	got, err := os.ReadFile(file)
	if err != nil || !bytes.Equal(got, render(attr.All())) {
		t.Errorf("the file holds %d bytes, %v: want the document", len(got), err)
	}
}
