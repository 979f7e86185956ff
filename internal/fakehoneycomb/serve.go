package fakehoneycomb

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"time"
)

// ServeHTTP answers one request as Honeycomb would.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if a.latency > 0 {
		time.Sleep(a.latency)
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, 10<<20))
	if err != nil {
		problem{status: http.StatusBadRequest, title: "request body could not be read"}.write(w)
		return
	}
	recorder := httptest.NewRecorder()
	fault := a.answer(recorder, r, body)
	if fault != None && fault != RateLimited {
		fault.play(w, r)
		return
	}
	maps.Copy(w.Header(), recorder.Header())
	w.WriteHeader(recorder.Code)
	_, _ = w.Write(recorder.Body.Bytes())
}

// answer does what the request asks for and records it. The whole of it holds
// the lock, so that an effect and its record are one.
func (a *API) answer(w *httptest.ResponseRecorder, r *http.Request, body []byte) Fault {
	a.mu.Lock()
	defer a.mu.Unlock()
	w.Header().Set("Date", a.now().UTC().Format(http.TimeFormat))
	c := &call{api: a, method: r.Method, query: r.URL.Query(), host: r.URL.Host}
	c.route(r.URL.EscapedPath())
	seen := Request{
		Index:  len(a.requests),
		Method: r.Method,
		Path:   r.URL.EscapedPath(),
		Query:  r.URL.RawQuery,
		Kind:   c.kind,
		Body:   bytes.Clone(body),
	}
	if a.inject != nil {
		seen.Fault = a.inject(seen)
	}
	switch {
	case seen.Fault == RateLimited:
		a.tooMany(w.Header(), a.clock()).write(w)
	case seen.Fault == None || seen.Fault.after():
		a.handle(w, r, c, body)
	}
	if seen.Fault == None || seen.Fault == RateLimited {
		seen.Status = w.Code
	}
	a.requests = append(a.requests, seen)
	return seen.Fault
}

func (a *API) handle(w http.ResponseWriter, r *http.Request, c *call, body []byte) {
	key, ok := a.keys[r.Header.Get("X-Honeycomb-Team")]
	if !ok || key.Value == "" {
		unknownKey.write(w)
		return
	}
	if r.Method == http.MethodPost && strings.HasPrefix(r.URL.Path, "/v1/") {
		key.export(w, r)
		return
	}
	if p := a.meter(w.Header(), key); p != nil {
		p.write(w)
		return
	}
	if len(body) > 0 && r.Header.Get("Content-Type") != "application/json" {
		problem{status: http.StatusUnsupportedMediaType, title: "Content-Type must be application/json"}.write(w)
		return
	}
	if c.auth && r.Method == http.MethodGet {
		writeJSON(w, http.StatusOK, key.describe())
		return
	}
	status, answer, p := c.do(key, body)
	switch {
	case p != nil:
		p.write(w)
	case answer == nil:
		w.WriteHeader(status)
	case a.newer:
		writeJSON(w, status, grow(answer))
	default:
		writeJSON(w, status, answer)
	}
}

// grow returns an answer with two more fields in every object.
func grow(answer any) any {
	data, err := json.Marshal(answer)
	if err != nil {
		return answer
	}
	var v any
	if json.Unmarshal(data, &v) != nil {
		return answer
	}
	return more(v)
}

func more(v any) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = more(v[i])
		}
	case map[string]any:
		for name := range v {
			v[name] = more(v[name])
		}
		v["not_known_yet"], v["not_set"] = true, nil
	}
	return v
}

// now is the time by the API's clock.
func (a *API) now() time.Time { return time.Now().Add(a.skew) }

func (a *API) clock() time.Duration { return max(time.Until(a.reset), time.Second) }

// meter counts a request against the key's window.
func (a *API) meter(h http.Header, key Key) *problem {
	if a.limit == 0 {
		return nil
	}
	now := time.Now()
	if !now.Before(a.reset) {
		a.reset = now.Add(time.Minute)
		clear(a.used)
	}
	left := a.limit - a.used[key.Value]
	// Rounded up, so that the window is over when the client comes back.
	wait := (a.reset.Sub(now) + time.Second - 1).Truncate(time.Second)
	if left <= 0 {
		p := a.tooMany(h, wait)
		return &p
	}
	a.used[key.Value]++
	h.Set("Ratelimit", fmt.Sprintf("limit=%d, remaining=%d, reset=%d", a.limit, left-1, int(wait.Seconds())))
	h.Set("Ratelimit-Policy", fmt.Sprintf("%d;w=60", a.limit))
	return nil
}

func (a *API) tooMany(h http.Header, wait time.Duration) problem {
	h.Set("Ratelimit", fmt.Sprintf("limit=%d, remaining=0, reset=%d", a.limit, int(wait.Seconds())))
	h.Set("Retry-After", a.now().Add(wait+time.Second-1).UTC().Format(http.TimeFormat))
	return problem{status: http.StatusTooManyRequests, title: "You have exceeded your rate limit."}
}

func (k Key) describe() Object {
	access := Object{}
	for _, p := range permissions {
		access[string(p)] = k.may(p)
	}
	kind := "configuration"
	if k.Ingest {
		kind = "ingest"
	}
	return Object{
		"id":             "hcxik_fake",
		"type":           kind,
		"api_key_access": access,
		"environment":    Object{"name": k.Environment, "slug": k.Environment},
		"team":           Object{"name": k.Team, "slug": k.Team},
	}
}

// call is a request on its way through the API.
type call struct {
	api    *API
	method string
	host   string
	query  map[string][]string

	auth    bool
	kind    Kind
	dataset string // of a resource in a dataset
	parent  string // id of a view's board
	id      string
	scope   string // set by do
	old     Object // what a PUT replaces
}

