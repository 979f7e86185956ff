package honeycomb_test

import (
	"bytes"
	stdcmp "cmp"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/honeycomb"
	"github.com/lift-sys/telemetry/internal/fakehoneycomb"
)

// sameSecrets lets cmp compare secrets without looking into them.
var sameSecrets = cmp.Comparer(func(a, b honeycomb.Secret) bool { return a == b })

func TestSecretsNeverShow(t *testing.T) {
	const secret = "s3cr3t-t0ken"
	r := honeycomb.Recipient{Name: "hook", Type: honeycomb.Webhook, URL: honeycomb.SecretValue("https://h/" + secret), Key: honeycomb.SecretValue(secret)}
	var log bytes.Buffer
	logger := slog.New(slog.NewJSONHandler(&log, nil))
	logger.Info("recipient", "key", r.Key, "recipient", r)
	slog.New(slog.NewTextHandler(&log, nil)).Info("recipient", "key", r.Key, "recipient", r)
	data, err := json.Marshal(honeycomb.Definition{Recipients: []honeycomb.Recipient{r}})
	if err != nil {
		t.Fatal(err)
	}
	key, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	r.URL = honeycomb.SecretValue(secret) // no address
	invalid := honeycomb.Definition{Recipients: []honeycomb.Recipient{r}}.Validate(honeycomb.Free)
	if invalid == nil {
		t.Error("a URL that is none was accepted")
	}
	shown := map[string]string{"slog": log.String(), "JSON of the definition": string(data), "JSON": string(key), "error": fmt.Sprint(invalid)}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x", "%X"} {
		shown[verb+" of the recipient"] = fmt.Sprintf(verb, r)
		shown[verb+" of the key"] = fmt.Sprintf(verb, r.Key)
		shown[verb+" of a pointer"] = fmt.Sprintf(verb, &r)
	}
	for how, s := range shown {
		if strings.Contains(s, secret) || strings.Contains(strings.ToLower(s), fmt.Sprintf("%x", secret)) {
			t.Errorf("%s shows the secret: %s", how, s)
		}
	}
}

// fmt calls no method of what is below a field that is not exported.
func TestChangesShowNoSecrets(t *testing.T) {
	d, s := small()
	d.Recipients[0].Key = honeycomb.SecretValue(secret)
	c := plan(t, newClient(t, fakehoneycomb.New()), d, s)
	type holder struct {
		key  honeycomb.Secret
		keys map[string]honeycomb.Secret
	}
	inside := holder{d.Recipients[0].Key, map[string]honeycomb.Secret{"page": d.Recipients[0].Key}}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x"} {
		for what, v := range map[string]any{"changes": c, "a copy": *c, "a field": inside, "a pointer": &inside} {
			for _, hidden := range []string{secret, fakehoneycomb.DefaultKey} {
				if got := fmt.Sprintf(verb, v); strings.Contains(got, hidden) || strings.Contains(got, fmt.Sprintf("%x", hidden)) {
					t.Errorf("%s of %s shows %q: %s", verb, what, hidden, got)
				}
			}
		}
	}
}

func TestRecipientString(t *testing.T) {
	tests := map[string]honeycomb.Recipient{
		"slack #shop":      {Name: "chat", Type: honeycomb.Slack, Target: "#shop"},
		`pagerduty "page"`: {Name: "page", Type: honeycomb.PagerDuty, Key: honeycomb.SecretValue("k")},
	}
	for want, r := range tests {
		if got := r.String(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// TestSecretsAreLookedAtFirst: what Honeycomb would refuse half-way through an
// apply is an error of Plan, before any request.
func TestSecretsAreLookedAtFirst(t *testing.T) {
	tests := []struct{ name, variable, value, want string }{
		{"unset", "PAGERDUTY_KEY", "", `recipient "page": environment variable "PAGERDUTY_KEY" is not set: set it to the recipient's secret`},
		{
			"half a key", "PAGERDUTY_KEY", secret[:31],
			`recipient "page": environment variable "PAGERDUTY_KEY" has 31 characters, and is no PagerDuty integration key: copy all 32 from the service's Integrations tab`,
		},
		{"no scheme", "WEBHOOK_URL", "hooks.example.com/" + secret, ""},
		{"another scheme", "WEBHOOK_URL", "ftp://hooks.example.com/" + secret, ""},
		{"no host", "WEBHOOK_URL", "https:///" + secret, ""},
		{"a port alone", "WEBHOOK_URL", "https://:443/" + secret, ""},
		{"a line break", "WEBHOOK_URL", "https://hooks.example.com/" + secret + "\n", ""},
		{"a token alone", "WEBHOOK_URL", secret, ""},
	}
	for _, tt := range tests {
		want := stdcmp.Or(tt.want, `recipient "hook": environment variable "WEBHOOK_URL" is no address of a webhook: write it as https://host/path; it is not shown here because it may hold a token`)
		api := fakehoneycomb.New()
		d, s := small()
		s.Lookup = func(name string) (string, bool) {
			if name == tt.variable {
				return tt.value, tt.value != ""
			}
			return lookup(name)
		}
		_, err := newClient(t, api).Plan(t.Context(), d, s)
		if got := fmt.Sprint(err); got != "honeycomb: nothing was sent: "+want {
			t.Errorf("%s: error %q, want %q", tt.name, got, want)
		}
		if n := len(api.Requests()); n > 0 {
			t.Errorf("%s: %d requests were sent", tt.name, n)
		}
	}
}
