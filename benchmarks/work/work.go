// Package work holds the facts that both sides of every comparison record: one
// lift-sys request, its LLM call, and what came of it.
package work

import "time"

// The facts of one request.
const (
	UserID    = "u-42"
	RequestID = "0199b3f2-7c1e-7d2a-9a54-6f1b2c3d4e5f"
	SessionID = "sess-7f3a9c"

	Provider     = "anthropic"
	Route        = "best_available"
	Model        = "claude-sonnet-4-5"
	Finish       = "end_turn"
	InputTokens  = 1843
	OutputTokens = 612
	CostUSD      = 0.014709

	Source       = "prompt"
	PromptLength = 1280
	HolesCount   = 3

	IRVersion    = 1
	Constraints  = 5
	Completeness = 0.8

	Language  = "rust"
	Generator = "RustGenerator"
	Lines     = 118
	Retries   = 1

	StepName  = "render"
	EventName = "user.signed_up"
	OtherUSD  = 0.002
)

// Latency stands for the duration of the LLM call where metrics are compared
// without a span.
const Latency = 1843 * time.Millisecond
