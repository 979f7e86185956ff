package env

import (
	"regexp"
	"strings"
	"testing"
)

// shapes says in one expression what secretShape finds by hand.
var shapes = regexp.MustCompile(`hc[a-z]{3}_[0-9a-z]` +
	`|(sk|pk|ghp|gho|xox[abp]|glpat)[-_][0-9a-z_-]{12}|akia[0-9a-z]{16}` +
	`|(bearer|basic)( |\+|%20)|eyj[0-9a-z_-]+\.` +
	`|(^|[^0-9a-f])[0-9a-f]{32}($|[^0-9a-f])`)

func FuzzSecretShape(f *testing.F) {
	const hex = "0123456789abcdef0123456789abcdef"
	for _, s := range []string{
		"", "hcaik_0", "hcaik_", "hcaik-0", "hca1k_0", "hchcaik_0", "hcaikk_0",
		"sk-abcdefghijkl", "sk_abcdefghijk", "sk", "task-proj-abcdefghijkl", "ghp_0123456789ab", "xoxb-0123456789ab", "xoxc-0123456789ab", "glpat-0123456789ab", "pk.0123456789ab",
		"akia0123456789abcdef", "akia0123456789abcde", "akiaakia0123456789abcdef",
		"bearer x", "bearer+", "basic%20", "basic%2", "bearer", "a basic", "bearerbasic ",
		"eyj0.", "eyj.", "eyj0", "eyjeyj-_.",
		hex, hex + "g", "x" + hex, hex[1:], hex + "0", hex + hex, hex + "0x" + hex, "a\xff" + hex + "\n", hex[:8] + "hcaik_0",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		s = strings.ToLower(s)
		if got, want := secretShape(s), shapes.MatchString(s); got != want {
			t.Errorf("secretShape(%q) = %t, want %t", s, got, want)
		}
	})
}
