package telemetry_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/protobuf/proto"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/internal/sanitize/secrettest"
	"github.com/lift-sys/telemetry/internal/spool"
)

// logged keeps what is logged as it was given to the handler, which would
// escape it.
type logged struct {
	mu   sync.Mutex
	text strings.Builder
}

func (*logged) Enabled(context.Context, slog.Level) bool { return true }
func (l *logged) WithAttrs([]slog.Attr) slog.Handler     { return l }
func (l *logged) WithGroup(string) slog.Handler          { return l }

func (l *logged) Handle(_ context.Context, r slog.Record) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	fmt.Fprintln(&l.text, r.Message)
	r.Attrs(func(a slog.Attr) bool {
		fmt.Fprintln(&l.text, a.Key, a.Value)
		return true
	})
	return nil
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// raw returns all that the backend was sent, with every string as it stands.
func (b *backend) raw(t *testing.T) []byte {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	var all []byte
	add := func(m proto.Message) {
		var err error
		if all, err = (proto.MarshalOptions{}).MarshalAppend(all, m); err != nil {
			t.Error(err)
		}
	}
	for _, rs := range b.traces {
		add(rs)
	}
	for _, rm := range b.metrics {
		add(rm)
	}
	return all
}

// leak puts a secret wherever a program can put a string.
func leak(ctx context.Context, t *testing.T, tel *telemetry.Telemetry, secret secrettest.Secret) {
	t.Helper()
	text := secret.Text
	fault := fmt.Errorf("outer: %w", errors.Join(errors.New("first"), fmt.Errorf("inner: %s: %w", text, context.DeadlineExceeded)))

	ctx, session := telemetry.StartSession(ctx, telemetry.SessionRequest{ID: "id " + text, UserID: text, RequestID: text, Source: text})
	_ = session.Fail(fault)
	session.Set(
		attribute.String("note", text), attribute.Int(text, 1), attribute.StringSlice("list", []string{"a", text}),
		attribute.Map("map", attribute.String("in", text), attribute.Slice("deep", attribute.StringValue(text))),
		attribute.ByteSlice("bytes", []byte("\xff"+text)),
		attribute.String("url.full", "https://api.example.com/v1?q="+text),
		attribute.String("db.query.text", "SELECT id FROM users WHERE note = '"+text+"'"),
		attribute.StringSlice("http.request.header.authorization", []string{secret.Core}), attribute.String("password", secret.Core),
	)
	telemetry.Event(ctx, text, attribute.String("said", text))

	_, call := telemetry.StartLLMCall(ctx, telemetry.LLMRequest{Provider: "p", ProviderRoute: text, Model: text})
	call.SetResponse(telemetry.LLMResponse{Model: "m " + text, ID: text, FinishReasons: []string{text}, ToolCalls: []string{text}, Usage: telemetry.Usage{InputTokens: 1}})
	_ = call.Fail(fmt.Errorf("401 Unauthorized: incorrect key provided: %s", text))
	call.End(nil)

	func() {
		defer func() { _ = recover() }()
		_, generation := telemetry.StartCodegen(ctx, telemetry.CodegenRequest{Generator: text})
		defer generation.End(nil)
		panic(text)
	}()

	_, foreign := tel.TracerProvider().Tracer("scope "+text, trace.WithInstrumentationVersion(text),
		trace.WithInstrumentationAttributes(attribute.String("scope", text))).Start(ctx, "GET /"+text)
	foreign.RecordError(fault, trace.WithStackTrace(true))
	foreign.AddLink(trace.Link{SpanContext: foreign.SpanContext(), Attributes: []attribute.KeyValue{attribute.String("link", text)}})
	foreign.End()

	counter, err := tel.MeterProvider().Meter("meter "+text).Int64Counter("n", metric.WithDescription(text))
	if err != nil {
		t.Error(err)
	}
	counter.Add(ctx, 1, metric.WithAttributes(attribute.String("point", text), attribute.Int(text, 1)))
	session.End(nil)
}

