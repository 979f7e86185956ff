package honeycomb

import "time"

// Marker is a line over all graphs of a dataset, such as a deploy. The zero
// value is a marker of now without text.
type Marker struct {
	// Message that people read, such as the version.
	Message string
	// Type groups markers, such as deploy, and gives them their colour.
	Type string
	// URL to more, such as the deploy's run.
	URL string
	// Start of what is marked. Zero: now.
	Start time.Time
	// End of what is marked. Zero: a moment only.
	End time.Time
}
