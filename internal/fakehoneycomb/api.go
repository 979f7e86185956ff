package fakehoneycomb

import (
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Plan is what a team pays for. It caps triggers, SLOs and burn alerts.
type Plan string

// Plans of Honeycomb.
const (
	Free       Plan = "free"
	Pro        Plan = "pro"
	Enterprise Plan = "enterprise"
)

// FreeTriggers is how many triggers a team on [Free] may have.
const FreeTriggers = 2

// AllDatasets is the slug that stands for every dataset of an environment.
const AllDatasets = "__all__"

// What a new [API] knows without options.
const (
	DefaultKey         = "fake-configuration-key"
	DefaultTeam        = "acme"
	DefaultEnvironment = "test"
	DefaultDataset     = "lift-sys"
	// DefaultRateLimit is in requests a minute.
	DefaultRateLimit = 120
)

// Permission is what an API key may do, in the names of /1/auth.
type Permission string

// Permissions of a configuration key.
const (
	Boards         Permission = "boards"
	Columns        Permission = "columns"
	CreateDatasets Permission = "createDatasets"
	Events         Permission = "events"
	Markers        Permission = "markers"
	Queries        Permission = "queries"
	Recipients     Permission = "recipients"
	SLOs           Permission = "slos"
	Triggers       Permission = "triggers"
)

var permissions = []Permission{
	Boards, Columns, CreateDatasets, Events, Markers, Queries, Recipients, SLOs, Triggers,
}

// Key is an API key. Its zero value opens nothing.
type Key struct {
	// Value is what a client sends in X-Honeycomb-Team.
	Value string
	// Team and Environment are slugs. An empty Environment makes a Classic key.
	Team, Environment string
	// Denied are the permissions that the key lacks.
	Denied []Permission
	// Ingest keys may send events and nothing else.
	Ingest bool
}

func (k Key) may(p Permission) bool {
	if k.Ingest {
		return p == Events || p == CreateDatasets
	}
	return !slices.Contains(k.Denied, p)
}

// API is the fake. Make one with [New].
type API struct {
	latency time.Duration
	slack   bool
	skew    time.Duration
	newer   bool

	mu       sync.Mutex
	plan     Plan
	keys     map[string]Key
	datasets map[string]bool // team/environment/slug
	limit    int             // requests a window; 0: no limit
	used     map[string]int  // by key, in the window that ends at reset
	reset    time.Time
	sequence int // of ids
	tick     int // of created_at
	store    map[place][]Object
	requests []Request
	inject   func(Request) Fault
}

// Option changes what [New] makes.
type Option func(*API)

// WithPlan sets the plan of every team. Default: [Pro].
func WithPlan(p Plan) Option { return func(a *API) { a.plan = p } }

// WithKey adds an API key; its team and environment come into being with it.
func WithKey(k Key) Option { return func(a *API) { a.keys[k.Value] = k } }

// WithDataset adds a dataset to an environment of a team.
func WithDataset(team, environment, slug string) Option {
	return func(a *API) { a.datasets[team+"/"+environment+"/"+slug] = true }
}

// WithRateLimit sets how many requests a minute a key may make. 0: any number.
// Default: [DefaultRateLimit].
func WithRateLimit(perMinute int) Option { return func(a *API) { a.limit = perMinute } }

// WithLatency makes every request take d. It sleeps; use it with
// testing/synctest. Default: none.
func WithLatency(d time.Duration) Option { return func(a *API) { a.latency = d } }

// WithoutSlack makes a team that has not connected Slack yet, to which Slack
// recipients cannot be added.
func WithoutSlack() Option { return func(a *API) { a.slack = false } }

// WithClockSkew sets how far the API's clock is ahead of the client's; less than
// zero is behind. Default: none.
func WithClockSkew(d time.Duration) Option { return func(a *API) { a.skew = d } }

// WithNewFields puts fields into every object of every answer that no client
// knows yet, one of them null, as an API does that grows. Default: none.
func WithNewFields() Option { return func(a *API) { a.newer = true } }

// New returns an API with one key ([DefaultKey]) for one environment with one
// empty dataset, on plan [Pro], and what the options add.
func New(options ...Option) *API {
	a := &API{
		plan:  Pro,
		limit: DefaultRateLimit,
		slack: true,
		keys: map[string]Key{
			DefaultKey: {Value: DefaultKey, Team: DefaultTeam, Environment: DefaultEnvironment},
		},
		datasets: map[string]bool{DefaultTeam + "/" + DefaultEnvironment + "/" + DefaultDataset: true},
		used:     map[string]int{},
		store:    map[place][]Object{},
	}
	for _, option := range options {
		option(a)
	}
	return a
}

// SetPlan moves every team to another plan. What is there stays.
func (a *API) SetPlan(p Plan) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.plan = p
}

