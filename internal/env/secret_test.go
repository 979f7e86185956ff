package env_test

import (
	"strings"
	"testing"

	"github.com/lift-sys/telemetry/internal/env"
)

// TestNoSecretIsShown puts secrets into every variable and every option, right
// or wrong, and looks for them in all that people may read.
func TestNoSecretIsShown(t *testing.T) {
	const bearer, password = "Bearer s3cr3t-bearer-token", "pa55word-of-somebody"
	secrets := []string{environmentKey, classicKey, hexKey, olderKey, "sk-proj-abcdefghijklmnop", "ghp_abcdefghijklmnop1234", "eyJhbGciOi.eyJzdWIiOi.c2lnbmF0dXJl", bearer}
	// texts are the ways in which a secret stands in a value; all of them for
	// one secret with a prefix, one of mere letters, and one with a blank.
	texts := func(secret string) []string {
		if secret != environmentKey && secret != olderKey && secret != bearer {
			return []string{secret, "https://user:" + secret + "@host"}
		}
		return []string{
			secret, `"` + secret + `"`, secret + " ", "x" + secret + "\n", "authorization=" + secret, "authorization: " + secret,
			"x-honeycomb-team=" + secret + ",=", "api-key=" + secret + "%", "https://" + secret + ":443x", "https://user:" + secret + "@host", "host/?key=" + secret,
			"none," + secret, "0." + secret, secret + "%zz=x",
		}
	}
	look := func(t *testing.T, secret string, c env.Config, err error) {
		t.Helper()
		said := render(c)
		if err != nil {
			said += err.Error()
		}
		if strings.Contains(strings.ToLower(said), strings.ToLower(secret)) {
			t.Errorf("it shows: %s", said)
		}
	}
	for _, v := range env.Variables() {
		t.Run(v.Name, func(t *testing.T) {
			t.Parallel()
			for _, secret := range secrets {
				for _, text := range texts(secret) {
					// Among right values, and with a plain receiver alone.
					for _, e := range []environment{everything(), {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector"}} {
						e[v.Name] = text
						if secret == olderKey && strings.HasPrefix(text, "x"+secret) {
							continue // its only shape is its length
						}
						c, err := env.Resolve(env.Explicit{}, e.get)
						look(t, strings.TrimPrefix(secret, "Bearer "), c, err)
					}
				}
			}
		})
	}
	t.Run("options", func(t *testing.T) {
		for _, secret := range secrets {
			for name, e := range map[string]env.Explicit{
				"key":          {HoneycombKey: secret},
				"key quoted":   {HoneycombKey: `"` + secret + `"`},
				"header":       {Endpoint: "http://collector", Headers: map[string]string{"x-api-key": secret}},
				"header plain": {Endpoint: collector, Headers: map[string]string{"x-whatever": secret}},
				"header name":  {Endpoint: collector, Headers: map[string]string{secret + " ": "x"}},
				"endpoint":     {Endpoint: "https://" + secret + "@host", HoneycombKey: secret},
				"region":       {HoneycombKey: secret, HoneycombRegion: secret, HoneycombDataset: secret, HoneycombMetricsDataset: secret},
				"service":      {HoneycombKey: secret, ServiceName: secret, Environment: secret, Compression: secret, Temporality: env.Temporality(secret)},
				"propagation":  {HoneycombKey: secret, Propagators: []string{secret}, PropagateTo: []string{secret + ".com", secret + "/"}},
			} {
				c, err := env.Resolve(e, nil)
				t.Run(name, func(t *testing.T) { look(t, strings.TrimPrefix(secret, "Bearer "), c, err) })
			}
		}
	})
	t.Run("unknown shape", func(t *testing.T) {
		// A password looks like nothing; where it was given as one, it is known.
		e := environment{"OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector", "OTEL_EXPORTER_OTLP_HEADERS": "x-api-key=" + password, "OTEL_PROPAGATORS": password, "HONEYCOMB_ENABLED": password}
		c, err := env.Resolve(env.Explicit{}, e.get)
		if err == nil {
			t.Fatal("no error")
		}
		look(t, password, c, err)
	})
}

// TestMaskShowsKind holds the form of masks.
func TestMaskShowsKind(t *testing.T) {
	for key, want := range map[string]string{
		environmentKey: "hcaik_…, 64 characters",
		classicKey:     "hcaic_…, 64 characters",
		hexKey:         "…, 32 characters",
		"x":            "…, 1 character",
	} {
		c, err := env.Resolve(env.Explicit{}, environment{"HONEYCOMB_API_KEY": key}.get)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range c.Settings {
			if s.Name == "traces.header.x-honeycomb-team" && (s.Value != want || !s.Secret) {
				t.Errorf("%+v, want %q", s, want)
			}
		}
	}
}
