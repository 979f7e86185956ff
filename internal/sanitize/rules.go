package sanitize

import "strings"

// byteSet is a set of bytes.
type byteSet [256]bool

// newByteSet returns the set of the bytes of spec, in which a-z is a range. A
// minus at the end stands for itself.
func newByteSet(spec string) *byteSet {
	set := new(byteSet)
	for i := 0; i < len(spec); i++ {
		if i+2 < len(spec) && spec[i+1] == '-' {
			for c := int(spec[i]); c <= int(spec[i+2]); c++ {
				set[c] = true
			}
			i += 2
			continue
		}
		set[spec[i]] = true
	}
	return set
}

// run returns how many bytes at the start of s are in set.
func (set *byteSet) run(s string) int {
	for i := range len(s) {
		if !set[s[i]] {
			return i
		}
	}
	return len(s)
}

var (
	letters    = newByteSet("a-z")
	digits     = newByteSet("0-9")
	upperDigit = newByteSet("A-Z0-9")
	alnum      = newByteSet("A-Za-z0-9")
	wordBytes  = newByteSet("A-Za-z0-9_-")
	dotted     = newByteSet("A-Za-z0-9_.-")
	bearerSet  = newByteSet("A-Za-z0-9._~+/=-")
	base64Set  = newByteSet("A-Za-z0-9+/=_-")
)

// rules lists the secrets found inside strings. The formats are those that the
// issuers publish or that their secret-scanning partners match on, as of late
// 2026; what comes after the prefix is checked for length and alphabet, so that
// prose which happens to contain a prefix stays.
//
// Patterns of the user's own, which may be regular expressions, will run after
// these.
var rules = []rule{
	{literal: "arer", fold: true, find: findBearer},
	{literal: "asic", fold: true, find: findBasic},
	{literal: "://", find: findUserinfo},
	{literal: "tcp(", find: findMySQL},
	{literal: "--B", find: findPEM},
	{literal: "eyJ", find: findJWT},

	// OpenAI, Anthropic, OpenRouter, DeepSeek and others.
	{literal: "sk-", find: token(0, 16, wordBytes, "sk-")},
	{literal: "gsk", find: token(0, 20, alnum, "gsk_")},
	{literal: "xai-", find: token(0, 20, wordBytes, "xai-")},
	{literal: "plx-", find: token(1, 20, alnum, "pplx-")},
	{literal: "r8_", find: token(0, 20, alnum, "r8_")},
	{literal: "hf_", find: token(0, 20, alnum, "hf_")},
	// Honeycomb ingest, configuration and management keys, of environments
	// (hcaik_) and classic (hcaic_).
	{literal: "[im][ck]_", find: findHoneycomb},
	// AWS access key ids: 16 characters, always.
	{literal: "A[BCKS][CI]A", find: findAWS},
	// Google API keys, OAuth tokens and client secrets.
	{literal: "AIz", find: token(0, 30, wordBytes, "AIza")},
	{literal: "ya2", find: token(0, 20, wordBytes, "ya29.")},
	{literal: "CSPX", find: token(2, 20, wordBytes, "GOCSPX-")},
	// GitHub, GitLab, Docker, Shopify, npm.
	{literal: "gh[oprsu]_", find: token(0, 20, alnum, "gho_", "ghp_", "ghr_", "ghs_", "ghu_")},
	{literal: "pat[_-]", find: findPAT},
	{literal: "npm_", find: token(0, 20, alnum, "npm_")},
	{literal: "dapi", find: token(0, 32, alnum, "dapi")}, // Databricks
	// Slack, Stripe, SendGrid, DigitalOcean.
	{literal: "xox", find: token(0, 10, wordBytes, "xoxa-", "xoxb-", "xoxc-", "xoxd-", "xoxe-", "xoxe.", "xoxo-", "xoxp-", "xoxr-", "xoxs-")},
	{literal: "xap", find: token(0, 10, wordBytes, "xapp-")},
	{literal: "k_[lt]", find: token(1, 10, alnum, "sk_live_", "sk_test_", "rk_live_", "rk_test_")},
	{literal: "hsec", find: token(1, 16, bearerSet, "whsec_")},
	{literal: "SG.", find: token(0, 32, dotted, "SG.")},
	{literal: "p_v1", find: token(2, 20, alnum, "dop_v1_")},

	// name=value and name: value.
	{literal: "ass[pw]", fold: true, find: findPair},
	{literal: "pwd", fold: true, find: findPair},
	{literal: "ecre", fold: true, find: findPair},
	{literal: "oken", fold: true, find: findPair},
	{literal: "[_iste-]key", fold: true, find: findPair}, // api_key, accessKey, secretkey, private-key
	{literal: "eden", fold: true, find: findPair},
	{literal: "thor", fold: true, find: findPair},
	{literal: "ooki", fold: true, find: findPair},
	{literal: "[egy]=", fold: true, find: findPair},
}

