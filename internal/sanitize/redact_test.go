package sanitize_test

import (
	"strings"
	"testing"

	"go.opentelemetry.io/otel/attribute"

	"github.com/lift-sys/telemetry/internal/sanitize"
	"github.com/lift-sys/telemetry/internal/sanitize/secrettest"
)

func TestSecretsInText(t *testing.T) {
	for _, secret := range secrettest.All() {
		t.Run(secret.Name, func(t *testing.T) {
			for _, around := range [][2]string{
				{"", ""},
				{"failed: ", " (retried)"},
				{"line\n\t\"", "\" end"},
				{`escaped \n`, `\n`},
				{strings.Repeat("x ", 4090), " tail"}, // across the limit
			} {
				s := sanitize.New(sanitize.Limits{})
				in := around[0] + secret.Text + around[1]
				got := s.String(in)
				if strings.Contains(got, secret.Core) {
					t.Errorf("String(%q) = %q", in, got)
				}
				for part := range strings.FieldsFuncSeq(secret.Core, func(r rune) bool { return r == '\n' || r == '.' }) {
					if len(part) >= 12 && !strings.HasPrefix(part, "-----") && strings.Contains(got, part) {
						t.Errorf("String(%q) = %q keeps %q", in, got, part)
					}
				}
				if len(in) < 8000 && (!strings.Contains(got, "[redacted]") || !strings.HasPrefix(got, around[0]) || !strings.Contains(got, secret.Rest)) {
					t.Errorf("String(%q) = %q, want its surroundings kept", in, got)
				}
				if c := s.Counts(); c.Redacted == 0 {
					t.Errorf("String(%q): counted nothing", in)
				}
			}
		})
	}
	if n := len(secrettest.All()); n < 200 {
		t.Errorf("%d secrets, want at least 200", n)
	}
}

// What is replaced makes room, but not for the half of a secret at the end of
// what was searched.
func TestSecretCutOffWhereTheSearchEnds(t *testing.T) {
	const limit, searched = 256, 256 + 4<<10
	in := "password=" + strings.Repeat("k", 4200)
	in += strings.Repeat(" y", (searched-12-len(in))/2) + " gh" + "p_" + strings.Repeat("aB3dE6", 6) + " and more"
	s := sanitize.New(sanitize.Limits{ValueBytes: limit})
	got := s.String(in)
	if want := "password=[redacted]"; !strings.HasPrefix(got, want) || strings.Contains(got, "aB3") {
		t.Errorf("String = %q, want %q and nothing of the token", got, want)
	}
	checkText(t, got, limit)
}

func TestHarmlessText(t *testing.T) {
	tests := []struct{ name, text, reason string }{
		{"model", "claude-sonnet-4-5-20250929", "dashes and digits are everywhere"},
		{"uuid", "0199b3f2-7c1e-7d2a-9a54-6f1b2c3d4e5f", "ids stay"},
		{"trace id", "4bf92f3577b34da6a3ce929d0e0e4736", "32 hex digits are also a classic Honeycomb key, but first of all a trace id"},
		{"task", "task-2026-11-23-nightly-build", "sk- within a word"},
		{"sk-learn", "sk-learn-compatible-pipeline-api", "a name, no digits"},
		{"parse error", "unexpected token: EOF", "prose behind a colon"},
		{"parse error quoted", `json: invalid character '}' after token`, "no assignment"},
		{"max tokens", `{"max_tokens":4096,"prompt_tokens":"17"}`, "tokens are counted, not kept secret"},
		{"token type", "token_type=Bearer", "describes a token"},
		{"null token", `{"next_token":null}`, "no value"},
		{"bearer prose", "the bearer authentication scheme", "a word, not a credential"},
		{"basic prose", "a basic understanding of basic arithmetic", "does not decode"},
		{"url", "https://api.anthropic.com/v1/messages?beta=true&limit=20", "no secret parameter"},
		{"port", "postgres://db.internal:5432/lift", "a port is not a password"},
		{"user only", "ssh://git@github.com/lift-sys/telemetry", "a user name is none either"},
		{"ipv6", "http://[2001:db8::1]:8080/a@b", "colons of an address"},
		{"sql", "SELECT id, name FROM sessions WHERE user_id = $1 AND primary_key = $2", "keys of a database"},
		{"certificate", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----", "public"},
		{"public key", "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----", "public"},
		{"authorization prose", "authorization: denied by policy", "prose behind a colon"},
		{"author", "author: somebody", "another word"},
		{"compass", "compass=north", "another word"},
		{"cache key", "cache_key=sessions/7", "keys of other kinds"},
		{"monkey", "the monkey=banana", "another word"},
		{"already", "password=[redacted]", "once is enough"},
		{"header already", "Authorization: Bearer [redacted]", "once is enough"},
		{"www-authenticate", `WWW-Authenticate: Bearer realm="lift"`, "a challenge"},
		{"path", "/home/lift/.config/app/spat-notes.txt", "pat- within a word"},
		{"method", "PATCH /api/sessions", "PAT without a dash"},
		{"global", "a global gloss on glass", "gl and letters"},
		{"npm", "npm_config_loglevel=warn npm_package_version", "no digits behind the prefix"},
		{"vault docs", "tokens start with hvs. or hvb.", "nothing behind the prefix"},
		{"service path", "/services/ and /workflows/ of api.example.com", "no webhook"},
		{"webhook docs", "POST /api/webhooks/incoming", "a word, not an id"},
		{"kubernetes secret", "secret 'db-creds' not found", "a name of one"},
		{"team", "team: platform", "no key of Honeycomb's"},
		{"honeycomb dataset", "x-honeycomb-dataset: lift", "a name"},
		{"float", "adp.time.value 12:AA", "parts of prefixes"},
		{"public age key", "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p", "public"},
		{"stack", "goroutine 1 [running]:\nmain.main()\n\t/app/main.go:12 +0x1d", "stacks stay"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := sanitize.New(sanitize.Limits{})
			if got := s.String(tt.text); got != tt.text {
				t.Errorf("String(%q) = %q: %s", tt.text, got, tt.reason)
			}
			if c := s.Counts(); c != (sanitize.Counts{}) {
				t.Errorf("String(%q) counted %+v", tt.text, c)
			}
		})
	}
}

