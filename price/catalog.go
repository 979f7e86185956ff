package price

import (
	"compress/flate"
	_ "embed" // for the price table
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// packed is the price table: a line that says what it is, then the compressed
// text that package internal/source describes and makes.
//
//go:embed genai-prices.bin
var packed string

// A catalog is the embedded price table. It never changes once it is read.
type catalog struct {
	providers []*provider
}

// A provider is one seller of models.
type provider struct {
	id    string
	api   expression // of the base URL, in lower case
	named match      // of names
	owns  match      // of models, where no provider is named
	// fallback sells what this one resells without a price of its own.
	fallback []*provider

	lines  string // one for each model, until they are read
	once   sync.Once
	models []model
}

// A model is one entry of a provider.
type model struct {
	id     string
	match  match
	prices []prices
}

// prices of a model hold under a condition.
type prices struct {
	when  condition
	rates []rate
	// uncounted says that the model is charged by what a Usage does not count.
	uncounted bool
}

// embedded returns the catalog, decoded once. A test shows that no part of it
// is in error.
var embedded = sync.OnceValue(func() *catalog {
	c, _ := decode(packed)
	return c
})

// decode reads the embedded file. With an error it returns what it could read.
func decode(file string) (*catalog, error) {
	_, rest, _ := strings.Cut(file, "\n")
	var text strings.Builder
	text.Grow(6 * len(rest))
	if _, err := io.Copy(&text, flate.NewReader(strings.NewReader(rest))); err != nil {
		return &catalog{}, fmt.Errorf("price table: %w", err)
	}
	return parseCatalog(text.String())
}

// parseCatalog reads the providers; their models stay lines.
func parseCatalog(text string) (*catalog, error) {
	c := &catalog{}
	var resellers [][]string
	for text != "" {
		head, lines, _ := strings.Cut(text, "\n")
		end := strings.Index(lines, "\nP\t") + 1
		if end == 0 {
			end = len(lines)
		}
		lines, text = lines[:end], lines[end:]
		p, fallback, err := parseProvider(head)
		if err != nil {
			return c, fmt.Errorf("price table: line %q: %w", head, err)
		}
		p.lines = lines
		c.providers = append(c.providers, p)
		resellers = append(resellers, fallback)
	}
	for i, ids := range resellers {
		for _, id := range ids {
			other := c.byID(id)
			if other == nil {
				return c, fmt.Errorf("price table: provider %q falls back to %q, which is missing", c.providers[i].id, id)
			}
			c.providers[i].fallback = append(c.providers[i].fallback, other)
		}
	}
	return c, nil
}

func parseProvider(line string) (p *provider, fallback []string, err error) {
	fields := strings.Split(line, "\t")
	if len(fields) < 4 || fields[0] != "P" {
		return nil, nil, fmt.Errorf("no provider")
	}
	p = &provider{id: fields[1], api: expression{text: "^(?:" + fields[2] + ")"}}
	rest := fields[3:]
	for _, m := range []*match{&p.named, &p.owns} {
		if *m, rest, err = parseMatch(rest); err != nil {
			return nil, nil, err
		}
	}
	if len(rest) != 1 {
		return nil, nil, fmt.Errorf("%d fields at the end, want one", len(rest))
	}
	if rest[0] != "" {
		fallback = strings.Split(rest[0], ",")
	}
	return p, fallback, nil
}

// byID returns the provider with an id, or nil.
func (c *catalog) byID(id string) *provider {
	i := slices.IndexFunc(c.providers, func(p *provider) bool { return p.id == id })
	if i < 0 {
		return nil
	}
	return c.providers[i]
}

// find returns the first of the provider's models that a name in lower case is
// for, or nil.
func (p *provider) find(name string) *model {
	p.once.Do(func() { p.models, _ = parseModels(p.lines) })
	for i := range p.models {
		if m := &p.models[i]; m.match.matches(name) {
			return m
		}
	}
	return nil
}

// parseModels reads lines of models. With an error it returns what it could
// read.
func parseModels(lines string) ([]model, error) {
	models := make([]model, 0, strings.Count(lines, "\n"))
	for line := range strings.Lines(lines) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(fields) < 4 || fields[0] != "M" {
			return models, fmt.Errorf("price table: line %q: no model", line)
		}
		m := model{id: fields[1]}
		match, rest, err := parseMatch(fields[2:])
		if err != nil {
			return models, fmt.Errorf("price table: model %q: %w", m.id, err)
		}
		m.match = match
		for _, words := range rest {
			p, err := parsePrices(words)
			if err != nil {
				return models, fmt.Errorf("price table: model %q: %w", m.id, err)
			}
			m.prices = append(m.prices, p)
		}
		if m.prices == nil {
			return models, fmt.Errorf("price table: model %q has no prices", m.id)
		}
		models = append(models, m)
	}
	return models, nil
}

// parsePrices reads words such as "@2026-07-30 input=2.5,200000:5 output=15".
func parsePrices(words string) (p prices, err error) {
	if after, ok := strings.CutPrefix(words, "@"); ok {
		var when string
		when, words, _ = strings.Cut(after, " ")
		if p.when, err = parseCondition(when); err != nil {
			return p, err
		}
	}
	switch words {
	case "free":
		return p, nil
	case "?":
		p.uncounted = true
		return p, nil
	}
	p.rates = make([]rate, 0, strings.Count(words, "=")+strings.Count(words, ","))
	for word := range strings.SplitSeq(words, " ") {
		name, amounts, _ := strings.Cut(word, "=")
		kind, ok := indexOf(Kind(name))
		if !ok {
			return p, fmt.Errorf("price %q: its kind is not known", word)
		}
		above := int64(-1)
		for amount := range strings.SplitSeq(amounts, ",") {
			if edge, usd, ok := strings.Cut(amount, ":"); ok {
				if above, err = strconv.ParseInt(edge, 10, 64); err != nil {
					return p, fmt.Errorf("price %q: %w", word, err)
				}
				amount = usd
			}
			usd, err := strconv.ParseFloat(amount, 64)
			if err != nil {
				return p, fmt.Errorf("price %q: %w", word, err)
			}
			exact, err := picos(usd)
			if err != nil {
				return p, fmt.Errorf("price %q: %w", word, err)
			}
			p.rates = append(p.rates, rate{kind: kind, above: above, picos: exact})
		}
	}
	return p, nil
}
