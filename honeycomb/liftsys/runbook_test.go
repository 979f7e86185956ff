package liftsys_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/honeycomb/liftsys"
)

// runbooks returns the document's sections by their anchors.
func runbooks(t *testing.T) map[string]string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "docs", "HONEYCOMB_RUNBOOKS.md"))
	if err != nil {
		t.Fatal(err)
	}
	sections := make(map[string]string)
	for _, s := range strings.Split(string(data), "\n## ")[1:] {
		title, text, _ := strings.Cut(s, "\n")
		sections[anchor(title)] = text
	}
	return sections
}

// anchor is what GitHub makes of a heading of words.
func anchor(title string) string { return strings.ReplaceAll(strings.ToLower(title), " ", "-") }

func TestEveryAlertHasItsRunbook(t *testing.T) {
	sections := runbooks(t)
	d := liftsys.Define(liftsys.Options{})
	named := make(map[string]bool)
	check := func(alert, description, runbook string) {
		t.Helper()
		named[runbook] = true
		text, ok := sections[runbook]
		if !ok {
			t.Errorf("%s links #%s, and docs/HONEYCOMB_RUNBOOKS.md has no such section", alert, runbook)
			return
		}
		if sent := d.Describe(description, runbook); !strings.HasSuffix(sent, "/docs/HONEYCOMB_RUNBOOKS.md#"+runbook) {
			t.Errorf("%s is described as %q, want a link to its runbook", alert, sent)
		}
		for _, part := range []string{"**First five minutes**", "**Escalation:**", "**Resolves**", "`"} {
			if !strings.Contains(text, part) {
				t.Errorf("the runbook of %s lacks %s", alert, part)
			}
		}
	}
	for _, a := range d.Triggers {
		if anchor(a.Name) != a.Runbook {
			t.Errorf("trigger %q links #%s, want its own name", a.Name, a.Runbook)
		}
		if !strings.HasPrefix(strings.TrimSpace(sections[a.Runbook]), a.Severity.String()+". **Meaning:**") {
			t.Errorf("the runbook of %q does not begin with its severity %s and meaning", a.Name, a.Severity)
		}
		check("trigger "+a.Name, a.Description, a.Runbook)
	}
	for _, s := range d.SLOs {
		for _, b := range s.BurnAlerts {
			check("burn alert of "+s.Name, b.Description, b.Runbook)
		}
	}
	for a := range sections {
		if !named[a] {
			t.Errorf("section #%s belongs to no alert", a)
		}
	}
}

var (
	queryInText = regexp.MustCompile("`((?:COUNT|SUM|AVG|MAX|P95|HEATMAP)[^`]*)`")
	// A word with a point or an underscore in it is a column, outside of quotes.
	columnInText = regexp.MustCompile(`[a-z]+(?:[._][a-z0-9_]+)+`)
	quotedInText = regexp.MustCompile(`"[^"]*"`)
	linkInText   = regexp.MustCompile(`\]\(#([a-z-]+)\)`)
	namedInText  = regexp.MustCompile(`(?:[Pp]anel|[Ss]aved\s+query|[Bb]oard|see)\s+\*([^*]+)\*`)
)

func TestRunbooksNameWhatExists(t *testing.T) {
	d := liftsys.Define(liftsys.Options{})
	// What apply makes, and what is in the dataset of metrics.
	known := map[string]bool{"db.client.connection.state": true}
	for _, f := range d.Fields {
		known[string(f.Alias)] = true
	}
	for _, c := range d.UsedColumns() {
		known[string(c.Name)] = true
	}
	for _, def := range attr.All() {
		if def.Kind == attr.KindMetric {
			known[def.Name] = true
		}
	}
	titles := make(map[string]bool)
	for _, q := range d.SavedQueries() {
		titles[q.Name] = true
	}
	for _, b := range d.Boards {
		titles[b.Name] = true
	}
	sections := runbooks(t)
	queries := 0
	for name, text := range sections {
		for _, m := range queryInText.FindAllStringSubmatch(text, -1) {
			queries++
			for _, c := range columnInText.FindAllString(quotedInText.ReplaceAllString(m[1], ""), -1) {
				if !known[c] {
					t.Errorf("#%s: query %q names the column %q, which a young dataset may not have", name, m[1], c)
				}
			}
		}
		for _, m := range linkInText.FindAllStringSubmatch(text, -1) {
			if _, ok := sections[m[1]]; !ok {
				t.Errorf("#%s links #%s, which is no section", name, m[1])
			}
		}
		for _, m := range namedInText.FindAllStringSubmatch(text, -1) {
			if title := strings.Join(strings.Fields(m[1]), " "); !titles[title] {
				t.Errorf("#%s names %q, which is no board, panel or saved query", name, title)
			}
		}
	}
	if queries < 30 {
		t.Errorf("%d queries were found in the runbooks, so that this test checks little", queries)
	}
}

// The conditions in the runbooks' first lines are those of the alerts.
func TestRunbooksStateTheThresholds(t *testing.T) {
	want := map[string]string{
		"high-error-rate": "more than 10 %", "database-connection-errors": "more than 10 spans", "llm-provider-failure": "more than half",
		"llm-cost-spike": "more than $5.00", "slow-requests": "over 10 s", "code-generation-failing": "less than half", "average-cost-per-request": "more than $0.10",
		"event-budget": "a 31st of 20 million",
	}
	sections := runbooks(t)
	got := make(map[string]string)
	for _, a := range liftsys.Define(liftsys.Options{}).Triggers {
		if strings.Contains(sections[a.Runbook], want[a.Runbook]) && strings.Contains(strings.ToLower(a.Description), want[a.Runbook]) {
			got[a.Runbook] = want[a.Runbook]
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("runbook and description state the threshold (-want +got):\n%s", diff)
	}
}

func TestDefaultRunbooksIsThisDocument(t *testing.T) {
	if !strings.HasSuffix(liftsys.DefaultRunbooks, "/docs/HONEYCOMB_RUNBOOKS.md") {
		t.Errorf("alerts link %s", liftsys.DefaultRunbooks)
	}
	if got := liftsys.Define(liftsys.Options{}).Runbooks; got != liftsys.DefaultRunbooks {
		t.Errorf("the definition links %s", got)
	}
}
