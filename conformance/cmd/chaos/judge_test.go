package main

import (
	"strings"
	"testing"
	"time"

	"github.com/lift-sys/telemetry"
)

// TestJudge shows that the program can fail, and at what.
func TestJudge(t *testing.T) {
	now := time.Now()
	taken := delivery{request: 1, acknowledged: true}
	tests := []struct {
		name, reason string
		change       func(s *service, seen *arrivals)
		want         string // part of the error; "" is none
	}{
		{name: "all arrived", reason: "the rest of the table changes this", change: func(*service, *arrivals) {}},
		{
			name: "lost", reason: "a process that ended in peace counts every loss",
			change: func(_ *service, seen *arrivals) { delete(seen.got, 2) },
			want:   "1 spans are missing and nothing explains it, 2 the first",
		},
		{
			name: "counted", reason: "what the service says it dropped is explained",
			change: func(s *service, seen *arrivals) {
				delete(seen.got, 2)
				s.past[0].stats.Spans.Dropped.Memory = 1
			},
		},
		{
			name: "killed with mode always", reason: "an ended span is on the disk",
			change: func(s *service, seen *arrivals) {
				delete(seen.got, 2)
				s.past[0].killed, s.kills = now, 1
			},
			want: "1 spans are missing",
		},
		{
			name: "killed with mode on failure", reason: "what waits in memory is lost with the process",
			change: func(s *service, seen *arrivals) {
				delete(seen.got, 2)
				s.mode, s.past[0].killed = onFailure, now
			},
		},
		{
			name: "killed with mode on failure, long after", reason: "a span does not stay in memory",
			change: func(s *service, seen *arrivals) {
				delete(seen.got, 2)
				s.mode, s.past[0].killed = onFailure, now.Add(time.Minute)
			},
			want: "1 spans are missing",
		},
		{
			name: "refused", reason: "the backend said that it did not take it",
			change: func(_ *service, seen *arrivals) {
				seen.got[2] = []delivery{{request: 1, acknowledged: true, refused: partial}}
			},
		},
		{
			name: "again after no answer", reason: "the service cannot know that it had arrived",
			change: func(_ *service, seen *arrivals) {
				seen.got[2] = []delivery{{request: 1}, {request: 2, acknowledged: true}}
			},
		},
		{
			name: "again without need", reason: "nothing is counted twice",
			change: func(_ *service, seen *arrivals) {
				seen.got[2] = append(seen.got[2], delivery{request: 2, acknowledged: true})
			},
			want: "1 requests brought spans again after 0 kills",
		},
		{
			name: "again after a kill", reason: "a process that is killed may not have noted the answer",
			change: func(s *service, seen *arrivals) {
				seen.got[2] = append(seen.got[2], delivery{request: 2, acknowledged: true})
				s.kills = 1
			},
		},
		{
			name: "another host", reason: "redirects are not followed",
			change: func(_ *service, seen *arrivals) { seen.strays = 1 },
			want:   "1 requests followed a redirect",
		},
		{
			name: "a fault that nobody met", reason: "it proves nothing",
			change: func(_ *service, seen *arrivals) { delete(seen.met, hanging) },
			want:   `no request met "hang"`,
		},
		{
			name: "a full disk that was not full", reason: "it proves nothing",
			change: func(s *service, _ *arrivals) { s.fileSize = 512 },
			want:   `the disk's error is ""`,
		},
		{
			name: "slow to drain", reason: "what is stored is delivered soon after all is well",
			change: func(s *service, _ *arrivals) { s.drained = time.Hour },
			want:   "drained after 1h0m0s, want 1m0s at most",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			seen := &arrivals{got: map[uint64][]delivery{1: {taken}, 2: {taken}}, met: make(map[fault]int)}
			for _, f := range script {
				seen.met[f] = 1
			}
			s := &service{name: "s", spool: "dir", mode: always, past: []*process{
				{entries: []entry{{number: 1, ended: now}, {number: 2, ended: now}}, stats: telemetry.Stats{}},
			}}
			tt.change(s, seen)
			err := judge([]*service{s}, seen).err(plan{drain: time.Minute})
			switch {
			case tt.want == "" && err != nil:
				t.Errorf("%v; want none: %s", err, tt.reason)
			case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
				t.Errorf("error %v; want %q: %s", err, tt.want, tt.reason)
			}
		})
	}
}
