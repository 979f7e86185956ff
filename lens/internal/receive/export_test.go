package receive

import (
	"context"
	"net/http"
)

const (
	MaxDecodes = maxDecodes
	MaxWait    = maxWait
)

// HandlerWithin is a handler that holds at most some bytes.
func HandlerWithin(sink Sink, bytes int64) http.Handler { return handler(sink, newBudget(bytes)) }

// Decoder returns what decodes with one budget.
func Decoder() func(context.Context, func() error) error {
	b := newBudget(1)
	return func(ctx context.Context, f func() error) error { return (&share{budget: b}).decode(ctx, f) }
}
