package honeycomb

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// ExportJSON returns what a definition is on a plan, as indented JSON that ends
// with a newline: see [Definition.MarshalJSON]. It has no secrets. The
// definition is validated first.
func ExportJSON(d Definition, plan PlanKind) ([]byte, error) {
	d, _ = d.For(plan)
	if err := d.Validate(plan); err != nil {
		return nil, fmt.Errorf("honeycomb: %w", err)
	}
	data, err := d.MarshalJSON()
	if err != nil {
		return nil, fmt.Errorf("honeycomb: %w", err)
	}
	var b bytes.Buffer
	if err := json.Indent(&b, data, "", "  "); err != nil {
		return nil, fmt.Errorf("honeycomb: %w", err)
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}
