package honeycomb_test

import (
	"strings"
	"testing"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/honeycomb"
)

func TestBoardRules(t *testing.T) {
	b := func(spoil func(*honeycomb.Board)) func(*honeycomb.Definition) {
		return func(d *honeycomb.Definition) { spoil(&d.Boards[0]) }
	}
	panel := func(i int, spoil func(*honeycomb.Panel)) func(*honeycomb.Definition) {
		return b(func(b *honeycomb.Board) { spoil(&b.Panels[i]) })
	}
	const one = "set exactly one of Query, Text and SLO"
	check(t, honeycomb.Pro, []rule{
		{"a long description", b(func(b *honeycomb.Board) { b.Description = strings.Repeat("d", 1025) }), `board "Shop": description has 1025 characters, more than 1024: shorten it`},
		{"a long name", b(func(b *honeycomb.Board) { b.Name = strings.Repeat("n", 256) }), `board "` + strings.Repeat("n", 256) + `": name has 256 characters, more than 255: shorten it`},
		{"six preset filters", b(func(b *honeycomb.Board) {
			for _, c := range honeycomb.Columns(attr.SessionID, attr.RequestID, attr.ServiceName, attr.HTTPRoute, attr.DBTable) {
				b.PresetFilters = append(b.PresetFilters, honeycomb.PresetFilter{Column: c, Alias: "Filter"})
			}
		}), `board "Shop": has 6 preset filters, more than 5: keep those that readers use most`},
		{"a preset filter twice", b(func(b *honeycomb.Board) { b.PresetFilters = append(b.PresetFilters, b.PresetFilters[0]) }), `board "Shop": preset filter "user.id" is there twice: keep one`},
		{"a preset filter of nothing", b(func(b *honeycomb.Board) { b.PresetFilters[0].Column = "nope" }), `board "Shop": column "nope" is not emitted by anything: ` + unknownFix},
		{"a preset filter without an alias", b(func(b *honeycomb.Board) { b.PresetFilters[0].Alias = "" }), `board "Shop": preset filter "user.id" has no alias: set Alias, which readers see`},
		{"the same query twice", b(func(b *honeycomb.Board) {
			b.Panels = append(b.Panels, honeycomb.Panel{
				Query:    &honeycomb.SavedQuery{Name: "Again", Query: honeycomb.Query{Calculations: []honeycomb.Calculation{{Op: honeycomb.Count}}, TimeRange: honeycomb.DefaultTimeRange}},
				Position: &honeycomb.Position{Y: 6, Width: 6, Height: 4},
			})
		}), `board "Shop" panel 4: shows the query of panel 2 again, which Honeycomb refuses: remove one, or make the queries differ`},
		{"some positions", panel(0, func(p *honeycomb.Panel) { p.Position = nil }), `board "Shop": 2 of 3 panels have a position: give all of them one, or none`},
		{"panels over each other", panel(2, func(p *honeycomb.Panel) { p.Position.X = 5 }), `board "Shop" panel 3: lies over panel 2: move one of them`},
		{"a panel off the right edge", panel(2, func(p *honeycomb.Panel) { p.Position.X = 7 }), `board "Shop" panel 3: position x 7, y 2, 6 wide, 4 high is off the grid: stay within 12 columns, and at least 1 wide and high`},
		{"a panel off the left edge", panel(2, func(p *honeycomb.Panel) { p.Position.X, p.Position.Y = -1, 20 }), `board "Shop" panel 3: position x -1, y 20, 6 wide, 4 high is off the grid: stay within 12 columns, and at least 1 wide and high`},
		{"a panel without height", panel(2, func(p *honeycomb.Panel) { p.Position.Height = 0 }), `board "Shop" panel 3: position x 6, y 2, 6 wide, 0 high is off the grid: stay within 12 columns, and at least 1 wide and high`},
		{"an empty panel", panel(0, func(p *honeycomb.Panel) { p.Text = "" }), `board "Shop" panel 1: shows 0 things: ` + one},
		{"a panel of two things", panel(0, func(p *honeycomb.Panel) { p.SLO = "Requests succeed" }), `board "Shop" panel 1: shows 2 things: ` + one},
		{"an SLO that is not there", panel(2, func(p *honeycomb.Panel) { p.SLO = "Nope" }), `board "Shop" panel 3: shows SLO "Nope", which is not defined: define it in SLOs, or name one of those`},
		{"a text with a style", panel(0, func(p *honeycomb.Panel) { p.Style = honeycomb.Table }), `board "Shop" panel 1: has settings of a query panel: remove Style, Charts, UTC and Overlaid`},
		{"an SLO with a chart", panel(2, func(p *honeycomb.Panel) { p.Charts = []honeycomb.Chart{{}} }), `board "Shop" panel 3: has settings of a query panel: remove Style, Charts, UTC and Overlaid`},
		{"a text in UTC", panel(0, func(p *honeycomb.Panel) { p.UTC = true }), `board "Shop" panel 1: has settings of a query panel: remove Style, Charts, UTC and Overlaid`},
		{"an overlaid text", panel(0, func(p *honeycomb.Panel) { p.Overlaid = true }), `board "Shop" panel 1: has settings of a query panel: remove Style, Charts, UTC and Overlaid`},
		{"an unknown style", panel(1, func(p *honeycomb.Panel) { p.Style = "list" }), `board "Shop" panel 2: style "list" is unknown: use Graph, Table or Combo`},
		{"an unknown chart", panel(1, func(p *honeycomb.Panel) { p.Charts[0].Type = "pie" }), `board "Shop" panel 2: chart type "pie" is unknown: use one of the constants from ChartDefault to ChartBar`},
		{"a chart of no calculation", panel(1, func(p *honeycomb.Panel) { p.Charts[0].Index = 1 }), `board "Shop" panel 2: chart 1 belongs to no calculation: use 0 to 0`},
		{"a chart below zero", panel(1, func(p *honeycomb.Panel) { p.Charts[0].Index = -1 }), `board "Shop" panel 2: chart -1 belongs to no calculation: use 0 to 0`},
	})
}

func TestOneQueryOnTwoBoardsIsAllowed(t *testing.T) {
	q := honeycomb.SavedQuery{Name: "Requests", Query: honeycomb.Query{Filters: []honeycomb.Filter{honeycomb.Where(attr.ColumnTraceParentID, honeycomb.DoesNotExist)}}}
	d := honeycomb.Definition{Boards: []honeycomb.Board{{Name: "a", Panels: []honeycomb.Panel{{Query: &q}}}, {Name: "b", Panels: []honeycomb.Panel{{Query: &q}}}}}
	if err := d.Validate(honeycomb.Free); err != nil {
		t.Errorf("Honeycomb refuses equal queries on one board only: %v", err)
	}
}
