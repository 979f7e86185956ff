package telemetrypgx

import (
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/lift-sys/telemetry/internal/failure"
	"github.com/lift-sys/telemetry/internal/sqltext"
)

// maxArguments bounds the arguments of a batch that are looked for in the
// message of its failure.
const maxArguments = 1024

// text is what a call sends: its statements with their literals, and its
// arguments.
type text struct {
	sql   string
	args  []any
	batch *pgx.Batch
}

// redacted returns err without what its message has of the literals and the
// arguments of the call.
func (c *call) redacted(conn *pgx.Conn, err error) error {
	if !c.Recording() || c.text.sql == "" && c.text.batch == nil {
		return err
	}
	var r sqltext.Redactor
	opaque := false
	if c.text.sql != "" {
		r.Statement(sqltext.PostgreSQL, c.text.sql)
		opaque = hide(&r, c.text.args)
	}
	if b := c.text.batch; b != nil {
		opaque = hideBatch(&r, remember(conn), b)
	}
	// What violates a constraint is not quoted, only the constraint is.
	opaque = opaque && !strings.HasPrefix(failure.Code(err), "23")
	if c.noText || c.copies || opaque || failure.QuotesData(err) {
		r.Quotes()
	}
	return failure.Redact(err, r.Redact)
}

// hide hides arguments, and reports whether there are others, which the caller
// may write to by now.
func hide(r *sqltext.Redactor, args []any) (opaque bool) {
	for _, a := range args {
		switch v := a.(type) {
		case string:
			r.Value(v)
		case *string, []byte, []string, pgx.NamedArgs, pgx.StrictNamedArgs:
			opaque = true
		case int, int8, int16, int32, int64, uint, uint8, uint16, uint32, uint64, float32, float64:
			r.Value(fmt.Sprint(v))
		}
	}
	return opaque
}

// hideBatch does so with the literals and the arguments of a batch.
func hideBatch(r *sqltext.Redactor, m *memory, b *pgx.Batch) (opaque bool) {
	args, reads, last := 0, 0, ""
	for _, q := range b.QueuedQueries {
		if q.SQL != last {
			reads, last = reads+1, q.SQL
			r.Statement(sqltext.PostgreSQL, m.text(q.SQL))
		}
		if args += len(q.Arguments); args > maxArguments || reads > maxReads {
			return true
		}
		opaque = hide(r, q.Arguments) || opaque
	}
	return opaque
}
