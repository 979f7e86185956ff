package env_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/internal/env"
)

// TestDocuments holds docs/CONFIGURATION.md and the package documentation to
// the table of variables; -update rewrites them.
func TestDocuments(t *testing.T) {
	for _, d := range []struct {
		file   string
		update func(old string) string
	}{
		{"../../docs/CONFIGURATION.md", func(string) string { return configurationDocument() }},
		{"../../doc.go", packageDocument},
	} {
		t.Run(d.file, func(t *testing.T) {
			old, err := os.ReadFile(d.file)
			if err != nil {
				t.Fatal(err)
			}
			want := d.update(string(old))
			if *update {
				if err := os.WriteFile(d.file, []byte(want), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(want, string(old)); diff != "" {
				t.Errorf("not what the table says (-want +got); run go test ./internal/env -update\n%s", diff)
			}
		})
	}
}

// packageDocument replaces the list of variables in the root package's doc.go.
func packageDocument(old string) string {
	const from, to = "// # Environment\n", "\npackage telemetry\n"
	before, rest, ok := strings.Cut(old, from)
	_, after, ok2 := strings.Cut(rest, to)
	if !ok || !ok2 {
		return "doc.go has no section # Environment before its package clause"
	}
	var b strings.Builder
	b.WriteString("//\n// An empty variable counts as unset. Those of one signal, such as\n" +
		"// OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, go before those of all signals.\n" +
		"// docs/CONFIGURATION.md has the same list with defaults and sources.\n//\n")
	for _, v := range env.Variables() {
		if !strings.Contains(v.Name, "_OTLP_TRACES_") && !strings.Contains(v.Name, "_OTLP_METRICS_") || v.Name == "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE" {
			fmt.Fprintf(&b, "//   - %s: %s\n", v.Name, v.Meaning)
		}
	}
	return before + from + strings.TrimSuffix(b.String(), "\n") + to + after
}

func configurationDocument() string {
	var b strings.Builder
	b.WriteString(`# Configuration

<!-- Generated from internal/env by "go test ./internal/env -update". Do not edit. -->

What no option of ` + "`telemetry.Init`" + ` says comes from the environment. An empty variable counts as unset. Service name, version,
environment and resource attributes are taken from the environment even where the program names them, so that operators can relabel a
service. Everywhere else an option goes before a variable, and the variable of one signal before the one of all.
What the platform sets (Modal, ECS, Cloud Run, Kubernetes) comes last: it describes the process where neither the program nor
` + "`OTEL_RESOURCE_ATTRIBUTES`" + ` does.

Where data goes, from high to low: ` + "`OTEL_SDK_DISABLED=true` or `HONEYCOMB_ENABLED=false`" + ` turn everything off; options;
` + "`OTEL_EXPORTER_OTLP_TRACES_ENDPOINT` and `…_METRICS_ENDPOINT`; `OTEL_EXPORTER_OTLP_ENDPOINT`; `HONEYCOMB_API_KEY`" + ` or
` + "`HONEYCOMB_API_ENDPOINT`" + `; nowhere, with one warning.

` + "`fmt.Print(tel.Config())`" + ` shows each resolved value and its source, with secrets masked.

`)
	writeVariables(&b, env.Variables())
	b.WriteString(`
## telemetryctl

What ` + "`plan`, `apply`, `destroy`, `export` and `marker`" + ` of the command read. Flags go before variables. ` + "`doctor`" + ` reads those above, as the service
does.

`)
	writeVariables(&b, env.CommandVariables())
	b.WriteString(`
## lens

What [lens](../lens/README.md) reads; its flags go before variables.

`)
	writeVariables(&b, env.LensVariables())
	return b.String()
}

// writeVariables writes a table.
func writeVariables(b *strings.Builder, variables []env.Variable) {
	b.WriteString(`| variable | defined by | meaning | default |
| --- | --- | --- | --- |
`)
	for _, v := range variables {
		meaning := v.Meaning
		if v.Secret {
			meaning += "; secret"
		}
		fmt.Fprintf(b, "| `%s` | %s | %s | %s |\n", v.Name, v.DefinedBy,
			strings.ReplaceAll(meaning, "|", "\\|"), strings.ReplaceAll(v.Default, "|", "\\|"))
	}
}
