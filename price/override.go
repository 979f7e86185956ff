package price

import (
	"fmt"
	"strings"
	"time"
)

// OverrideVersion is what [Amount].Version says where an override names no
// version.
const OverrideVersion = "override"

// An Override is a price that goes before the embedded table's.
type Override struct {
	// Provider is the name that calls have, or a provider's name as the table or
	// gen_ai.provider.name has it: "google" is for "gcp.vertex_ai" too. Empty is
	// for all. Case does not count.
	Provider string
	// Model is the model's name, in which * stands for any text. Case does not
	// count.
	Model string
	// From is when the prices begin to hold. Zero: they always held.
	From time.Time
	// Rates are the prices. Those that are missing are not taken from the
	// embedded table.
	Rates Rates
	// Version tells the prices apart on spans. Default: [OverrideVersion].
	Version string
}

// An override is an Override that was checked.
type override struct {
	Override
	name   string // tidy
	model  string // tidy
	prices prices
}

// compile checks an override.
func (o Override) compile() (*override, error) {
	c := &override{Override: o, name: tidy(o.Provider), model: tidy(o.Model)}
	if c.Version == "" {
		c.Version = OverrideVersion
	}
	var err error
	switch {
	case c.model == "":
		err = fmt.Errorf(`no model: name one, or "*" for all`)
	case len(c.model) > maxModel || len(c.name) > maxProvider:
		err = fmt.Errorf("a name of more than %d bytes is no model, of more than %d no provider", maxModel, maxProvider)
	default:
		c.prices.rates, err = o.Rates.compile()
	}
	if err != nil {
		return nil, fmt.Errorf("(provider %q, model %q): %w", clip(o.Provider), clip(o.Model), err)
	}
	return c, nil
}

// clip shortens a name for an error.
func clip(s string) string {
	const enough = 100
	if len(s) > enough {
		return s[:enough] + "…"
	}
	return s
}

// applies reports whether the override is for a tidy model at the provider that
// was asked by a tidy name, which may be one of the table's.
func (o *override) applies(name string, p *provider, model string) bool {
	if o.name != "" && o.name != name && (p == nil || canonical(o.name) != p.id) {
		return false
	}
	return glob(o.model, model)
}

// glob reports whether name is pattern, in which * stands for any text.
func glob(pattern, name string) bool {
	first, pattern, found := strings.Cut(pattern, "*")
	if !found {
		return name == first
	}
	name, ok := strings.CutPrefix(name, first)
	if !ok {
		return false
	}
	for {
		part, rest, found := strings.Cut(pattern, "*")
		if !found {
			return strings.HasSuffix(name, part)
		}
		i := strings.Index(name, part)
		if i < 0 {
			return false
		}
		name, pattern = name[i+len(part):], rest
	}
}
