package sanitize_test

import (
	"testing"

	"go.opentelemetry.io/otel/attribute"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/sanitize"
)

func TestRegistryIsUntouched(t *testing.T) {
	n := 0
	for _, def := range attr.All() {
		s := sanitize.New(sanitize.Limits{})
		in := attribute.String(def.Name, "x")
		got, ok := s.Attr(in)
		switch {
		case def.Kind == attr.KindColumn || def.Name == string(attr.SampleRate):
			if got.Key == in.Key && def.Name != attr.ColumnLibraryName && def.Name != attr.ColumnLibraryVersion {
				t.Errorf("%s overwrites Honeycomb's column", def.Name)
			}
		case def.Kind == attr.KindAttribute:
			if n++; !ok || got != in {
				t.Errorf("%s became %v", def.Name, got)
			}
		}
	}
	if n == 0 {
		t.Error("the registry has no attributes")
	}
}
