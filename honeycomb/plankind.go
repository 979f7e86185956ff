package honeycomb

import "fmt"

// PlanKind is a plan of Honeycomb's price list. The zero value is Free, which
// fits every team.
type PlanKind uint8

// The plans.
const (
	Free PlanKind = iota
	Pro
	Enterprise
)

// ParsePlanKind returns the plan of that name: free, pro or enterprise.
func ParsePlanKind(name string) (PlanKind, error) {
	for k := Free; k <= Enterprise; k++ {
		if k.String() == name {
			return k, nil
		}
	}
	return Free, fmt.Errorf("plan %q is unknown: use free, pro or enterprise", name)
}

// String returns the plan's name in lower case.
func (k PlanKind) String() string {
	switch k {
	case Free:
		return "free"
	case Pro:
		return "pro"
	case Enterprise:
		return "enterprise"
	}
	return fmt.Sprintf("PlanKind(%d)", uint8(k))
}

// SLOs reports whether the plan has SLOs and burn alerts.
func (k PlanKind) SLOs() bool { return k == Pro || k == Enterprise }

// Triggers is how many triggers a definition may have on the plan: two on the
// free one. Honeycomb caps the others too, per contract and for the whole team,
// which no definition can know; then its own answer says so. -1 means no limit.
func (k PlanKind) Triggers() int {
	if k == Free {
		return 2
	}
	return -1
}
