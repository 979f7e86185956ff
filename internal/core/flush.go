package core

import "context"

type sparseKey struct{}

// WithSparseMetrics returns a context in which a flush sends metrics at most
// once in their interval. It is for flushes that follow each other closely:
// every point is billed, however little has changed.
func WithSparseMetrics(ctx context.Context) context.Context {
	return context.WithValue(ctx, sparseKey{}, true)
}

// SparseMetrics reports whether ctx comes from WithSparseMetrics.
func SparseMetrics(ctx context.Context) bool { return ctx.Value(sparseKey{}) != nil }
