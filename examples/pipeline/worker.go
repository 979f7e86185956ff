package main

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/lift-sys/telemetry"
)

const (
	maxJobs    = 64 // that wait
	jobTimeout = 5 * time.Second
)

// worker does what no request waits for, one job after the other. Its methods
// are safe for concurrent use.
type worker struct {
	log  *slog.Logger
	done chan struct{}      // closed after the last job
	stop context.CancelFunc // ends the jobs that are left

	mu     sync.Mutex
	closed bool     // guarded by mu
	jobs   chan job // sent to and closed under mu
}

// job is work with the trace and the ids of the request that asked for it.
type job struct {
	ctx  context.Context
	name string
	do   func(context.Context) error
}

func startWorker(log *slog.Logger) *worker {
	ctx, stop := context.WithCancel(context.Background())
	w := &worker{log: log, done: make(chan struct{}), stop: stop, jobs: make(chan job, maxJobs)}
	go w.run(ctx)
	return w
}

// add has a job done later. The answer to the request, which ends ctx, does not
// end the job. It never blocks: where too many jobs wait, or the worker is
// closed, the job is dropped and the log says so.
func (w *worker) add(ctx context.Context, name string, do func(context.Context) error) {
	if !w.offer(job{telemetry.Detach(ctx), name, do}) {
		w.log.WarnContext(ctx, "job dropped", "job", name)
	}
}

// offer reports whether there was room for j.
func (w *worker) offer(j job) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return false
	}
	select {
	case w.jobs <- j:
		return true
	default:
		return false
	}
}

// run does jobs until there will be no more.
func (w *worker) run(stopped context.Context) {
	defer close(w.done)
	for j := range w.jobs {
		ctx, cancel := context.WithTimeout(j.ctx, jobTimeout)
		release := context.AfterFunc(stopped, cancel)
		if err := j.do(ctx); err != nil {
			w.log.ErrorContext(ctx, "job failed", "job", j.name, "error", err)
		}
		release()
		cancel()
	}
}

// close waits for the jobs that were added. When ctx is over, it cancels those
// that are left. A closed worker may be closed again.
func (w *worker) close(ctx context.Context) {
	w.mu.Lock()
	if !w.closed {
		w.closed = true
		close(w.jobs)
	}
	w.mu.Unlock()
	defer w.stop()
	select {
	case <-w.done:
	case <-ctx.Done():
		w.stop()
		<-w.done
	}
}
