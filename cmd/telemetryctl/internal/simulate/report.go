package simulate

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Look is how a report is written.
type Look struct {
	Width int  // of the plots in characters; 0: 80
	ASCII bool // no other characters
}

const (
	least        = 40 // characters
	most         = 200
	plotHeight   = 5
	bufferTraces = 4096 // that a tail buffer holds by default
)

// Text returns r for people: what became of the events, the weights, the
// figures, and three plots over the time.
func (r *Result) Text(l Look) string {
	var b strings.Builder
	c := &r.Config
	fmt.Fprintf(&b, "%s of %s events/s (%s), %d %s, %s events a month, seed %d\n\n",
		days(c.Duration), trim(c.Load), c.Shape, c.Instances, plural(c.Instances, "instance"), thousands(c.Budget), c.Seed)

	allowed := float64(c.Budget) * (1 - c.MetricShare)
	b.WriteString("Events\n")
	fmt.Fprintf(&b, "  %-30s%15s\n", "that came", thousands(r.Came))
	fmt.Fprintf(&b, "  %-30s%15s%9.1f %% of those\n", "sent", thousands(r.Sent), percent(float64(r.Sent), float64(r.Came)))
	fmt.Fprintf(&b, "  %-30s%15s%9.1f %% of %s\n", "most in one calendar month", thousands(r.MostMonth), percent(float64(r.MostMonth), allowed), thousands(int64(allowed)))
	fmt.Fprintf(&b, "  %-30s%15s         of %s\n\n", "windows over their allowance", thousands(r.Over), thousands(r.Windows))

	fmt.Fprintf(&b, "%-32s%15s%11s%12s%10s\n", "Requests", "came", "kept", "weight", "largest")
	for _, s := range []struct {
		name string
		Stratum
	}{{"failed or slow", r.ByRule}, {"others", r.Others}} {
		fmt.Fprintf(&b, "  %-30s%15s%9.1f %%%12.2f%10d\n", s.name, thousands(s.Came), percent(float64(s.Kept), float64(s.Came)), s.Weight(), s.MostWeight)
	}
	fmt.Fprintf(&b, "  %-30s%15s%9.1f %%\n\n", "endpoints seen in each hour", "", 100*r.Seen)

	fmt.Fprintf(&b, "%-22s%15s%14s%9s%9s%11s\n", "On a board", "truth", "shown", "off", "in a day", "in an hour")
	for i := range r.Figures {
		f := &r.Figures[i]
		fmt.Fprintf(&b, "  %-20s%15s%14s%9s%9s%11s\n", strings.TrimSpace(f.Name+" "+unit(f.Unit)), f.number(f.Truth), f.number(f.Estimate),
			off("%+.2f%%", f.Off), off("%.2f%%", f.Day), off("%.2f%%", f.Hour))
	}
	if note := r.note(); note != "" {
		fmt.Fprintf(&b, "\n%s", note)
	}
	r.plots(&b, l)
	return b.String()
}

// note says what the simulation leaves out that matters here, or nothing.
func (r *Result) note() string {
	var b strings.Builder
	if r.Oversize > 0 {
		fmt.Fprintf(&b, `%s requests (%.2g %%) were alone larger than the allowance of
their window. They cannot be kept, so the numbers shown lack them. Fewer
instances or a larger budget help.
`, thousands(r.Oversize), percent(float64(r.Oversize), float64(r.ByRule.Came+r.Others.Came)))
	}
	if r.Waiting > bufferTraces {
		fmt.Fprintf(&b, `Up to %s requests wait in one instance for the end of a window, and its
tail buffer holds %s. Those of the lowest randomness go first. Weights take
that into account, but rare endpoints are seen less than above. More instances
help.
`, thousands(int64(r.Waiting)), thousands(bufferTraces))
	}
	return b.String()
}

func (r *Result) plots(b *strings.Builder, l Look) {
	width := l.Width
	if width == 0 {
		width = 80
	}
	width = min(max(width, least), most)
	var came, sent, weight []float64
	for _, h := range r.Hours {
		came = append(came, float64(h.Came)/time.Hour.Seconds())
		sent = append(sent, float64(h.Sent)/time.Hour.Seconds())
		weight = append(weight, h.Weight)
	}
	for _, p := range []plot{
		{title: "Events that came, a second", values: came},
		{title: "Events sent, a second", values: sent},
		{title: "Requests that a kept one stands for, without those that failed or were slow", values: weight},
	} {
		p.width, p.height, p.ascii = width, plotHeight, l.ASCII
		for _, v := range resample(p.values, max(width-axisWidth-2, 1)) {
			p.most = max(p.most, v)
		}
		if p.most == 0 {
			continue
		}
		b.WriteString("\n")
		p.write(b)
	}
}

// number writes a value of the figure: rates and money with two decimals.
func (f *Figure) number(v float64) string {
	if f.Unit == "%" || f.Unit == "USD" && math.Abs(v) < 1000 {
		return fmt.Sprintf("%.2f", v)
	}
	return thousands(int64(math.Round(v)))
}

// off writes how far something is off; NaN stands for no comparison.
func off(format string, v float64) string {
	if math.IsNaN(v) {
		return "-"
	}
	return fmt.Sprintf(format, 100*v)
}

func unit(u string) string {
	if u == "" {
		return ""
	}
	return "(" + u + ")"
}

func percent(part, whole float64) float64 {
	if whole == 0 {
		return 0
	}
	return 100 * part / whole
}

// days writes a duration of whole hours.
func days(d time.Duration) string {
	hours := int((d + time.Hour - 1) / time.Hour)
	if hours%24 == 0 {
		return fmt.Sprintf("%d %s", hours/24, plural(hours/24, "day"))
	}
	return fmt.Sprintf("%d %s", hours, plural(hours, "hour"))
}

func plural(n int, word string) string {
	if n == 1 {
		return word
	}
	return word + "s"
}

func trim(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// thousands writes n with a comma after every three digits.
func thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
