// Package alerttest tests alerts as code is tested: it runs a scripted incident, or
// the spans that a service under test recorded, against the triggers and SLOs of a
// honeycomb.Definition, and says whether they fire.
//
//	func TestHighErrorRate(t *testing.T) {
//		request := alerttest.Span("POST /orders", trace.SpanKindServer, 80*time.Millisecond)
//		incident := alerttest.Incident{}.
//			For(10*time.Minute, alerttest.Every(time.Second, request)).
//			For(10*time.Minute, alerttest.Every(time.Second, request).Errors(0.2)).
//			For(10*time.Minute, alerttest.Every(time.Second, request))
//
//		alerttest.Resolves(t, definition, "High error rate", incident)
//	}
//
// Nothing is sent and no time passes: half an hour takes milliseconds. Queries,
// weights, frequencies, limits and baselines are those that Honeycomb documents; a
// span becomes the row that Honeycomb makes of it. What tests pass here, lens
// evaluates live by the same code.
//
// # Near misses
//
// A threshold is tested from both sides: an incident just beyond it fires, and one
// just short of it is quiet. [Quiet] with an incident that is far from the
// threshold proves little.
//
// # The end
//
// An incident ends with its last phase, and an alert with the run that has seen all
// of it. Rows that would have come afterwards are missing from later runs: in the
// last seconds of an incident the share of what failed may be any. So only an alert
// that is then pending runs on, until it fires or does not; see [Quiet]. An incident
// that ends calmly, with a phase as long as the alert looks back, leaves no doubt.
//
// # Services
//
// Streams and recordings are those of a service without a name, unknown_service,
// unless [Stream.Resource] or [Incident.Resource] says which.
//
// # SLOs
//
// The budget of an SLO is a share of the events of all its days. [Incident.Before]
// says what they were like before the incident; without it the incident is all
// there ever was, and its first error costs much.
//
//	month := alerttest.Every(time.Hour, request).Weight(3600)
//	incident := alerttest.Incident{}.Before(30*24*time.Hour, month).For(…)
package alerttest
