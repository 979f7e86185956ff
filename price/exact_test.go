package price_test

import (
	"math"
	"math/big"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/lift-sys/telemetry/price"
)

// tree says which kinds are part of a kind, over all levels.
var tree = map[price.Kind][]price.Kind{
	price.Input:      {price.CacheRead, price.CacheWrite, price.CacheWrite1h, price.InputAudio, price.InputImage, price.InputVideo, price.CacheReadAudio, price.CacheReadImage},
	price.CacheRead:  {price.CacheReadAudio, price.CacheReadImage},
	price.CacheWrite: {price.CacheWrite1h},
	price.InputAudio: {price.CacheReadAudio},
	price.InputImage: {price.CacheReadImage},
	price.Output:     {price.OutputReasoning, price.OutputCitation, price.OutputAudio, price.OutputImage, price.OutputVideo},
}

// slowCost is the semantics of the price table, by the letter: every priced kind
// is charged for its own tokens without those of priced kinds below it. It is
// exact. False: the usage contradicts itself, so that a kind is left with less
// than nothing.
func slowCost(rates price.Rates, u price.Usage) (*big.Rat, bool) {
	counts := map[price.Kind]int64{
		price.Input: u.InputTokens, price.Output: u.OutputTokens, price.CacheRead: u.CachedInputTokens,
		price.CacheWrite: u.CacheWriteTokens, price.CacheWrite1h: u.CacheWrite1hTokens,
		price.InputAudio: u.InputAudioTokens, price.InputImage: u.InputImageTokens, price.InputVideo: u.InputVideoTokens,
		price.CacheReadAudio: u.CachedAudioTokens, price.CacheReadImage: u.CachedImageTokens,
		price.OutputReasoning: u.ReasoningTokens, price.OutputCitation: u.CitationTokens,
		price.OutputAudio: u.OutputAudioTokens, price.OutputImage: u.OutputImageTokens, price.OutputVideo: u.OutputVideoTokens,
	}
	var own func(kind price.Kind) *big.Int
	own = func(kind price.Kind) *big.Int {
		n := big.NewInt(counts[kind])
		for _, part := range tree[kind] {
			if _, priced := rates[part]; priced {
				n.Sub(n, own(part))
			}
		}
		return n
	}
	total := new(big.Rat)
	charge := func(r price.Rate, n *big.Int, per int64) {
		usd := r.USD
		for _, tier := range r.Tiers {
			if u.InputTokens > tier.Above {
				usd = tier.USD
			}
		}
		// The shortest decimal is the price as it was published, to 12 digits.
		one, _ := new(big.Rat).SetString(strconv.FormatFloat(usd, 'f', -1, 64))
		one.Mul(one, new(big.Rat).SetFrac(n, big.NewInt(per)))
		total.Add(total, one)
	}
	for kind, r := range rates {
		switch kind {
		case price.Per1kRequests:
			charge(r, big.NewInt(1), 1000)
		case price.Per1kWebSearches:
			charge(r, big.NewInt(u.WebSearches), 1000)
		case price.PerGPUSecond:
			charge(r, big.NewInt(int64(u.GPUTime)), 1e9)
		default:
			n := own(kind)
			if n.Sign() < 0 {
				return nil, false
			}
			charge(r, n, 1e6)
		}
	}
	return total, true
}

// fuzzed are models that have, together, every kind and condition.
var fuzzed = []struct{ provider, model string }{
	{"openai", "gpt-realtime"},
	{"openai", "gpt-image-1.5"},
	{"openai", "gpt-6-sol"},
	{"anthropic", "claude-sonnet-4-5"},
	{"anthropic", "claude-opus-4-6"},
	{"google", "gemini-2.5-flash"},
	{"google", "gemini-omni-flash-preview"},
	{"google", "gemini-3.1-flash-live-preview"},
	{"perplexity", "sonar-deep-research"},
	{"perplexity", "sonar-pro"},
	{"deepseek", "deepseek-v4-flash"},
	{"openrouter", "google/gemini-3-flash-preview"},
	{"openrouter", "google/gemini-2.0-flash-exp:free"},
	{"own", "everything"},
}

