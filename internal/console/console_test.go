package console_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.uber.org/goleak"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/internal/console"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// bubble runs f with a Printer whose clock is synctest's, and shuts it down.
func bubble(t *testing.T, o console.Options, f func(t *testing.T, p *console.Printer, out *buffer)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		out := new(buffer)
		p := console.New(out, o)
		f(t, p, out)
		shutdown(t, p)
	})
}

func end(p *console.Printer, spans ...span) {
	for _, s := range spans {
		p.OnEnd(s.snapshot())
	}
}

// expect compares the names that were printed, in order, with their guides.
func expect(t *testing.T, reason string, out *buffer, want ...string) {
	t.Helper()
	synctest.Wait()
	var got []string
	for line := range strings.Lines(out.String()) {
		line = strings.TrimRight(line, "\n")
		switch {
		case line == "":
		case strings.Contains(line, "trace 4bf9"):
			mark, _, _ := strings.Cut(line, " ")
			got = append(got, mark)
		default:
			name := strings.TrimLeft(line, " │├└─")
			guide := strings.TrimSuffix(line, name)
			name, _, _ = strings.Cut(name, "  ")
			got = append(got, guide+strings.TrimRight(name, " "))
		}
	}
	if g, w := strings.Join(got, "\n"), strings.Join(want, "\n"); g != w {
		t.Errorf("%s: printed\n%s\nwant\n%s", reason, g, w)
	}
}

func TestLateSpans(t *testing.T) {
	bubble(t, console.Options{}, func(t *testing.T, p *console.Printer, out *buffer) {
		end(p, span{name: "child", id: 2, parent: 1}, span{name: "root", id: 1})
		time.Sleep(50 * time.Millisecond)
		end(p, span{name: "soon", id: 3, parent: 1, from: 1})
		expect(t, "nothing before the grace is over", out)
		time.Sleep(60 * time.Millisecond)
		expect(t, "a child that ends soon after its root joins it", out, "●", "root", "├─ child", "└─ soon")

		end(p, span{name: "grandchild", id: 5, parent: 4})
		time.Sleep(time.Minute)
		expect(t, "a late grandchild waits for its parent", out, "●", "root", "├─ child", "└─ soon")
		end(p, span{name: "late", id: 4, parent: 1})
		time.Sleep(200 * time.Millisecond)
		expect(t, "late spans have a tree of their own", out,
			"●", "root", "├─ child", "└─ soon", "◌", "late", "└─ grandchild")
	})
}

func TestRemoteParent(t *testing.T) {
	server := span{name: "server", id: 3, parent: 2, remote: true}
	work := span{name: "work", id: 4, parent: 3}
	t.Run("elsewhere", func(t *testing.T) {
		bubble(t, console.Options{}, func(t *testing.T, p *console.Printer, out *buffer) {
			end(p, work, server)
			time.Sleep(200 * time.Millisecond)
			expect(t, "a span with a remote parent is a local root", out, "●", "server", "└─ work")
		})
	})
	t.Run("here", func(t *testing.T) {
		bubble(t, console.Options{}, func(t *testing.T, p *console.Printer, out *buffer) {
			end(p, work, server)
			time.Sleep(time.Millisecond)
			end(p, span{name: "client", id: 2, parent: 1})
			time.Sleep(time.Minute)
			expect(t, "the caller is in this process: its root is still open", out)
			end(p, span{name: "root", id: 1})
			time.Sleep(200 * time.Millisecond)
			expect(t, "both sides are one tree", out, "●", "root", "└─ client", "   └─ server", "      └─ work")
		})
	})
	t.Run("here, client first", func(t *testing.T) {
		bubble(t, console.Options{}, func(t *testing.T, p *console.Printer, out *buffer) {
			end(p, span{name: "client", id: 2, parent: 1}, work, server)
			time.Sleep(time.Minute)
			expect(t, "a client may give up before its server does", out)
			end(p, span{name: "root", id: 1})
			time.Sleep(200 * time.Millisecond)
			expect(t, "both sides are one tree", out, "●", "root", "└─ client", "   └─ server", "      └─ work")
		})
	})
	t.Run("two requests", func(t *testing.T) {
		bubble(t, console.Options{}, func(t *testing.T, p *console.Printer, out *buffer) {
			end(p, span{name: "other work", id: 8, parent: 7}, work, server)
			time.Sleep(200 * time.Millisecond)
			expect(t, "the other request's span waits for it", out, "●", "server", "└─ work")
			end(p, span{name: "other", id: 7, parent: 6, remote: true})
			time.Sleep(200 * time.Millisecond)
			expect(t, "two requests of one trace are two trees", out,
				"●", "server", "└─ work", "●", "other", "└─ other work")
		})
	})
}

func TestOldestTraceIsPrintedIncomplete(t *testing.T) {
	t.Run("traces", func(t *testing.T) {
		bubble(t, console.Options{MaxTraces: 2}, func(t *testing.T, p *console.Printer, out *buffer) {
			for id := byte(1); id <= 3; id++ {
				end(p, span{name: "child", trace: id, id: 2, parent: 1})
				time.Sleep(time.Millisecond)
			}
			expect(t, "the third trace pushes the first one out", out, "○", "child")
		})
	})
	t.Run("spans", func(t *testing.T) {
		bubble(t, console.Options{MaxSpans: 3}, func(t *testing.T, p *console.Printer, out *buffer) {
			end(p, span{name: "a", id: 2, parent: 1}, span{name: "b", id: 3, parent: 1, from: 1})
			time.Sleep(time.Millisecond)
			end(p, span{name: "c", trace: 2, id: 2, parent: 1}, span{name: "d", trace: 2, id: 3, parent: 1})
			expect(t, "the fourth span pushes the oldest trace out", out, "○", "a", "b")
		})
	})
}

