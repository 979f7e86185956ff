package telemetryslog

// An Option configures [NewHandler].
type Option func(*handler)

// WithErrors shows records of level Error and above on the current span of
// their context. Where that span is recorded, the first of them gives it the
// status Error, error.type and error.message; how the work itself ends, as End
// is told, still goes before that, and metrics follow that alone.
//
// The error is the record's attribute "err" or "error", or else that of its
// logger. Where it is no error but a text, or missing, error.type is "_OTHER",
// and without a text the record's message stands for it. A context.Canceled of
// a context that was cancelled is no failure, as everywhere.
//
// Each record also gives an event log.error with its message, its error and, as
// log.attr.*, its first 16 attributes that are texts, numbers, booleans, times
// or errors. They are redacted like all other telemetry. At most 4 records per
// span and 10 per second give one, for Honeycomb bills each; the next event says
// in log.omitted how many did not.
//
// Default: off, because a log may hold what a trace should not.
func WithErrors() Option {
	return func(h *handler) { h.marker = new(marker) }
}
