package lint_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	root   = "../.."
	config = root + "/docs/golangci-spancheck.yml"
)

// TestSamples compares what golangci-lint reports, line by line, with the want
// comments of the samples.
func TestSamples(t *testing.T) {
	for _, tt := range []struct{ name, reason string }{
		{"good", "an alarm for right code teaches people to switch the linter off"},
		{"bad", "a span that is never ended is never sent"},
		{"missed", "these limits are documented; a finding here is good news: move the sample to bad"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(wanted(t, tt.name), reported(t, tt.name)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, diff)
			}
		})
	}
}

var want = regexp.MustCompile(`// want "([^"]+)"`)

// wanted returns the want comments of a sample as "file:line: text".
func wanted(t *testing.T, sample string) []string {
	t.Helper()
	var list []string
	for _, file := range files(t, sample) {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		line := 0
		for text := range strings.Lines(string(content)) {
			line++
			if m := want.FindStringSubmatch(text); m != nil {
				list = append(list, fmt.Sprintf("%s:%d: %s", filepath.Base(file), line, m[1]))
			}
		}
	}
	slices.Sort(list)
	return list
}

func files(t *testing.T, sample string) []string {
	t.Helper()
	list, err := filepath.Glob(filepath.Join("testdata", sample, "*.go"))
	if err != nil || len(list) == 0 {
		t.Fatalf("no sample %q: %v", sample, err)
	}
	return list
}

// reported returns what the linter says about a sample as "file:line: text".
func reported(t *testing.T, sample string) []string {
	t.Helper()
	out := golangci(t, "run", "--config", config, "--allow-parallel-runners", "--show-stats=false",
		"--output.json.path", "stdout", "./testdata/"+sample)
	var report struct {
		Issues []struct {
			FromLinter, Text string
			Pos              struct {
				Filename string
				Line     int
			}
		}
	}
	if err := json.NewDecoder(bytes.NewReader(out)).Decode(&report); err != nil {
		t.Fatalf("golangci-lint printed no report: %v\n%s", err, out)
	}
	var list []string
	for _, i := range report.Issues {
		if i.FromLinter != "spancheck" {
			t.Fatalf("%s says %q: the samples do not compile, or the configuration enables more than spancheck", i.FromLinter, i.Text)
		}
		list = append(list, fmt.Sprintf("%s:%d: %s", filepath.Base(i.Pos.Filename), i.Pos.Line, i.Text))
	}
	slices.Sort(list)
	return list
}

// golangci runs the golangci-lint that tools/go.mod pins; the first run builds
// it. Where that cannot be done the test is skipped, but not in CI.
func golangci(t *testing.T, args ...string) []byte {
	t.Helper()
	if testing.Short() {
		t.Skip("builds golangci-lint at the first run; left out with -short")
	}
	tool := []string{"tool", "-modfile=" + root + "/tools/go.mod", "golangci-lint"}
	run := func(args ...string) ([]byte, error) {
		cmd := exec.CommandContext(t.Context(), "go", append(slices.Clone(tool), args...)...)
		cmd.Env = append(os.Environ(), "GOWORK=off")
		return cmd.Output()
	}
	if _, err := run("version"); err != nil {
		text := fmt.Sprintf("THE LINTER'S SAMPLES WERE NOT CHECKED: golangci-lint cannot be built or run here: %v\n%s", err, stderr(err))
		if os.Getenv("CI") != "" {
			t.Fatal(text)
		}
		t.Skip(text)
	}
	out, err := run(args...)
	// It ends with 1 where it found something.
	if exit, ok := errors.AsType[*exec.ExitError](err); err != nil && (!ok || exit.ExitCode() != 1) {
		t.Fatalf("golangci-lint: %v\n%s", err, stderr(err))
	}
	return out
}

func stderr(err error) []byte {
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return exit.Stderr
	}
	return nil
}
