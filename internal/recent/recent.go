// Package recent remembers the last errors, for a person who looks later.
package recent

import (
	"strings"
	"sync"
	"time"
)

const (
	maxErrors = 16
	maxBytes  = 512 // of one text
)

// Error is what was reported, once or several times in a row.
type Error struct {
	Time  time.Time // of the last time
	Text  string
	Count uint64 // how often in a row
}

// Errors keeps the last 16 errors. The zero value is empty, and nil remembers
// nothing. It is safe for concurrent use.
type Errors struct {
	mu   sync.Mutex
	ring [maxErrors]Error
	next int // where the next one goes
}

// Add remembers text, cut to 512 bytes. It must hold no secrets.
func (e *Errors) Add(at time.Time, text string) {
	if e == nil {
		return
	}
	if len(text) > maxBytes {
		text = strings.ToValidUTF8(text[:maxBytes], "") + "…"
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if last := &e.ring[(e.next+maxErrors-1)%maxErrors]; last.Count > 0 && last.Text == text {
		last.Time = at
		last.Count++
		return
	}
	e.ring[e.next] = Error{at, strings.Clone(text), 1}
	e.next = (e.next + 1) % maxErrors
}

// All returns what is remembered, the newest first.
func (e *Errors) All() []Error {
	if e == nil {
		return nil
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	var all []Error
	for i := range maxErrors {
		if err := e.ring[(e.next+2*maxErrors-1-i)%maxErrors]; err.Count > 0 {
			all = append(all, err)
		}
	}
	return all
}
