package honeycomb

import "testing"

func TestSecret(t *testing.T) {
	lookup := func(name string) (string, bool) { return "found", name == "THERE" }
	tests := []struct {
		name         string
		secret       Secret
		shown, value string
		err          string
	}{
		{"reference", SecretEnv("THERE"), "$THERE", "found", ""},
		{"missing reference", SecretEnv("GONE"), "$GONE", "", `environment variable "GONE" is not set: set it to the recipient's secret`},
		{"value", SecretValue("v"), "***", "v", ""},
		{"nothing", Secret{}, "", "", "no secret given: use SecretEnv or SecretValue"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := tt.secret.reveal(lookup)
			if got != tt.value || (err == nil) != (tt.err == "") || (err != nil && err.Error() != tt.err) {
				t.Errorf("reveal = %q, %v, want %q, %s", got, err, tt.value, tt.err)
			}
			if tt.secret.String() != tt.shown || tt.secret.IsZero() != (tt.shown == "") {
				t.Errorf("shown as %q, zero %t", tt.secret, tt.secret.IsZero())
			}
		})
	}
	if got := SecretEnv("A").Env() + SecretValue("b").Env(); got != "A" {
		t.Errorf("variables are %q, want A alone", got)
	}
}
