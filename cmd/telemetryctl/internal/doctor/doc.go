// Package doctor finds out why a service's telemetry does not arrive.
//
// [Run] reads the environment that telemetry.Init reads, and then follows the
// way of a span: destination, proxy, connection, TLS, clock, key, region,
// dataset, and at last a test span through the library's own pipeline. A check
// that cannot be made, because an earlier one failed or there is no network, is
// reported as skipped with its reason; nothing is passed over in silence.
//
// Honeycomb is asked what it knows of the key (GET /1/auth) and, with a
// configuration key, whether the dataset exists. Any other OTLP receiver gets an
// export request without content, which the protocol has it accept. A key goes
// to Honeycomb's hosts, in either region, and to the endpoint that the
// environment names as Honeycomb's; to no other.
//
// No key, header value or password appears in a report.
package doctor
