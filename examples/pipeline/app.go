package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/lift-sys/telemetry/examples/pipeline/localllm"
)

const (
	callTimeout  = 2 * time.Minute // of one attempt at a language model
	closeTimeout = 10 * time.Second
)

// app is the service with all that it needs, running.
type app struct {
	*pipeline
	url        string          // of the API
	outgoing   *http.Transport // to the model
	api, model *http.Server
	serving    sync.WaitGroup
}

// start runs the service as s says: where it listens, where it keeps its data
// and how many times as long as a usual model its model takes. The values of
// ctx reach every request, its end does not.
func start(ctx context.Context, s settings, log *slog.Logger) (_ *app, err error) {
	ctx = context.WithoutCancel(ctx)
	data, err := openStore(ctx, s.db)
	if err != nil {
		return nil, err
	}
	a := &app{pipeline: &pipeline{log: log, store: data, worker: startWorker(log)}, outgoing: new(http.Transport)}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.close(ctx))
		}
	}()
	var endpoint string
	if a.model, endpoint, err = a.serve(ctx, "127.0.0.1:0", localllm.New(s.delay)); err != nil {
		return nil, err
	}
	a.llm = newLLM(endpoint, a.outgoing)
	if err := a.llm.ready(ctx); err != nil {
		return nil, err
	}
	if a.api, a.url, err = a.serve(ctx, s.addr, newHandler(a.pipeline)); err != nil {
		return nil, err
	}
	return a, nil
}

// serve listens at addr and returns the server with its URL.
func (a *app) serve(ctx context.Context, addr string, h http.Handler) (*http.Server, string, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, "", fmt.Errorf("listen at %q: %w", addr, err)
	}
	server := &http.Server{
		Handler: h, ReadHeaderTimeout: 10 * time.Second,
		BaseContext: func(net.Listener) context.Context { return ctx },
	}
	a.serving.Go(func() {
		// It returns when close stops the server; a failing accept shows in
		// the clients.
		_ = server.Serve(listener)
	})
	return server, "http://" + listener.Addr().String(), nil
}

// close lets requests and their jobs end and stops everything. It takes
// closeTimeout at most.
func (a *app) close(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTimeout)
	defer cancel()
	err := shutdown(ctx, a.api)
	a.worker.close(ctx)
	// The model goes last, because requests need it. It would wait for seconds
	// for a connection that is open and was never used.
	a.outgoing.CloseIdleConnections()
	err = errors.Join(err, shutdown(ctx, a.model))
	a.serving.Wait()
	return errors.Join(err, a.store.close())
}

// shutdown stops a server, by force where ctx is over first. A nil server has
// not been started.
func shutdown(ctx context.Context, server *http.Server) error {
	if server == nil {
		return nil
	}
	if err := server.Shutdown(ctx); err != nil {
		return errors.Join(fmt.Errorf("stop the server: %w", err), server.Close())
	}
	return nil
}
