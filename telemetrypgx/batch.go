package telemetrypgx

import (
	"context"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/lift-sys/telemetry/internal/sqltext"
)

const (
	// maxReads bounds the statements of a batch that are read, not counting
	// those that repeat the one before. The caller waits meanwhile: 1 µs for
	// each whose text is new.
	maxReads = 256
	// maxTexts bounds the different statements that are quoted of a batch.
	maxTexts = 32
	// maxBatchText bounds their length together, in bytes.
	maxBatchText = 8 << 10
)

// TraceBatchStart starts the span of a SendBatch.
func (t *Tracer) TraceBatchStart(ctx context.Context, conn *pgx.Conn, data pgx.TraceBatchStartData) context.Context {
	p := t.pipeline(ctx)
	if p == nil {
		return ctx
	}
	return start(ctx, p, t.batch(conn, data.Batch))
}

// TraceBatchQuery adds up what the statements of a batch changed.
func (t *Tracer) TraceBatchQuery(ctx context.Context, _ *pgx.Conn, data pgx.TraceBatchQueryData) {
	c := callOf(ctx)
	if c == nil {
		return
	}
	if data.Err == nil {
		c.affected(data.CommandTag)
	} else if c.failed == nil {
		c.failed = data.Err
	}
}

// TraceBatchEnd ends the span.
func (t *Tracer) TraceBatchEnd(ctx context.Context, conn *pgx.Conn, data pgx.TraceBatchEndData) {
	c := callOf(ctx)
	if c == nil {
		return
	}
	err := data.Err
	if err == nil {
		err = c.failed // the caller who reads a statement's error gets no other
	}
	c.end(conn, err)
}

// batch returns what the statements of b do together. OpenTelemetry's
// conventions say how they share one span, see
// https://opentelemetry.io/docs/specs/semconv/db/database-spans/, read 2026-11.
func (t *Tracer) batch(conn *pgx.Conn, b *pgx.Batch) work {
	m := remember(conn)
	w := work{Statement: batching, text: text{batch: b}, database: m.namespace(), noText: t.noText}
	if b == nil || b.Len() == 0 {
		return w
	}
	if w.batch = b.Len(); w.batch == 1 {
		w.Statement = t.statement(conn, b.QueuedQueries[0].SQL, nil).Statement
		return w
	}
	first := *sqltext.Read(sqltext.PostgreSQL, m.text(b.QueuedQueries[0].SQL))
	same, texts, reads := true, []string(nil), 0
	for i, q := range b.QueuedQueries {
		if i > 0 && q.SQL == b.QueuedQueries[i-1].SQL {
			continue
		}
		if reads++; reads > maxReads {
			break
		}
		s := sqltext.Read(sqltext.PostgreSQL, m.text(q.SQL))
		same = same && s.Operation == first.Operation
		if s.Table != first.Table {
			first.Table = ""
		}
		if len(texts) < maxTexts && s.Text != "" && !slices.Contains(texts, s.Text) {
			texts = append(texts, s.Text)
		}
	}
	if same && first.Operation != "" {
		first.Verb = "BATCH " + first.Verb
	} else {
		first = *batching
	}
	first.Text = joined(texts)
	first.SetAttributes()
	w.Statement = &first
	return w
}

// joined joins as many of texts as there is room for, and at least the first.
func joined(texts []string) string {
	const separator = "; "
	n := 0
	for i, s := range texts {
		if n += len(s) + len(separator); i > 0 && n > maxBatchText {
			texts = texts[:i]
			break
		}
	}
	return strings.Join(texts, separator)
}
