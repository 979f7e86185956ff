package honeycomb

import (
	"fmt"
	"strings"
)

// Action is what a [Change] does.
type Action uint8

// The actions.
const (
	Create Action = iota + 1
	Update
	Delete
)

// String returns create, update or delete.
func (a Action) String() string {
	switch a {
	case Create:
		return "create"
	case Update:
		return "update"
	case Delete:
		return "delete"
	}
	return fmt.Sprintf("Action(%d)", uint8(a))
}

// Sign returns +, ~ or -, as a diff shows the action.
func (a Action) Sign() string {
	switch a {
	case Create:
		return "+"
	case Update:
		return "~"
	}
	return "-"
}

// What changes are about, in the words of [Change].Kind and [Omission].Kind.
const (
	kindColumn    = "column"
	kindField     = "calculated field"
	kindQuery     = "saved query"
	kindRecipient = "recipient"
	kindSLO       = "SLO"
	kindBoard     = "board"
	kindTrigger   = "trigger"
	kindBurnAlert = "burn alert"
)

// Change is one thing that differs between a definition and Honeycomb.
type Change struct {
	Action Action
	// Kind of thing: column, calculated field, saved query, recipient, SLO,
	// board, trigger or burn alert.
	Kind string
	// Name of the thing; for a burn alert the SLO's, with what it watches.
	Name string
	// Summary is what will be there after a creation, in one line.
	Summary string
	// Fields that an update changes.
	Fields []FieldChange

	run func(run *applying) step
}

// FieldChange is one value that an update changes. Secrets are asterisks on both
// sides.
type FieldChange struct {
	// Path names the value: panels / "Latency" / position.
	Path string
	// Old is what Honeycomb has and New what the definition says; empty where
	// there is nothing.
	Old, New string
}

// String returns the change in one line: position: 6×6 at 0,2 → 6×4 at 0,2.
func (f FieldChange) String() string {
	switch {
	case f.Old == "":
		return f.Path + ": + " + f.New
	case f.New == "":
		return f.Path + ": - " + f.Old
	}
	return f.Path + ": " + f.Old + " → " + f.New
}

// String returns the change with its fields on lines of their own.
func (c Change) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s %q", c.Action.Sign(), c.Kind, c.Name)
	if c.Summary != "" {
		b.WriteString("  " + c.Summary)
	}
	for _, f := range c.Fields {
		b.WriteString("\n    " + strings.ReplaceAll(f.String(), "\n", "\n    "))
	}
	return b.String()
}

// Changes are what [Client.Plan] and [Client.Destroy] would do, in the order in
// which they do it. [Changes.Apply] does it.
type Changes struct {
	// List of changes. Empty: everything is as it should be.
	List []Change
	// Omissions are what the plan has no room for.
	Omissions []Omission
	// Stale names what the owner has in Honeycomb and the definition has not.
	// Nothing happens to it without [Settings].Prune.
	Stale []string
	// Notes say what is left alone, and why.
	Notes []string
	// Access of the key that the changes are for.
	Access Access

	client   *Client
	def      Definition
	settings Settings
	state    applying
	begun    bool
}

// Empty reports whether there is nothing to do.
func (c *Changes) Empty() bool { return len(c.List) == 0 }

// Count returns how many changes have that action.
func (c *Changes) Count(a Action) int {
	n := 0
	for _, change := range c.List {
		if change.Action == a {
			n++
		}
	}
	return n
}

// GoString returns what String does, so that %#v does not print the insides.
func (c *Changes) GoString() string { return c.String() }

// String returns all changes as a person reads them, and what is left out.
func (c *Changes) String() string {
	var b strings.Builder
	for _, change := range c.List {
		b.WriteString(change.String() + "\n")
	}
	if c.Empty() {
		b.WriteString("nothing to change\n")
	} else {
		fmt.Fprintf(&b, "%d to create, %d to update, %d to delete\n", c.Count(Create), c.Count(Update), c.Count(Delete))
	}
	for _, o := range c.Omissions {
		fmt.Fprintf(&b, "left out: %s\n", o)
	}
	for _, s := range c.Stale {
		fmt.Fprintf(&b, "no longer defined: %s\n", s)
	}
	for _, n := range c.Notes {
		fmt.Fprintf(&b, "note: %s\n", n)
	}
	return b.String()
}
