package llm_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A cassette is one exchange, and what a span has to say about it. A fact that
// is nil is not on the wire, and must be absent.
type cassette struct {
	ID        string
	API       string
	Streaming bool
	Request   struct {
		Method, Host, URL string
		Headers           map[string]string
		Body              string
	}
	Response struct {
		Status       int
		Headers      map[string]string
		BodyEncoding string `json:"body_encoding"`
		Body         string
	}
	Expected expected

	cost *costCase // what a price table says; nil: it was not asked
}

type expected struct {
	Operation         *string
	RequestModel      *string  `json:"request_model"`
	ResponseModel     *string  `json:"response_model"`
	ResponseID        *string  `json:"response_id"`
	InputTokens       *int64   `json:"input_tokens"`
	OutputTokens      *int64   `json:"output_tokens"`
	CachedInputTokens *int64   `json:"cached_input_tokens"`
	CacheWriteTokens  *int64   `json:"cache_write_tokens"`
	ReasoningTokens   *int64   `json:"reasoning_tokens"`
	FinishReasons     []string `json:"finish_reasons"`
	ToolCalls         []string `json:"tool_calls"`
	ErrorType         *string  `json:"error_type"`
	ErrorMessage      *string  `json:"error_message"`
	ContentChunks     *int     `json:"content_chunks"`
	ReportedCost      *float64 `json:"provider_reported_cost_usd"`

	// Accept has, by the name of a field, what else is right.
	Accept map[string][]any
}

// A costCase is the reference cost of a cassette.
type costCase struct {
	Cassette  string
	USD       *float64 `json:"expected_usd"`
	Undecided string   `json:"reference_error"` // why the reference says nothing
}

// calls reports whether the exchange is a call of a model.
func (c *cassette) calls() bool {
	return c.Expected.Operation != nil && *c.Expected.Operation != "retrieve"
}

// doubtful reports whether neither path nor host say that the exchange is a
// call of a model.
func (c *cassette) doubtful() bool {
	return strings.HasPrefix(c.Request.URL, "/api/") && strings.HasSuffix(c.Request.Host, ".example.com")
}

// body returns the bytes of the answer's body.
func (c *cassette) body() ([]byte, error) {
	if c.Response.BodyEncoding == "base64" {
		return base64.StdEncoding.DecodeString(c.Response.Body)
	}
	return []byte(c.Response.Body), nil
}

// header returns the answer's header.
func (c *cassette) header() http.Header {
	h := http.Header{}
	for name, value := range c.Response.Headers {
		h.Set(name, value)
	}
	return h
}

// url returns where the request goes. What listens on this machine speaks no
// TLS.
func (c *cassette) url() string {
	scheme := "https"
	if strings.HasPrefix(c.Request.Host, "localhost") || strings.HasPrefix(c.Request.Host, "127.0.0.1") {
		scheme = "http"
	}
	return scheme + "://" + c.Request.Host + c.Request.URL
}

// recordings reads the folder that LIFT_CASSETTES names.
func recordings(t *testing.T) []*cassette {
	t.Helper()
	missing := t.Skipf
	if requireCassettes {
		missing = t.Fatalf
	}
	if cassettesDir == "" {
		missing("NOT TESTED against recorded traffic: LIFT_CASSETTES names no folder of recordings")
	}
	files, err := filepath.Glob(filepath.Join(cassettesDir, "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	costs := referenceCosts(t)
	var all []*cassette
	for _, name := range files {
		if filepath.Base(name) == "index.json" {
			continue
		}
		c, err := readRecording(name)
		if err != nil {
			t.Fatal(err)
		}
		c.cost = costs[c.ID]
		all = append(all, c)
	}
	if len(all) == 0 {
		missing("NOT TESTED against recorded traffic: no recordings in LIFT_CASSETTES %q", cassettesDir)
	}
	return all
}

func readRecording(name string) (*cassette, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	c := new(cassette)
	if err := json.Unmarshal(data, c); err != nil {
		return nil, fmt.Errorf("recording %q: %w", name, err)
	}
	return c, nil
}

// referenceCosts reads the folder that LIFT_PRICE_CASES names.
func referenceCosts(t *testing.T) map[string]*costCase {
	t.Helper()
	if priceCasesDir == "" {
		if requireCassettes {
			t.Fatal("LIFT_PRICE_CASES names no folder of reference costs")
		}
		t.Log("costs NOT TESTED: LIFT_PRICE_CASES names no folder of reference costs")
		return nil
	}
	data, err := os.ReadFile(filepath.Join(priceCasesDir, "cassette_costs.json"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct{ Cases []*costCase }
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	costs := map[string]*costCase{}
	for _, c := range file.Cases {
		costs[c.Cassette] = c
	}
	return costs
}

// apis returns the names of the APIs in all, sorted.
func apis(all []*cassette) []string {
	var names []string
	for _, c := range all {
		names = append(names, c.API)
	}
	slices.Sort(names)
	return slices.Compact(names)
}
