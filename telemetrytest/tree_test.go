package telemetrytest_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/telemetrytest"
)

// work is a tree of spans with everything that a line can show.
func work(ctx context.Context) {
	ctx, root := telemetry.Start(ctx, "POST /api/sessions", attribute.String("user.id", "u 1"))
	for i, name := range []string{"b", "a", "b"} {
		ctx, s := telemetry.Start(ctx, name, attribute.Int("i", i), attribute.StringSlice("list", []string{"x y", "z"}))
		_, leaf := telemetry.Start(ctx, "leaf")
		leaf.End(nil)
		err := errors.New(`no "x"`)
		if i > 0 {
			err = nil
		}
		s.End(&err)
	}
	root.End(nil)
}

func TestTree(t *testing.T) {
	ctx, rec := telemetrytest.Context(t, telemetrytest.AllowUnended())
	work(ctx)
	_, open := telemetry.Start(ctx, "open")
	defer open.End(nil)
	remote := trace.ContextWithSpanContext(ctx, remoteParent())
	for _, name := range []string{"", " blank ", "two\nlines", "ende é"} {
		_, s := telemetry.Start(remote, name, attribute.String("empty", ""), attribute.String("eq", "a=b"), attribute.Float64("f", 0.5))
		s.End(nil)
	}
	for _, tt := range []struct {
		name, want string
		keys       []attribute.Key
	}{{
		name: "without attributes", want: `POST /api/sessions
  b error="no \"x\""
    leaf
  a
    leaf
  b
    leaf
open (not ended)
""
" blank "
"two\nlines"
ende é
`,
	}, {
		name: "with attributes in the order asked for", keys: []attribute.Key{"list", "user.id", "i", "f", "eq", "empty", "none"},
		want: `POST /api/sessions user.id="u 1"
  b error="no \"x\"" list=["x y","z"] i=0
    leaf
  a list=["x y","z"] i=1
    leaf
  b list=["x y","z"] i=2
    leaf
open (not ended)
"" f=0.5 eq="a=b" empty=""
" blank " f=0.5 eq="a=b" empty=""
"two\nlines" f=0.5 eq="a=b" empty=""
ende é f=0.5 eq="a=b" empty=""
`,
	}} {
		t.Run(tt.name, func(t *testing.T) {
			got := rec.Tree(tt.keys...)
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Error(d)
			}
			rec.AssertTree(t, got, tt.keys...)
		})
	}
}

func TestAssertTree(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		want         string
		fails        string // whole text of the failure; empty: none
	}{{
		name: "same", reason: "as Tree has it",
		want: "POST /api/sessions\n  b error=\"no \\\"x\\\"\" i=0\n    leaf\n  a i=1\n    leaf\n  b i=2\n    leaf\n",
	}, {
		name: "indented by the code around it, siblings swapped", reason: "neither says anything about the traces",
		want: `

			POST /api/sessions
			  b i=2
			    leaf

			  b error="no \"x\"" i=0
			      leaf
			  a i=1
			  	leaf
		`,
	}, {
		name: "one span too many", reason: "every span counts",
		want: "POST /api/sessions\n  b i=2\n    leaf\n  b error=\"no \\\"x\\\"\" i=0\n    leaf\n",
		fails: `telemetrytest: traces differ (- wanted, + recorded):
    POST /api/sessions
      b error="no \"x\"" i=0
        leaf
  +   a i=1
  +     leaf
      b i=2
        leaf
`,
	}, {
		name: "a missing span, a wrong value, a wrong parent", reason: "only what differs is marked, in the order recorded",
		want: `
			POST /api/sessions
			  a i=1
			    leaf
			    twig
			  c
			  b i=3
			    leaf
			  b error="no \"x\"" i=0
			leaf`,
		fails: `telemetrytest: traces differ (- wanted, + recorded):
    POST /api/sessions
      b error="no \"x\"" i=0
  +     leaf
      a i=1
        leaf
  -     twig
  -   b i=3
  +   b i=2
        leaf
  -   c
  - leaf
`,
	}, {
		name: "nothing wanted", reason: "spans that nobody expects are a difference",
		want: "",
		fails: `telemetrytest: traces differ (- wanted, + recorded):
  + POST /api/sessions
  +   b error="no \"x\"" i=0
  +     leaf
  +   a i=1
  +     leaf
  +   b i=2
  +     leaf
`,
	}, {
		name: "odd indentation", reason: "it is not clear whose child c is",
		want:  "a\n    b\n  c",
		fails: `telemetrytest: wanted tree: line 3 "c": indent it like a line above it`,
	}} {
		t.Run(tt.name, func(t *testing.T) {
			var fails string
			f := judge(t, func(t *fakeT) {
				ctx, rec := telemetrytest.Context(t)
				work(ctx)
				sub := newFakeT()
				defer func() { fails = sub.text() }()
				rec.AssertTree(sub, tt.want, "i")
			})
			if d := cmp.Diff(tt.fails, fails); d != "" {
				t.Errorf("%s:\n%s", tt.reason, d)
			}
			if f.text() != "" {
				t.Errorf("failed another test than its own: %s", f.text())
			}
		})
	}
}

