package excerpt

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Check compares the document at path with parts, or writes it again where
// update is set.
func Check(t testing.TB, path string, parts Parts, update bool) {
	t.Helper()
	old, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	document, err := Render(string(old), parts)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	if update {
		if err := os.WriteFile(path, []byte(document), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(strings.Split(document, "\n"), strings.Split(string(old), "\n")); diff != "" {
		t.Errorf("%s is stale; run the test with -update (-want +got):\n%s", path, diff)
	}
}
