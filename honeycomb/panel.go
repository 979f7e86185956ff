package honeycomb

import (
	"fmt"
	"strings"
)

// GridWidth is the number of columns of a board's grid.
const GridWidth = 12

// Style says how a query panel shows its result. The zero value is Graph.
type Style string

// The styles.
const (
	Graph Style = "graph"
	Table Style = "table"
	Combo Style = "combo"
)

// ChartType says how one chart of a panel is drawn. The zero value leaves it to
// Honeycomb.
type ChartType string

// The types of charts.
const (
	ChartDefault ChartType = "default"
	ChartLine    ChartType = "line"
	ChartStacked ChartType = "stacked"
	ChartStat    ChartType = "stat"
	ChartBar     ChartType = "tsbar"
)

// Panel is one part of a board. Exactly one of Query, Text and SLO is set.
type Panel struct {
	// Query to show. Two panels of a board cannot show equal queries.
	Query *SavedQuery `json:"query,omitempty"`
	// Text in Markdown.
	Text string `json:"text,omitempty"`
	// SLO is the name of an SLO of the same definition. On a plan without SLOs
	// the panel shows the average instead; see [Definition.For].
	SLO string `json:"slo,omitempty"`
	// Style of a query panel. The zero value is Graph.
	Style Style `json:"style,omitempty"`
	// Position on the grid.
	Position *Position `json:"position,omitempty"`
	// Charts are settings of a query panel's charts, one for each calculation
	// that needs some.
	Charts []Chart `json:"charts,omitempty"`
	// UTC shows times in UTC and not in the reader's own zone.
	UTC bool `json:"utc,omitempty"`
	// Overlaid draws all calculations into one chart.
	Overlaid bool `json:"overlaid,omitempty"`
}

// Position is a panel's place on the grid, in columns and rows from the top left
// corner.
type Position struct {
	X      int `json:"x"`
	Y      int `json:"y"`
	Width  int `json:"width"`
	Height int `json:"height"`
}

// Chart is how the chart of one calculation is drawn.
type Chart struct {
	// Index of the calculation in the query.
	Index int       `json:"index"`
	Type  ChartType `json:"type,omitempty"`
	// OmitMissing leaves gaps where there are no rows, instead of zero.
	OmitMissing bool `json:"omit_missing,omitempty"`
	// Log uses a logarithmic scale.
	Log bool `json:"log,omitempty"`
}

// String returns what the panel shows, in one line.
func (p Panel) String() string {
	switch {
	case p.Query != nil:
		return fmt.Sprintf("%q: %s", p.Query.Name, p.Query.Query)
	case p.SLO != "":
		return fmt.Sprintf("SLO %q", p.SLO)
	}
	line, _, _ := strings.Cut(p.Text, "\n")
	return fmt.Sprintf("text %q", line)
}
