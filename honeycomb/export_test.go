package honeycomb_test

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/honeycomb"
)

var update = flag.Bool("update", false, "write golden files again")

func TestExport(t *testing.T) {
	definitions := map[string]honeycomb.Definition{"small": smallDefinition(), "rich": richDefinition(), "liftsys": liftsysDefinition()}
	formats := map[string]func(honeycomb.Definition, honeycomb.PlanKind) ([]byte, error){
		"json": honeycomb.ExportJSON,
		"tf":   honeycomb.ExportTerraform,
	}
	for _, tt := range plans {
		if tt.kind == honeycomb.Enterprise {
			continue // the same as pro
		}
		for name, d := range definitions {
			for format, export := range formats {
				if name == "liftsys" && format == "json" {
					continue // package liftsys has it
				}
				file := name + "-" + tt.kind.String() + "." + format
				t.Run(file, func(t *testing.T) {
					got, err := export(d, tt.kind)
					if err != nil {
						t.Fatal(err)
					}
					path := filepath.Join("testdata", "export", file)
					if *update {
						if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
							t.Fatal(err)
						}
						if err := os.WriteFile(path, got, 0o644); err != nil {
							t.Fatal(err)
						}
					}
					want, err := os.ReadFile(path)
					if err != nil {
						t.Fatal(err)
					}
					if diff := cmp.Diff(string(want), string(got)); diff != "" {
						t.Errorf("run with -update and look at what changed (-golden +got):\n%s", diff)
					}
				})
			}
		}
	}
}

var (
	declaration = regexp.MustCompile(`(?m)^(?:resource "(\w+)" |variable )"(\w+)" \{$`)
	reference   = regexp.MustCompile(`\b(?:(honeycombio_\w+)|var)\.(\w+)`)
	literal     = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)
)

// TestTerraformReferences checks what terraform validate would: that everything
// that is named is declared.
func TestTerraformReferences(t *testing.T) {
	for _, tt := range plans {
		for _, d := range []honeycomb.Definition{smallDefinition(), liftsysDefinition()} {
			text, err := honeycomb.ExportTerraform(d, tt.kind)
			if err != nil {
				t.Fatal(err)
			}
			declared := map[string]int{}
			for _, m := range declaration.FindAllStringSubmatch(string(text), -1) {
				declared[m[1]+"."+m[2]]++
			}
			for name, n := range declared {
				if n > 1 {
					t.Errorf("%s: %s is declared %d times", tt.kind, name, n)
				}
			}
			// A reference inside a string is none.
			for _, m := range reference.FindAllStringSubmatch(literal.ReplaceAllString(string(text), `""`), -1) {
				if declared[m[1]+"."+m[2]] == 0 {
					t.Errorf("%s: %q is not declared", tt.kind, m[0])
				}
			}
			if strings.Count(string(text), "\n  description ") < len(d.Boards)+len(d.Triggers)+len(d.Fields)+len(d.SavedQueries()) {
				t.Errorf("%s: descriptions are missing", tt.kind)
			}
		}
	}
}

func TestTerraformFormat(t *testing.T) {
	terraform, err := exec.LookPath("terraform")
	if err != nil {
		t.Skip("terraform is not installed")
	}
	files, err := filepath.Glob(filepath.Join("testdata", "export", "*.tf"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden files: %v", err)
	}
	for _, file := range files {
		if out, err := exec.CommandContext(t.Context(), terraform, "fmt", "-check", "-diff", file).Output(); err != nil {
			t.Errorf("%s: %v\n%s", file, err, out)
		}
	}
}

func TestTerraformEscapes(t *testing.T) {
	d := smallDefinition()
	d.Boards[0].Description = "a \"quote\", a \\ and ${no} %{template}\nin two lines"
	text, err := honeycomb.ExportTerraform(d, honeycomb.Pro)
	if err != nil {
		t.Fatal(err)
	}
	want := `  description = "a \"quote\", a \\ and $${no} %%{template}\nin two lines"` + "\n"
	if !strings.Contains(string(text), want) {
		t.Errorf("the description is not escaped as %s", want)
	}
}
