package telemetry

import (
	"fmt"
	"time"

	"github.com/lift-sys/telemetry/internal/env"
	"github.com/lift-sys/telemetry/internal/spool"
)

// SpoolOption configures [WithSpool].
type SpoolOption func(*options)

// WithSpool keeps what cannot be delivered in a directory, until it can be: it
// survives an outage longer than the buffers hold, and the end of the process,
// whose successor sends it. What was there has telemetry.replayed on its
// resource, and may arrive twice after a crash. Several processes of one user
// that send to the same place may share the directory. What is written is
// redacted, and holds no key.
//
// The directory is made with mode 0700 where it is missing; one that others can
// write to is an error. A disk that is full, read-only or fails costs nothing
// but the spool: [Stats].SpoolError and [Telemetry.Health] tell of it.
//
// A span begins to count as data once it is decided: with [WithTailSampling] or
// [WithEventBudget], spans wait for their trace's decision in memory alone, and a
// process that dies meanwhile loses them.
//
// By default data goes there when it cannot be delivered: when two attempts in a
// row have failed, when memory is half full, and at [Telemetry.Shutdown]. See
// [SpoolAlways] for more.
//
// Default, which an empty dir means too: the directory that
// LIFT_TELEMETRY_SPOOL names, else none.
func WithSpool(dir string, opts ...SpoolOption) Option {
	return func(o *options) {
		o.Spool = env.Spool{Dir: dir}
		for _, opt := range opts {
			if opt != nil {
				opt(o)
			}
		}
	}
}

// SpoolAlways keeps each span in a file of the spool from its end, or from its
// trace's decision with [WithTailSampling] or [WithEventBudget], until it is
// delivered, so that it survives the end of the process at any moment, kill -9
// and a crash included, and not only an outage or a shutdown. The file is as
// large as the buffers, 4 MiB, and stands for them. On Linux it is mapped
// memory, which costs the caller about 0.1 µs a span; where mapping is not safe,
// it is a write of about 1 µs, made by the caller, who therefore waits where a
// network file system such as NFS hangs: give it a local directory. A loss of the machine may cost it, with
// [SpoolSync] too. Default: off.
func SpoolAlways() SpoolOption {
	return func(o *options) { o.Spool.Always = true }
}

// SpoolMaxBytes bounds what one process keeps on the disk, from 1 MiB to 1 TiB;
// the oldest goes first, and is counted. Default, which 0 means too: 32 MiB.
func SpoolMaxBytes(n int64) SpoolOption {
	return func(o *options) { o.Spool.MaxBytes = n }
}

// SpoolMaxAge says how long data is worth keeping, from 1 s to 720 h. Default,
// which 0 means too: 24 h.
func SpoolMaxAge(d time.Duration) SpoolOption {
	return func(o *options) { o.Spool.MaxAge = d }
}

// SpoolSync waits until the disk has what is moved to it, so that it survives
// the loss of the machine too. No caller waits for that. The file of
// [SpoolAlways] is not waited for. Default: off.
func SpoolSync() SpoolOption {
	return func(o *options) { o.Spool.Sync = true }
}

// openSpool returns the spool of c, or nil where it has none.
func openSpool(c env.Spool) (*spool.Spool, error) {
	if c.Dir == "" {
		return nil, nil //nolint:nilnil // no spool is what delivery takes for none
	}
	s, err := spool.Open(spool.Config{Dir: c.Dir, MaxBytes: c.MaxBytes, MaxAge: c.MaxAge, Sync: c.Sync})
	if err != nil {
		return nil, fmt.Errorf("telemetry: %w", err)
	}
	return s, nil
}
