// Package liftsys is what lift-sys wants to see in Honeycomb: four boards, the
// saved queries beside them, eight alerts and two SLOs, all made from the
// registry in package attr.
//
// It is also the example of how a service adds its own:
//
//	all := liftsys.Define(liftsys.Options{}).With(honeycomb.Definition{
//		Columns: []attr.Def{{Name: "cart.items", Type: attr.TypeInt, Brief: "Items in the cart."}},
//		Boards:  []honeycomb.Board{checkout},
//	})
//	err := all.Validate(honeycomb.Pro)
//
// # What the queries take care of
//
// A request is a span of kind server or consumer, with a duration: an entry into
// the service, not the root of a trace. A service that is called by another one
// which traces too, a gateway say, has no roots of its own, and boards of roots
// would stay empty and their alerts silent. In the dataset of one service each
// request counts once, provided that only one layer makes server spans; over all
// datasets it counts once in each service that it passes. Roots that nobody waits
// for, such as runs of an optimizer and linked jobs, are no requests, and neither
// are span events, links, and rows of logs and metrics, which have no kind.
//
// Where a query is not about requests and counts errors, it leaves out span
// events and links by name: they are rows of their own. LLM calls are the spans
// with llm.provider, whatever they are called. Honeycomb multiplies
// COUNT, SUM and AVG by a span's weight but COUNT_DISTINCT not, so that sampled
// data is never counted by distinct values.
//
// docs/HONEYCOMB_DASHBOARDS.md lists every panel; docs/HONEYCOMB_RUNBOOKS.md
// says what to do about every alert.
package liftsys

//go:generate go run ./cmd/dashboarddoc ../../docs
