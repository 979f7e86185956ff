package telemetrypgx_test

import (
	"context"
	"net"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgproto3"
	"github.com/jackc/pgx/v5/pgxpool"
	"go.uber.org/goleak"

	"github.com/lift-sys/telemetry/telemetrypgx"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// answers are the tags with which the stand-in for a server answers; it hangs
// up at any other statement. Module conformance has a real one.
var answers = map[string]string{
	"insert": "INSERT 0 1", "update": "UPDATE 3", "select": "SELECT 2", "begin": "BEGIN", "start": "BEGIN", "rollback": "ROLLBACK", "commit": "COMMIT", "listen": "LISTEN",
}

// serve speaks the simple protocol to one client. See
// https://www.postgresql.org/docs/current/protocol-flow.html.
func serve(c net.Conn) {
	defer c.Close()
	b := pgproto3.NewBackend(c, c)
	if _, err := b.ReceiveStartupMessage(); err != nil {
		return
	}
	b.Send(&pgproto3.AuthenticationOk{})
	b.Send(&pgproto3.ParameterStatus{Name: "standard_conforming_strings", Value: "on"})
	b.Send(&pgproto3.ParameterStatus{Name: "client_encoding", Value: "UTF8"})
	for {
		b.Send(&pgproto3.ReadyForQuery{TxStatus: 'I'})
		if b.Flush() != nil {
			return
		}
		m, err := b.Receive()
		q, ok := m.(*pgproto3.Query)
		if err != nil || !ok {
			return
		}
		for s := range strings.SplitSeq(q.String, "\n;") {
			verb, _, _ := strings.Cut(strings.ToLower(s), " ")
			tag, ok := answers[verb]
			switch {
			case ok:
				b.Send(&pgproto3.CommandComplete{CommandTag: []byte(tag)})
			case verb == "refuse":
				b.Send(&pgproto3.ErrorResponse{Severity: "ERROR", Code: "23505", Message: "duplicate key"})
			default:
				return
			}
		}
	}
}

// config returns what connects to the stand-in.
func config(opts ...telemetrypgx.Option) *pgxpool.Config {
	c, err := pgxpool.ParseConfig("postgres://lift@db.internal/lift?sslmode=disable")
	if err != nil {
		panic(err)
	}
	c.ConnConfig.DefaultQueryExecMode = pgx.QueryExecModeSimpleProtocol
	c.ConnConfig.LookupFunc = func(context.Context, string) ([]string, error) { return []string{"10.0.0.1"}, nil }
	c.ConnConfig.DialFunc = func(context.Context, string, string) (net.Conn, error) {
		client, server := net.Pipe()
		go serve(server)
		return client, nil
	}
	c.ConnConfig.Tracer = telemetrypgx.NewTracer(opts...)
	return c
}

// connect returns a connection to the stand-in, which is open until the test
// ends.
func connect(ctx context.Context, t testing.TB, opts ...telemetrypgx.Option) *pgx.Conn {
	t.Helper()
	conn, err := pgx.ConnectConfig(ctx, config(opts...).ConnConfig)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.WithoutCancel(ctx)) })
	return conn
}
