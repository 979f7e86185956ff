package conformance_test

import (
	"context"
	"crypto/sha256"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/telemetrytest"
)

var update = flag.Bool("update", false, "write the expected spans of databases again")

// clients is how many connections are used at once.
const clients = 100

// A database is one driver behind one way to use it.
type database interface {
	runner
	begin(ctx context.Context) (transaction, error)
	conn(ctx context.Context) (c runner, release func(), err error)
	close()
}

type runner interface {
	exec(ctx context.Context, query string, args ...any) (rows int64, err error)
	query(ctx context.Context, query string, args ...any) ([][]any, error)
	prepare(ctx context.Context, query string) (prepared, error)
}

type transaction interface {
	runner
	commit(ctx context.Context) error
	rollback(ctx context.Context) error
}

type prepared interface {
	exec(ctx context.Context, args ...any) (rows int64, err error)
	query(ctx context.Context, args ...any) ([][]any, error)
	close(ctx context.Context) error
}

// An engine opens the database at url, with the wrapper or without.
type engine struct {
	name string
	url  string
	open func(t *testing.T, url string, wrap bool) database
	blob string // the type of a column for bytes
	// unsteady says that what the driver does with a context that has ended
	// is a matter of luck.
	unsteady bool
}

// at returns the engine for another address.
func (e engine) at(url string) engine {
	e.url = url
	return e
}

// A transcript is all that a caller of a database gets to see.
type transcript struct {
	t     *testing.T
	lines []string
}

func (tr *transcript) note(format string, args ...any) {
	tr.lines = append(tr.lines, fmt.Sprintf(format, args...))
}

// ports differ from run to run.
var ports = regexp.MustCompile(`127\.0\.0\.1:\d+`)

// said describes an error with its types down to its cause.
func said(err error) string {
	if err == nil {
		return "ok"
	}
	var types []string
	for e := err; e != nil; {
		types = append(types, fmt.Sprintf("%T", e))
		u, ok := e.(interface{ Unwrap() error })
		if !ok {
			break
		}
		e = u.Unwrap()
	}
	return ports.ReplaceAllString(fmt.Sprintf("%s %q", strings.Join(types, " > "), err), "127.0.0.1:PORT")
}

func (tr *transcript) exec(rows int64, err error) { tr.note("exec %d %s", rows, said(err)) }
func (tr *transcript) done(err error)             { tr.note("done %s", said(err)) }

func (tr *transcript) query(rows [][]any, err error) {
	tr.note("query %d %s", len(rows), said(err))
	for _, row := range rows {
		var b strings.Builder
		for _, v := range row {
			text := fmt.Sprintf("%T(%v)", v, v)
			if len(text) > 100 {
				text = fmt.Sprintf("%T of %d, %x", v, len(text), sha256.Sum256([]byte(text)))
			}
			b.WriteString(" " + text)
		}
		tr.note("  row%s", b.String())
	}
}

// ok ends the test where err is not nil.
func (tr *transcript) ok(err error) {
	tr.t.Helper()
	if err != nil {
		tr.t.Fatal(err)
	}
}

// compare runs scenarios with the wrapper and without, compares what callers
// see, and the spans with those that are expected of the engine.
func compare(t *testing.T, e engine, golden string, scenarios []scenario) {
	var spans strings.Builder
	for _, s := range scenarios {
		t.Run(s.name, func(t *testing.T) {
			bare := s.play(t.Context(), t, e, false)
			ctx, rec := telemetrytest.Context(t)
			wrapped := s.play(ctx, t, e, true)
			if d := cmp.Diff(bare, wrapped); d != "" {
				t.Errorf("%s: the wrapper changes what callers see (-without +with):\n%s", s.reason, d)
			}
			fmt.Fprintf(&spans, "# %s\n%s\n", s.name, spanLines(rec.Spans()))
			for _, span := range rec.Spans() {
				if text := fmt.Sprint(span.Message, span.Attributes, span.Events); strings.Contains(text, secret) || strings.Contains(text, word) {
					t.Errorf("a literal or an argument leaks: %s", text)
				}
			}
		})
	}
	if t.Failed() {
		return
	}
	expect(t, golden, strings.TrimSpace(spans.String())+"\n")
}

// expect compares got with a file below testdata.
func expect(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", "database", name+".txt")
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("spans of %s differ (-want +got):\n%s", name, d)
	}
}

func (s scenario) play(ctx context.Context, t *testing.T, e engine, wrap bool) []string {
	t.Helper()
	db := e.open(t, e.url, wrap)
	defer db.close()
	tr := &transcript{t: t}
	ctx, span := telemetry.Start(ctx, "work")
	s.run(ctx, tr, e, db)
	span.End(nil)
	return tr.lines
}

// shown are the attributes that golden files have.
var shown = []struct {
	label string
	key   string
}{
	{"table", string(attr.DBTable)},
	{"op", string(attr.DBOperation)},
	{"batch", string(attr.DBOperationBatchSize)},
	{"rows", string(attr.DBRowsAffected)},
	{"error", string(attr.ErrorType)},
	{"code", string(attr.DBResponseStatusCode)},
	{"statement", string(attr.DBStatement)},
}

// spanLines describes the spans of databases in the order of their starts, and
// counts those that are alike and follow each other. When a pool connects is
// its own affair; that it could not is not.
func spanLines(spans []telemetrytest.Span) string {
	slices.SortStableFunc(spans, func(a, b telemetrytest.Span) int { return a.Start.Compare(b.Start) })
	var b strings.Builder
	previous, count := "", 0
	flush := func() {
		if count > 1 {
			fmt.Fprintf(&b, "%d × ", count)
		}
		if count > 0 {
			b.WriteString(previous + "\n")
		}
	}
	for _, s := range spans {
		_, failed := s.Attributes[attr.ErrorType]
		if !strings.HasPrefix(s.Name, "db.") || s.Name == attr.SpanDBConnect && !failed {
			continue
		}
		line := spanLine(s)
		if line == previous {
			count++
			continue
		}
		flush()
		previous, count = line, 1
	}
	flush()
	return b.String()
}

func spanLine(s telemetrytest.Span) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s %s", s.Name, s.Kind, s.Status)
	for _, a := range shown {
		for key, v := range s.Attributes {
			if string(key) == a.key {
				fmt.Fprintf(&b, " %s=%v", a.label, v)
			}
		}
	}
	return b.String()
}
