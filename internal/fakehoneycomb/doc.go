// Package fakehoneycomb is Honeycomb's management API, version 1, in memory,
// for tests that create boards, queries and alerts.
//
// It stores what it is given per team, environment and dataset, enforces the
// rules that Honeycomb enforces, those included that only the server can know
// (a query over a column that does not exist, two panels with the same query,
// what the plan allows, the rate limit), and answers in the shapes that
// Honeycomb answers in: values coerced to their column's type, recipients in
// an order of its own, defaults filled in. Any request can be made to fail in
// any way of [Fault].
//
//	api := fakehoneycomb.New(fakehoneycomb.WithPlan(fakehoneycomb.Free))
//	client := &http.Client{Transport: api.Transport()}
//
// Exports by OTLP over HTTP are accepted from keys that may send, and not stored:
// whoever looks at a whole configuration can point both at the one address.
//
// [API.Transport] opens no socket, so it works inside a testing/synctest
// bubble; [API] is an [http.Handler] for everything else. An API is safe for
// concurrent use.
//
// Rules and shapes follow Honeycomb's API reference
// (https://docs.honeycomb.io/api) and the requests that its Terraform provider
// sends. Where neither says what the server does, the fake refuses: a program
// that works here does not depend on leniency.
package fakehoneycomb
