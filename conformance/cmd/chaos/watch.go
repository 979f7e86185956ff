package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// watch keeps the largest resident set of the process, as far as the system
// shows it in /proc.
func (p *process) watch() {
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-p.read:
			return
		case <-tick.C:
			if rss, err := resident(p.cmd.Process.Pid); err == nil {
				p.memory.Store(max(p.memory.Load(), rss))
			}
		}
	}
}

// resident returns the resident set of a process in bytes.
func resident(pid int) (uint64, error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(raw))
	if len(fields) < 2 {
		return 0, fmt.Errorf("statm %q: want two numbers or more", raw)
	}
	pages, err := strconv.ParseUint(fields[1], 10, 64)
	return pages * uint64(os.Getpagesize()), err
}
