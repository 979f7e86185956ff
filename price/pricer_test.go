package price_test

import (
	"testing"
	"time"

	"github.com/lift-sys/telemetry/price"
)

func TestPricerFunc(t *testing.T) {
	at := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	var p price.Pricer = price.PricerFunc(func(provider, model string, u price.Usage, when time.Time) (price.Amount, bool) {
		return price.Amount{USD: float64(u.InputTokens), Version: provider + model}, when.Equal(at)
	})
	got, ok := p.Price("p", "m", price.Usage{InputTokens: 3}, at)
	if want := (price.Amount{USD: 3, Version: "pm"}); got != want || !ok {
		t.Errorf("%+v, %t; want %+v", got, ok, want)
	}
}
