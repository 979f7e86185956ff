package fakehoneycomb

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Kind of resource: its segment of the path.
type Kind string

// Kinds of resource.
const (
	KindColumn     Kind = "columns"
	KindField      Kind = "derived_columns"
	KindQuery      Kind = "queries"
	KindAnnotation Kind = "query_annotations"
	KindBoard      Kind = "boards"
	KindView       Kind = "views"
	KindTrigger    Kind = "triggers"
	KindSLO        Kind = "slos"
	KindBurnAlert  Kind = "burn_alerts"
	KindRecipient  Kind = "recipients"
	KindMarker     Kind = "markers"
)

// Object is a stored resource: a JSON object, numbers as float64.
type Object map[string]any

func (o Object) text(name string) string {
	s, _ := o[name].(string)
	return s
}

func (o Object) object(name string) Object {
	m, _ := o[name].(map[string]any)
	return m
}

func (o Object) list(name string) []Object {
	items, _ := o[name].([]any)
	var objects []Object
	for _, item := range items {
		if m, ok := item.(map[string]any); ok {
			objects = append(objects, m)
		}
	}
	return objects
}

// number returns the value and whether it is there as a number.
func (o Object) number(name string) (float64, bool) {
	f, ok := o[name].(float64)
	return f, ok
}

// has reports whether the name is there and not null.
func (o Object) has(name string) bool { return o[name] != nil }

// fallback sets a value that is missing or null.
func (o Object) fallback(name string, value any) {
	if !o.has(name) {
		o[name] = value
	}
}

func (o Object) clone() Object {
	data, err := json.Marshal(o)
	if err != nil {
		return nil
	}
	var c Object
	if json.Unmarshal(data, &c) != nil {
		return nil
	}
	return c
}

// place is where a list of objects lives.
type place struct {
	kind  Kind
	scope string // team, team/environment or team/environment/dataset
}

func (p place) compare(other place) int {
	return cmp.Or(cmp.Compare(p.kind, other.kind), cmp.Compare(p.scope, other.scope))
}

func byAge(a, b Object) int {
	return cmp.Or(
		cmp.Compare(a.text("created_at"), b.text("created_at")),
		cmp.Compare(a.text("id"), b.text("id")),
	)
}

// find returns the object itself. Callers hold a.mu, here and below.
func (a *API) find(p place, id string) Object {
	for _, o := range a.store[p] {
		if o.text("id") == id {
			return o
		}
	}
	return nil
}

// environment returns the objects of one kind in every dataset of a scope's
// environment.
func (a *API) environment(kind Kind, scope string) []Object {
	parts := strings.SplitN(scope, "/", 3)
	prefix := strings.Join(parts[:min(2, len(parts))], "/") + "/"
	var all []Object
	for p, objects := range a.store {
		if p.kind == kind && strings.HasPrefix(p.scope+"/", prefix) {
			all = append(all, objects...)
		}
	}
	slices.SortFunc(all, byAge)
	return all
}

// team returns the objects of one kind in every environment of a scope's team.
func (a *API) team(kind Kind, scope string) []Object {
	team, _, _ := strings.Cut(scope, "/")
	var all []Object
	for p, objects := range a.store {
		if p.kind == kind && strings.HasPrefix(p.scope+"/", team+"/") {
			all = append(all, objects...)
		}
	}
	slices.SortFunc(all, byAge)
	return all
}

func (a *API) add(p place, o Object) {
	a.sequence++
	o["id"] = fmt.Sprintf("%s%07d", strings.ToLower(string(p.kind[:3])), a.sequence)
	o["created_at"] = a.stamp()
	o["updated_at"] = o["created_at"]
	a.store[p] = append(a.store[p], o)
}

// stamp is a time that only rises. The wall clock would make two objects of
// one second look equally old.
func (a *API) stamp() string {
	a.tick++
	return time.Date(2026, time.November, 22, 0, 0, 0, 0, time.UTC).
		Add(time.Duration(a.tick) * time.Second).Format(time.RFC3339)
}

// columns returns the types of the columns that a query in a scope may name,
// calculated fields included.
func (a *API) columns(scope string) map[string]string {
	types := map[string]string{}
	columns, fields := a.store[place{KindColumn, scope}], a.store[place{KindField, scope}]
	if dataset := scope[strings.LastIndexByte(scope, '/')+1:]; dataset == AllDatasets {
		columns, fields = a.environment(KindColumn, scope), a.environment(KindField, scope)
	} else {
		everywhere := strings.TrimSuffix(scope, dataset) + AllDatasets
		fields = append(slices.Clone(fields), a.store[place{KindField, everywhere}]...)
	}
	for _, c := range columns {
		types[c.text("key_name")] = c.text("type")
	}
	for _, f := range fields {
		types[f.text("alias")] = "" // whatever the expression yields
	}
	return types
}
