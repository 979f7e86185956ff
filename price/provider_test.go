package price_test

import (
	"strings"
	"testing"

	"github.com/lift-sys/telemetry/price"
)

func TestProvider(t *testing.T) {
	tests := []struct{ name, url, want string }{
		{"host", "https://api.openai.com/v1", "openai"},
		{"capitals", "HTTPS://API.ANTHROPIC.COM", "anthropic"},
		{"path", "https://router.huggingface.co/groq/openai/v1", "huggingface_groq"},
		{"any region", "https://bedrock-runtime.eu-west-1.amazonaws.com/model/x/converse", "aws"},
		{"local", "http://localhost:8000/v1", ""},
		{"a host that begins like one", "https://api.openai.com.example.com", ""},
		{"nothing", "", ""},
		{"no end", "https://api.openai.com/" + strings.Repeat("x", 5000), ""},
	}
	for _, tt := range tests {
		if got, ok := price.Provider(tt.url); got != tt.want || ok != (tt.want != "") {
			t.Errorf("%s: %q, %t; want %q", tt.name, got, ok, tt.want)
		}
	}
}
