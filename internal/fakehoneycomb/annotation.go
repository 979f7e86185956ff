package fakehoneycomb

import "fmt"

// Lengths of names and descriptions, in characters.
const (
	MaxAnnotationName        = 320
	MaxAnnotationDescription = 1023
	MaxBoardName             = 255
	MaxBoardDescription      = 1024
	MaxTriggerName           = 120
	MaxTriggerDescription    = 1023
	MaxSLOName               = 120
	MaxSLODescription        = 1023
)

// checkText looks at a name, which is required, and a description, which may be
// null or missing and is stored as "".
func checkText(o Object, name, description int) *problem {
	if o.text("name") == "" {
		return invalid("name", "name is required")
	}
	if n := len([]rune(o.text("name"))); n > name {
		return invalid("name", "name must be at most %d characters, and has %d", name, n)
	}
	o.fallback("description", "")
	if n := len([]rune(o.text("description"))); n > description {
		return invalid("description", "description must be at most %d characters, and has %d", description, n)
	}
	return nil
}

func checkAnnotation(c *call, o Object) *problem {
	if p := checkText(o, MaxAnnotationName, MaxAnnotationDescription); p != nil {
		return p
	}
	query := o.text("query_id")
	if c.api.find(place{KindQuery, c.scope}, query) == nil {
		return invalid("query_id", "query %q not found in this dataset", query)
	}
	if c.old != nil && c.old.text("query_id") != query {
		return invalid("query_id", "query_id cannot be changed")
	}
	o.fallback("source", "")
	return nil
}

func annotationInUse(c *call, o Object) string {
	for _, b := range c.api.environment(KindBoard, c.scope) {
		for _, p := range b.list("panels") {
			if p.object("query_panel").text("query_annotation_id") == o.text("id") {
				return fmt.Sprintf("board %q", b.text("name"))
			}
		}
	}
	return ""
}
