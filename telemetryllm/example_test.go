package telemetryllm_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/telemetryllm"
)

// An SDK takes the client, such as openai-go by option.WithHTTPClient. Here
// net/http stands for the SDK, and a server in this process for the provider.
func ExampleNewTransport() {
	provider := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, chatAnswer)
	}))
	defer provider.Close()
	tel, err := telemetry.Init(context.Background(), telemetry.WithSpanProcessor(printer{}))
	if err != nil {
		log.Print(err)
	}
	defer tel.Shutdown(context.Background())

	client := &http.Client{Transport: telemetryllm.NewTransport(nil, telemetryllm.WithProvider(attr.ProviderOpenAI))}
	defer client.CloseIdleConnections()
	res, err := client.Post(provider.URL+"/v1/chat/completions", "application/json", strings.NewReader(chatRequest))
	if err != nil {
		log.Print(err)
		return
	}
	_, _ = io.Copy(io.Discard, res.Body) // as the SDK does
	_ = res.Body.Close()
	// Output: llm.call llm.model=gpt-4o-mini llm.input_tokens=1000 llm.output_tokens=100 llm.cost_usd=0.00018
}

// printer prints spans.
type printer struct{ sdktrace.SpanProcessor }

func (printer) OnStart(context.Context, sdktrace.ReadWriteSpan) {}
func (printer) Shutdown(context.Context) error                  { return nil }
func (printer) ForceFlush(context.Context) error                { return nil }

func (printer) OnEnd(s sdktrace.ReadOnlySpan) {
	fmt.Print(s.Name())
	for _, key := range []string{string(attr.LLMModel), string(attr.LLMInputTokens), string(attr.LLMOutputTokens), string(attr.LLMCostUSD)} {
		for _, kv := range s.Attributes() {
			if string(kv.Key) == key {
				fmt.Printf(" %s=%s", key, kv.Value.String())
			}
		}
	}
	fmt.Println()
}
