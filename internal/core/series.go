package core

import (
	"maps"
	"sync"
	"sync/atomic"
)

// maxSeries bounds how many combinations of attributes one group of metrics
// may have. What comes after shares the series of the zero key.
const maxSeries = 1024

// series caches, per combination of attributes, the options that a recording
// needs, so that recording does not build attribute sets. Reading takes no
// lock. The zero value is empty.
type series[K comparable, V any] struct {
	m  atomic.Pointer[map[K]*V]
	mu sync.Mutex // held to add
}

// get returns the value of k, made by build on first use.
func (s *series[K, V]) get(k K, build func(K) *V) *V {
	if m := s.m.Load(); m != nil {
		if v, ok := (*m)[k]; ok {
			return v
		}
	}
	return s.add(k, build)
}

func (s *series[K, V]) add(k K, build func(K) *V) *V {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := map[K]*V{}
	if old := s.m.Load(); old != nil {
		if v, ok := (*old)[k]; ok {
			return v
		}
		if len(*old) >= maxSeries {
			k = *new(K)
			if v, ok := (*old)[k]; ok {
				return v
			}
		}
		m = maps.Clone(*old)
	}
	m[k] = build(k)
	s.m.Store(&m)
	return m[k]
}
