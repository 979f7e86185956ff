package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/attr"
)

const (
	maxRetries   = 2
	maxErrorBody = 4 << 10 // bytes
)

// llm calls language models. Its methods are safe for concurrent use. The
// client is a plain one: the span of a call stands for its HTTP requests too.
type llm struct {
	client  *http.Client
	url     string        // of the endpoint, without a path
	backoff time.Duration // before the first retry; doubled at each further one, with jitter
}

// completion is what a model is asked.
type completion struct {
	provider    string // attr.ProviderAnthropic or attr.ProviderOpenAI
	model       string
	system      string
	messages    []string // of the user and the model in turn
	tool        string   // the tool that the model must call; empty: none
	temperature float64
	maxTokens   int64
}

// complete returns the model's text, or the input of the tool that it called.
//
// Once package telemetryllm exists, its transport as the client's will do all
// that is about telemetry here.
func (l *llm) complete(ctx context.Context, c completion) (text string, err error) {
	ctx, call := telemetry.StartLLMCall(ctx, telemetry.LLMRequest{
		Provider: c.provider, ProviderRoute: attr.RouteBestAvailable, Model: c.model,
		Temperature: &c.temperature, MaxTokens: &c.maxTokens, Streaming: true,
	})
	defer call.End(&err)

	var reply reply
	for retries := 0; ; retries++ {
		reply, err = l.attempt(ctx, c, retries, call.FirstToken)
		if err == nil {
			reply.response.Retries = retries
			break
		}
		delay, ok := l.retryAfter(err, retries)
		if !ok {
			call.Set(attr.LLMRetries.Int(retries))
			return "", fmt.Errorf("call %s: %w", c.model, err)
		}
		if err := sleep(ctx, delay); err != nil {
			return "", fmt.Errorf("call %s: %w", c.model, err)
		}
	}
	call.SetResponse(reply.response)
	return string(reply.text), nil
}

// reply is an answer as far as it has been read.
type reply struct {
	text     []byte
	response telemetry.LLMResponse
}

// attempt sends the request once and reads the streamed answer.
func (l *llm) attempt(ctx context.Context, c completion, retries int, firstToken func()) (reply, error) {
	var r reply
	path, body, apply := "/v1/chat/completions", c.openAI(), r.applyOpenAI
	if c.provider == attr.ProviderAnthropic {
		path, body, apply = "/v1/messages", c.anthropic(), r.applyAnthropic
	}
	payload, err := json.Marshal(body)
	if err != nil {
		return r, fmt.Errorf("encode the request: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, l.url+path, bytes.NewReader(payload))
	if err != nil {
		return r, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Stainless-Retry-Count", strconv.Itoa(retries))
	res, err := l.client.Do(req)
	if err != nil {
		return r, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return r, newProviderError(res)
	}
	err = readEvents(res.Body, func(data []byte) error {
		before := len(r.text)
		if err := apply(data); err != nil {
			return fmt.Errorf("decode an event: %w", err)
		}
		if before == 0 && len(r.text) > 0 {
			firstToken()
		}
		return nil
	})
	if err == nil && len(r.response.FinishReasons) == 0 {
		err = errors.New("the stream ended before the answer did")
	}
	return r, err
}

// providerError is an answer other than 200.
type providerError struct {
	status     int
	kind       string // the provider's own code, such as "rate_limit_error"
	message    string
	retryAfter time.Duration // 0: not said
}

func newProviderError(res *http.Response) error {
	e := &providerError{status: res.StatusCode}
	if seconds, err := strconv.Atoi(res.Header.Get("Retry-After")); err == nil && seconds >= 0 {
		e.retryAfter = time.Duration(seconds) * time.Second
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, maxErrorBody))
	if err != nil {
		return errors.Join(e, err)
	}
	var answer struct {
		Error struct {
			Type    string `json:"type"`
			Message string `json:"message"`
		} `json:"error"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		e.message = http.StatusText(res.StatusCode)
	} else {
		e.kind, e.message = answer.Error.Type, answer.Error.Message
	}
	return e
}

func (e *providerError) Error() string { return fmt.Sprintf("status %d: %s", e.status, e.message) }

// ErrorType is error.type on the spans that the error ends.
func (e *providerError) ErrorType() string {
	if e.kind == "" {
		return strconv.Itoa(e.status)
	}
	return e.kind
}

// retryAfter returns how long to wait before the next attempt, and whether
// there should be one.
func (l *llm) retryAfter(err error, retries int) (time.Duration, bool) {
	e, ok := errors.AsType[*providerError](err)
	if !ok || retries == maxRetries || e.status != http.StatusTooManyRequests && e.status < 500 {
		return 0, false
	}
	jitter := 0.5 + rand.Float64()
	return max(e.retryAfter, time.Duration(jitter*float64(l.backoff<<retries))), true
}

// sleep waits for d, or until ctx is over.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
