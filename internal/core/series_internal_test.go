package core

import (
	"sync"
	"testing"
)

func TestSeries(t *testing.T) {
	var (
		s     series[int, int]
		built int
	)
	build := func(k int) *int { built++; return &k }
	first := s.get(7, build)
	if again := s.get(7, build); again != first || built != 1 {
		t.Errorf("built %d times, want once", built)
	}
	for i := range 2 * maxSeries {
		s.get(i+1, build)
	}
	over, zero := s.get(3*maxSeries, build), s.get(0, build)
	if over != zero || *zero != 0 {
		t.Error("what comes after the limit must share the zero key")
	}
	if n := len(*s.m.Load()); n > maxSeries+1 {
		t.Errorf("%d series, want at most %d and the shared one", n, maxSeries)
	}
}

func TestSeriesConcurrently(t *testing.T) {
	var (
		s  series[int, int]
		wg sync.WaitGroup
	)
	got := make([]*int, 64)
	for i := range got {
		wg.Go(func() { got[i] = s.get(i%4, func(k int) *int { return &k }) })
	}
	wg.Wait()
	for i, v := range got {
		if *v != i%4 || v != got[i%4] {
			t.Errorf("key %d has two values", i%4)
		}
	}
}

func TestSeriesDoNotAllocate(t *testing.T) {
	var s series[LLMKey, llmSeries]
	k := LLMKey{Operation: "chat", Provider: "p", RequestModel: "m"}
	s.get(k, buildLLM)
	if n := testing.AllocsPerRun(100, func() { s.get(k, buildLLM) }); n != 0 {
		t.Errorf("%v allocations for a known series, want 0", n)
	}
}