// route reads /1/auth, /1/boards/{id}, /1/boards/{id}/views/{id},
// /1/recipients/{id} and /1/{kind}/{dataset}/{id}.
func (c *call) route(path string) {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	if len(parts) < 2 || parts[0] != "1" {
		return
	}
	at := func(i int) string {
		if i < len(parts) {
			return parts[i]
		}
		return ""
	}
	kind := Kind(parts[1])
	switch {
	case parts[1] == "auth" && len(parts) == 2:
		c.auth = true
	case kind == KindBoard && at(3) == string(KindView) && len(parts) <= 5:
		c.kind, c.parent, c.id = KindView, at(2), at(4)
	case (kind == KindBoard || kind == KindRecipient) && len(parts) <= 3:
		c.kind, c.id = kind, at(2)
	case resources[kind] != nil && resources[kind].scope == inDataset && len(parts) >= 3 && len(parts) <= 4:
		c.kind, c.dataset, c.id = kind, at(2), at(3)
	}
}

// do returns the status and body of a success, or the problem.
func (c *call) do(key Key, body []byte) (int, any, *problem) {
	r := resources[c.kind]
	if r == nil {
		return 0, nil, notFound("path")
	}
	if !key.may(r.permission) {
		return 0, nil, refused("your API key lacks the permission %q", r.permission)
	}
	if p := c.enter(key, r); p != nil {
		return 0, nil, p
	}
	if r.paid && c.api.plan == Free {
		return 0, nil, refused("%s are not part of your plan", r.kind)
	}
	p := place{c.kind, c.scope}
	switch {
	case c.method == http.MethodGet && c.id == "":
		return c.list(r, p)
	case c.method == http.MethodPost && c.id == "":
		return c.create(r, p, body)
	case c.id == "":
	default:
		o := c.api.find(p, c.id)
		if o == nil {
			return 0, nil, notFound(r.name)
		}
		switch {
		case c.method == http.MethodGet:
			return http.StatusOK, o, nil
		case c.method == http.MethodPut && !r.immutable:
			return c.replace(r, p, o, body)
		case c.method == http.MethodDelete && !r.immutable:
			return c.remove(r, p, o)
		}
	}
	return 0, nil, &problem{status: http.StatusMethodNotAllowed, title: c.method + " is not allowed here"}
}

// enter finds out where the resource lives.
func (c *call) enter(key Key, r *resource) *problem {
	environment := key.Team + "/" + key.Environment
	switch r.scope {
	case inTeam:
		c.scope = key.Team
	case inEnvironment:
		c.scope = environment
	case inBoard:
		if c.api.find(place{KindBoard, environment}, c.parent) == nil {
			return notFound("board")
		}
		c.scope = environment + "/" + c.parent
	case inDataset:
		c.scope = environment + "/" + c.dataset
		if (c.dataset != AllDatasets || r.neverAll) && !c.api.datasets[c.scope] {
			return notFound("dataset")
		}
		if c.dataset == AllDatasets && r.oneDataset && c.method != http.MethodGet {
			return invalid("dataset", "%s cannot be made in %s", r.kind, AllDatasets)
		}
	}
	return nil
}

func (c *call) list(r *resource, p place) (int, any, *problem) {
	objects := slices.Clone(c.api.store[p])
	if c.dataset == AllDatasets && r.oneDataset {
		objects = c.api.environment(c.kind, c.scope)
	}
	if r.filter != nil {
		one, kept, p := r.filter(c, objects)
		if p != nil {
			return 0, nil, p
		}
		if one != nil {
			return http.StatusOK, one, nil
		}
		objects = kept
	}
	if objects == nil {
		objects = []Object{}
	}
	return http.StatusOK, objects, nil
}

func (c *call) create(r *resource, p place, body []byte) (int, any, *problem) {
	o, bad := decode(body)
	if bad != nil {
		return 0, nil, bad
	}
	if bad := r.check(c, o); bad != nil {
		return 0, nil, bad
	}
	c.api.add(p, o)
	if r.finish != nil {
		r.finish(c, o)
	}
	return r.created, o, nil
}

func (c *call) replace(r *resource, p place, old Object, body []byte) (int, any, *problem) {
	o, bad := decode(body)
	if bad != nil {
		return 0, nil, bad
	}
	c.old = old
	if bad := r.check(c, o); bad != nil {
		return 0, nil, bad
	}
	o["id"], o["created_at"], o["updated_at"] = old["id"], old["created_at"], c.api.stamp()
	if r.finish != nil {
		r.finish(c, o)
	}
	i := slices.IndexFunc(c.api.store[p], func(e Object) bool { return e.text("id") == c.id })
	c.api.store[p][i] = o
	return http.StatusOK, o, nil
}

func (c *call) remove(r *resource, p place, o Object) (int, any, *problem) {
	if r.inUse != nil {
		if by := r.inUse(c, o); by != "" {
			return 0, nil, conflict("%s is in use by %s", r.name, by)
		}
	}
	c.api.store[p] = slices.DeleteFunc(c.api.store[p], func(e Object) bool { return e.text("id") == c.id })
	return http.StatusNoContent, nil, nil
}

func decode(body []byte) (Object, *problem) {
	var o Object
	if err := json.Unmarshal(body, &o); err != nil || o == nil {
		return nil, &problem{status: http.StatusBadRequest, title: "request body should be a JSON object"}
	}
	// A client may send these back; the server's own count.
	for _, name := range []string{"id", "created_at", "updated_at"} {
		delete(o, name)
	}
	return o, nil
}
