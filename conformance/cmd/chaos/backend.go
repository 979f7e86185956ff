package main

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	coltracepb "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	"google.golang.org/protobuf/proto"
)

// fault is one way of a backend to fail.
type fault string

// The script. Between two of them the backend is well for a while.
const (
	well       fault = "well"
	refused    fault = "refused"             // nobody listens
	busy       fault = "503"                 //
	hanging    fault = "hang"                // no answer
	reset      fault = "reset"               // the connection breaks while answering
	later      fault = "429, seconds"        // Retry-After: 1
	laterDate  fault = "429, date"           // Retry-After: a date
	redirected fault = "307"                 // to another host
	truncated  fault = "truncated"           // the answer ends early
	locked     fault = "401"                 // the key is refused
	large      fault = "413"                 // to more than a few spans
	partial    fault = "partial success"     // one span refused
	poisoned   fault = "400 to certain ones" // a request with such a span
)

var script = []fault{
	refused, busy, hanging, reset, later, laterDate, redirected, truncated, locked, large, partial, poisoned,
}

// isPoison tells the spans that the backend refuses while it is poisoned.
func isPoison(n uint64) bool { return n%101 == 7 }

// delivery is one span that arrived.
type delivery struct {
	request      int
	acknowledged bool  // the whole answer said that it was taken
	refused      fault // why it was refused for good; "" if it was not
}

// backend receives spans, and fails on command.
type backend struct {
	url, other string
	addr       string

	mu       sync.Mutex
	fault    fault
	listener net.Listener
	server   *http.Server
	requests int
	strays   int // requests that followed the redirect
	got      map[uint64][]delivery
	met      map[fault]int // requests that met each fault
}

func startBackend() (*backend, error) {
	b := &backend{fault: well, got: make(map[uint64][]delivery), met: make(map[fault]int)}
	stray, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	b.other = "http://" + strings.Replace(stray.Addr().String(), "127.0.0.1", "localhost", 1)
	go func() {
		_ = http.Serve(stray, http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
			b.mu.Lock()
			defer b.mu.Unlock()
			b.strays++
		}))
	}()
	b.addr = "127.0.0.1:0"
	if err := b.listen(); err != nil {
		return nil, err
	}
	b.addr = b.listener.Addr().String()
	b.url = "http://" + b.addr
	return b, nil
}

func (b *backend) listen() (err error) {
	for range 50 { // the port may be busy for a moment
		if b.listener, err = new(net.ListenConfig).Listen(context.Background(), "tcp", b.addr); err == nil {
			b.server = &http.Server{Handler: b}
			go func(s *http.Server, l net.Listener) { _ = s.Serve(l) }(b.server, b.listener)
			return nil
		}
		time.Sleep(20 * time.Millisecond)
	}
	return fmt.Errorf("listen again: %w", err)
}

func (b *backend) close() { _ = b.server.Close() }

// misbehave goes through the script, over and over.
func (b *backend) misbehave(ctx context.Context, during time.Duration) {
	// Every fault at least twice, however short the run.
	phase := min(during/time.Duration(4*len(script)), 20*time.Second)
	for i := 0; ; i++ {
		next := well
		if i%2 == 1 {
			next = script[i/2%len(script)]
		}
		b.turn(next)
		select {
		case <-ctx.Done():
			return
		case <-time.After(phase):
		}
	}
}

func (b *backend) heal() { b.turn(well) }

func (b *backend) turn(next fault) {
	b.mu.Lock()
	was := b.fault
	b.fault = next
	b.mu.Unlock()
	switch {
	case next == refused:
		b.met[refused]++
		b.close()
	case was == refused:
		if err := b.listen(); err != nil {
			panic(err) // another program took the port: no verdict is possible
		}
	}
}

