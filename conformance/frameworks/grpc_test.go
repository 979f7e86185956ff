package frameworks_test

import (
	"context"
	"net"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/lift-sys/telemetry/attr"
)

// sessionsService stands for what protoc-gen-go-grpc generates, and the service
// behind it.
var sessionsService = grpc.ServiceDesc{
	ServiceName: "lift.v1.Sessions",
	HandlerType: (*any)(nil),
	Methods: []grpc.MethodDesc{{
		MethodName: "Refine",
		Handler: func(_ any, ctx context.Context, decode func(any) error, intercept grpc.UnaryServerInterceptor) (any, error) {
			var id wrapperspb.StringValue
			if err := decode(&id); err != nil {
				return nil, err
			}
			return intercept(ctx, &id, &grpc.UnaryServerInfo{FullMethod: "/" + rpcMethod}, refineGRPC)
		},
	}},
}

func refineGRPC(ctx context.Context, request any) (any, error) {
	if err := refine(ctx, request.(*wrapperspb.StringValue).GetValue()); err != nil {
		return nil, status.Error(codes.Internal, "cannot refine the session")
	}
	return new(emptypb.Empty), nil
}

// doc:grpc-recoverer

// recoverRPC answers Internal where a method panics: gRPC itself would end the
// process.
func recoverRPC(ctx context.Context, request any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler) (response any, err error) {
	defer func() {
		if recover() != nil {
			response, err = nil, status.Error(codes.Internal, "internal error")
		}
	}()
	return next(ctx, request)
}

// doc:end

func newServer() *grpc.Server {
	// doc:grpc
	server := grpc.NewServer(
		grpc.StatsHandler(otelgrpc.NewServerHandler()),
		grpc.UnaryInterceptor(recoverRPC),
	)
	server.RegisterService(&sessionsService, nil) // as generated code does
	// doc:end
	return server
}

func dial(address string) (*grpc.ClientConn, error) {
	// doc:grpc-client
	conn, err := grpc.NewClient(address,
		grpc.WithStatsHandler(otelgrpc.NewClientHandler()),
		grpc.WithTransportCredentials(insecure.NewCredentials())) // or those of your services
	// doc:end
	return conn, err
}

func TestGRPC(t *testing.T) {
	for _, tt := range []struct{ name, reason, id, code string }{
		{"works", "the instrumentation's span is the root of the service, and has the sums", works, "OK"},
		{"fails", "the code of the answer is what failed", fails, "INTERNAL"},
		{"panics", "the client has an answer, and the typed span knows why", panics, "INTERNAL"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := initialize(t)
			listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			server := newServer()
			served := make(chan error, 1)
			go func() { served <- server.Serve(listener) }()
			conn, err := dial(listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			err = conn.Invoke(t.Context(), "/"+rpcMethod, wrapperspb.String(tt.id), new(emptypb.Empty))
			if got := status.Code(err); !strings.EqualFold(got.String(), tt.code) {
				t.Errorf("code %v, want %s", got, tt.code)
			}
			_ = conn.Close()
			server.GracefulStop() // waits for the request
			if err := <-served; err != nil {
				t.Error(err)
			}
			want, metrics := rpc(tt.id, tt.code)
			delete(want[0].Attrs, attr.ErrorType) // otelgrpc has it on the metric alone
			delete(want[0].Children[0].Attrs, attr.ErrorType)
			if diff := cmp.Diff(want, r.tree()); diff != "" {
				t.Errorf("%s; spans (-want +got):\n%s", tt.reason, diff)
			}
			if diff := cmp.Diff(metrics, r.served(t)); diff != "" {
				t.Errorf("%s; metrics (-want +got):\n%s", tt.reason, diff)
			}
		})
	}
}
