package telemetrytest

import (
	"encoding/base64"
	"encoding/binary"
	"math"
)

// embeddings is OpenAI's API of embeddings, as its [reference] has it (November
// 2026).
//
// [reference]: https://platform.openai.com/docs/api-reference/embeddings
type embeddings struct{ chat }

func (embeddings) framing(LLMRequest) *framing { return nil }

func (embeddings) whole(c *call) object {
	data := array{}
	for i := range c.inputs() {
		var vector any = c.vector()
		if c.request.Body["encoding_format"] == "base64" {
			vector = packed(c.vector())
		}
		data = append(data, object{"object": "embedding", "index": i, "embedding": vector})
	}
	answer := object{"object": "list", "data": data, "model": c.model()}
	if !c.OmitUsage {
		answer["usage"] = object{"prompt_tokens": c.Usage.InputTokens, "total_tokens": c.Usage.InputTokens}
	}
	return answer
}

// inputs counts what a request wants embedded: a text, or a text's tokens, is
// one; a list of either is as many.
func (c *call) inputs() int {
	in, _ := c.request.Body["input"].([]any)
	if len(in) == 0 {
		return 1
	}
	if _, token := in[0].(float64); token {
		return 1
	}
	return len(in)
}

// vector returns the embedding of each input.
func (c *call) vector() []float64 {
	if len(c.Embedding) > 0 {
		return c.Embedding
	}
	return []float64{0.25, -0.5, 0.75}
}

// packed returns a vector as base64 of little-endian 32-bit floats.
func packed(vector []float64) string {
	b := make([]byte, 0, 4*len(vector))
	for _, f := range vector {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(float32(f)))
	}
	return base64.StdEncoding.EncodeToString(b)
}
