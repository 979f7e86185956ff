package liftsys

import "github.com/lift-sys/telemetry/honeycomb"

// The rows that panels take on a board.
const (
	textHeight  = 2
	sloHeight   = 4
	queryHeight = 6
)

// view is a query panel before it has its place.
type view struct {
	query    honeycomb.SavedQuery
	style    honeycomb.Style
	charts   []honeycomb.Chart
	overlaid bool
}

// lay places a board's panels: the text over the whole width, then the SLOs, then
// the queries, two in a row.
func lay(text string, slos []string, views ...view) []honeycomb.Panel {
	const half = honeycomb.GridWidth / 2
	panels := []honeycomb.Panel{{Text: text, Position: &honeycomb.Position{Width: honeycomb.GridWidth, Height: textHeight}}}
	y := textHeight
	for i, name := range slos {
		panels = append(panels, honeycomb.Panel{
			SLO:      name,
			Position: &honeycomb.Position{X: i % 2 * half, Y: y + i/2*sloHeight, Width: half, Height: sloHeight},
		})
	}
	y += (len(slos) + 1) / 2 * sloHeight
	for i, v := range views {
		panels = append(panels, honeycomb.Panel{
			Query: &v.query, Style: v.style, Charts: v.charts, Overlaid: v.overlaid,
			Position: &honeycomb.Position{X: i % 2 * half, Y: y + i/2*queryHeight, Width: half, Height: queryHeight},
		})
	}
	return panels
}

// chart returns the setting of one chart of a panel.
func chart(t honeycomb.ChartType) []honeycomb.Chart { return []honeycomb.Chart{{Type: t}} }

// gaps draws a line and leaves out points without rows, where zero would be a
// claim: no request does not mean that none succeeded.
func gaps() []honeycomb.Chart {
	return []honeycomb.Chart{{Type: honeycomb.ChartLine, OmitMissing: true}}
}

// presets are what readers filter every board by.
func presets(own ...honeycomb.PresetFilter) []honeycomb.PresetFilter {
	return append([]honeycomb.PresetFilter{
		{Column: serviceName, Alias: "Service"},
		{Column: environment, Alias: "Environment"},
	}, own...)
}
