package telemetry

import (
	"cmp"
	"context"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"
)

// SignalAction says what follows the flush on SIGTERM or SIGINT. Go hands a
// signal to everyone who asked for it, but tells nobody whether others did, so
// the program has to say.
type SignalAction uint8

const (
	// SignalContinue is for a program that handles the signal itself, with
	// [signal.NotifyContext] or [signal.Notify], and calls Shutdown in the end.
	// It gets the signal at once, as ever. What has ended until then is sent
	// meanwhile; open spans stay open, since their work goes on. The library
	// leaves a second signal to the program.
	SignalContinue SignalAction = iota
	// SignalExit is for a program without a handler. The library shuts down:
	// open typed spans end as unfinished. Then, and at a second signal at once,
	// the signal takes its usual effect: it ends the process. Beside a handler
	// of the program's own, that one would get the signal twice. A signal that
	// is ignored when the library starts stays so.
	SignalExit
)

// WithFlushOnSignal sends what is buffered when the process gets SIGTERM or
// SIGINT, within the given time; 0 means 5 s. It watches until then, or
// until Shutdown. Give
// less than the platform leaves until SIGKILL. Default: signals are left alone,
// and one that nobody handles loses what is buffered.
func WithFlushOnSignal(then SignalAction, within time.Duration) Option {
	return func(o *options) { o.signals = &signalWatch{then: then, within: cmp.Or(within, shutdownTimeout)} }
}

// signalWatch waits for signals. A nil one does nothing.
type signalWatch struct {
	then   SignalAction
	within time.Duration
	got    chan os.Signal
	done   chan struct{}
	once   sync.Once
}

func (w *signalWatch) start(t *Telemetry) {
	if w == nil {
		return
	}
	w.got, w.done = make(chan os.Signal, 1), make(chan struct{})
	for _, sig := range []os.Signal{syscall.SIGTERM, os.Interrupt} {
		if w.then == SignalContinue || !signal.Ignored(sig) {
			signal.Notify(w.got, sig)
		}
	}
	go w.run(t)
}

func (w *signalWatch) stop() {
	if w == nil {
		return
	}
	w.once.Do(func() {
		signal.Stop(w.got)
		close(w.done)
	})
}

func (w *signalWatch) run(t *Telemetry) {
	select {
	case sig := <-w.got:
		if w.then == SignalExit {
			w.exit(t, sig)
			return
		}
		signal.Stop(w.got) // whoever is in a hurry is not to wait for the flush
		ctx, cancel := context.WithTimeout(context.Background(), w.within)
		defer cancel()
		_ = t.Flush(ctx) // what did not arrive is told of by the Shutdown that follows
	case <-w.done:
		select {
		case sig := <-w.got: // came while the library stopped, and nobody else may have it
			if w.then == SignalExit {
				raise(sig)
			}
		default:
		}
	}
}

// exit shuts t down and lets the signal end the process.
func (w *signalWatch) exit(t *Telemetry, sig os.Signal) {
	ctx, cancel := context.WithTimeout(context.Background(), w.within)
	defer cancel()
	finished := make(chan struct{})
	go func() {
		defer close(finished)
		_ = t.Shutdown(ctx) // the log tells what was lost
	}()
	select {
	case <-finished:
	case <-w.got: // somebody is in a hurry
	}
	w.stop()
	raise(sig)
}

// raise sends the process a signal that nobody here handles any more.
func raise(sig os.Signal) {
	self, err := os.FindProcess(os.Getpid())
	if err == nil && self.Signal(sig) != nil {
		_ = self.Kill() // Windows has no other way
	}
}
