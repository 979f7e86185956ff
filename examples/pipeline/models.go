package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/lift-sys/telemetry/telemetryhttp"
)

// ready asks the endpoint which models it has. It fails where one that the
// service needs is missing. Other than a call of a model, the request is a
// span by itself.
func (l *llm) ready(ctx context.Context) (err error) {
	client := &http.Client{Transport: telemetryhttp.NewTransport(l.client.Transport), Timeout: l.client.Timeout}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, l.url+"/v1/models", http.NoBody)
	if err != nil {
		return err
	}
	res, err := client.Do(req)
	if err != nil {
		return fmt.Errorf("list models: %w", err)
	}
	defer func() { err = errors.Join(err, res.Body.Close()) }()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("list models: %w", newProviderError(res))
	}
	var list struct {
		Data []struct {
			ID string `json:"id"`
		} `json:"data"`
	}
	if err := json.NewDecoder(res.Body).Decode(&list); err != nil {
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
