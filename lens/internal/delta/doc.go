// Package delta turns counters that count from the start of a process into what
// came in between, so that rows can be added up: what Honeycomb's INCREASE makes of
// a cumulative sum when it is asked.
package delta
