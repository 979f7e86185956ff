package env

import (
	"strconv"
	"strings"
	"time"
)

// Spool says where undeliverable data waits on the disk. The zero value is
// nowhere.
type Spool struct {
	// Dir is the directory; empty means that there is no spool.
	Dir string
	// Always says that each span is on the disk from its end on, rather than
	// when it cannot be delivered. Default false.
	Always bool
	// MaxBytes bounds the files of one process. Default 32 MiB.
	MaxBytes int64
	// MaxAge is how long data is worth keeping. Default 24 h.
	MaxAge time.Duration
	// Sync says to wait until the disk has what is written. Default false.
	Sync bool
}

// Bounds and defaults of a spool.
const (
	defaultSpoolBytes = 32 << 20
	leastSpoolBytes   = 1 << 20
	mostSpoolBytes    = 1 << 40
	defaultSpoolAge   = 24 * time.Hour
	shortestSpoolAge  = time.Second
	longestSpoolAge   = 30 * 24 * time.Hour
)

// resolveSpool finds the directory. Whether it can be used is found out by who
// opens it.
func (r *resolver) resolveSpool() {
	s := r.explicit.Spool
	v := r.lookup(option(optSpool, s.Dir), "", "LIFT_TELEMETRY_SPOOL")
	if v.text == "" {
		return
	}
	s.Dir = v.text
	source := option(optSpoolAlways, "").source()
	if i := strings.LastIndexByte(v.text, ','); i >= 0 && v.origin == fromVariable {
		s.Dir, s.Always, source = strings.TrimSpace(v.text[:i]), true, v.source()
		if s.Dir == "" || strings.TrimSpace(v.text[i+1:]) != "always" {
			r.fail("%s %s: want a directory, or a directory followed by ,always", v.name, r.quote(v.text))
		}
	}
	r.set("spool.dir", s.Dir, v.source())
	if s.Always {
		r.set("spool.always", "true", source)
	}

	source = sourceDefault
	switch {
	case s.MaxBytes == 0:
		s.MaxBytes = defaultSpoolBytes
	case s.MaxBytes < leastSpoolBytes, s.MaxBytes > mostSpoolBytes:
		r.fail("%s %q: want from %d to %d bytes", optSpoolMaxBytes, strconv.FormatInt(s.MaxBytes, 10), int64(leastSpoolBytes), int64(mostSpoolBytes))
	default:
		source = option(optSpoolMaxBytes, "").source()
	}
	r.set("spool.max_bytes", strconv.FormatInt(s.MaxBytes, 10), source)

	source = sourceDefault
	switch {
	case s.MaxAge == 0:
		s.MaxAge = defaultSpoolAge
	case s.MaxAge < shortestSpoolAge, s.MaxAge > longestSpoolAge:
		r.fail("%s %q: want a duration from %v to %v", optSpoolMaxAge, s.MaxAge, shortestSpoolAge, longestSpoolAge)
	default:
		source = option(optSpoolMaxAge, "").source()
	}
	r.set("spool.max_age", s.MaxAge.String(), source)

	if s.Sync {
		r.set("spool.sync", "true", option(optSpoolSync, "").source())
	}
	r.config.Spool = s
}
