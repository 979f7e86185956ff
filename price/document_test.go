package price_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/lift-sys/telemetry/price"
)

// The price file that docs/LLM.md shows is one.
func TestDocumentedFile(t *testing.T) {
	doc, err := os.ReadFile("../docs/LLM.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(doc), "```json\n")
	text, _, _ := strings.Cut(rest, "```")
	overrides, err := price.Load(strings.NewReader(text))
	if err != nil || len(overrides) != 2 {
		t.Fatalf("%d overrides, %v", len(overrides), err)
	}
	table, err := price.Default().With(overrides...)
	if err != nil {
		t.Fatal(err)
	}
	u := price.Usage{GPUTime: 10 * time.Second}
	if cost, ok := table.Price("modal", "qwen3-32b", u, time.Now()); !ok || cost.USD != 0.00583 {
		t.Errorf("ten seconds of a GPU cost %v, %t", cost.USD, ok)
	}
}
