// Package env resolves what the program's options and the environment say
// into one configuration, once, at Init.
//
// [Resolve] is a pure function: it reads nothing but its arguments, opens no
// file and no connection, and starts no goroutine. [Variables] is the one
// table of environment variables; a test holds it and Resolve together.
//
// # Precedence
//
// Whether anything runs at all: OTEL_SDK_DISABLED=true or
// HONEYCOMB_ENABLED=false switch everything off, and are never an error.
//
// Where a signal goes, from high to low, decided for traces and metrics
// separately:
//
//  1. explicit options (an endpoint, a Honeycomb key, a Honeycomb endpoint),
//  2. OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, OTEL_EXPORTER_OTLP_METRICS_ENDPOINT,
//  3. OTEL_EXPORTER_OTLP_ENDPOINT,
//  4. HONEYCOMB_API_KEY, HONEYCOMB_API_ENDPOINT,
//  5. http://localhost:4318, where OTEL_TRACES_EXPORTER or
//     OTEL_METRICS_EXPORTER asks for otlp by name (OpenTelemetry's default),
//  6. nowhere, with one warning.
//
// Every other value: option, then the variable of the signal, then the
// variable of all signals, then the default. Service name, version,
// environment and resource attributes turn this around: there the environment
// wins, so that operators can relabel a program they did not write.
//
// What only matters for sending (headers, protocol, compression, timeouts,
// certificates) is read, and can only be wrong, for a signal that is sent.
//
// # Secrets
//
// A Honeycomb key is attached only to requests for honeycomb.io hosts and for
// the endpoint that was named as Honeycomb's. Values that are secret stand in
// [Signal] only, in a map that masks itself when printed; settings, warnings
// and errors never hold one, not even where a key was put into the wrong
// variable.
//
// The OpenTelemetry rules are those of the specification's "Environment
// Variable Specification" and "OpenTelemetry Protocol Exporter" (1.55).
// Where the specification says to ignore a bad value with a warning, Resolve
// returns an error instead: a typing mistake should be seen at the first
// start, not on the first bill.
package env
