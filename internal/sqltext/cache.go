package sqltext

import (
	"strings"
	"sync"
	"sync/atomic"
)

const (
	shardCount = 8
	// shardBytes bounds what one shard remembers: 2 MiB for each dialect.
	shardBytes = 256 << 10
	// entryBytes is about what an entry takes besides its texts.
	entryBytes = 512
)

// caches has one cache for each dialect.
var caches [dialects]cache

// Read returns what [Analyze] does, and remembers it: the statements of a
// service are few. What it remembers is bounded, and what was used least goes
// first. It is safe for concurrent use, and allocates nothing for a statement
// that it remembers. The result is shared: it must not be changed.
func Read(d Dialect, query string) *Statement {
	if d >= dialects {
		d = Unknown
	}
	return caches[d].read(d, query)
}

// cache remembers statements. It is split, so that goroutines seldom meet.
type cache struct{ shards [shardCount]shard }

type shard struct {
	mu      sync.RWMutex
	entries map[string]*entry
	ring    []*entry // in which hand looks for one to forget
	hand    int
	bytes   int
}

type entry struct {
	query     string
	statement *Statement
	used      atomic.Bool // since hand last came by
}

func (e *entry) bytes() int {
	return entryBytes + len(e.query) + len(e.statement.Text) + len(e.statement.Table)
}

func (c *cache) read(d Dialect, query string) *Statement {
	sh := &c.shards[shardOf(query)]
	if s := sh.get(query); s != nil {
		return s
	}
	s := Analyze(d, query)
	if len(query) <= maxScan {
		sh.put(&entry{query: strings.Clone(query), statement: s})
	}
	return s
}

// shardOf spreads statements by what is cheap to look at: they differ in
// length and towards their end.
func shardOf(query string) int {
	n := len(query)
	if n == 0 {
		return 0
	}
	return (n ^ int(query[n-1]) ^ int(query[n/2])>>1) % shardCount
}

func (sh *shard) get(query string) *Statement {
	sh.mu.RLock()
	e := sh.entries[query]
	sh.mu.RUnlock()
	if e == nil {
		return nil
	}
	if !e.used.Load() { // a store would take the line from other processors
		e.used.Store(true)
	}
	return e.statement
}

func (sh *shard) put(e *entry) {
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if sh.entries[e.query] != nil {
		return
	}
	for len(sh.ring) > 0 && sh.bytes+e.bytes() > shardBytes {
		sh.forget()
	}
	if sh.entries == nil {
		sh.entries = make(map[string]*entry)
	}
	sh.entries[e.query] = e
	sh.ring = append(sh.ring, e)
	sh.bytes += e.bytes()
}

// forget drops an entry that was not used since the hand came by.
func (sh *shard) forget() {
	for {
		sh.hand %= len(sh.ring)
		e := sh.ring[sh.hand]
		if e.used.Swap(false) {
			sh.hand++
			continue
		}
		last := len(sh.ring) - 1
		sh.ring[sh.hand], sh.ring[last] = sh.ring[last], nil
		sh.ring = sh.ring[:last]
		delete(sh.entries, e.query)
		sh.bytes -= e.bytes()
		return
	}
}
