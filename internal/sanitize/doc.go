// Package sanitize makes telemetry fit to leave the process. It is the one
// place where a value is repaired, shortened, renamed or redacted, whichever
// way it goes out: through the direct encoder (package otlp), through the stock
// exporters or into a recorder.
//
// What it does to a value, in this order:
//
//   - Repair. Invalid UTF-8 becomes U+FFFD: one bad string makes a protobuf
//     decoder refuse the whole batch. NaN and infinities are left out, because
//     Honeycomb's events are JSON, which cannot hold them.
//   - Redact. A string under a key such as authorization, api_key or password
//     becomes "[redacted]". Inside any other string the secret part of what
//     looks like a credential is replaced and the rest is kept.
//     A user's mask is asked before that, a user's patterns are looked for at
//     the same time; see [Redaction].
//   - Shorten. Limits are in bytes. A shortened string ends in
//     "…[truncated N bytes]", which counts against the limit.
//   - Rename. A span attribute named like a column that Honeycomb derives
//     itself (name, error, trace.trace_id …) would overwrite that column, so it
//     becomes app.name, app.error, app.trace.trace_id.
//
// A clean value costs one pass over its bytes and no allocation. Everything
// done to a value is counted; see [Counts].
package sanitize
