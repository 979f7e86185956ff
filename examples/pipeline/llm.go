package main

import (
	"errors"
	"net/http"

	"github.com/anthropics/anthropic-sdk-go"
	anthropicoption "github.com/anthropics/anthropic-sdk-go/option"
	"github.com/openai/openai-go/v3"
	openaioption "github.com/openai/openai-go/v3/option"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/telemetryllm"
)

// maxRetries is how often the SDKs repeat a call that failed.
const maxRetries = 2

// errCutOff says that a stream ended without the reason why.
var errCutOff = errors.New("the stream ended before the answer did")

// llm calls language models. Its methods are safe for concurrent use.
type llm struct {
	anthropic anthropic.Client
	openai    openai.Client
	modal     *http.Client
	url       string // of the endpoint, without a path
}

// newLLM returns the clients of the models behind url. The transport is all
// that the SDKs need for a span, tokens and cost of every call.
func newLLM(url string, base http.RoundTripper) *llm {
	traced := func(provider string) *http.Client {
		return &http.Client{Transport: telemetryllm.NewTransport(base,
			// The endpoint is on this machine. Providers' own are known by their host.
			telemetryllm.WithProvider(provider),
			telemetryllm.WithProviderRoute(attr.RouteBestAvailable),
			telemetryllm.WithStreamUsage())}
	}
	return &llm{
		anthropic: anthropic.NewClient(
			// What this machine knows of real accounts is not for this endpoint.
			anthropicoption.WithoutEnvironmentDefaults(), anthropicoption.WithAPIKey("none"),
			anthropicoption.WithBaseURL(url), anthropicoption.WithHTTPClient(traced(attr.ProviderAnthropic)),
			anthropicoption.WithMaxRetries(maxRetries), anthropicoption.WithRequestTimeout(callTimeout),
		),
		openai: openai.NewClient(
			openaioption.WithAPIKey("none"),
			openaioption.WithBaseURL(url+"/v1"), openaioption.WithHTTPClient(traced(attr.ProviderOpenAI)),
			openaioption.WithMaxRetries(maxRetries), openaioption.WithRequestTimeout(callTimeout),
		),
		modal: &http.Client{Transport: base, Timeout: callTimeout},
		url:   url,
	}
}