// ServeHTTP answers as the script says.
func (b *backend) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	numbers, err := numbersOf(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	b.mu.Lock()
	fault := b.fault
	b.requests++
	request := b.requests
	b.met[fault]++
	b.mu.Unlock()

	switch fault {
	case busy:
		http.Error(w, "try again", http.StatusServiceUnavailable)
	case hanging:
		select {
		case <-r.Context().Done():
		case <-time.After(5 * time.Second):
		}
		panic(http.ErrAbortHandler)
	case reset:
		b.record(request, numbers, false, "")
		panic(http.ErrAbortHandler)
	case later:
		w.Header().Set("Retry-After", "1")
		http.Error(w, "slow down", http.StatusTooManyRequests)
	case laterDate:
		w.Header().Set("Retry-After", time.Now().Add(time.Second).UTC().Format(http.TimeFormat))
		http.Error(w, "slow down", http.StatusTooManyRequests)
	case redirected:
		b.record(request, numbers, false, redirected)
		http.Redirect(w, r, b.other+r.URL.Path, http.StatusTemporaryRedirect)
	case truncated:
		b.record(request, numbers, false, "")
		w.Header().Set("Content-Length", "100")
		_, _ = w.Write([]byte{10})
		panic(http.ErrAbortHandler)
	case locked:
		http.Error(w, "unknown key", http.StatusUnauthorized)
	case large:
		if len(numbers) > 4 {
			http.Error(w, "too large", http.StatusRequestEntityTooLarge)
			return
		}
		b.take(w, request, numbers, 0)
	case partial:
		b.take(w, request, numbers, min(1, len(numbers)))
	case poisoned:
		if slices.ContainsFunc(numbers, isPoison) {
			if len(numbers) == 1 {
				b.record(request, numbers, false, poisoned)
			}
			http.Error(w, "no such span", http.StatusBadRequest)
			return
		}
		b.take(w, request, numbers, 0)
	default:
		b.take(w, request, numbers, 0)
	}
}

// take accepts all but the first of numbers that are too many.
func (b *backend) take(w http.ResponseWriter, request int, numbers []uint64, bad int) {
	response := &coltracepb.ExportTraceServiceResponse{}
	if bad > 0 {
		response.PartialSuccess = &coltracepb.ExportTracePartialSuccess{RejectedSpans: int64(bad), ErrorMessage: "no"}
	}
	body, err := proto.Marshal(response)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	b.record(request, numbers[:bad], true, partial)
	b.record(request, numbers[bad:], true, "")
	w.Header().Set("Content-Type", "application/x-protobuf")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body)
}

func (b *backend) record(request int, numbers []uint64, acknowledged bool, refused fault) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, n := range numbers {
		b.got[n] = append(b.got[n], delivery{request, acknowledged, refused})
	}
}

func (b *backend) deliveries() *arrivals {
	b.mu.Lock()
	defer b.mu.Unlock()
	return &arrivals{got: b.got, met: b.met, strays: b.strays}
}

// numbersOf decodes a request with the official protobuf types. One of metrics
// has none.
func numbersOf(r *http.Request) ([]uint64, error) {
	var body io.Reader = r.Body
	if r.Header.Get("Content-Encoding") == "gzip" {
		z, err := gzip.NewReader(r.Body)
		if err != nil {
			return nil, err
		}
		body = z
	}
	raw, err := io.ReadAll(body)
	if err != nil || !strings.HasSuffix(r.URL.Path, "/v1/traces") {
		return nil, err
	}
	var request coltracepb.ExportTraceServiceRequest
	if err := proto.Unmarshal(raw, &request); err != nil {
		return nil, err
	}
	var numbers []uint64
	for _, rs := range request.ResourceSpans {
		for _, ss := range rs.ScopeSpans {
			for _, s := range ss.Spans {
				for _, kv := range s.Attributes {
					if kv.Key == string(number) {
						numbers = append(numbers, uint64(kv.Value.GetIntValue()))
					}
				}
			}
		}
	}
	return numbers, nil
}
