package simulate

import (
	"fmt"
	"math"
	"strings"
)

// plot draws values from left to right as columns, the highest of most as high
// as it gets, with its axis to the left. Values are averaged, or repeated, to
// fill width characters.
type plot struct {
	title  string
	values []float64
	most   float64
	width  int // of the whole line
	height int // lines of columns
	ascii  bool
}

const axisWidth = 11

// steps are how a part of a character is drawn, from nothing to all of it.
func (p *plot) steps() []string {
	if p.ascii {
		return []string{" ", ".", ":", "#"}
	}
	return []string{" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"}
}

// write draws the plot.
func (p *plot) write(b *strings.Builder) {
	columns := resample(p.values, max(p.width-axisWidth-2, 1))
	steps := p.steps()
	full := len(steps) - 1
	upright, corner := "│", "└"
	if p.ascii {
		upright, corner = "|", "+"
	}
	fmt.Fprintf(b, "%s\n", p.title)
	for line := p.height - 1; line >= 0; line-- {
		label := ""
		if line == p.height-1 {
			label = short(p.most)
		}
		row := &strings.Builder{}
		for _, v := range columns {
			height := int(math.Round(v / p.most * float64(p.height*full)))
			if v > 0 {
				height = max(height, 1) // little is not nothing
			}
			row.WriteString(steps[min(max(height-line*full, 0), full)])
		}
		fmt.Fprintln(b, strings.TrimRight(fmt.Sprintf("%*s %s%s", axisWidth, label, upright, row), " "))
	}
	rule := "─"
	if p.ascii {
		rule = "-"
	}
	fmt.Fprintf(b, "%*s %s%s\n", axisWidth, "0", corner, strings.Repeat(rule, len(columns)))
}

// resample returns n values: means of neighbours, or repetitions.
func resample(values []float64, n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		from := i * len(values) / n
		to := max((i+1)*len(values)/n, from+1)
		for _, v := range values[from:to] {
			out[i] += v / float64(to-from)
		}
	}
	return out
}

// short writes a positive number with three digits.
func short(v float64) string {
	switch {
	case v >= 99_999.5:
		return fmt.Sprintf("%.3g", v)
	case v >= 99.95:
		return fmt.Sprintf("%.0f", v)
	case v >= 9.995:
		return fmt.Sprintf("%.1f", v)
	default:
		return fmt.Sprintf("%.2f", v)
	}
}
