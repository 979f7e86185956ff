package price_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/lift-sys/telemetry/price"
)

// referenceCase is one call of cases.json or cassette_costs.json, with what
// calcPrice of @pydantic/genai-prices says about it.
type referenceCase struct {
	ID, Cassette    string
	Provider, Model string
	APIURL          string    `json:"api_url"`
	ModelsTried     []string  `json:"models_tried"`
	Timestamp       time.Time `json:"timestamp"`
	Usage           map[string]int64
	Expected        *struct {
		TotalUSD        float64 `json:"total_usd"`
		MatchedProvider string  `json:"matched_provider"`
		MatchedModel    string  `json:"matched_model"`
	}
	ExpectedUSD    *float64 `json:"expected_usd"`
	MatchedModel   string   `json:"matched_model"`
	ReferenceError string   `json:"reference_error"`
}

// usage returns the case's usage as ours; a key that is not known fails.
func (c referenceCase) usage(t *testing.T) (u price.Usage) {
	fields := map[string]*int64{
		"input_tokens": &u.InputTokens, "output_tokens": &u.OutputTokens,
		"cache_read_tokens": &u.CachedInputTokens, "cache_write_tokens": &u.CacheWriteTokens,
		"cache_write_5m_tokens": new(int64), "cache_write_1h_tokens": &u.CacheWrite1hTokens,
		"output_reasoning_tokens": &u.ReasoningTokens, "output_citation_tokens": &u.CitationTokens,
		"input_audio_tokens": &u.InputAudioTokens, "cache_audio_read_tokens": &u.CachedAudioTokens, "output_audio_tokens": &u.OutputAudioTokens,
		"input_image_tokens": &u.InputImageTokens, "cache_image_read_tokens": &u.CachedImageTokens, "output_image_tokens": &u.OutputImageTokens,
		"input_video_tokens": &u.InputVideoTokens, "output_video_tokens": &u.OutputVideoTokens,
		"web_searches": &u.WebSearches,
	}
	for key, n := range c.Usage {
		if fields[key] == nil {
			t.Errorf("usage %q has no field", key)
			continue
		}
		*fields[key] = n
	}
	return u
}

// TestReferenceCases runs where LIFT_PRICE_CASES names a folder with cases.json
// and cassette_costs.json.
func TestReferenceCases(t *testing.T) {
	dir := os.Getenv("LIFT_PRICE_CASES")
	if dir == "" {
		t.Skip("SKIPPED: LIFT_PRICE_CASES names no folder with cases.json and cassette_costs.json")
	}
	count := 0
	for _, name := range []string{"cases.json", "cassette_costs.json"} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		var file struct {
			Timestamp time.Time
			Cases     []referenceCase
		}
		if err := json.Unmarshal(text, &file); err != nil {
			t.Fatal(err)
		}
		for _, c := range file.Cases {
			if c.Timestamp.IsZero() {
				c.Timestamp = file.Timestamp
			}
			t.Run(c.ID+c.Cassette, c.check)
			count++
		}
	}
	if count == 0 {
		t.Errorf("no case in %q", dir)
	}
}

func (c referenceCase) check(t *testing.T) {
	provider := c.Provider
	if provider == "" {
		provider = c.APIURL
	}
	u := c.usage(t)
	if c.Model == "" {
		for _, model := range c.ModelsTried {
			if got, ok := price.Cost(provider, model, u, c.Timestamp); ok {
				t.Errorf("%s costs %+v, want unknown", model, got)
			}
		}
		return
	}
	got, ok := price.Cost(provider, c.Model, u, c.Timestamp)
	if c.ReferenceError != "" {
		if !(got.USD >= 0) || math.IsInf(got.USD, 0) {
			t.Errorf("%+v for a usage that cannot be (%s)", got, c.ReferenceError)
		}
		return
	}
	want, matched := c.ExpectedUSD, c.MatchedModel
	if c.Expected != nil {
		want, matched = &c.Expected.TotalUSD, c.Expected.MatchedModel
	}
	if ok != (want != nil) {
		t.Fatalf("%+v, %t; want %v", got, ok, want)
	}
	if !ok {
		return
	}
	if math.Abs(got.USD-*want) > 1e-9**want {
		t.Errorf("%v, want %v", got.USD, *want)
	}
	if p, _ := price.Lookup(provider, c.Model, c.Timestamp); p.Model != matched || c.Expected != nil && p.Provider != c.Expected.MatchedProvider {
		t.Errorf("matched %s; want %s", p, matched)
	}
}
