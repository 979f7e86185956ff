package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/honeycomb"
	"github.com/lift-sys/telemetry/honeycomb/liftsys"
	"github.com/lift-sys/telemetry/internal/fakehoneycomb"
)

// documented are the documents whose commands have to work.
var documented = []string{"HONEYCOMB_QUICK_START.md", "TRAINING.md", "SAMPLING.md"}

// commandsOf returns the runs of the program in a document's sh blocks, as the
// words that a shell makes of them.
func commandsOf(t *testing.T, name string) [][]string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "docs", name))
	if err != nil {
		t.Fatal(err)
	}
	var all [][]string
	block := ""
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		if language, ok := strings.CutPrefix(line, "```"); ok {
			block = language
			continue
		}
		for _, start := range []string{"telemetryctl ", "go run ./cmd/telemetryctl "} {
			if arguments, ok := strings.CutPrefix(line, start); ok && block == "sh" {
				all = append(all, words(arguments))
			}
		}
	}
	return all
}

// words splits a line as a shell does, as far as the documents need it: double
// quotes, and comments after a blank.
func words(line string) []string {
	var all []string
	var word strings.Builder
	quoted, open := false, false
	for _, c := range line {
		switch {
		case c == '"':
			quoted, open = !quoted, true
		case c == '#' && !open:
			return all
		case c == ' ' && !quoted:
			if open {
				all = append(all, word.String())
			}
			word.Reset()
			open = false
		default:
			word.WriteRune(c)
			open = true
		}
	}
	if open {
		all = append(all, word.String())
	}
	return all
}

// TestDocumentedCommands runs them in their order against a team on the free
// plan. Each has to do what a reader expects; nobody is asked.
func TestDocumentedCommands(t *testing.T) {
	for _, name := range documented {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := newDesk(t, fakehoneycomb.WithPlan(fakehoneycomb.Free),
					fakehoneycomb.WithDataset(fakehoneycomb.DefaultTeam, fakehoneycomb.DefaultEnvironment, "lift-api"),
					fakehoneycomb.WithDataset(fakehoneycomb.DefaultTeam, fakehoneycomb.DefaultEnvironment, "lift-pipeline"))
				delete(d.env, datasetVariable)
				d.terminal, d.input = true, "yes\n"
				commands := commandsOf(t, name)
				if len(commands) < 4 {
					t.Errorf("found %d commands; did the document change its form?", len(commands))
				}
				for _, args := range commands {
					switch args[0] {
					case "doctor", "simulate": // have tests of their own; here only their flags count
						d.must(exitOK, append(args, "-h")...)
					case "plan":
						d.must(exitChanges, args...)
					default:
						d.must(exitOK, args...)
					}
				}
			})
		})
	}
}

// TestDocumentedRecipients reads the file that the quick start shows.
func TestDocumentedRecipients(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("..", "..", "docs", "HONEYCOMB_QUICK_START.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, block, _ := strings.Cut(string(data), "```json\n")
	block, _, _ = strings.Cut(block, "```")
	name := filepath.Join(t.TempDir(), "recipients.json")
	if err := os.WriteFile(name, []byte(block), 0o600); err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		newDesk(t).must(exitOK, "apply", "-plan", "pro", "-recipients", name)
	})
}

var (
	codeSpan = regexp.MustCompile("`[^`\n]+`")
	column   = regexp.MustCompile(`[a-z_]+(\.[a-z_]+)+`)
	quoted   = regexp.MustCompile(`"[^"]*"`)
)

// TestDocumentedColumns holds every query of the training against the registry:
// a column that nobody emits would show nothing.
func TestDocumentedColumns(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("..", "..", "docs", "TRAINING.md"))
	if err != nil {
		t.Fatal(err)
	}
	fields := liftsys.Define(liftsys.Options{}).Fields
	queries := 0
	for _, code := range codeSpan.FindAllString(string(data), -1) {
		if !strings.Contains(code, " where ") && !strings.Contains(code, " by ") {
			continue
		}
		queries++
		for _, name := range column.FindAllString(quoted.ReplaceAllString(code, ""), -1) {
			_, known := attr.Lookup(name)
			if !known && !slices.ContainsFunc(fields, func(f honeycomb.CalculatedField) bool { return string(f.Alias) == name }) {
				t.Errorf("%s: %q is no column", code, name)
			}
		}
	}
	if queries < 10 {
		t.Errorf("found %d queries; did the document change its form?", queries)
	}
}
