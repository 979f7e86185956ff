package price

import "time"

// Amount is what one call costs.
type Amount struct {
	USD     float64 // US dollars, never negative, never NaN or infinite
	Source  string  // who says so, a value of llm.cost_source: "provider", "table" or "caller"
	Version string  // of the price table or of the override, such as "genai-prices-0.1.8"
}

// Pricer prices LLM calls. Implementations must be safe for concurrent use.
type Pricer interface {
	// Price returns the cost of a call to model at a provider (one of the
	// values of llm.provider), or false where the price is not known. An
	// unknown price is never 0.
	Price(provider, model string, u Usage, at time.Time) (Amount, bool)
}

// PricerFunc lets a function be a [Pricer].
type PricerFunc func(provider, model string, u Usage, at time.Time) (Amount, bool)

// Price calls f.
func (f PricerFunc) Price(provider, model string, u Usage, at time.Time) (Amount, bool) {
	return f(provider, model, u, at)
}
