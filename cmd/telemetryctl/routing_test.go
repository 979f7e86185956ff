package main

import (
	"os"
	"strings"
	"testing"
)

// FuzzDecodeRoutes: a file of any content is read or refused in one sentence,
// and the line that the sentence names exists.
func FuzzDecodeRoutes(f *testing.F) {
	example, err := os.ReadFile("testdata/recipients.json")
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{string(example), "", "{}", "{}{}", "[]", `{"page": [`, "{\n\"page\": 1}", `{"page": [{"key": "x"}]}`, "\x00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		_, err := decodeRoutes([]byte(text))
		if err == nil {
			return
		}
		rest, ok := strings.CutPrefix(err.Error(), "line ")
		if !ok {
			return
		}
		line := 0
		for _, c := range rest {
			if c < '0' || c > '9' {
				break
			}
			line = line*10 + int(c-'0')
		}
		if most := 1 + strings.Count(text, "\n"); line < 1 || line > most {
			t.Errorf("line %d of %d: %v", line, most, err)
		}
	})
}

// FuzzParseRecipient: what names a secret wherever a variable is wanted is
// refused without being shown.
func FuzzParseRecipient(f *testing.F) {
	for _, seed := range []string{"slack:#a", "email:a@example.com", "pagerduty:KEY", "webhook:URL", "teams:URL", "none", "", ":", "pagerduty:" + pagerSecret, hookSecret} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, spec string) {
		r, err := parseRecipient("lift-sys cost", spec)
		kind, what, _ := strings.Cut(spec, ":")
		if err != nil {
			if len(what) > 12 && kind != "slack" && kind != "email" && strings.Contains(err.Error(), what) {
				t.Errorf("%q: the error shows what may be a secret: %v", spec, err)
			}
			return
		}
		if r.Name == "" || r.Target == "" && r.URL.Env() == "" && r.Key.Env() == "" {
			t.Errorf("%q: recipient %v leads nowhere", spec, r)
		}
	})
}
