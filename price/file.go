package price

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// maxFile bounds a price file, in bytes.
const maxFile = 4 << 20

// A priceFile is the JSON of a price file.
type priceFile struct {
	Version string            `json:"version"`
	Prices  []json.RawMessage `json:"prices"`
}

// A fileEntry is one element of prices.
type fileEntry struct {
	Provider string            `json:"provider"`
	Model    string            `json:"model"`
	From     string            `json:"from"`
	USD      map[Kind]fileRate `json:"usd"`
}

// A fileRate is a number or, with tiers, an object.
type fileRate Rate

// UnmarshalJSON reads a rate.
func (r *fileRate) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] != '{' {
		if string(b) == "null" {
			return errors.New("null is no price: leave the key out, or give US dollars")
		}
		return json.Unmarshal(b, &r.USD)
	}
	var o struct {
		Base  *float64 `json:"base"`
		Tiers []struct {
			Above *int64   `json:"above"`
			Price *float64 `json:"price"`
		} `json:"tiers"`
	}
	if err := strict(b, &o); err != nil {
		return err
	}
	if o.Base == nil {
		return errors.New(`"base" is missing: it is the price below the first tier`)
	}
	r.USD, r.Tiers = *o.Base, nil
	for _, t := range o.Tiers {
		if t.Above == nil || t.Price == nil {
			return errors.New(`a tier lacks "above" or "price": it needs both`)
		}
		r.Tiers = append(r.Tiers, Tier{Above: *t.Above, USD: *t.Price})
	}
	return nil
}

// LoadFile reads overrides from a file, for [Table.With]. The package's
// documentation shows the format.
func LoadFile(path string) ([]Override, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("price file: %w", err)
	}
	defer f.Close()
	overrides, err := Load(f)
	if err != nil {
		return nil, fmt.Errorf("%q: %w", path, err)
	}
	return overrides, nil
}

// Load reads overrides, as [LoadFile] does. What is wrong is an error that names
// the line or the entry; overrides that it returns are ones that [Table.With]
// takes. Nothing above 4 MiB is read.
func Load(r io.Reader) ([]Override, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("price file: %w", err)
	}
	if len(text) > maxFile {
		return nil, fmt.Errorf("price file: more than %d MiB: list the models that differ from the embedded table only", maxFile>>20)
	}
	var file priceFile
	if err := strict(text, &file); err != nil {
		return nil, fmt.Errorf("price file: line %d: %w", lineOf(text, err), err)
	}
	if file.Prices == nil {
		return nil, errors.New(`price file: no "prices": list the models under that key`)
	}
	overrides := make([]Override, 0, len(file.Prices))
	for i, raw := range file.Prices {
		o, err := parseEntry(raw)
		if err == nil {
			o.Version = file.Version
			_, err = o.compile()
		}
		if err != nil {
			return nil, fmt.Errorf("price file: entry %d: %w", i+1, err)
		}
		overrides = append(overrides, o)
	}
	return overrides, nil
}

func parseEntry(raw []byte) (Override, error) {
	var e fileEntry
	if err := strict(raw, &e); err != nil {
		return Override{}, fmt.Errorf("(provider %q, model %q): %w", clip(e.Provider), clip(e.Model), err)
	}
	o := Override{Provider: e.Provider, Model: e.Model, Rates: make(Rates, len(e.USD))}
	for kind, r := range e.USD {
		o.Rates[kind] = Rate(r)
	}
	if e.From == "" {
		return o, nil
	}
	var err error
	if o.From, err = time.Parse(time.DateOnly, e.From); err != nil {
		o.From, err = time.Parse(time.RFC3339, e.From)
	}
	if err != nil {
		return Override{}, fmt.Errorf("(provider %q, model %q): from %q: write a day, 2026-11-01, or a time, 2026-11-01T09:00:00Z",
			clip(e.Provider), clip(e.Model), clip(e.From))
	}
	return o, nil
}

// strict decodes one JSON value, and nothing but what v has fields for.
func strict(text []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		if errors.Is(err, io.EOF) {
			return errors.New("there is no JSON")
		}
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the JSON's end: remove it")
	}
	return nil
}

// lineOf returns the line that a JSON error is about, from 1; the last one where
// it does not say.
func lineOf(text []byte, err error) int {
	at := int64(len(text))
	if e, ok := errors.AsType[*json.SyntaxError](err); ok {
		at = e.Offset
	} else if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		at = e.Offset
	}
	return 1 + bytes.Count(text[:min(max(at, 0), int64(len(text)))], []byte("\n"))
}
