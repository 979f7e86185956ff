package telemetryllm

import (
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"

	"go.opentelemetry.io/otel/attribute"

	"github.com/lift-sys/telemetry/attr"
	"github.com/lift-sys/telemetry/price"
)

// A provider is who is called, in the ways in which that is named.
type provider struct {
	llm   string // llm.provider
	genAI string // gen_ai.provider.name
}

// genAINames are providers that OpenTelemetry spells in its own way, by
// llm.provider. Google and Azure depend on the service.
var genAINames = map[string]string{
	"aws":     attr.GenAIProviderAWSBedrock,
	"mistral": attr.GenAIProviderMistralAI,
	"x-ai":    attr.GenAIProviderXAI,
	"watsonx": attr.GenAIProviderIBMWatsonxAI,
}

// domains are names of providers that the price table does not know by their
// URL, or that have no prices.
var domains = map[string]string{
	"together.ai":         "together",
	"api.aws":             "aws",
	"vercel.sh":           "vercel",
	"ollama.com":          "ollama",
	"huggingface.co":      "huggingface",
	"watsonx.ai":          "watsonx",
	"ml.cloud.ibm.com":    "watsonx",
	"models.github.ai":    "github",
	"azureml.ms":          "azure",
	"databricks.com":      "databricks",
	"azuredatabricks.net": "databricks",
}

// ollamaPort is where Ollama listens unless told otherwise.
const ollamaPort = "11434"

// providers remembers who is behind a URL, for a bounded number of them.
var providers struct {
	mu    sync.RWMutex
	known map[string]provider
}

const maxProviders = 512

// providerOf returns who is called.
func providerOf(t *target) provider {
	segment, _, _ := strings.Cut(strings.TrimPrefix(t.path, "/"), "/")
	key := t.url.Host + "/" + segment
	providers.mu.RLock()
	p, ok := providers.known[key]
	providers.mu.RUnlock()
	if ok {
		return p
	}
	p = findProvider(t)
	providers.mu.Lock()
	defer providers.mu.Unlock()
	if providers.known == nil || len(providers.known) >= maxProviders {
		providers.known = map[string]provider{}
	}
	providers.known[strings.Clone(key)] = p
	return p
}

func findProvider(t *target) provider {
	host := strings.ToLower(t.url.Hostname())
	id, ok := price.Provider("https://" + host + t.path)
	if !ok || pretends(host, id) {
		id = nameOf(host, t.url.Port())
		if _, known := price.Provider(id); known {
			id = "other" // not who it is called after
		}
	}
	return named(id, t)
}

// pretends reports whether the host only begins like one of the provider's:
// the table's patterns have no end.
func pretends(host, id string) bool {
	for i := strings.LastIndexByte(host, '.'); i > 0; i = strings.LastIndexByte(host[:i], '.') {
		if other, ok := price.Provider("https://" + host[:i] + "/"); ok && other == id {
			return true
		}
	}
	return false
}

// azure is Azure's llm.provider.
const azure = "azure"

// named returns the provider of a name.
func named(id string, t *target) provider {
	p := provider{llm: id, genAI: id}
	host := strings.ToLower(t.url.Hostname())
	switch id {
	case attr.ProviderGoogle:
		p.genAI = attr.GenAIProviderGCPGemini
		if strings.HasSuffix(host, "aiplatform.googleapis.com") {
			p.genAI = attr.GenAIProviderGCPVertexAI
		}
	case azure:
		p.genAI = attr.GenAIProviderAzureAIOpenAI
		if strings.HasPrefix(t.path, "/models/") || strings.HasSuffix(host, ".models.ai.azure.com") {
			p.genAI = attr.GenAIProviderAzureAIInference
		}
	default:
		if name, ok := genAINames[id]; ok {
			p.genAI = name
		}
	}
	return p
}

// nameOf returns a name for a provider that the price table does not know: the
// label below the public suffix, or the first of a name that is not public.
func nameOf(host, port string) string {
	if port == ollamaPort {
		return "ollama"
	}
	if ip := net.ParseIP(host); ip != nil || host == "" {
		return "local"
	}
	for domain, name := range domains {
		if host == domain || strings.HasSuffix(host, "."+domain) {
			return name
		}
	}
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return "local"
	}
	labels := strings.Split(host, ".")
	n := len(labels)
	if n == 1 || slices.Contains([]string{"internal", "local", "svc"}, labels[n-1]) || strings.HasSuffix(host, ".svc.cluster.local") {
		return labels[0]
	}
	if n > 2 && len(labels[n-1]) == 2 && len(labels[n-2]) <= 3 { // example.co.uk, example.com.cn
		return labels[n-3]
	}
	return labels[n-2]
}

// serverOf says where the request goes.
func serverOf(u *url.URL) []attribute.KeyValue {
	kv := []attribute.KeyValue{attr.ServerAddress.String(u.Hostname())}
	if port, err := strconv.Atoi(u.Port()); err == nil && port != 443 {
		kv = append(kv, attr.ServerPort.Int(port))
	}
	return kv
}
