package main

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// arrivals is what the backend saw.
type arrivals struct {
	got    map[uint64][]delivery
	met    map[fault]int // requests that met each fault
	strays int           // requests that followed a redirect to another host
}

// memoryAge is how long a span may wait in memory before a spool of mode
// "on failure" holds it or the backend has it: what a kill may cost there.
const memoryAge = 15 * time.Second

// account is what became of a service's spans.
type account struct {
	service *service

	ended      int
	arrived    int           // accepted by the backend
	refused    map[fault]int // by the backend, for good
	dropped    int           // counted by the service itself
	inMemory   int           // of a killed process that spools on failure only
	missing    []uint64      // unexplained
	duplicates int           // accepted more often than once
	repeated   int           // requests with duplicates
	disk       string        // what failed about it
	p99        time.Duration // of an operation
	memory     uint64        // bytes
}

type verdict struct {
	accounts []account
	seen     *arrivals
}

// judge compares what the services ended with what arrived.
func judge(services []*service, seen *arrivals) verdict {
	v := verdict{seen: seen}
	for _, s := range services {
		v.accounts = append(v.accounts, audit(s, seen))
	}
	return v
}

func audit(s *service, seen *arrivals) account {
	a := account{service: s, refused: make(map[fault]int)}
	var latencies []time.Duration
	repeated := make(map[int]bool)
	for _, p := range s.past {
		a.memory = max(a.memory, p.memory.Load())
		var missing []uint64
		for _, e := range p.entries {
			latencies = append(latencies, e.latency)
			a.ended++
			if s.spool == "" {
				continue
			}
			switch fate, again := follow(seen.got[e.number]); {
			case fate == well:
				a.arrived++
				for _, request := range again {
					a.duplicates++
					repeated[request] = true
				}
			case fate != "":
				a.refused[fate]++
			case !p.killed.IsZero() && s.mode == onFailure && p.killed.Sub(e.ended) < memoryAge:
				a.inMemory++
			default:
				missing = append(missing, e.number)
			}
		}
		a.disk = p.stats.SpoolError
		// A process that ended in peace says what it gave up.
		said := min(int(p.stats.Spans.Dropped.Total()), len(missing))
		a.dropped += said
		a.missing = append(a.missing, missing[said:]...)
	}
	a.repeated = len(repeated)
	a.p99 = quantile(latencies, 0.99)
	return a
}

// follow returns what became of a span: well if it was accepted, the fault for
// which it was refused, or "" if it never arrived; and the requests that
// brought it again after the backend had said that it has it.
func follow(deliveries []delivery) (fate fault, again []int) {
	acknowledged := false
	for _, d := range deliveries {
		switch {
		case d.refused == "":
			fate = well
			if acknowledged {
				again = append(again, d.request)
			}
			acknowledged = acknowledged || d.acknowledged
		case fate == "":
			fate = d.refused
		}
	}
	return fate, again
}

func quantile(all []time.Duration, q float64) time.Duration {
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return all[int(float64(len(all)-1)*q)]
}

// err says what broke a promise, nil if nothing did.
func (v verdict) err(p plan) error {
	var errs []error
	for _, f := range script {
		if v.seen.met[f] == 0 {
			errs = append(errs, fmt.Errorf("no request met %q: the run was too short to prove anything", f))
		}
	}
	if v.seen.strays > 0 {
		errs = append(errs, fmt.Errorf("%d requests followed a redirect to another host", v.seen.strays))
	}
	for _, a := range v.accounts {
		name := a.service.name
		if a.ended == 0 {
			errs = append(errs, fmt.Errorf("%s: no span ended", name))
		}
		if n := len(a.missing); n > 0 {
			errs = append(errs, fmt.Errorf("%s: %d spans are missing and nothing explains it, %x the first", name, n, a.missing[0]))
		}
		if a.repeated > a.service.kills {
			errs = append(errs, fmt.Errorf("%s: %d requests brought spans again after %d kills: want at most one for each", name, a.repeated, a.service.kills))
		}
		if broken := a.service.readOnly || a.service.fileSize > 0; broken != (a.disk != "") {
			errs = append(errs, fmt.Errorf("%s: the disk's error is %q in the end, which does not fit", name, a.disk))
		}
		if a.service.drained > p.drain {
			errs = append(errs, fmt.Errorf("%s: drained after %s, want %s at most", name, a.service.drained, p.drain))
		}
	}
	return errors.Join(errs...)
}
