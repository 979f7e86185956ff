package price

import (
	"fmt"
	"strings"
	"testing"
)

// TestEmbedded proves that every line of the embedded table can be read, and
// every expression compiled: nothing else would say so.
func TestEmbedded(t *testing.T) {
	if len(packed) > 40<<10 {
		t.Errorf("the embedded table has %d bytes, more than 40 KiB", len(packed))
	}
	if v := Version(); !strings.HasPrefix(v, "genai-prices-") || strings.ContainsAny(v, " \t\n") {
		t.Errorf("version %q", v)
	}
	c, err := decode(packed)
	if err != nil {
		t.Fatal(err)
	}
	models := 0
	for _, p := range c.providers {
		if _, err := p.api.compile(); err != nil {
			t.Errorf("%s: %v", p.id, err)
		}
		list, err := parseModels(p.lines)
		if err != nil {
			t.Errorf("%s: %v", p.id, err)
		}
		checkMatch(t, &p.named)
		checkMatch(t, &p.owns)
		for i := range list {
			m := &list[i]
			checkMatch(t, &m.match)
			for _, prices := range m.prices {
				if _, err := decompile(prices.rates).compile(); err != nil && len(prices.rates) > 0 {
					t.Errorf("%s %s: %v", p.id, m.id, err)
				}
			}
		}
		if len(list) == 0 {
			t.Errorf("%s has no models", p.id)
		}
		models += len(list)
	}
	if len(c.providers) < 40 || models < 1600 {
		t.Errorf("%d providers, %d models", len(c.providers), models)
	}
}

func checkMatch(t *testing.T, m *match) {
	if m.re != nil {
		if _, err := m.re.compile(); err != nil {
			t.Error(err)
		}
	}
	if m.text != strings.ToLower(m.text) && m.re == nil {
		t.Errorf("%q is compared with names in lower case", m.text)
	}
	for i := range m.of {
		checkMatch(t, &m.of[i])
	}
}

func TestParseErrors(t *testing.T) {
	const provider = "P\tp\thttps://p\t-\t-\t\n"
	tests := []struct{ name, text, want string }{
		{"no provider", "M\tm\t=m\tfree\n", `price table: line "M\tm\t=m\tfree": no provider`},
		{"no match of names", "P\tp\thttps://p\t\t-\t\n", `price table: line "P\tp\thttps://p\t\t-\t": a match is missing`},
		{"no fallback", "P\tp\thttps://p\t-\t-\n", `price table: line "P\tp\thttps://p\t-\t-": 0 fields at the end, want one`},
		{"unknown fallback", "P\tp\thttps://p\t-\t-\tq\n", `price table: provider "p" falls back to "q", which is missing`},
		{"no model", provider + "X\tm\t=m\tfree\n", `price table: line "X\tm\t=m\tfree\n": no model`},
		{"no prices", provider + "M\tm\t|1\t=m\n", `price table: model "m" has no prices`},
		{"unknown match", provider + "M\tm\t*m\tfree\n", `price table: model "m": match "*m" is not known`},
		{"too few operands", provider + "M\tm\t|9\t=m\n", `price table: model "m": a match is missing`},
		{"no number of operands", provider + "M\tm\t&x\t=m\n", `price table: model "m": match "&x": strconv.ParseUint: parsing "x": invalid syntax`},
		{"unknown kind", provider + "M\tm\t=m\tink=1\n", `price table: model "m": price "ink=1": its kind is not known`},
		{"no price", provider + "M\tm\t=m\tinput=\n", `price table: model "m": price "input=": strconv.ParseFloat: parsing "": invalid syntax`},
		{"negative price", provider + "M\tm\t=m\tinput=-1\n", `price table: model "m": price "input=-1": -1 is no price: give US dollars from 0 to 1000000, per million tokens`},
		{"no edge", provider + "M\tm\t=m\tinput=1,x:2\n", `price table: model "m": price "input=1,x:2": strconv.ParseInt: parsing "x": invalid syntax`},
		{"no hours", provider + "M\tm\t=m\t@1 input=1\n", `price table: model "m": condition "1": parsing time "1" as "15:04": cannot parse "" as ":"`},
		{"half the hours", provider + "M\tm\t=m\t@01:00 input=1\n", `price table: model "m": condition "01:00": parsing time "" as "15:04": cannot parse "" as "15"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, err := parseCatalog(tt.text)
			for _, p := range c.providers {
				if err == nil {
					_, err = parseModels(p.lines)
				}
			}
			if err == nil || err.Error() != tt.want {
				t.Errorf("%v, want\n%s", err, tt.want)
			}
		})
	}
	if _, err := decode("header\nno deflate"); err == nil {
		t.Error("a broken file is no error")
	}
}

// FuzzCatalog proves that no text panics.
func FuzzCatalog(f *testing.F) {
	f.Add("P\tp\thttps://p\t|2\t~p\t&2\t!^x\t/y\t-\t\nM\tm\t$m\tinput=1,5:2 output=3\t@2026-01-01 free\t@16:30-00:30 ?\n", "m")
	f.Add("P\tone\thttps://one\t-\t-\ttwo\nP\ttwo\thttps://two\t-\t-\tone\n", "x")
	f.Fuzz(func(_ *testing.T, text, name string) {
		c, _ := parseCatalog(text)
		for _, p := range c.providers {
			c.find(p.id, name)
		}
		c.find("", name)
		c.find("https://"+name, name)
	})
}

// TestCacheIsBounded proves that a cache holds sets × ways answers and no more,
// that it finds what it holds, and that long names are not kept.
func TestCacheIsBounded(t *testing.T) {
	var c cache
	made := 0
	create := func(string, string) answer { made++; return answer{} }
	for i := range 10_000 {
		name := fmt.Sprint("m", i)
		c.get("p", name, create)
		before := made
		if a := c.get("p", name, create); a.model != name || made != before {
			t.Fatalf("%s was not kept", name)
		}
	}
	held := 0
	for i := range c.slots {
		for j := range c.slots[i] {
			if c.slots[i][j].Load() != nil {
				held++
			}
		}
	}
	if held != sets*ways {
		t.Errorf("%d answers are held, want %d", held, sets*ways)
	}
	long := strings.Repeat("m", maxCached)
	before := made
	c.get("p", long, create)
	c.get("p", long, create)
	if made != before+2 {
		t.Errorf("made %d answers for a long name, want 2", made-before)
	}
}

func TestDashed(t *testing.T) {
	tests := []struct{ in, want string }{
		{"gpt-5.4-20260305", "gpt-5.4-2026-03-05"},
		{"a-20240229-v1:0", "a-2024-02-29-v1:0"},
		{"a-20240229:0", "a-2024-02-29:0"},
		{"a-20240229-20240301", "a-2024-02-29-2024-03-01"},
		{"a-20230229", ""},  // no leap year
		{"a-20241301", ""},  // no month
		{"a-19990101", ""},  // not of this century
		{"a-202403011", ""}, // longer
		{"a-20240301x", ""},
		{"20240301", ""},
		{"-", ""},
		{"", ""},
		{"a-20241301-20240301", "a-20241301-2024-03-01"},
	}
	for _, tt := range tests {
		if got := dashed(tt.in); got != tt.want {
			t.Errorf("%q: %q, want %q", tt.in, got, tt.want)
		}
	}
}
