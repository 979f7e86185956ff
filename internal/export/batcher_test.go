package export_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.uber.org/goleak"

	"github.com/lift-sys/telemetry/internal/delivery"
	"github.com/lift-sys/telemetry/internal/export"
	"github.com/lift-sys/telemetry/internal/sanitize"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// exporter calls a function for each batch and keeps what it was given.
type exporter struct {
	export   func(context.Context) error
	shutdown func(context.Context) error

	mu    sync.Mutex
	sizes []int
	spans []sdktrace.ReadOnlySpan
}

func (e *exporter) ExportSpans(ctx context.Context, spans []sdktrace.ReadOnlySpan) error {
	e.mu.Lock()
	e.sizes = append(e.sizes, len(spans))
	e.spans = append(e.spans, spans...)
	e.mu.Unlock()
	if e.export != nil {
		return e.export(ctx)
	}
	return nil
}

func (e *exporter) Shutdown(ctx context.Context) error {
	if e.shutdown != nil {
		return e.shutdown(ctx)
	}
	return nil
}

func (e *exporter) batches() []int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]int(nil), e.sizes...)
}

func newBatcher(e sdktrace.SpanExporter) *export.Batcher {
	return export.NewBatcher(e, sanitize.New(sanitize.Limits{}), true, func(error) {})
}

func stub(kv ...attribute.KeyValue) sdktrace.ReadOnlySpan {
	return tracetest.SpanStub{Name: "x", Attributes: kv}.Snapshot()
}

// check compares the books, and that they balance.
func check(t *testing.T, b *export.Batcher, want delivery.Tally, why string) {
	t.Helper()
	books := b.Books()
	spans, weight := books.Items, books.Weight
	if d := cmp.Diff(want, spans); d != "" {
		t.Errorf("%s (-want +got):\n%s", why, d)
	}
	for _, got := range []delivery.Tally{spans, weight} {
		if got.Appended != got.Exported+got.Rejected+got.Queued+got.Dropped.Total() {
			t.Errorf("the books do not balance: %+v", got)
		}
	}
}

func TestBatcher(t *testing.T) {
	tests := []struct {
		name, reason string
		export       func(context.Context) error
		n            int
		want         delivery.Tally
		err          string // of Flush
	}{
		{"works", "everything is exported", nil, 3, delivery.Tally{Appended: 3, Exported: 3}, ""},
		{"many", "a batch is bounded", nil, 1100, delivery.Tally{Appended: 1100, Exported: 1100}, ""},
		{
			"fails", "what the exporter refuses is lost", func(context.Context) error { return errors.New("no: Bearer abcdefghijklmnopqrstuvwxyz0123456789") },
			2,
			delivery.Tally{Appended: 2, Rejected: 2},
			"telemetry: 2 spans lost, 0 not yet exported: no: ",
		},
		{
			"panics", "a panic never reaches the service", func(context.Context) error { panic("broken") },
			2,
			delivery.Tally{Appended: 2, Rejected: 2},
			"telemetry: 2 spans lost, 0 not yet exported: telemetry: the exporter panicked: broken",
		},
		{
			"hangs until its context ends", "an export is bounded",
			func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() },
			2,
			delivery.Tally{Appended: 2, Rejected: 2},
			"telemetry: 2 spans lost, 0 not yet exported: context deadline exceeded",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				e := &exporter{export: tt.export}
				b := newBatcher(e)
				for range tt.n {
					b.Take(stub(), 3)
				}
				err := b.Flush(t.Context())
				check(t, b, tt.want, tt.reason)
				for _, size := range e.batches() {
					if size > 512 {
						t.Errorf("a batch of %d spans, want at most 512", size)
					}
				}
				if got := fmt.Sprint(err); err != nil && !strings.HasPrefix(got, tt.err) || (err == nil) != (tt.err == "") {
					t.Errorf("error %q, want %q", got, tt.err)
				}
				books := b.Books()
				weight, last := books.Weight, books.LastError
				if weight.Appended != uint64(3*tt.n) {
					t.Errorf("weight %d, want %d", weight.Appended, 3*tt.n)
				}
				if strings.Contains(last+fmt.Sprint(err), "abcdefghij") {
					t.Errorf("a secret is shown: %s, %v", last, err)
				}
				_ = b.Shutdown(t.Context())
				check(t, b, tt.want, "after Shutdown")
			})
		})
	}
}

func TestBatcherSendsByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := &exporter{}
		b := newBatcher(e)
		b.Take(stub(), 1)
		synctest.Wait()
		if got := e.batches(); got != nil {
			t.Errorf("%v left at once, want a wait for company", got)
		}
		time.Sleep(time.Second)
		synctest.Wait()
		for range 512 {
			b.Take(stub(), 1)
		}
		synctest.Wait()
		if d := cmp.Diff([]int{1, 512}, e.batches()); d != "" {
			t.Errorf("by age, then by size (-want +got):\n%s", d)
		}
		if err := b.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestBatcherIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		e := &exporter{export: func(context.Context) error { <-release; return nil }}
		b := newBatcher(e)
		for range 512 {
			b.Take(stub(), 1)
		}
		synctest.Wait() // the batch is with the exporter now
		for range 5000 {
			b.Take(stub(), 1)
		}
		check(t, b, delivery.Tally{Appended: 5512, Queued: 512 + 4096, Dropped: delivery.Dropped{Memory: 904}}, "a full queue drops, and counts")
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := b.Flush(ctx); !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "904 spans lost, 4608 not yet exported") {
			t.Errorf("error %v", err)
		}
		close(release)
		if err := b.Shutdown(t.Context()); err == nil || err.Error() != "telemetry: 904 spans lost, 0 not yet exported" {
			t.Errorf("error %v", err)
		}
		check(t, b, delivery.Tally{Appended: 5512, Exported: 4608, Dropped: delivery.Dropped{Memory: 904}}, "the rest went out")
	})
}

func TestBatcherShutdown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := &exporter{shutdown: func(context.Context) error { return errors.New("cannot close") }}
		b := newBatcher(e)
		b.Take(stub(), 1)
		if err := b.Shutdown(t.Context()); err == nil || err.Error() != "telemetry: exporter shutdown: cannot close" {
			t.Errorf("error %v", err)
		}
		b.Take(stub(), 1)
		check(t, b, delivery.Tally{Appended: 2, Exported: 1, Dropped: delivery.Dropped{Shutdown: 1}}, "flushed; later spans are dropped")
		if err := b.Shutdown(t.Context()); err != nil {
			t.Errorf("a second Shutdown does nothing, not %v", err)
		}
		if err := b.Flush(t.Context()); err != nil {
			t.Errorf("Flush after Shutdown does nothing, not %v", err)
		}
	})
}

func TestBatcherShutdownAgainstAHang(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		e := &exporter{
			export:   func(context.Context) error { <-release; return nil },
			shutdown: func(context.Context) error { panic("not now") },
		}
		b := newBatcher(e)
		for range 600 {
			b.Take(stub(), 1)
		}
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		err := b.Shutdown(ctx)
		if took := time.Since(start); took != time.Second {
			t.Errorf("took %v, want the bound", took)
		}
		if err == nil || !strings.Contains(err.Error(), "panicked: not now") {
			t.Errorf("error %v", err)
		}
		close(release)
		synctest.Wait()
		spans := b.Books().Items
		if spans.Queued != 0 || spans.Exported+spans.Dropped.Shutdown != 600 {
			t.Errorf("the books after a hang: %+v", spans)
		}
	})
}

func TestBatcherRepairs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := &exporter{}
		b := newBatcher(e)
		b.Take(stub(attribute.String("a", "bad \xff"), attribute.String("password", "hunter2")), 4)
		b.Take(stub(), 1)
		if err := b.Shutdown(t.Context()); err != nil {
			t.Fatal(err)
		}
		got := map[attribute.Key]any{}
		for _, kv := range e.spans[0].Attributes() {
			got[kv.Key] = kv.Value.AsInterface()
		}
		if got["SampleRate"] != int64(4) || got["a"] == "bad \xff" || got["password"] == "hunter2" {
			t.Errorf("not repaired: %v", got)
		}
		if n := len(e.spans[1].Attributes()); n != 0 {
			t.Errorf("a span that stands for itself got %d attributes", n)
		}
	})
}

func TestBatcherConcurrently(t *testing.T) {
	e := &exporter{}
	b := newBatcher(e)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 500 {
				b.Take(stub(), 2)
				_ = b.Books()
			}
		})
	}
	wg.Go(func() { _ = b.Flush(t.Context()) })
	wg.Wait()
	_ = b.Shutdown(t.Context())
	books := b.Books()
	spans, weight := books.Items, books.Weight
	if spans.Appended != 4000 || spans.Exported+spans.Dropped.Memory != 4000 || weight.Exported != 2*spans.Exported {
		t.Errorf("the books: %+v, weight %+v", spans, weight)
	}
}
