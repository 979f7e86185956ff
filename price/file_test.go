package price_test

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/price"
)

const goodFile = `{
  "version": "contract-2026-11",
  "prices": [
    {"provider": "openai", "model": "gpt-5.4*", "usd": {"input": 2, "cache_read": 0.2, "output": 12}},
    {"provider": "openai", "model": "gpt-5.4*", "from": "2027-01-01", "usd": {"input": 1.8, "output": 11}},
    {"model": "acme-coder", "from": "2026-11-01T09:00:00+01:00", "usd": {"input": {"base": 1, "tiers": [{"above": 200000, "price": 2e0}]}, "output": 4}},
    {"provider": "modal", "model": "*", "usd": {"per_gpu_second": 0.001097}}
  ]
}
`

func TestLoad(t *testing.T) {
	got, err := price.Load(iotest.OneByteReader(strings.NewReader(goodFile)))
	if err != nil {
		t.Fatal(err)
	}
	want := []price.Override{
		{Provider: "openai", Model: "gpt-5.4*", Rates: price.Rates{price.Input: {USD: 2}, price.CacheRead: {USD: 0.2}, price.Output: {USD: 12}}},
		{Provider: "openai", Model: "gpt-5.4*", From: day("2027-01-01"), Rates: inOut(1.8, 11)},
		{Model: "acme-coder", From: day("2026-11-01").Add(8 * time.Hour), Rates: price.Rates{price.Input: {USD: 1, Tiers: []price.Tier{{Above: 200_000, USD: 2}}}, price.Output: {USD: 4}}},
		{Provider: "modal", Model: "*", Rates: price.Rates{price.PerGPUSecond: {USD: 0.001097}}},
	}
	for i := range want {
		want[i].Version = "contract-2026-11"
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if _, err := price.Default().With(got...); err != nil {
		t.Error(err)
	}
}

func TestLoadEmpty(t *testing.T) {
	got, err := price.Load(strings.NewReader(`{"prices": []}`))
	if len(got) != 0 || err != nil {
		t.Errorf("%v, %v; want none: a list without entries is a file that overrides nothing", got, err)
	}
}

func TestLoadErrors(t *testing.T) {
	entry := func(text string) string { return `{"prices": [{"model": "a", "usd": {"input": 1}}, ` + text + `]}` }
	tests := []struct{ name, text, want string }{
		{"nothing", "", "price file: line 1: there is no JSON"},
		{"no JSON", "prices:\n- model: x\n", "price file: line 1: invalid character 'p' looking for beginning of value"},
		{"broken", "{\n\"prices\": [\n  {\"model\": }\n]}", "price file: line 3: invalid character '}' looking for beginning of value"},
		{"cut off", "{\n\"prices\": [", "price file: line 2: unexpected EOF"},
		{"a list", "[]", "price file: line 1: json: cannot unmarshal array into Go value of type price.priceFile"},
		{"no prices", `{"version": "x"}`, `price file: no "prices": list the models under that key`},
		{"more behind it", "{\"prices\": []}\n{}", "price file: line 2: something follows the JSON's end: remove it"},
		{"unknown key", `{"models": []}`, `price file: line 1: json: unknown field "models"`},
		{"unknown key in an entry", entry(`{"model": "b", "price": 1}`), `price file: entry 2: (provider "", model "b"): json: unknown field "price"`},
		{"no entry", entry(`7`), `price file: entry 2: (provider "", model ""): json: cannot unmarshal number into Go value of type price.fileEntry`},
		{"no model", entry(`{"provider": "p", "usd": {"input": 1}}`), `price file: entry 2: (provider "p", model ""): no model: name one, or "*" for all`},
		{"no usd", entry(`{"model": "b"}`), `price file: entry 2: (provider "", model "b"): no prices: for a model that is free, give "input" and "output" the price 0`},
		{"text for a price", entry(`{"model": "b", "usd": {"input": "1"}}`), `price file: entry 2: (provider "", model "b"): json: cannot unmarshal string into Go struct field fileEntry.usd of type float64`},
		{"null for a price", entry(`{"model": "b", "usd": {"input": null}}`), `price file: entry 2: (provider "", model "b"): null is no price: leave the key out, or give US dollars`},
		{"negative", entry(`{"model": "b", "usd": {"input": -1}}`), `price file: entry 2: (provider "", model "b"): "input": -1 is no price: give US dollars from 0 to 1000000, per million tokens`},
		{"no base", entry(`{"model": "b", "usd": {"input": {"tiers": []}}}`), `price file: entry 2: (provider "", model "b"): "base" is missing: it is the price below the first tier`},
		{"no edge", entry(`{"model": "b", "usd": {"input": {"base": 1, "tiers": [{"price": 2}]}}}`), `price file: entry 2: (provider "", model "b"): a tier lacks "above" or "price": it needs both`},
		{"unknown key in tiers", entry(`{"model": "b", "usd": {"input": {"base": 1, "tiers": [{"start": 2}]}}}`), `price file: entry 2: (provider "", model "b"): json: unknown field "start"`},
		{"no day", entry(`{"model": "b", "from": "1.11.2026", "usd": {"input": 1}}`), `price file: entry 2: (provider "", model "b"): from "1.11.2026": write a day, 2026-11-01, or a time, 2026-11-01T09:00:00Z`},
		{"too large", `{"version": "` + strings.Repeat("x", 4<<20) + `"}`, "price file: more than 4 MiB: list the models that differ from the embedded table only"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := price.Load(strings.NewReader(tt.text))
			if got != nil || err == nil || err.Error() != tt.want {
				t.Errorf("%v, %v; want the error\n%s", got, err, tt.want)
			}
		})
	}
	broken := errors.New("the disk is gone")
	if _, err := price.Load(io.MultiReader(strings.NewReader("{"), iotest.ErrReader(broken))); !errors.Is(err, broken) {
		t.Errorf("%v, want what the reader said", err)
	}
}

func TestLoadFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "prices.json")
	if _, err := price.LoadFile(path); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), path) {
		t.Errorf("%v, want one that says that %q is missing", err, path)
	}
	if err := os.WriteFile(path, []byte(goodFile), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := price.LoadFile(path)
	if len(got) != 4 || err != nil {
		t.Errorf("%d overrides, %v; want 4", len(got), err)
	}
	if err := os.WriteFile(path, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := price.LoadFile(path); err == nil || !strings.Contains(err.Error(), `prices.json": price file: line 1: `) {
		t.Errorf("%v, want one that names file and line", err)
	}
}

// FuzzLoad proves that no file panics, and that what is loaded can be used.
func FuzzLoad(f *testing.F) {
	f.Add([]byte(goodFile))
	f.Add([]byte(`{"prices": [{"model": "*", "usd": {"input": {"base": 0.1, "tiers": [{"above": 9223372036854775807, "price": 1e6}]}}}]}`))
	f.Add([]byte(`{"prices": [{"model": "a", "usd": {"per_1k_requests": 1e-12}}]}`))
	f.Add([]byte(`{"prices": null}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		overrides, err := price.Load(strings.NewReader(string(text)))
		if err != nil {
			return
		}
		table, err := price.Default().With(overrides...)
		if err != nil {
			t.Fatalf("loaded, and refused: %v", err)
		}
		for _, o := range overrides {
			u := price.Usage{InputTokens: 1 << 40, OutputTokens: 1 << 40, GPUTime: time.Hour}
			got, ok := table.Price(o.Provider, strings.ReplaceAll(o.Model, "*", "x"), u, time.Time{})
			if ok && !(got.USD >= 0 && got.USD < 1e30) {
				t.Errorf("%+v costs %v", o, got)
			}
		}
	})
}
