package alerting

import (
	"fmt"
	"math"
	"strings"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/honeycomb"
)

// unitOf returns the unit of what a trigger compares, as [Notification].Unit has it.
func unitOf(t honeycomb.Trigger) string {
	if t.Baseline.Offset > 0 && t.Baseline.Type != honeycomb.ByValue {
		return "%"
	}
	if len(t.Query.Calculations) == 0 {
		return ""
	}
	c := t.Query.Calculations[compared(t.Query)]
	if c.Column == "" || c.Op == honeycomb.CountDistinct {
		return ""
	}
	return columnUnit(string(c.Column))
}

// suffixes are what names of columns end in that have a unit: calculated fields say
// theirs nowhere else.
var suffixes = []struct{ end, unit string }{{"percent", "%"}, {"_ms", "ms"}, {"_usd", "$"}, {"_tokens", "tokens"}}

// columnUnit returns the unit of a column: that of the registry, or the one that its
// name ends in.
func columnUnit(name string) string {
	d, _ := attr.Lookup(name)
	switch counted, ok := strings.CutPrefix(d.Unit, "{"); {
	case d.Unit == "USD", d.Unit == "{USD}":
		return "$"
	case d.Unit == "By":
		return "bytes"
	case ok: // UCUM's {event}
		return strings.TrimSuffix(counted, "}") + "s"
	case d.Unit != "" && d.Unit != "1":
		return d.Unit
	}
	for _, s := range suffixes {
		if strings.HasSuffix(name, s.end) {
			return s.unit
		}
	}
	return ""
}

// quantity writes a number with its unit: 20.5 %, $0.12, 10000 ms.
func quantity(v float64, unit string) string {
	s := fmt.Sprintf("%.6g", math.Abs(v))
	if strings.Contains(s, "e+") {
		s = fmt.Sprintf("%.0f", math.Abs(v))
	}
	sign := ""
	if v < 0 {
		sign = "-"
	}
	switch unit {
	case "":
		return sign + s
	case "$":
		return sign + unit + s
	}
	return sign + s + " " + unit
}

// Finding is what was compared with what: 20.5 % > 10 %.
func (n Notification) Finding() string {
	if n.Value == nil {
		return "no value"
	}
	not := " "
	if n.State == OK {
		not = ", not "
	}
	return quantity(*n.Value, n.Unit) + not + string(n.Op) + " " + quantity(n.Threshold, n.Unit)
}