// fuzzTable has every kind on one model, at prices that round.
func fuzzTable() (*price.Table, error) {
	rates := price.Rates{}
	for i, kind := range []price.Kind{
		price.Input, price.Output, price.CacheRead, price.CacheWrite, price.CacheWrite1h, price.InputAudio, price.InputImage,
		price.InputVideo, price.CacheReadAudio, price.CacheReadImage, price.OutputReasoning, price.OutputCitation,
		price.OutputAudio, price.OutputImage, price.OutputVideo, price.Per1kRequests, price.Per1kWebSearches, price.PerGPUSecond,
	} {
		rates[kind] = price.Rate{USD: 1e-12 * float64(i*i*i*7919), Tiers: []price.Tier{{Above: 1000, USD: float64(i) * 55555.5}}}
	}
	return price.Default().With(price.Override{Provider: "own", Model: "everything", Rates: rates})
}

// FuzzCost holds costs against the slow calculation. They are never negative,
// and never fall when a call says more.
func FuzzCost(f *testing.F) {
	table, err := fuzzTable()
	if err != nil {
		f.Fatal(err)
	}
	for i := range fuzzed {
		f.Add(uint8(i), int64(1e9), int64(100_000), int64(2000), int64(40_000), int64(9000), int64(700), int64(600), int64(300), int64(200), int64(5000), int64(400), int64(90), int64(50), int64(30), int64(80), int64(20), int64(3), int64(1e10))
		f.Add(uint8(i), int64(2e9), int64(-1), int64(math.MaxInt64), int64(5), int64(5), int64(9), int64(math.MaxInt64), int64(math.MaxInt64), int64(4), int64(5), int64(6), int64(7), int64(8), int64(9), int64(10), int64(11), int64(12), int64(math.MaxInt64))
		f.Add(uint8(i), int64(0), int64(math.MaxInt64), int64(math.MaxInt64), int64(math.MaxInt64/2), int64(0), int64(0), int64(0), int64(0), int64(math.MaxInt64/2), int64(math.MaxInt64/2), int64(0), int64(0), int64(0), int64(0), int64(0), int64(0), int64(math.MaxInt64), int64(0))
	}
	f.Fuzz(func(t *testing.T, which uint8, unix, a, b, c, d, e, g, h, i, j, k, l, m, n, o, p, q, r int64) {
		model := fuzzed[int(which)%len(fuzzed)]
		at := time.Unix(unix%(1<<40), 0)
		u := usageOf(a, b, c, d, e, g, h, i, j, k, l, m, n, o, p, q, r)
		got, ok := table.Price(model.provider, model.model, u, at)
		if !ok || !(got.USD >= 0) || math.IsInf(got.USD, 0) {
			t.Fatalf("%v, %t", got.USD, ok)
		}
		if u.OutputTokens < math.MaxInt64 {
			more := u
			more.OutputTokens++
			if dearer, _ := table.Price(model.provider, model.model, more, at); dearer.USD < got.USD {
				t.Errorf("%v with one more token of output, %v without", dearer.USD, got.USD)
			}
		}
		listed, ok := table.Lookup(model.provider, model.model, at)
		if !ok {
			t.Fatal("a cost and no price")
		}
		u, _ = u.Clamp()
		exact, consistent := slowCost(listed.Rates, u)
		if !consistent {
			return
		}
		want, _ := exact.Float64()
		want = min(want, 0x1p128/1e18) // where a sum stays
		// GPU time is rounded to 1e-18 dollars, the result to a float64.
		if math.Abs(got.USD-want) > 5e-16*want+1e-18 {
			t.Errorf("%v, want %v for %+v at %v", got.USD, want, u, listed.Rates)
		}
	})
}

// TestFuzzedModels proves that the models above have what they are there for.
func TestFuzzedModels(t *testing.T) {
	table, err := fuzzTable()
	if err != nil {
		t.Fatal(err)
	}
	var kinds []price.Kind
	for _, m := range fuzzed[:len(fuzzed)-1] {
		p, ok := table.Lookup(m.provider, m.model, time.Time{})
		if !ok {
			t.Errorf("%s %s is not known", m.provider, m.model)
		}
		for kind := range p.Rates {
			if !slices.Contains(kinds, kind) {
				kinds = append(kinds, kind)
			}
		}
	}
	if len(kinds) != 17 { // all but PerGPUSecond
		slices.Sort(kinds)
		t.Errorf("%d kinds: %v", len(kinds), kinds)
	}
}
