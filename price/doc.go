// Package price says what LLM calls cost.
//
//	usage := price.Usage{InputTokens: 1200, CachedInputTokens: 1000, OutputTokens: 300}
//	cost, ok := price.Cost("anthropic", "claude-sonnet-4-5", usage, time.Now())
//
// A price that is not known is false, never 0. A model that is free is known
// and costs 0. A cost is never negative, infinite or not a number, whatever the
// usage says: what cannot be is clamped first, as [Usage.Clamp] does. Inside,
// money is counted in whole 1e-18 dollars, so that sums do not depend on their
// order.
//
// The package is a leaf: it knows neither spans nor providers' wire formats.
//
// # Which provider, which model
//
// A provider is named by a value of llm.provider or gen_ai.provider.name
// ("google", "gcp.vertex_ai", "aws.bedrock"), by the table's own id or a name
// that contains it, or by the base URL of its API ("https://api.openai.com/v1").
// With an empty name the model alone decides, which is right for models that
// one company makes and sells. A name that nobody bears is unknown, even where
// the model is well known: a gateway has prices of its own.
//
// The model is the one that answered, else the one that was asked. Case does not
// count, and most entries stand for dated versions too. On Azure the answer
// names the model; the name of a deployment says nothing. What Azure resells has
// the maker's price where Azure lists none. On Bedrock it is the model id of the
// request: an id, an inference profile or the ARN of one of these, escaped or
// not. The ARN of an application inference profile names no model.
//
// # How a call is charged
//
// Each kind of token that has a price is charged for its own tokens ([Kind] says
// which are part of which); tokens without a price of their own cost what the
// kind above costs. Long-context tiers are cliffs: where the whole input is above
// the edge, every token of the kind has the tier's price. Prices may begin at a
// date or hold for hours of the day, in UTC; [Lookup] shows those that hold.
//
// # The table
//
// The embedded table is made from the npm package @pydantic/genai-prices (MIT,
// see LICENSE-genai-prices) by go generate; [Version] says from which release.
// It is decoded at the first call that needs it, which takes about a millisecond,
// and each provider's models when it is first asked for them. Answers
// are kept in a cache of fixed size; from there a cost takes no allocation.
//
// # Other prices
//
// Prices of a contract, of a gateway, or of a model on own machines are
// overrides, and go before the embedded table:
//
//	table, err := price.Default().With(price.Override{
//		Provider: "modal",
//		Model:    "llama-3.3-70b*",
//		Rates:    price.Rates{price.PerGPUSecond: {USD: 0.001097}},
//	})
//
// A price per GPU-second is charged for [Usage].GPUTime.
//
// [LoadFile] reads overrides from a JSON file:
//
//	{
//	  "version": "contract-2026-11",
//	  "prices": [
//	    {"provider": "openai", "model": "gpt-5.4*", "usd": {"input": 2, "cache_read": 0.2, "output": 12}},
//	    {"provider": "openai", "model": "gpt-5.4*", "from": "2027-01-01", "usd": {"input": 1.8, "output": 11}},
//	    {"model": "acme-coder", "usd": {"input": {"base": 1, "tiers": [{"above": 200000, "price": 2}]}, "output": 4}},
//	    {"provider": "modal", "model": "*", "usd": {"per_gpu_second": 0.001097}}
//	  ]
//	}
//
// The keys of usd are the kinds; amounts are US dollars per million tokens, or
// per what the kind names. In a model's name * stands for any text. Without a
// provider an entry holds for all. Of the entries that match and have begun, the
// last one counts. Without a version, spans say [OverrideVersion].
package price

//go:generate go run ./internal/cmd/pricegen