func TestSlowWriter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		out := &buffer{gate: make(chan struct{})}
		p := console.New(out, console.Options{MaxSpans: 10})
		for id := range byte(100) {
			end(p, span{name: "root", trace: id + 1, id: 1})
			time.Sleep(time.Second)
		}
		// One tree is being written, ten wait for the writer, and ten for someone
		// to say that they are due.
		if got := p.Dropped(); got != 79 {
			t.Errorf("Dropped = %d, want 79", got)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := p.Flush(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Flush = %v, want the deadline's error", err)
		}
		if err := p.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Shutdown = %v, want the deadline's error", err)
		}
		close(out.gate)
		shutdown(t, p)
		const want = "… 79 spans not shown: the writer was too slow\n"
		if got := out.String(); strings.Count(got, want) != 1 || strings.Count(got, "●") != 21 {
			t.Errorf("want %q once and 21 trees in\n%s", want, got)
		}
	})
}

func TestFlushAndShutdown(t *testing.T) {
	bubble(t, console.Options{}, func(t *testing.T, p *console.Printer, out *buffer) {
		end(p, span{name: "root", id: 1}, span{name: "child", trace: 2, id: 2, parent: 1})
		if err := p.Flush(t.Context()); err != nil {
			t.Errorf("Flush: %v", err)
		}
		expect(t, "Flush does not wait for late spans, and leaves open traces", out, "●", "root")
		shutdown(t, p)
		expect(t, "Shutdown writes what is open", out, "●", "root", "○", "child")
		end(p, span{name: "after", trace: 3, id: 1})
		shutdown(t, p)
		if err := p.Flush(t.Context()); err != nil {
			t.Errorf("Flush after Shutdown: %v", err)
		}
		expect(t, "nothing comes after Shutdown", out, "●", "root", "○", "child")
		if got := p.Dropped(); got != 1 {
			t.Errorf("Dropped = %d, want 1", got)
		}
	})
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestBrokenWriter(t *testing.T) {
	p := console.New(brokenWriter{}, console.Options{})
	end(p, span{name: "child", id: 2, parent: 1}, span{name: "root", id: 1})
	if err := p.Flush(t.Context()); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("Flush = %v, want the writer's error", err)
	}
	if got := p.Dropped(); got != 2 {
		t.Errorf("Dropped = %d, want 2", got)
	}
	if err := p.Shutdown(t.Context()); err != nil {
		t.Errorf("Shutdown = %v, want the error reported once", err)
	}
}

type panickingWriter struct{}

func (panickingWriter) Write([]byte) (int, error) { panic("broken") }

func TestPanickingWriter(t *testing.T) {
	p := console.New(panickingWriter{}, console.Options{})
	end(p, span{name: "root", id: 1})
	if err := p.Shutdown(t.Context()); err == nil || !strings.Contains(err.Error(), "the writer panicked: broken") {
		t.Errorf("Shutdown = %v, want what the writer did", err)
	}
}

// processor hands a provider's spans to a Printer.
type processor struct{ p *console.Printer }

func (processor) OnStart(context.Context, sdktrace.ReadWriteSpan) {}
func (s processor) OnEnd(r sdktrace.ReadOnlySpan)                 { s.p.OnEnd(r) }
func (s processor) ForceFlush(ctx context.Context) error          { return s.p.Flush(ctx) }
func (s processor) Shutdown(ctx context.Context) error            { return s.p.Shutdown(ctx) }

func TestConcurrentSDKSpans(t *testing.T) {
	const workers, traces = 16, 25
	out := new(buffer)
	// All traces have room: a goroutine may stand still in the middle of one
	// while the others fill the default.
	p := console.New(out, console.Options{MaxTraces: workers * traces})
	provider := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(processor{p}))
	tracer := provider.Tracer("test")
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for range traces {
				ctx, root := tracer.Start(t.Context(), "root")
				_, child := tracer.Start(ctx, "child")
				child.AddEvent(attr.EventUserSignedUp)
				child.SetStatus(codes.Error, "broken")
				child.End()
				root.End()
			}
			if err := p.Flush(t.Context()); err != nil {
				t.Errorf("Flush: %v", err)
			}
		})
	}
	wg.Wait()
	if err := provider.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := map[string]int{"●": 400, "\nroot ": 400, "\n└─ child ✗ ": 400, "◆ user.signed_up  broken": 400, "◌": 0, "○": 0}
	for text, n := range want {
		if got := strings.Count(out.String(), text); got != n {
			t.Errorf("%q is printed %d times, want %d", text, got, n)
		}
	}
	if got := p.Dropped(); got != 0 {
		t.Errorf("Dropped = %d, want 0", got)
	}
}

func TestRecordAllocations(t *testing.T) {
	s := reference()[2].snapshot()
	if got := testing.AllocsPerRun(100, func() { console.Record(s) }); got != 0 {
		t.Errorf("taking an LLM call allocates %v times, want 0", got)
	}
}
