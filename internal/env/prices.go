package env

// resolvePrices finds the file of prices. Whether it can be read is found out
// by who reads it.
func (r *resolver) resolvePrices() {
	if v := r.variable("LIFT_PRICES_FILE"); v.text != "" {
		r.config.PricesFile = v.text
		r.set("prices.file", v.text, v.source())
	}
}
