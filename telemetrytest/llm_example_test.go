package telemetrytest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/price"
	"github.com/lift-sys/telemetry/telemetryllm"
	"github.com/lift-sys/telemetry/telemetrytest"
)

// ask is the code under test. A real SDK has its HTTP client in the same way:
// option.WithHTTPClient of openai-go and anthropic-sdk-go, HTTPClient of
// genai.ClientConfig.
func ask(ctx context.Context, hc *http.Client, prompt string) (string, error) {
	body, err := json.Marshal(map[string]any{
		"model": "gpt-4o-mini", "messages": []map[string]string{{"role": "user", "content": prompt}},
	})
	if err != nil {
		return "", err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://api.openai.com/v1/chat/completions", bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := hc.Do(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return "", fmt.Errorf("status %d", res.StatusCode)
	}
	var answer struct {
		Choices []struct{ Message struct{ Content string } }
	}
	if err := json.NewDecoder(res.Body).Decode(&answer); err != nil {
		return "", err
	}
	if len(answer.Choices) == 0 {
		return "", errors.New("no choices")
	}
	return answer.Choices[0].Message.Content, nil
}

// A test of code that calls a model, without network and key: what it asks,
// what it makes of the answer, and what its telemetry says.
func ExampleLLM() {
	t := newFakeT() // stands for the *testing.T of your test
	ctx, rec := telemetrytest.Context(t)
	llm := telemetrytest.NewLLM(t, telemetrytest.Answer{
		Text:  "A todo list has items.",
		Usage: price.Usage{InputTokens: 2000, CachedInputTokens: 1000, OutputTokens: 500},
	})

	text, err := ask(ctx, &http.Client{Transport: telemetryllm.NewTransport(llm.Transport())}, "What is a todo list?")
	if err != nil {
		t.Errorf("ask: %v", err)
	}

	fmt.Println(text)
	fmt.Println(llm.Requests()[0].Model)
	fmt.Print(rec.Tree(attr.LLMProvider, attr.LLMInputTokens, attr.LLMCachedInputTokens, attr.LLMOutputTokens, attr.LLMCostUSD))
	t.end() // the testing package does this
	fmt.Print(t.text())
	// Output:
	// A todo list has items.
	// gpt-4o-mini
	// llm.call llm.provider=openai llm.input_tokens=2000 llm.cached_input_tokens=1000 llm.output_tokens=500 llm.cost_usd=0.000525
}

// A provider that fails first. Each answer is for one call; the last one is for
// all that follow.
func ExampleNewLLM() {
	t := newFakeT() // stands for the *testing.T of your test
	llm := telemetrytest.NewLLM(t,
		telemetrytest.Answer{Failure: &telemetrytest.Failure{Status: http.StatusTooManyRequests}},
		telemetrytest.Answer{Text: "Hello"})
	hc := &http.Client{Transport: llm.Transport()}

	for range 3 {
		text, err := ask(t.Context(), hc, "Hi")
		fmt.Printf("%q %v\n", text, err)
	}
	// Output:
	// "" status 429
	// "Hello" <nil>
	// "Hello" <nil>
}

// An agent, whose next call depends on the last answer.
func ExampleNewLLMFunc() {
	t := newFakeT() // stands for the *testing.T of your test
	llm := telemetrytest.NewLLMFunc(t, func(r telemetrytest.LLMRequest) telemetrytest.Answer {
		messages := r.Body["messages"].([]any)
		prompt := messages[len(messages)-1].(map[string]any)["content"]
		return telemetrytest.Answer{Text: fmt.Sprintf("You said %q.", prompt)}
	})
	hc := &http.Client{Transport: llm.Transport()}

	fmt.Println(ask(t.Context(), hc, "Hi"))
	// Output: You said "Hi". <nil>
}
