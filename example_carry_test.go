package telemetry_test

import (
	"context"
	"fmt"
	"log"
	"sync"

	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry"
)

// A job through a queue: another process continues the trace of the request,
// and its spans carry the same session.
func ExampleInject() {
	type message struct {
		headers map[string]string
		body    string
	}
	queue := make(chan message, 1)

	ctx, done := printed("session.id")
	defer done()
	ctx, session := telemetry.StartSession(ctx, telemetry.SessionRequest{ID: "s-1"})
	m := message{map[string]string{}, "work"}
	telemetry.Inject(ctx, m.headers)
	queue <- m
	session.End(nil)
	done()

	// Elsewhere.
	worker, stop := printed("session.id")
	defer stop()
	m = <-queue
	_, job := telemetry.Start(telemetry.Extract(worker, m.headers), "job")
	job.End(nil)
	// Output:
	// session.create session.id=s-1
	// job session.id=s-1
}

// A consumer that does not know the producer reads what its messages carry:
// the span of the job has the producer's for a parent, and the session's id.
func ExampleExtract() {
	headers := map[string]string{
		"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
		"session.id":  "s-1",
	}
	ctx, done := printed("session.id")
	defer done()
	ctx, job := telemetry.Start(telemetry.Extract(ctx, headers), "job")
	fmt.Println(trace.SpanContextFromContext(ctx).TraceID())
	job.End(nil)
	// Output:
	// 0af7651916cd43dd8448eb211c80319c
	// job session.id=s-1
}

// A worker that outlives its request: the answer is out and the request's
// context is cancelled, while the work goes on in the same trace.
func ExampleDetach() {
	ctx, done := printed("session.id")
	var workers sync.WaitGroup

	request, answered := context.WithCancel(ctx)
	func(ctx context.Context) { // the handler
		ctx, session := telemetry.StartSession(ctx, telemetry.SessionRequest{ID: "s-1"})
		defer session.End(nil)
		background := telemetry.Detach(ctx)
		workers.Go(func() {
			<-request.Done()
			err := telemetry.Do(background, "index", func(ctx context.Context) error { return ctx.Err() })
			fmt.Println("indexed:", err)
		})
	}(request)
	answered()

	workers.Wait()
	done()
	// Output:
	// indexed: <nil>
	// session.create session.id=s-1
	// index session.id=s-1
}

// One job for the messages of several requests is a trace of its own, which
// links to theirs.
func ExampleWithLink() {
	tel, err := telemetry.New(context.Background(), telemetry.WithSpanExporter(linkPrinter{}))
	if err != nil {
		log.Print(err)
	}
	worker := telemetry.NewContext(context.Background(), tel)

	var batch []map[string]string // the headers of each message
	for range 3 {
		ctx, request := telemetry.Start(worker, "request")
		headers := map[string]string{}
		telemetry.Inject(ctx, headers)
		batch = append(batch, headers)
		request.End(nil)
	}

	var requests []context.Context
	for _, headers := range batch {
		requests = append(requests, telemetry.Extract(worker, headers))
	}
	_, job := telemetry.Start(telemetry.WithLink(worker, requests...), "embed", attribute.Int("app.batch", len(batch)))
	job.End(nil)
	if err := tel.Shutdown(worker); err != nil {
		log.Print(err)
	}
	// Output:
	// request: 0 links, a root: true
	// request: 0 links, a root: true
	// request: 0 links, a root: true
	// embed: 3 links, a root: true
}

// A link carries no ids. A carrier without its trace does.
func ExampleWithLink_ids() {
	worker, done := printed("session.id")

	request, session := telemetry.StartSession(worker, telemetry.SessionRequest{ID: "s-1"})
	headers := map[string]string{}
	telemetry.Inject(request, headers) // the trace and the ids
	delete(headers, "traceparent")     // the ids alone

	_, job := telemetry.Start(telemetry.WithLink(telemetry.Extract(worker, headers), request), "job")
	job.End(nil)
	session.End(nil)
	done()
	// Output:
	// job session.id=s-1
	// session.create session.id=s-1
}

// linkPrinter is an exporter that prints how each span hangs together with
// others.
type linkPrinter struct{}

func (linkPrinter) ExportSpans(_ context.Context, spans []sdktrace.ReadOnlySpan) error {
	for _, s := range spans {
		fmt.Printf("%s: %d links, a root: %t\n", s.Name(), len(s.Links()), !s.Parent().IsValid())
	}
	return nil
}

func (linkPrinter) Shutdown(context.Context) error { return nil }
