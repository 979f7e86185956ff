package main

import (
	"context"
	"fmt"
	"slices"
)

// ready asks the endpoint which models it has. It fails where one that the
// service needs is missing. The request calls no model: the transport makes it
// the span of an HTTP client.
func (l *llm) ready(ctx context.Context) error {
	list, err := l.openai.Models.List(ctx)
	if err != nil {
		return fmt.Errorf("list models: %w", err)
	}
	var known []string
	for _, m := range list.Data {
		known = append(known, m.ID)
	}
	for _, model := range []string{irModel, codeModel} {
		if !slices.Contains(known, model) {
			return fmt.Errorf("model %q is not among those of the endpoint: %q", model, known)
		}
	}
	return nil
}
