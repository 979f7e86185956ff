package main

import (
	"testing"
	"time"
)

func TestParseStatus(t *testing.T) {
	got, err := parseStatus("Name:\tours\nVmRSS:\t   10000 kB\nRssAnon:\t    5000 kB\nThreads:\t7\n")
	if want := (memory{rss: 10.24, anonymous: 5.12}); err != nil || got != want {
		t.Errorf("parseStatus = %v, %v; want %v", got, err, want)
	}
	if _, err := parseStatus("Name:\tours\nState:\tZ (zombie)\n"); err == nil {
		t.Error("no error for a process that holds nothing: it would count as slim")
	}
}

func TestParseStat(t *testing.T) {
	got, err := parseStat("42 (a (b) c) S 1 42 42 0 -1 4194304 100 0 0 0 150 50 0 0 20 0 7 0 100 1 1")
	if want := 2 * time.Second; err != nil || got != want {
		t.Errorf("parseStat = %v, %v; want %v", got, err, want)
	}
	if _, err := parseStat("42 (short) S 1"); err == nil {
		t.Error("no error for a line without times")
	}
}