func TestAssertTreeOfNothing(t *testing.T) {
	_, rec := telemetrytest.Context(t)
	rec.AssertTree(t, "\n\n")
	f := newFakeT()
	rec.AssertTree(f, "a")
	if want := "telemetrytest: traces differ (- wanted, + recorded):\n  - a\n"; f.text() != want {
		t.Errorf("got:\n%s", f.text())
	}
}

// Spans that run at the same time start in any order; the assertion holds in
// each.
func TestAssertTreeConcurrent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, rec := telemetrytest.Context(t)
		ctx, root := telemetry.Start(ctx, "root")
		for _, name := range []string{"a", "b", "c", "d"} {
			go func() {
				ctx, s := telemetry.Start(ctx, name)
				_, leaf := telemetry.Start(ctx, "leaf")
				leaf.End(nil)
				s.End(nil)
			}()
		}
		synctest.Wait()
		root.End(nil)
		rec.AssertTree(t, `
			root
			  d
			    leaf
			  c
			    leaf
			  b
			    leaf
			  a
			    leaf`)
	})
}

// Any order of siblings is the same tree, at every level.
func TestShuffled(t *testing.T) {
	type tree struct {
		name     string
		children []tree
	}
	var grow func(r *rand.Rand, depth int) tree
	grow = func(r *rand.Rand, depth int) tree {
		n := tree{name: string(rune('a' + r.IntN(3)))} // few names, so that siblings share them
		for range r.IntN(4) * min(depth, 1) {
			n.children = append(n.children, grow(r, depth-1))
		}
		return n
	}
	var write func(n tree, depth int, shuffle func(int, func(i, j int))) string
	write = func(n tree, depth int, shuffle func(int, func(i, j int))) string {
		children := append([]tree(nil), n.children...)
		shuffle(len(children), func(i, j int) { children[i], children[j] = children[j], children[i] })
		text := strings.Repeat("  ", depth) + n.name + "\n"
		for _, c := range children {
			text += write(c, depth+1, shuffle)
		}
		return text
	}
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 0))
		n := grow(r, 4)
		got := write(n, 0, func(int, func(i, j int)) {})
		want := write(n, 0, r.Shuffle)
		if diff, err := telemetrytest.Diff(want, got); err != nil || diff != "" {
			t.Fatalf("seed %d: %v\nwant:\n%sgot:\n%sdiff:\n%s", seed, err, want, got, diff)
		}
		if diff, _ := telemetrytest.Diff(want+"  z\n", got); !strings.Contains(diff, "  -   z\n") {
			t.Fatalf("seed %d: one more span makes no difference:\n%s", seed, got)
		}
	}
}

// What was read and written is read the same again, and equals itself.
func FuzzParseTree(f *testing.F) {
	for _, seed := range []string{"", "a\n  b\n  c\n", "\t\ta\n\t\t  b\n\n\t\tc", "a\n    b\n  c", " a\nb", "a\r\n b", "\n \n\t\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		once, err := telemetrytest.Reparse(text)
		if err != nil {
			return
		}
		twice, err := telemetrytest.Reparse(once)
		if err != nil || twice != once {
			t.Fatalf("%v: first %q, then %q", err, once, twice)
		}
		if diff, err := telemetrytest.Diff(text, once); err != nil || diff != "" {
			t.Fatalf("%v: %q differs from itself:\n%s", err, once, diff)
		}
	})
}