func TestSecretKeys(t *testing.T) {
	tests := []struct {
		key    string
		secret bool
		reason string
	}{
		{"authorization", true, "a header"},
		{"http.request.header.authorization", true, "semantic convention for headers"},
		{"http.request.header.x-api-key", true, "two words"},
		{"http.request.header.cookie", true, "a header"},
		{"http.response.header.set-cookie", true, "a header"},
		{"http.response.header.set_cookie", true, "a header"},
		{"proxy_authorization", true, "a header"},
		{"token", true, "the word"},
		{"access_token", true, "the word"},
		{"accessToken", true, "camel case"},
		{"authtoken", true, "compound"},
		{"session_token", true, "the word"},
		{"api_key", true, "two words"},
		{"apikey", true, "compound"},
		{"apiKey", true, "camel case"},
		{"APIKey", true, "camel case with initials"},
		{"OPENAI_API_KEY", true, "environment"},
		{"secret", true, "the word"},
		{"client.secret", true, "the word"},
		{"clientSecret", true, "camel case"},
		{"password", true, "the word"},
		{"dbPassword", true, "camel case"},
		{"PGPASSWORD", true, "compound"},
		{"passwd", true, "the word"},
		{"user.pwd", true, "the word"},
		{"passphrase", true, "the word"},
		{"private_key", true, "two words"},
		{"ssh.privateKey", true, "camel case"},
		{"aws.secret_access_key", true, "several words"},
		{"credential", true, "the word"},
		{"credentials", true, "the word"},
		{"db.dsn", true, "holds a password in many formats"},
		{"jwt", true, "the word"},
		{"http.request.header.x-honeycomb-team", true, "Honeycomb's own header for the key"},

		{"llm.input_tokens", false, "a count"},
		{"llm.max_tokens", false, "a limit"},
		{"gen_ai.usage.input_tokens", false, "a count"},
		{"gen_ai.token.type", false, "describes"},
		{"llm.time_to_first_token_ms", false, "a duration"},
		{"token_count", false, "a count"},
		{"k8s.secret.name", false, "a name of one"},
		{"session.id", false, "an id"},
		{"user.id", false, "an id"},
		{"dspy.signature", false, "an attribute of ours"},
		{"db.primary_key", false, "a key of another kind"},
		{"cache.key", false, "a key of another kind"},
		{"code.language", false, "ours"},
		{"author", false, "another word"},
		{"tokenizer", false, "another word"},
		{"secretary", false, "another word"},
		{"error.message", false, "ours"},
		{"honeycomb.dataset", false, "a name"},
		{"team", false, "people"},
	}
	for _, tt := range tests {
		t.Run(tt.key, func(t *testing.T) {
			s := sanitize.New(sanitize.Limits{})
			want, redacted := "harmless", uint64(0)
			if tt.secret {
				want, redacted = "[redacted]", 1
			}
			for range 2 { // judged, then remembered
				got, ok := s.Attr(attribute.String(tt.key, "harmless"))
				if !ok || got != attribute.String(tt.key, want) {
					t.Errorf("Attr = %v, %t, want %q: %s", got, ok, want, tt.reason)
				}
			}
			if c := s.Counts(); c.Redacted != 2*redacted {
				t.Errorf("counted %d, want %d", c.Redacted, 2*redacted)
			}
			if n, ok := s.Attr(attribute.Int(tt.key, 4096)); !ok || n != attribute.Int(tt.key, 4096) {
				t.Errorf("a number became %v", n)
			}
		})
	}
}

func FuzzRedact(f *testing.F) {
	all := secrettest.All()
	for i, secret := range all {
		f.Add("before ", " after", uint8(i))
		f.Add(secret.Text+" ", "&"+secret.Text, uint8(i))
	}
	f.Add("\xff\xfe", "\x80", uint8(3))
	f.Add("password=", "", uint8(0))
	f.Add("http://a:", "@b", uint8(2))
	f.Fuzz(func(t *testing.T, before, after string, which uint8) {
		secret := all[int(which)%len(all)]
		s := sanitize.New(sanitize.Limits{})
		in := before + " " + secret.Text + " " + after
		got := s.String(in)
		// More than once, and one of them may be no secret where it stands.
		if strings.Contains(got, secret.Core) && strings.Count(in, secret.Core) == 1 {
			t.Errorf("String(%q) = %q", in, got)
		}
		checkText(t, got, s.Limits().ValueBytes)
	})
}
