package frameworks_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	connectv1 "connectrpc.com/connect"
	"connectrpc.com/connect/v2"
	"connectrpc.com/connect/v2/connecthttp"
	"connectrpc.com/otelconnect"
	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/lift-sys/telemetry/telemetryhttp"
)

// rpcMethod is the method of every RPC here.
const rpcMethod = "lift.v1.Sessions/Refine"

var refineSpec = connect.Spec{Procedure: "/" + rpcMethod, StreamType: connect.StreamTypeUnary}

// refineConnect stands for what protoc-gen-connect-go generates, and the
// service behind it.
func refineConnect(ctx context.Context, _ connect.Spec, stream connect.ServerStream) error {
	var id wrapperspb.StringValue
	if err := stream.Receive(&id); err != nil {
		return err
	}
	if err := refine(ctx, id.GetValue()); err != nil {
		return connect.NewError(connect.CodeInternal, "cannot refine the session").WithCause(err)
	}
	return stream.Send(&emptypb.Empty{})
}

// doc:connect-recoverer

// recoverConnect answers internal where a method panics, so that the RPC is
// measured, and marked as failed.
func recoverConnect(next connect.ServerFunc) connect.ServerFunc {
	return func(ctx context.Context, spec connect.Spec, stream connect.ServerStream) (err error) {
		defer func() {
			if recover() != nil {
				err = connect.NewError(connect.CodeInternal, "internal error")
			}
		}()
		return next(ctx, spec, stream)
	}
}

// doc:end

// api is the part of a service that is no RPC.
func api() http.Handler { return http.NotFoundHandler() }

func serveConnect(t *testing.T) http.Handler {
	t.Helper()
	// doc:connect
	interceptor, err := otelconnect.NewServerInterceptor(otelconnect.WithTrustRemote())
	if err != nil {
		t.Fatal(err)
	}
	server := connect.NewServer(interceptor, recoverConnect)
	server.Register(connect.Method{Spec: refineSpec, Handler: refineConnect}) // as generated code does
	mux := http.NewServeMux()
	connecthttp.Mount(mux, server)                   // RPCs have the interceptor's span,
	mux.Handle("/", telemetryhttp.NewHandler(api())) // all else that of NewHandler
	// doc:end
	return mux
}

func callConnect(t *testing.T, url, id string) error {
	t.Helper()
	// doc:connect-client
	interceptor, err := otelconnect.NewClientInterceptor()
	if err != nil {
		t.Fatal(err)
	}
	client := connect.NewClient(connecthttp.NewTransport(http.DefaultClient, url), interceptor)
	// doc:end
	return client.CallUnary(t.Context(), refineSpec, wrapperspb.String(id), new(emptypb.Empty))
}

func serveConnect1(t *testing.T) http.Handler {
	t.Helper()
	// doc:connect1
	interceptor, err := otelconnect.NewInterceptor(otelconnect.WithTrustRemote())
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle(refineSpec.Procedure, connectv1.NewUnaryHandler(refineSpec.Procedure, refineConnect1,
		connectv1.WithInterceptors(interceptor), connectv1.WithRecover(answerPanic)))
	// doc:end
	return mux
}

func answerPanic(context.Context, connectv1.Spec, http.Header, any) error {
	return connectv1.NewError(connectv1.CodeInternal, errors.New("internal error"))
}

func refineConnect1(ctx context.Context, r *connectv1.Request[wrapperspb.StringValue]) (*connectv1.Response[emptypb.Empty], error) {
	if err := refine(ctx, r.Msg.GetValue()); err != nil {
		return nil, connectv1.NewError(connectv1.CodeInternal, err)
	}
	return connectv1.NewResponse(new(emptypb.Empty)), nil
}

func TestConnect(t *testing.T) {
	for _, version := range []struct {
		name  string
		serve func(*testing.T) http.Handler
	}{{"v2", serveConnect}, {"v1", serveConnect1}} {
		for _, tt := range []struct{ name, reason, id, code string }{
			{"works", "the interceptor's span is the root of the service, and has the sums", works, "OK"},
			{"fails", "the code of the answer is what failed", fails, "INTERNAL"},
			{"panics", "the client has an answer, and the typed span knows why", panics, "INTERNAL"},
		} {
			t.Run(version.name+" "+tt.name, func(t *testing.T) {
				r := initialize(t)
				srv := httptest.NewServer(version.serve(t))
				err := callConnect(t, srv.URL, tt.id)
				srv.Close() // waits for the request
				http.DefaultClient.CloseIdleConnections()
				if got := connect.CodeOf(err); err != nil && !strings.EqualFold(got.String(), tt.code) || err == nil && tt.code != "OK" {
					t.Errorf("error %v, want code %s", err, tt.code)
				}
				want, metrics := rpc(tt.id, tt.code)
				if diff := cmp.Diff(want, r.tree()); diff != "" {
					t.Errorf("%s; spans (-want +got):\n%s", tt.reason, diff)
				}
				if diff := cmp.Diff(metrics, r.served(t)); diff != "" {
					t.Errorf("%s; metrics (-want +got):\n%s", tt.reason, diff)
				}
			})
		}
	}
}

// A service on the internet leaves WithTrustRemote out.
func TestConnectPublic(t *testing.T) {
	r := initialize(t)
	interceptor, err := otelconnect.NewServerInterceptor()
	if err != nil {
		t.Fatal(err)
	}
	server := connect.NewServer(interceptor)
	server.Register(connect.Method{Spec: refineSpec, Handler: refineConnect})
	mux := http.NewServeMux()
	connecthttp.Mount(mux, server)
	srv := httptest.NewServer(mux)
	err = callConnect(t, srv.URL, works)
	srv.Close()
	http.DefaultClient.CloseIdleConnections()
	if err != nil {
		t.Fatal(err)
	}
	both, _ := rpc(works, "OK")
	client, root := both[0], both[0].Children[0]
	client.Children, root.Links = nil, 1
	if diff := cmp.Diff([]span{client, root}, r.tree()); diff != "" {
		t.Errorf("the server's span is a root with a link (-want +got):\n%s", diff)
	}
}

// What docs/INTEGRATIONS.md says of panics is why recoverConnect is there.
func TestConnectWithoutRecovery(t *testing.T) {
	r := initialize(t)
	interceptor, err := otelconnect.NewServerInterceptor(otelconnect.WithTrustRemote())
	if err != nil {
		t.Fatal(err)
	}
	server := connect.NewServer(interceptor)
	server.Register(connect.Method{Spec: refineSpec, Handler: refineConnect})
	mux := http.NewServeMux()
	connecthttp.Mount(mux, server)
	srv := httptest.NewUnstartedServer(mux)
	srv.Config.ErrorLog = quiet
	srv.Start()
	err = callConnect(t, srv.URL, panics)
	srv.Close()
	http.DefaultClient.CloseIdleConnections()
	if err == nil {
		t.Error("the client has an answer")
	}
	var status string
	for _, s := range r.spans.Ended() {
		if s.SpanKind() == trace.SpanKindServer {
			status = s.Status().Code.String()
		}
	}
	if measured := r.served(t); status != "Unset" || measured != nil {
		t.Errorf("status %s, metrics %v: otelconnect knows of panics now; is recoverConnect still needed?", status, measured)
	}
}
