package failure

import "strings"

// Redact returns err with the message that redact makes of its own. Go type,
// codes and identity, as [Same] sees it, stay those of err, which must not be
// nil. Where the message stays as it is, so does err.
func Redact(err error, redact func(message string) string) error {
	before := message(err)
	after := redact(before)
	if after == before {
		return err
	}
	return redactedError{err, before, after}
}

// Retell returns err with the message that [Redact] gave to seen, where err is
// or wraps what that was made of; else it returns err. So those who wrap an
// error do not tell what those who saw it first did not.
func Retell(err, seen error) error {
	if l, ok := seen.(lostError); ok {
		seen = l.error
	}
	r, ok := seen.(redactedError)
	if !ok || !Same(err, r) {
		return err
	}
	return Redact(err, func(m string) string { return strings.ReplaceAll(m, r.before, r.after) })
}

type redactedError struct {
	error
	before, after string
}

// Error returns the redacted message.
func (r redactedError) Error() string { return r.after }

// Unwrap returns the error with the message of its own.
func (r redactedError) Unwrap() error { return r.error }

// plain returns err without the marks that this package gives.
func plain(err error) error {
	for {
		switch e := err.(type) {
		case lostError:
			err = e.error
		case redactedError:
			err = e.error
		default:
			return err
		}
	}
}