// SetKey adds a key or replaces it, as its owner would in the UI.
func (a *API) SetKey(k Key) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.keys[k.Value] = k
}

// Request is one request that the API has seen.
type Request struct {
	// Index counts from 0, since [New] or [API.Forget].
	Index int
	// Method and Path of the request; Path has no query string.
	Method, Path string
	// Query is the query string.
	Query string
	// Kind of resource; empty for /1/auth and unknown paths.
	Kind Kind
	// Body as it was sent.
	Body []byte
	// Status of the answer; 0 where there was none.
	Status int
	// Fault that was injected.
	Fault Fault
}

// Write reports whether the request would change something.
func (r Request) Write() bool { return r.Method != http.MethodGet && r.Method != http.MethodHead }

// Requests returns what the API has been asked since [New] or [API.Forget].
func (a *API) Requests() []Request {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.requests)
}

// Writes returns those of [API.Requests] that would change something.
func (a *API) Writes() []Request {
	return slices.DeleteFunc(a.Requests(), func(r Request) bool { return !r.Write() })
}

// Forget empties the list of requests and starts a new window of the rate
// limit. What is stored stays.
func (a *API) Forget() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.requests = nil
	clear(a.used)
	a.reset = time.Time{}
}

// Inject sets what decides whether a request fails, and how. It is called once
// for each request, before anything else is looked at, and never twice at the
// same time. Nil, the default, lets everything pass.
func (a *API) Inject(f func(Request) Fault) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.inject = f
}

// FailAt makes the request with that index fail, and no other.
func (a *API) FailAt(index int, fault Fault) {
	a.Inject(func(r Request) Fault {
		if r.Index == index {
			return fault
		}
		return None
	})
}

// Objects returns copies of what is stored of one kind, over all teams,
// environments and datasets, in the order of creation.
func (a *API) Objects(kind Kind) []Object {
	a.mu.Lock()
	defer a.mu.Unlock()
	var all []Object
	for _, p := range slices.SortedFunc(maps.Keys(a.store), place.compare) {
		if p.kind == kind {
			for _, o := range a.store[p] {
				all = append(all, o.clone())
			}
		}
	}
	slices.SortFunc(all, byAge)
	return all
}

// Edit changes a stored object as a person would in the UI, past every rule.
// The function gets the object itself. It reports whether there is one.
func (a *API) Edit(kind Kind, id string, change func(Object)) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	for p, objects := range a.store {
		if p.kind != kind {
			continue
		}
		for _, o := range objects {
			if o.text("id") == id {
				change(o)
				return true
			}
		}
	}
	return false
}

// Remove deletes a stored object as a person would in the UI, past every rule.
// It reports whether there was one.
func (a *API) Remove(kind Kind, id string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	for p, objects := range a.store {
		if p.kind != kind {
			continue
		}
		if i := slices.IndexFunc(objects, func(o Object) bool { return o.text("id") == id }); i >= 0 {
			a.store[p] = slices.Delete(objects, i, i+1)
			return true
		}
	}
	return false
}

// Copy stores an object a second time, with an id of its own, past every rule.
// It reports whether there was one.
func (a *API) Copy(kind Kind, id string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	for p := range a.store {
		if o := a.find(p, id); p.kind == kind && o != nil {
			a.add(p, o.clone())
			return true
		}
	}
	return false
}
