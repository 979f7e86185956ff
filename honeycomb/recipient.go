package honeycomb

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"unique"
)

// RecipientType says how a recipient is reached.
type RecipientType string

// The types. Slack needs its OAuth step in Honeycomb's team settings before the
// first recipient can be made.
const (
	Slack           RecipientType = "slack"
	Email           RecipientType = "email"
	PagerDuty       RecipientType = "pagerduty"
	Webhook         RecipientType = "webhook"
	MSTeamsWorkflow RecipientType = "msteams_workflow"
)

// Recipient is whom triggers and burn alerts notify.
type Recipient struct {
	// Name is what triggers and burn alerts call the recipient. PagerDuty,
	// webhook and Teams recipients have it in Honeycomb too.
	Name string
	Type RecipientType
	// Target is a Slack channel with its # or an email address. Empty for the
	// other types.
	Target string
	// URL of a webhook or Teams workflow, which often contains a token.
	URL Secret
	// Key is PagerDuty's integration key of 32 characters, or the shared secret
	// of a webhook, which is optional.
	Key Secret
}

// String returns the recipient without any secret.
func (r Recipient) String() string {
	if r.Target != "" {
		return fmt.Sprintf("%s %s", r.Type, r.Target)
	}
	return fmt.Sprintf("%s %q", r.Type, r.Name)
}

// Secret is a value that must not show: by reference to an environment variable,
// or given. However it is printed, logged or encoded, only the variable's name
// appears. The zero value is no secret.
type Secret struct {
	env string
	// value is a handle, because fmt follows no pointer in a field that is not
	// exported, and calls no method there: a string would show.
	value unique.Handle[string]
}

// SecretEnv refers to the environment variable that holds the secret.
func SecretEnv(name string) Secret { return Secret{env: name} }

// SecretValue holds a secret that the program has read elsewhere.
func SecretValue(value string) Secret {
	if value == "" {
		return Secret{}
	}
	return Secret{value: unique.Make(value)}
}

// words returns how an error calls the secret.
func (s Secret) words() string {
	if s.env != "" {
		return "environment variable " + strconv.Quote(s.env)
	}
	return "the secret"
}

// IsZero reports whether there is no secret.
func (s Secret) IsZero() bool { return s == Secret{} }

// Env returns the name of the environment variable, or nothing.
func (s Secret) Env() string { return s.env }

// given returns the value, or nothing for a reference.
func (s Secret) given() string {
	if s.value == (unique.Handle[string]{}) {
		return ""
	}
	return s.value.Value()
}

// reveal returns the secret, which lookup (such as os.LookupEnv) finds if it is
// a reference.
func (s Secret) reveal(lookup func(string) (string, bool)) (string, error) {
	if s.env == "" {
		if s.given() == "" {
			return "", errors.New("no secret given: use SecretEnv or SecretValue")
		}
		return s.given(), nil
	}
	if v, ok := lookup(s.env); ok && v != "" {
		return v, nil
	}
	return "", fmt.Errorf("environment variable %q is not set: set it to the recipient's secret", s.env)
}

// String returns $NAME for a reference, and asterisks for a value.
func (s Secret) String() string {
	switch {
	case s.env != "":
		return "$" + s.env
	case s.given() != "":
		return "***"
	}
	return ""
}

// Format writes what String returns whatever the verb is: fmt would print the
// fields for %d and %#v.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// LogValue keeps slog from showing the value.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText keeps encoders from showing the value.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
