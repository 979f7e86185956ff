package localllm

import (
	"encoding/json"
	"strings"
)

// content is a text, which both APIs take as a string and as a list of blocks.
type content string

// UnmarshalJSON implements json.Unmarshaler.
func (c *content) UnmarshalJSON(data []byte) error {
	var text string
	if json.Unmarshal(data, &text) == nil {
		*c = content(text)
		return nil
	}
	var blocks []struct {
		Text string `json:"text"`
	}
	if err := json.Unmarshal(data, &blocks); err != nil {
		return err
	}
	var all strings.Builder
	for _, b := range blocks {
		all.WriteString(b.Text)
	}
	*c = content(all.String())
	return nil
}
