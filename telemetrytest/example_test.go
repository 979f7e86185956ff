package telemetrytest_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"unicode/utf8"

	"go.opentelemetry.io/otel/attribute"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/telemetrytest"
)

// createSession is the code under test.
func createSession(ctx context.Context, prompt string) (id string, err error) {
	ctx, session := telemetry.StartSession(ctx, telemetry.SessionRequest{PromptLength: new(utf8.RuneCountInString(prompt))})
	defer session.End(&err)
	_, call := telemetry.StartLLMCall(ctx, telemetry.LLMRequest{Provider: attr.ProviderAnthropic, Model: "m-1"})
	call.SetResponse(telemetry.LLMResponse{Usage: telemetry.Usage{InputTokens: 1200, OutputTokens: 80}, CostUSD: new(0.0048)})
	call.End(nil)
	session.SetResult(telemetry.SessionResult{ID: "s-1", Status: telemetry.SessionActive})
	return "s-1", nil
}

func Example() {
	t := newFakeT() // stands for the *testing.T of your test
	ctx, rec := telemetrytest.Context(t)

	if _, err := createSession(ctx, "a todo list"); err != nil {
		t.Errorf("create session: %v", err)
	}

	fmt.Print(rec.Tree(attr.SessionStatus, attr.LLMProvider, attr.LLMCostUSD))
	fmt.Println(rec.Span(attr.SpanLLMCall).Attributes[attr.LLMInputTokens] == int64(1200))
	fmt.Println(rec.Counter(attr.MetricLLMCost))
	// Output:
	// session.create session.status=active
	//   llm.call llm.provider=anthropic llm.cost_usd=0.0048
	// true
	// 0.0048
}

// A test fails by itself where a name has a typing error or a span stays open.
func ExampleContext() {
	t := newFakeT() // stands for the *testing.T of your test
	ctx, _ := telemetrytest.Context(t)

	_, span := telemetry.Start(ctx, "tokenize", attribute.Int("llm.tokens_input", 12), attribute.Int("llm.inputtokens", 12))
	span.End(nil)

	t.end() // the testing package does this
	fmt.Println(t.text())
	// Output:
	// telemetrytest: names that are not in the registry (correct them, or use AllowUnknown):
	//     attribute "llm.tokens_input" on span "tokenize"
	//     attribute "llm.inputtokens" on span "tokenize": did you mean "llm.input_tokens"?
	// recorded:
	//     tokenize
}

func ExampleRecorder_AssertTree() {
	t := newFakeT() // stands for the *testing.T of your test
	ctx, rec := telemetrytest.Context(t)

	if _, err := createSession(ctx, "a todo list"); err != nil {
		t.Errorf("create session: %v", err)
	}

	rec.AssertTree(t, `
		session.create session.status=active
		  db.insert
		  llm.call llm.provider=openai
	`, attr.SessionStatus, attr.LLMProvider)

	fmt.Print(t.text())
	// Output:
	// telemetrytest: traces differ (- wanted, + recorded):
	//     session.create session.status=active
	//   -   llm.call llm.provider=openai
	//   +   llm.call llm.provider=anthropic
	//   -   db.insert
}

// A server under test reports to the recorder too. Wait makes sure that its
// spans have ended.
func ExampleRecorder_Handler() {
	t := newFakeT() // stands for the *testing.T of your test
	ctx, rec := telemetrytest.Context(t)

	srv := httptest.NewServer(rec.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		prompt, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		if _, err = createSession(r.Context(), string(prompt)); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})))
	defer srv.Close()

	req, err := http.NewRequestWithContext(ctx, http.MethodPost, srv.URL, strings.NewReader("a todo list"))
	if err != nil {
		t.Fatalf("request: %v", err)
	}
	res, err := srv.Client().Do(req)
	if err != nil {
		t.Fatalf("post: %v", err)
	}
	defer res.Body.Close()

	rec.Wait()
	fmt.Print(rec.Tree(attr.SessionPromptLength))
	// Output:
	// session.create session.prompt_length=11
	//   llm.call
}