// maxLook is how far a rule looks before it makes up its mind, in bytes.
const maxLook = 256

// token finds tokens that are one of prefixes followed by at least n bytes of
// set. The prefix starts back bytes before the literal.
func token(back, n int, set *byteSet, prefixes ...string) func(string, int, int) (int, int) {
	return func(s string, start, _ int) (from, to int) {
		start -= back
		if start < 0 || !boundary(s, start) {
			return 0, 0
		}
		for _, prefix := range prefixes {
			rest, ok := strings.CutPrefix(s[start:], prefix)
			if !ok {
				continue
			}
			if m := set.run(rest[:min(len(rest), maxLook)]); m >= n && random(rest[:m]) {
				return start, start + len(prefix) + set.run(rest)
			}
		}
		return 0, 0
	}
}

// boundary reports whether a word may start at s[i]: behind anything but a
// letter or a digit, where \n and %20 written out count as what they mean.
func boundary(s string, i int) bool {
	if i == 0 || !isAlnum(s[i-1]) {
		return true
	}
	if i >= 2 && s[i-2] == '\\' {
		return true
	}
	return i >= 3 && s[i-3] == '%'
}

// random reports whether s looks made by a machine: words of prose and names
// with dashes in them have no digits.
func random(s string) bool {
	var up, low bool
	for i := range len(s) {
		switch c := s[i]; {
		case isDigit(c):
			return true
		case isUpper(c):
			up = true
		case isLower(c):
			low = true
		}
	}
	return up && low && len(s) >= 20
}

func findHoneycomb(s string, start, end int) (from, to int) {
	from = start - 3
	if from < 0 || s[from:from+2] != "hc" || !isLower(s[from+2]) || !boundary(s, from) {
		return 0, 0
	}
	if n := alnum.run(s[end:]); n >= 8 {
		return from, end + n
	}
	return 0, 0
}

func findAWS(s string, start, end int) (from, to int) {
	const size = 16
	switch s[start:end] {
	case "AKIA", "ASIA", "ABIA", "ACCA":
	default:
		return 0, 0
	}
	if !boundary(s, start) || upperDigit.run(s[end:min(len(s), end+size+1)]) != size {
		return 0, 0
	}
	return start, end + size
}

// findPAT finds personal access tokens.
func findPAT(s string, start, end int) (from, to int) {
	for _, prefix := range [...]string{"github_", "gl", "sh", "dckr_"} {
		from = start - len(prefix)
		if from < 0 || s[from:start] != prefix || !boundary(s, from) {
			continue
		}
		if n := wordBytes.run(s[end:min(len(s), end+maxLook)]); n >= 16 && random(s[end:end+n]) {
			return from, end + wordBytes.run(s[end:])
		}
	}
	return 0, 0
}

// findJWT finds JSON Web Tokens, and their beginning where the rest was cut
// off: eyJ is {" in base64.
func findJWT(s string, start, end int) (from, to int) {
	if !boundary(s, start) {
		return 0, 0
	}
	if n := dotted.run(s[end:]); n >= 16 {
		return start, end + n
	}
	return 0, 0
}

// findPEM finds private keys, to their end or that of s.
func findPEM(s string, start, end int) (from, to int) {
	from = start - len("---")
	if from < 0 || !strings.HasPrefix(s[from:], "-----BEGIN ") {
		return 0, 0
	}
	head, _, ok := strings.Cut(s[end:min(len(s), end+64)], "-----")
	if !ok || !strings.Contains(head, "PRIVATE KEY") {
		return 0, 0
	}
	body := end + len(head) + len("-----")
	i := strings.Index(s[body:], "-----END ")
	if i < 0 {
		return from, len(s)
	}
	to = body + i + len("-----END ")
	if j := strings.Index(s[to:min(len(s), to+64)], "-----"); j >= 0 {
		to += j + len("-----")
	}
	return from, to
}
