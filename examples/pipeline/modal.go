package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/price"
)

const (
	rewordModel     = "lift-reword-8b"
	usdPerGPUSecond = 0.001097 // what this service reckons with for its GPU
	maxModalAnswer  = 1 << 20  // bytes
)

// prices are those of the library, and that of the service's own model.
func prices() (*price.Table, error) {
	return price.Default().With(price.Override{
		Provider: attr.ProviderModal, Model: rewordModel,
		Rates: price.Rates{price.PerGPUSecond: {USD: usdPerGPUSecond}},
	})
}

// reword asks the service's own model, which runs on Modal, for other wordings
// of a prompt. Its format is nobody else's, so that no transport can read it:
// here the service itself says what its call was.
func (l *llm) reword(ctx context.Context, prompt string, count int) (_ []string, err error) {
	ctx, call := telemetry.StartLLMCall(ctx, telemetry.LLMRequest{
		Operation: attr.OperationTextCompletion, Provider: attr.ProviderModal,
		ProviderRoute: attr.RouteModalInference, Model: rewordModel,
	})
	defer call.End(&err)

	payload, err := json.Marshal(map[string]any{"prompt": prompt, "count": count})
	if err != nil {
		return nil, fmt.Errorf("encode the request: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, l.url+"/reword", bytes.NewReader(payload))
	if err != nil {
		return nil, err
	}
	res, err := l.modal.Do(req)
	if err != nil {
		return nil, fmt.Errorf("call %s: %w", rewordModel, err)
	}
	defer func() { err = errors.Join(err, res.Body.Close()) }()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("call %s: %w", rewordModel, statusError(res.StatusCode))
	}
	var answer struct {
		Variants     []string `json:"variants"`
		InputTokens  int64    `json:"input_tokens"`
		OutputTokens int64    `json:"output_tokens"`
		GPUSeconds   float64  `json:"gpu_seconds"`
	}
	if err := json.NewDecoder(http.MaxBytesReader(nil, res.Body, maxModalAnswer)).Decode(&answer); err != nil {
		return nil, fmt.Errorf("call %s: %w", rewordModel, err)
	}
	call.SetResponse(telemetry.LLMResponse{Usage: telemetry.Usage{
		InputTokens: answer.InputTokens, OutputTokens: answer.OutputTokens,
		GPUTime: time.Duration(answer.GPUSeconds * float64(time.Second)),
	}})
	return answer.Variants, nil
}
