// Package migration has tests alone: pieces of OpenTelemetry as services write
// them by hand, what takes their place, and both run side by side, so that
// docs/MIGRATION.md can show the code and what changes on the wire.
package migration
