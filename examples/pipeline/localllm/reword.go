package localllm

import (
	"fmt"
	"net/http"
	"strings"
)

const (
	maxVariants        = 16
	gpuTokensPerSecond = 400.0
)

// reword answers as a model on one's own machines may, in a format of its own:
// other wordings of a prompt, and how long the GPU took. Every second wording
// forgets a {hole}, as models do.
func (s *server) reword(w http.ResponseWriter, r *http.Request) {
	var req struct {
		Prompt string `json:"prompt"`
		Count  int    `json:"count"`
	}
	if !decode(w, r, &req) {
		return
	}
	if req.Count < 1 || req.Count > maxVariants {
		fail(w, http.StatusBadRequest, "invalid_request_error", "count: from 1 to 16")
		return
	}
	p := prompt{user: []string{req.Prompt}}
	if s.refuse(w, r, p) {
		return
	}
	var variants []string
	for i := range req.Count {
		variant := fmt.Sprintf("%d. %s", i+1, req.Prompt)
		if found := hole.FindAllStringIndex(variant, -1); i%2 == 1 && found != nil {
			last := found[len(found)-1]
			variant = variant[:last[0]] + "everything" + variant[last[1]:]
		}
		variants = append(variants, variant)
	}
	input, output := tokens(len(req.Prompt)), tokens(len(strings.Join(variants, "")))
	if !s.stream(w, r, p).wait(firstDelay) {
		return
	}
	w.Header().Set("Content-Type", "application/json")
	writeJSON(w, object{
		"variants": variants, "input_tokens": input, "output_tokens": output,
		"gpu_seconds": float64(input+output) / gpuTokensPerSecond,
	})
}
