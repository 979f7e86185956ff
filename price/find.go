package price

import (
	"net/url"
	"strings"
	"time"
)

// What is longer is neither a provider nor a model, in bytes. It bounds the work
// that a hostile name can cause.
const (
	maxProvider = 2048
	maxModel    = 1024
)

// aliases are names of providers that the table does not have, or takes for
// another's. Those with a dot or an underscore are values of
// gen_ai.provider.name.
var aliases = map[string]string{
	"gcp.gemini":         "google",
	"gcp.vertex_ai":      "google",
	"gcp.gen_ai":         "google",
	"aws.bedrock":        "aws",
	"azure.ai.openai":    "azure",
	"azure.ai.inference": "azure",
	"mistral_ai":         "mistral",
	"x_ai":               "x-ai",
	"xai":                "x-ai",
	"z_ai":               "zai",
	"z.ai":               "zai",
	"fireworks_ai":       "fireworks",
	"fireworks-ai":       "fireworks",
	"bedrock":            "aws",
}

// tidy returns a name as it is compared.
func tidy(name string) string { return strings.ToLower(strings.TrimSpace(name)) }

// canonical returns a tidy provider name with aliases undone.
func canonical(name string) string {
	if id, ok := aliases[name]; ok {
		return id
	}
	return name
}

// provider returns the provider that a tidy name or URL stands for, without a
// name the one that makes the tidy model; or nil.
func (c *catalog) provider(name, model string) *provider {
	switch {
	case name == "":
		for _, p := range c.providers {
			if p.owns.matches(model) {
				return p
			}
		}
		return nil
	case strings.Contains(name, "://"):
		p := c.behind(name)
		if p == nil || c.pretends(name, p) {
			return nil
		}
		return p
	}
	name = canonical(name)
	if p := c.byID(name); p != nil {
		return p
	}
	for _, p := range c.providers {
		if p.named.matches(name) {
			return p
		}
	}
	return nil
}

// behind returns the provider whose pattern finds a URL.
func (c *catalog) behind(url string) *provider {
	for _, p := range c.providers {
		if p.api.finds(url) {
			return p
		}
	}
	return nil
}

// pretends reports whether the host of a URL only begins like one of p's, as in
// https://api.openai.com.example.com: most of the table's patterns have no end.
func (c *catalog) pretends(name string, p *provider) bool {
	u, err := url.Parse(name)
	if err != nil {
		return true
	}
	host := u.Hostname()
	for i := strings.LastIndexByte(host, '.'); i > 0; i = strings.LastIndexByte(host[:i], '.') {
		if c.behind(u.Scheme+"://"+host[:i]+"/") == p {
			return true
		}
	}
	return false
}

// A listing is where the table has the price of a model.
type listing struct {
	provider *provider // that was asked
	list     *provider // whose price it is: the same, or one that it falls back to
	model    *model
}

// find returns where the table lists a tidy model at a tidy provider; the
// listing's model is nil where it does not, its provider nil where that is not
// known either.
func (c *catalog) find(name, model string) listing {
	p := c.provider(name, model)
	if name == "litellm" && p == nil {
		// A proxy that names the provider in the model.
		if prefix, rest, ok := strings.Cut(model, "/"); ok && prefix != "" && rest != "" {
			if p = c.provider(prefix, rest); p != nil {
				model = rest
			}
		}
		if p == nil {
			p = c.provider("", model)
		}
	}
	if p == nil {
		return listing{}
	}
	if p.id == "aws" {
		model = bedrockID(model)
	}
	for _, name := range []string{model, dashed(model), modelPath(p, model)} {
		if name == "" {
			continue
		}
		for _, list := range append([]*provider{p}, p.fallback...) {
			if m := list.find(name); m != nil {
				return listing{provider: p, list: list, model: m}
			}
		}
	}
	return listing{provider: p}
}

// bedrockID returns the model id within what a request to Bedrock names: an id,
// an inference profile or the ARN of one, escaped as in a URL or not.
func bedrockID(model string) string {
	if id, err := url.PathUnescape(model); err == nil {
		model = tidy(id)
	}
	if strings.HasPrefix(model, "arn:") {
		model = model[strings.LastIndexByte(model, '/')+1:]
	}
	return model
}

// modelPath returns the model's name in a Google resource such as
// "models/gemini-2.5-pro" or "publishers/anthropic/models/claude-sonnet-4-5",
// or nothing.
func modelPath(p *provider, model string) string {
	if p.id != "google" {
		return ""
	}
	if i := strings.LastIndex("/"+model, "/models/"); i >= 0 {
		return model[i+len("models/"):]
	}
	return ""
}

// dashed writes dates as the table may have them: "-20250929" as "-2025-09-29",
// at the end or before "-" or ":". Without such a date it returns nothing.
func dashed(model string) string {
	const digits = len("20060102")
	var b strings.Builder
	last := 0
	for i := 0; i+digits < len(model); i++ {
		end := i + 1 + digits
		if model[i] != '-' || end < len(model) && model[end] != '-' && model[end] != ':' {
			continue
		}
		day, err := time.Parse("20060102", model[i+1:end])
		if err != nil || day.Year() < 2000 || day.Year() > 2099 {
			continue
		}
		b.WriteString(model[last : i+1])
		b.WriteString(day.Format(time.DateOnly))
		last = end
	}
	if last == 0 {
		return ""
	}
	return b.String() + model[last:]
}
