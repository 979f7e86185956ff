package telemetry_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Each command that docs/SECURITY.md gives for a claim runs a test: go test
// passes where -run finds none.
func TestSecurityCommandsRunTests(t *testing.T) {
	t.Parallel()
	doc, err := os.ReadFile("docs/SECURITY.md")
	if err != nil {
		t.Fatal(err)
	}
	commands := regexp.MustCompile("`go test (?:-C (\\S+) )?([^`]*?)-run '?([^`' ]+)'?").FindAllStringSubmatch(string(doc), -1)
	if len(commands) < 20 {
		t.Errorf("%d commands found", len(commands))
	}
	for _, c := range commands {
		packages := strings.Fields(c[2])
		if len(packages) == 0 {
			packages = []string{"."}
		}
		for name := range strings.SplitSeq(c[3], `\|`) {
			declared := regexp.MustCompile(`(?m)^func Test\w*` + strings.TrimPrefix(name, "Test"))
			found := false
			for _, dir := range packages {
				files, err := filepath.Glob(filepath.Join(c[1], dir, "*_test.go"))
				if err != nil {
					t.Fatal(err)
				}
				for _, file := range files {
					source, err := os.ReadFile(file)
					if err != nil {
						t.Fatal(err)
					}
					found = found || declared.Match(source)
				}
			}
			if !found {
				t.Errorf("%s: no test is named %s", c[0], name)
			}
		}
	}
}