func TestSecretsLeaveNowhere(t *testing.T) {
	t.Parallel()
	for _, secret := range secrettest.All() {
		t.Run(secret.Name, func(t *testing.T) {
			t.Parallel()
			var (
				b    = newBackend(t)
				log  = new(logged)
				into bytes.Buffer
			)
			tel := open(t, telemetry.WithEndpoint(b.URL), telemetry.WithConsole(&into), telemetry.WithLogger(slog.New(log)),
				telemetry.WithService("lift "+secret.Text, secret.Text), telemetry.WithEnvironment(secret.Text),
				telemetry.WithResourceAttributes(attribute.String("host", secret.Text)))
			leak(telemetry.NewContext(t.Context(), tel), t, tel, secret)
			if err := tel.Shutdown(t.Context()); err != nil {
				t.Fatal(err)
			}
			wire := b.raw(t)
			if len(wire) < 1000 {
				t.Errorf("%d bytes arrived, which cannot be all", len(wire))
			}
			for place, text := range map[string]string{
				"on the wire": string(wire), "on the console": into.String(), "in the log": log.String(),
				"in Stats": fmt.Sprintf("%+v", tel.Stats()), "in Config": fmt.Sprintf("%+v\n%s", tel.Config(), tel.Config()),
			} {
				if i := strings.Index(text, secret.Core); i >= 0 {
					t.Errorf("%s: %q", place, text[max(0, i-60):i+len(secret.Core)])
				}
			}
			if n := tel.Stats().Sanitized.Redacted; n < 30 {
				t.Errorf("%d redactions counted, want one for each place at least", n)
			}
		})
	}
}

// TestSecretsStayOutOfTheSpool reads what is on the disk: the journal while the
// process runs, and the batches that it could not deliver.
func TestSecretsStayOutOfTheSpool(t *testing.T) {
	t.Parallel()
	for _, secret := range secrettest.All() {
		t.Run(secret.Name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "spool")
			tel := open(t, telemetry.WithEndpoint(unreachable), telemetry.WithLogger(slog.New(new(logged))),
				telemetry.WithSpool(dir, telemetry.SpoolAlways()), telemetry.WithService("lift "+secret.Text, secret.Text))
			ctx := telemetry.NewContext(t.Context(), tel)
			leak(ctx, t, tel, secret)
			_, s := telemetry.Start(ctx, "readable")
			s.End(nil)
			held := map[string]string{"journal": files(t, dir)}

			ctx, cancel := context.WithTimeout(ctx, 10*time.Millisecond)
			defer cancel()
			_ = tel.Shutdown(ctx) // says that all of it is in the spool
			held["batches"] = batches(t, dir)
			for place, text := range held {
				if !strings.Contains(text, "readable") {
					t.Errorf("%s: %d bytes, and none of a span's name: nothing was looked at", place, len(text))
				}
				if i := strings.Index(text, secret.Core); i >= 0 {
					t.Errorf("%s: %q", place, text[max(0, i-60):i+len(secret.Core)])
				}
			}
		})
	}
}

// files returns what all files in dir hold.
func files(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, entry := range entries {
		held, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all.Write(held)
	}
	return all.String()
}

// batches returns what the records of the spool in dir hold.
func batches(t *testing.T, dir string) string {
	t.Helper()
	s, err := spool.Open(spool.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, _, _, err := s.Claim(); err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, kind := range []spool.Kind{spool.Traces, spool.Metrics} {
		for {
			record, found, _, err := s.Next(kind, nil)
			if err != nil {
				t.Fatal(err)
			}
			if !found {
				break
			}
			text, err := gzip.NewReader(bytes.NewReader(record.Payload))
			if err == nil {
				_, err = io.Copy(&all, text)
			}
			if err == nil {
				err = s.Settle(record)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	return all.String()
}

// refuser is an exporter that fails with a text.
type refuser struct{ text string }

func (r refuser) ExportSpans(context.Context, []sdktrace.ReadOnlySpan) error {
	return errors.New("refused: " + r.text)
}
func (refuser) Shutdown(context.Context) error { return nil }

// Backends repeat what they were sent.
func TestSecretsInAnswers(t *testing.T) {
	t.Parallel()
	var (
		mu     sync.Mutex
		answer string
	)
	b := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		http.Error(w, answer, http.StatusBadRequest)
	}))
	t.Cleanup(b.Close)
	for _, secret := range secrettest.All() {
		for name, opt := range map[string]telemetry.Option{
			"backend": telemetry.WithEndpoint(b.URL), "exporter": telemetry.WithSpanExporter(refuser{secret.Text}),
		} {
			mu.Lock()
			answer = secret.Text
			mu.Unlock()
			log := new(logged)
			tel := open(t, opt, telemetry.WithLogger(slog.New(log)))
			_, s := telemetry.Start(telemetry.NewContext(t.Context(), tel), "work")
			s.End(nil)
			err := tel.Shutdown(t.Context())
			if stats := tel.Stats(); stats.LastError == "" || err == nil {
				t.Fatalf("%s, %s: the failure was not seen: %+v", secret.Name, name, stats)
			}
			said := fmt.Sprintf("%v\n%s\n%s", err, tel.Stats().LastError, log)
			if strings.Contains(said, secret.Core) {
				t.Errorf("%s, %s: %s", secret.Name, name, said)
			}
		}
	}
}
