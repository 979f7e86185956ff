// Package tail decides at the end of a trace whether its spans are delivered.
// It stands between encoding and delivery and holds encoded spans, as bytes in
// one arena, beside a small record without pointers for each local trace: the
// spans of this process below one local root, which is a span without a parent
// or with one in another process.
//
// # When a local trace is decided
//
// Once its root and all its children have ended; a second after its root where
// children are still open; and after 60 s where the root does not end. Spans
// that come later follow the decision, as long as it is remembered: the latest
// thousands are.
//
// # How
//
// A trace that a [Rule] matches belongs to the stratum that must be kept. All
// others follow the decision that the head made when the trace began, which is
// the one that other services were told: the sampled flag and its threshold. A
// [sampling.Budget], if there is one, then thins out both.
//
// All of these are thresholds on the trace's randomness, and so is the eviction
// of memory: where the arena or the table of traces is full, the trace with the
// lowest randomness goes first. The largest threshold that a trace has passed
// gives the weight of its spans, which is appended to their encoded form. A span
// whose trace is forgotten has to pass the evictions that its trace may have seen.
//
// A trace that a rule keeps has passed no threshold but those of memory and
// budget, since it would be here whatever the head and other services said.
// Where a service before this one sampled without saying how (no threshold in
// the tracestate), the chance is not known. Its spans then get no threshold, and
// the weight of what was thinned out here alone. So do spans whose trace is
// forgotten, where a trace of that kind may have been theirs.
package tail
