package telemetryotlp_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/telemetryotlp"
)

func ExampleWithExporters() {
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		fmt.Println(r.Method, r.URL.Path)
	}))
	defer collector.Close()

	ctx := context.Background()
	tel, err := telemetry.New(ctx,
		telemetry.WithEndpoint(collector.URL), telemetry.WithLogger(slog.New(slog.DiscardHandler)),
		telemetryotlp.WithExporters())
	if err != nil {
		fmt.Println(err)
	}
	_, span := telemetry.Start(telemetry.NewContext(ctx, tel), "work")
	span.End(nil)
	if err := tel.Shutdown(ctx); err != nil {
		fmt.Println(err)
	}
	// Output: POST /v1/traces
}
