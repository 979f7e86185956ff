// Package honeycomb describes what a service wants to see in Honeycomb: saved
// queries, boards, triggers, SLOs with their burn alerts, the calculated fields
// and recipients behind them, and deploy markers.
//
// # Values, not calls
//
// Everything is a plain Go value. A [Definition] holds what one service
// declares; [Definition.Validate] checks it against every rule that Honeycomb
// enforces before anything is sent, and [Definition.For] cuts it down to what a
// [Plan] has. Package liftsys holds the definition of lift-sys itself and is the
// example to copy from.
//
//	slow := honeycomb.SavedQuery{
//		Name:        "Slow checkouts",
//		Description: "Which routes are slow for whom?",
//		Query: honeycomb.Query{
//			Calculations: []honeycomb.Calculation{honeycomb.Calculate(honeycomb.P95, attr.ColumnDurationMS)},
//			Breakdowns:   honeycomb.Columns(attr.HTTPRoute),
//			Filters:      []honeycomb.Filter{honeycomb.Where(attr.ColumnSpanKind, honeycomb.Equals, "server")},
//			TimeRange:    2 * time.Hour,
//		},
//	}
//
// # Columns
//
// A query names a column by a constant of package attr, so that renaming an
// attribute breaks the build and not a board. A name that is neither in the
// registry, nor a calculated field, nor declared in [Definition].Columns fails
// Validate.
//
// # Bringing Honeycomb to it
//
// [Client.Plan] compares a definition with what a team has, and
// [Changes.Apply] does what is missing: as often as wanted, and after a fault
// from where it stopped. Things are matched by name and by a sign of their owner
// (a tag, or a last line of the description), boards also by the dataset that they
// show ([DatasetTag]), and compared by content.
// [Client.Destroy] deletes what the owner has. [ExportTerraform] writes the same
// as configuration for Terraform.
//
// # Rules and bodies
//
// The rules are those of Honeycomb's management API, version 1, and the bodies
// those that its Terraform provider sends, recorded in November 2026. Plans, and
// what each of them has, are as of the same month.
//
// All values are safe for concurrent reading. Only a [Client] keeps state, the
// rate limit, and it is safe for concurrent use.
package honeycomb
