package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// process is a running one, by its id.
type process int

// memory is what a process holds, in MB of 1e6 bytes.
type memory struct {
	rss       float64
	anonymous float64 // without the pages of files, such as its own program
}

func (p process) memory() (memory, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p))
	if err != nil {
		return memory{}, err
	}
	return parseStatus(string(b))
}

// parseStatus reads VmRSS and RssAnon; see proc_pid_status(5).
func parseStatus(status string) (m memory, err error) {
	for line := range strings.Lines(status) {
		name, value, _ := strings.Cut(line, ":")
		var into *float64
		switch name {
		case "VmRSS":
			into = &m.rss
		case "RssAnon":
			into = &m.anonymous
		default:
			continue
		}
		kib, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 64)
		if err != nil {
			return memory{}, fmt.Errorf("status line %q: %w", strings.TrimSpace(line), err)
		}
		*into = kib * 1024 / 1e6
	}
	if m.rss == 0 {
		return memory{}, errors.New("no VmRSS in the process's status")
	}
	return m, nil
}

// tick is the unit of times in /proc: USER_HZ, 100 on every Linux that Go
// runs on.
const tick = 10 * time.Millisecond

func (p process) cpu() (time.Duration, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p))
	if err != nil {
		return 0, err
	}
	return parseStat(string(b))
}

// parseStat adds up utime and stime; see proc_pid_stat(5). The program's name
// may hold blanks, so counting starts behind it.
func parseStat(stat string) (time.Duration, error) {
	i := strings.LastIndexByte(stat, ')')
	f := strings.Fields(stat[i+1:])
	const utime, stime = 14 - 3, 15 - 3
	if i < 0 || len(f) <= stime {
		return 0, fmt.Errorf("stat %q: too few fields", stat)
	}
	user, err := strconv.Atoi(f[utime])
	if err != nil {
		return 0, fmt.Errorf("utime: %w", err)
	}
	system, err := strconv.Atoi(f[stime])
	if err != nil {
		return 0, fmt.Errorf("stime: %w", err)
	}
	return time.Duration(user+system) * tick, nil
}
