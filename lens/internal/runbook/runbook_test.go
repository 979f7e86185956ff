package runbook

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/honeycomb/liftsys"
)

func TestSection(t *testing.T) {
	const document = "# All\n\n## One & Only\n\nfirst\n```sh\n## no heading\n```\n### Deeper\n\nmore\n\n## Two\n\nsecond\n#no heading\n"
	tests := []struct{ anchor, want string }{
		{"one--only", "## One & Only\n\nfirst\n```sh\n## no heading\n```\n### Deeper\n\nmore\n\n"},
		{"deeper", "### Deeper\n\nmore\n\n"},
		{"two", "## Two\n\nsecond\n#no heading\n"},
		{"three", ""},
		{"", ""},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, section(document, tt.anchor)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.anchor, diff)
		}
	}
}

func TestTheCopyIsFresh(t *testing.T) {
	want, err := os.ReadFile("../../../docs/HONEYCOMB_RUNBOOKS.md")
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != all {
		t.Error("runbooks.md is stale: run go generate ./internal/runbook")
	}
}

func TestEveryAlertHasItsSection(t *testing.T) {
	d := liftsys.Define(liftsys.Options{})
	anchors := map[string]string{}
	for _, a := range d.Triggers {
		anchors[a.Name] = a.Runbook
	}
	for _, s := range d.SLOs {
		for _, b := range s.BurnAlerts {
			anchors[s.Name] = b.Runbook
		}
	}
	for name, anchor := range anchors {
		if !strings.HasPrefix(Section(anchor), "## "+name+"\n") {
			t.Errorf("%s: the section %q is %.40q", name, anchor, Section(anchor))
		}
	}
}
