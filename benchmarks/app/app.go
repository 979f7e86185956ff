// Package app is the small HTTP service whose memory and CPU are compared with
// and without telemetry. Its three builds differ in what they hand to Run.
package app

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"time"
)

// CallsPerRequest is how many LLM calls one request makes.
const CallsPerRequest = 2

// Pattern is the one route of the service.
const Pattern = "POST /api/sessions"

// Telemetry is what the service calls on its way. The zero Bare does nothing.
type Telemetry interface {
	Handler(h http.Handler) http.Handler
	Request(ctx context.Context) (reqCtx context.Context, end func())
	IR(ctx context.Context)
	ChildCall(ctx context.Context) // one LLM call
	Codegen(ctx context.Context)
	Shutdown(ctx context.Context) error
}

// Bare is no telemetry.
type Bare struct{}

var _ Telemetry = Bare{}

// Handler returns h.
func (Bare) Handler(h http.Handler) http.Handler { return h }

// Request returns ctx.
func (Bare) Request(ctx context.Context) (context.Context, func()) { return ctx, func() {} }

// IR does nothing.
func (Bare) IR(context.Context) {}

// ChildCall does nothing.
func (Bare) ChildCall(context.Context) {}

// Codegen does nothing.
func (Bare) Codegen(context.Context) {}

// Shutdown does nothing.
func (Bare) Shutdown(context.Context) error { return nil }

// Arguments reads the command line of each of the builds: where telemetry goes,
// and how long an LLM takes.
func Arguments() (url string, llm time.Duration) {
	flag.DurationVar(&llm, "llm", 5*time.Millisecond, "how long an LLM takes to answer")
	flag.Parse()
	return flag.Arg(0), llm
}

// Run serves on a free local port, prints its address, and ends when standard
// input does. An LLM takes the given time to answer.
func Run(ctx context.Context, t Telemetry, llm time.Duration) error {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc(Pattern, func(w http.ResponseWriter, r *http.Request) { createSession(w, r, t, llm) })
	srv := &http.Server{Handler: t.Handler(mux), ReadHeaderTimeout: time.Minute}
	served := make(chan error, 1)
	go func() { served <- srv.Serve(l) }()
	fmt.Println(l.Addr())

	_, _ = io.Copy(io.Discard, os.Stdin)
	err = errors.Join(srv.Shutdown(ctx), t.Shutdown(ctx))
	if s := <-served; !errors.Is(s, http.ErrServerClosed) {
		err = errors.Join(err, s)
	}
	return err
}

func createSession(w http.ResponseWriter, r *http.Request, t Telemetry, llm time.Duration) {
	prompt, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	ctx, end := t.Request(r.Context())
	defer end()
	t.IR(ctx)
	answer := complete(ctx, t, llm, string(prompt))
	t.Codegen(ctx)
	answer = complete(ctx, t, llm, answer)
	_, _ = io.WriteString(w, answer)
}

// complete stands for an LLM, which mostly makes one wait.
func complete(ctx context.Context, t Telemetry, llm time.Duration, prompt string) string {
	time.Sleep(llm)
	t.ChildCall(ctx)
	return strings.ToUpper(prompt)
}
