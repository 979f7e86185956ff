package sanitize

import "strings"

// prefixed describes tokens that are one of some prefixes, separated by blanks,
// and at least n bytes of set.
type prefixed struct {
	n        int
	set      *byteSet
	prefixes string
}

// tokens returns the rule that finds tokens of the given kinds by literal, which
// each of their prefixes contains.
func tokens(literal string, kinds ...prefixed) rule {
	type token struct {
		prefix string
		at     int // where literal is in it
		n      int
		set    *byteSet
	}
	r := rule{literal: literal}
	sets := literalSets(&r)
	var all []token
	for _, k := range kinds {
		for prefix := range strings.FieldsSeq(k.prefixes) {
			all = append(all, token{prefix, indexSets(prefix, sets), k.n, k.set})
		}
	}
	r.find = func(s string, start, _ int) (from, to int) {
		for i := range all {
			t := &all[i]
			from = start - t.at
			if from < 0 || !strings.HasPrefix(s[from:], t.prefix) || !boundary(s, from) {
				continue
			}
			rest := s[from+len(t.prefix):]
			if m := t.set.run(rest[:min(len(rest), maxLook)]); m >= t.n && random(rest[:m]) {
				return from, from + len(t.prefix) + t.set.run(rest)
			}
		}
		return 0, 0
	}
	return r
}

// indexSets returns where in s there are bytes of sets in their order, or -1.
func indexSets(s string, sets []*byteSet) int {
	for i := range len(s) - len(sets) + 1 {
		j := 0
		for j < len(sets) && sets[j][s[i+j]] {
			j++
		}
		if j == len(sets) {
			return i
		}
	}
	return -1
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

// findAzure finds client secrets of Microsoft Entra: three characters, a digit,
// Q~ and 31 to 34 more.
func findAzure(s string, start, end int) (from, to int) {
	from = start - 4
	if from < 0 || !isDigit(s[start-1]) || bearerSet.run(s[from:start]) < 4 {
		return 0, 0
	}
	if n := bearerSet.run(s[end:min(len(s), end+maxLook)]); n >= 31 && n <= 40 {
		return from, end + n
	}
	return 0, 0
}

// findTelegram finds tokens of bots: the bot's number, a colon and 35
// characters, of which the first are AA.
func findTelegram(s string, start, end int) (from, to int) {
	for from = start; from > 0 && start-from < 12 && isDigit(s[from-1]); {
		from--
	}
	if n := wordBytes.run(s[end:min(len(s), end+maxLook)]); start-from >= 8 && n >= 32 && n <= 40 {
		return from, end + n
	}
	return 0, 0
}

// findVersioned finds Terraform's tokens, which have atlasv1 in their middle,
// and LangSmith's.
func findVersioned(s string, start, end int) (from, to int) {
	const terraform, langsmith = ".atla", "l"
	set := wordBytes
	switch from = start - len(terraform); {
	case s[start:end] == "sv1." && from >= 0 && s[from:start] == terraform:
		for least := max(0, from-14); from > least && alnum[s[from-1]]; {
			from--
		}
		if start-len(terraform)-from < 14 {
			return 0, 0
		}
	case s[start:end] == "sv2_" && start > 0 && s[start-1:start] == langsmith && boundary(s, start-1):
		from = start - 1
	default:
		return 0, 0
	}
	if n := set.run(s[end:min(len(s), end+maxLook)]); n < 32 {
		return 0, 0
	}
	return from, end + set.run(s[end:])
}

// findWebhook finds the path of a webhook, which is all that it takes to post.
func findWebhook(s string, _, end int) (from, to int) {
	before := s[max(0, end-40):end]
	if !strings.HasSuffix(before, "hooks.slack.com/services/") && !strings.HasSuffix(before, "hooks.slack.com/workflows/") &&
		!strings.HasSuffix(before, "/api/webhooks/") {
		return 0, 0
	}
	if n := base64Set.run(s[end:min(len(s), end+maxLook)]); n < 20 || !random(s[end:end+n]) {
		return 0, 0
	}
	return end, end + base64Set.run(s[end:])
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

// findBlock finds private keys: in PEM, to their end or that of s, and those of
// age.
func findBlock(s string, start, end int) (from, to int) {
	if s[start:end] == "--B" {
		return findPEM(s, start, end)
	}
	const age = "AGE-SECRET-KE"
	from = start - len(age)
	if from < 0 || s[from:start] != age {
		return 0, 0
	}
	if n := upperDigit.run(s[end:min(len(s), end+maxLook)]); n >= 50 {
		return from, end + n
	}
	return 0, 0
}

func findPEM(s string, start, end int) (from, to int) {
	from = start - len("---")
	if from < 0 || !strings.HasPrefix(s[from:], "-----BEGIN") {
		return 0, 0
	}
	// The blanks between the words may be written as in a URL.
	head, _, ok := strings.Cut(s[end:min(len(s), end+64)], "-----")
	if _, key, private := strings.Cut(head, "PRIVATE"); !ok || !private || !strings.Contains(key, "KEY") {
		return 0, 0
	}
	body := end + len(head) + len("-----")
	i := strings.Index(s[body:], "-----END")
	if i < 0 {
		return from, len(s)
	}
	to = body + i + len("-----END")
	if j := strings.Index(s[to:min(len(s), to+64)], "-----"); j >= 0 {
		to += j + len("-----")
	}
	return from, to
}
