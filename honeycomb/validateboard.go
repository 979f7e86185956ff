package honeycomb

import (
	"fmt"
	"slices"
)

func (c *checker) boards() {
	names := make([]string, 0, len(c.def.Boards))
	for _, b := range c.def.Boards {
		names = append(names, b.Name)
		c.board(b)
	}
	c.names("board", names)
}

func (c *checker) board(b Board) {
	thing := named("board", b.Name)
	c.length(thing, "name", b.Name, maxBoardName)
	c.length(thing, "description", b.Description, maxBoardDescription)
	c.tags(thing, b.Tags, OwnerTag, DatasetTag)
	if n := len(b.PresetFilters); n > maxPresetFilters {
		c.fail(thing, fmt.Sprintf("has %d preset filters, more than %d", n, maxPresetFilters), "keep those that readers use most")
	}
	for i, f := range b.PresetFilters {
		c.column(thing, f.Column)
		if slices.ContainsFunc(b.PresetFilters[:i], func(o PresetFilter) bool { return o.Column == f.Column }) {
			c.fail(thing, fmt.Sprintf("preset filter %q is there twice", f.Column), "keep one")
		}
		if f.Alias == "" {
			c.fail(thing, fmt.Sprintf("preset filter %q has no alias", f.Column), "set Alias, which readers see")
		}
	}
	placed := 0
	shown := make(map[string]int)
	for i, p := range b.Panels {
		where := fmt.Sprintf("%s panel %d", thing, i+1)
		c.panel(where, p)
		if p.Query != nil {
			if first, ok := shown[p.Query.Query.key()]; ok {
				c.fail(where, fmt.Sprintf("shows the query of panel %d again, which Honeycomb refuses", first), "remove one, or make the queries differ")
			} else {
				shown[p.Query.Query.key()] = i + 1
			}
		}
		if p.Position == nil {
			continue
		}
		placed++
		for j, other := range b.Panels[:i] {
			if other.Position != nil && p.Position.overlaps(*other.Position) {
				c.fail(where, fmt.Sprintf("lies over panel %d", j+1), "move one of them")
			}
		}
	}
	if placed > 0 && placed < len(b.Panels) {
		c.fail(thing, fmt.Sprintf("%d of %d panels have a position", placed, len(b.Panels)), "give all of them one, or none")
	}
}

func (p Position) overlaps(o Position) bool {
	return p.X < o.X+o.Width && o.X < p.X+p.Width && p.Y < o.Y+o.Height && o.Y < p.Y+p.Height
}

func (c *checker) panel(where string, p Panel) {
	kinds := 0
	for _, is := range []bool{p.Query != nil, p.Text != "", p.SLO != ""} {
		if is {
			kinds++
		}
	}
	if kinds != 1 {
		c.fail(where, fmt.Sprintf("shows %d things", kinds), "set exactly one of Query, Text and SLO")
		return
	}
	if o := p.Position; o != nil && (o.X < 0 || o.Y < 0 || o.Width < 1 || o.Height < 1 || o.X+o.Width > GridWidth) {
		c.fail(where, fmt.Sprintf("position x %d, y %d, %d wide, %d high is off the grid", o.X, o.Y, o.Width, o.Height),
			fmt.Sprintf("stay within %d columns, and at least 1 wide and high", GridWidth))
	}
	if p.SLO != "" && !slices.ContainsFunc(c.def.SLOs, func(s SLO) bool { return s.Name == p.SLO }) {
		c.fail(where, fmt.Sprintf("shows SLO %q, which is not defined", p.SLO), "define it in SLOs, or name one of those")
	}
	if p.Query == nil {
		if p.Style != "" || len(p.Charts) > 0 || p.UTC || p.Overlaid {
			c.fail(where, "has settings of a query panel", "remove Style, Charts, UTC and Overlaid")
		}
		return
	}
	if !slices.Contains([]Style{"", Graph, Table, Combo}, p.Style) {
		c.fail(where, fmt.Sprintf("style %q is unknown", p.Style), "use Graph, Table or Combo")
	}
	calculations := max(len(p.Query.Query.Calculations), 1)
	for _, chart := range p.Charts {
		if chart.Index < 0 || chart.Index >= calculations {
			c.fail(where, fmt.Sprintf("chart %d belongs to no calculation", chart.Index), fmt.Sprintf("use 0 to %d", calculations-1))
		}
		if !slices.Contains([]ChartType{"", ChartDefault, ChartLine, ChartStacked, ChartStat, ChartBar}, chart.Type) {
			c.fail(where, fmt.Sprintf("chart type %q is unknown", chart.Type), "use one of the constants from ChartDefault to ChartBar")
		}
	}
}
