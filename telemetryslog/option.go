package telemetryslog

// An Option configures [NewHandler].
type Option func(*handler)

// WithErrors shows records of level Error and above on the current span of
// their context. Where that span is recorded, the first of them gives it the
// status Error, error.type and error.message. A span that ends with a failure
// has that instead. One that ends without keeps what the record said, since
// nobody can tell a success from silence: what the work recovers from, such as
// a try that is repeated, belongs at level Warn. Metrics, and code.success, say
// how the span ended, whatever was logged.
//
// The error is the record's attribute "err" or "error", or else that of its
// logger. Where it is no error but a text, or missing, error.type is "_OTHER",
// and without a text the record's message stands for it. A context.Canceled of
// a context that was cancelled is no failure, as everywhere.
//
// Each record also gives an event log.error with its message, its error and, as
// log.attr.*, its first 16 attributes that are texts, numbers, booleans, times
// or errors. At most 4 records per span and 10 per second give one, for
// Honeycomb bills each; the next event says in log.omitted how many did not.
//
// All of it is redacted like other telemetry, which has limits: a secret is
// known by the name of its attribute, such as password, or by its form, such as
// a key that begins with "sk-" or "password=" before it. A secret in plain words
// of a message is not found, and neither are names, addresses and other personal
// data.
//
// Default: off, because a log may hold what a trace should not.
func WithErrors() Option {
	return func(h *handler) { h.marker = new(marker) }
}
