package delivery

import (
	"maps"
	"sync"
	"sync/atomic"

	"go.opentelemetry.io/otel/sdk/instrumentation"
)

// Bounds of the scope table. Scopes live as long as the pipeline, so a program
// that invents names must not grow it for ever.
const (
	maxScopes     = 1024
	maxScopeBytes = 4 << 10 // name, version, attributes and schema URL of one
)

// scope is a registered instrumentation scope in its encoded form.
type scope struct {
	message   []byte // InstrumentationScope, without tag and length
	schemaURL string
}

// scopeTable maps scopes to small numbers. Readers take no lock. Number 0 is
// the nameless scope; it also stands in for what does not fit.
type scopeTable struct {
	mu       sync.Mutex
	byKey    atomic.Pointer[map[instrumentation.Scope]uint16]
	list     atomic.Pointer[[]scope]
	overflow atomic.Uint64
	note     func(uint16, scope) // hears of new scopes; guarded by mu
}

func newScopeTable() *scopeTable {
	t := new(scopeTable)
	t.byKey.Store(&map[instrumentation.Scope]uint16{{}: 0})
	t.list.Store(&[]scope{{}})
	return t
}

// index returns the number of key and registers it at first sight.
func (t *scopeTable) index(key instrumentation.Scope, encode func([]byte) []byte) uint16 {
	if i, ok := (*t.byKey.Load())[key]; ok {
		return i
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	byKey, list := *t.byKey.Load(), *t.list.Load()
	if i, ok := byKey[key]; ok {
		return i
	}
	s := scope{schemaURL: key.SchemaURL}
	if len(list) < maxScopes {
		s.message = encode(nil)
	}
	if len(list) >= maxScopes || len(s.message)+len(s.schemaURL) > maxScopeBytes {
		t.overflow.Add(1)
		return 0
	}
	next := maps.Clone(byKey)
	next[key] = uint16(len(list))
	if t.note != nil {
		t.note(next[key], s)
	}
	// The list grows before the map names its new element; a reader of an
	// older header never looks past its own length.
	grown := append(list, s) //nolint:gocritic // see above
	t.list.Store(&grown)
	t.byKey.Store(&next)
	return next[key]
}

// each calls note with each scope, and with those to come.
func (t *scopeTable) each(note func(uint16, scope)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i, s := range *t.list.Load() {
		note(uint16(i), s)
	}
	t.note = note
}

// all returns the scopes by number. The result must not be changed.
func (t *scopeTable) all() []scope { return *t.list.Load() }
