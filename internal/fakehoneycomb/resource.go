package fakehoneycomb

import "net/http"

// scope says what a resource belongs to.
type scope int

const (
	inDataset scope = iota
	inEnvironment
	inTeam
	inBoard
)

// resource is what the API does with one kind.
type resource struct {
	kind       Kind
	name       string // in messages
	scope      scope
	permission Permission
	created    int  // status of a POST
	immutable  bool // GET and POST only
	paid       bool // not on the free plan
	oneDataset bool // cannot be made for all datasets
	neverAll   bool // knows no environment-wide slug
	// check refuses a body, and brings it into the stored form. c.old is what a
	// PUT replaces.
	check func(c *call, body Object) *problem
	// finish adds what only an answer has. The object has its id.
	finish func(c *call, o Object)
	// inUse names what keeps the object from being deleted.
	inUse func(c *call, o Object) string
	// filter serves a list's query string: one object instead of the list, or
	// the objects that stay.
	filter func(c *call, objects []Object) (Object, []Object, *problem)
}

var resources map[Kind]*resource

// Not a variable's initialiser, because the checks refer to the table.
func init() { //nolint:gochecknoinits // breaks an initialisation cycle
	resources = map[Kind]*resource{}
	for _, r := range []resource{
		{
			kind: KindColumn, name: "column", permission: Columns, created: http.StatusCreated,
			oneDataset: true, check: checkColumn, filter: filterColumns, inUse: columnInUse,
		},
		{
			kind: KindField, name: "calculated field", permission: Columns, created: http.StatusCreated,
			check: checkField, filter: filterFields, inUse: fieldInUse,
		},
		{
			kind: KindQuery, name: "query", permission: Queries, created: http.StatusOK,
			immutable: true, check: checkStoredQuery, filter: noQueryList,
		},
		{
			kind: KindAnnotation, name: "query annotation", permission: Queries, created: http.StatusCreated,
			check: checkAnnotation, inUse: annotationInUse,
		},
		{
			kind: KindBoard, name: "board", scope: inEnvironment, permission: Boards, created: http.StatusCreated,
			check: checkBoard, finish: finishBoard,
		},
		{
			kind: KindView, name: "board view", scope: inBoard, permission: Boards, created: http.StatusCreated,
			check: checkView,
		},
		{
			kind: KindTrigger, name: "trigger", permission: Triggers, created: http.StatusCreated,
			check: checkTrigger, finish: finishTrigger,
		},
		{
			kind: KindSLO, name: "SLO", permission: SLOs, created: http.StatusCreated,
			paid: true, neverAll: true, check: checkSLO, finish: finishSLO, inUse: sloInUse,
		},
		{
			kind: KindBurnAlert, name: "burn alert", permission: SLOs, created: http.StatusCreated,
			paid: true, neverAll: true, check: checkBurnAlert, finish: finishBurnAlert, filter: filterBurnAlerts,
		},
		{
			kind: KindRecipient, name: "recipient", scope: inTeam, permission: Recipients, created: http.StatusCreated,
			check: checkRecipient, inUse: recipientInUse,
		},
		{
			kind: KindMarker, name: "marker", permission: Markers, created: http.StatusCreated,
			check: checkMarker,
		},
	} {
		resources[r.kind] = &r
	}
}
