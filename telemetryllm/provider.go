package telemetryllm

import (
	"net/netip"
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

// domains are names of providers that the price table does not know by this
// URL, or that have no prices.
var domains = map[string]string{
	"api.openai.com":      attr.ProviderOpenAI, // eu.api.openai.com
	"api.x.ai":            "x-ai",
	"mistral.ai":          "mistral",
	"together.ai":         "together",
	"api.aws":             "aws",
	"vercel.sh":           "vercel",
	"ollama.com":          "ollama",
	"huggingface.co":      "huggingface",
	"watsonx.ai":          "watsonx",
	"ml.cloud.ibm.com":    "watsonx",
	"models.github.ai":    "github",
	"azureml.ms":          azure,
	"models.ai.azure.com": azure,
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
	host := hostOf(t.url)
	id, ok := price.Provider("https://" + host + "/")
	if !ok { // some are told by the path, but no path is enough: anyone has any
		id, ok = price.Provider("https://" + host + t.path)
		other, whoever := price.Provider("https://host.invalid" + t.path)
		ok = ok && !(whoever && other == id)
	}
	if !ok {
		id = nameOf(host, t.url.Port())
	}
	return named(id, t)
}

// hostOf returns the host of u in the way in which all others are written.
func hostOf(u *url.URL) string {
	return strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
}

// azure is Azure's llm.provider.
const azure = "azure"

// named returns the provider of a name.
func named(id string, t *target) provider {
	p := provider{llm: id, genAI: id}
	host := hostOf(t.url)
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
	if _, err := netip.ParseAddr(host); err == nil || host == "" {
		return "local"
	}
	for domain, name := range domains {
		if host == domain || strings.HasSuffix(host, "."+domain) {
			return name
		}
	}
	if strings.Contains("."+host, ".bedrock-") && // also FIPS, endpoints of a VPC, and China
		(strings.HasSuffix(host, ".amazonaws.com") || strings.HasSuffix(host, ".amazonaws.com.cn")) {
		return "aws"
	}
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return "local"
	}
	name := labelOf(strings.Split(host, "."))
	if _, known := price.Provider(name); known {
		return "other" // not who it is called after
	}
	return name
}

// secondLevel are labels that countries have below their own, as in
// example.co.uk.
var secondLevel = [...]string{"ac", "co", "com", "edu", "gov", "ne", "net", "or", "org"}

// labelOf returns the label of a host that names its owner.
func labelOf(labels []string) string {
	n := len(labels)
	if n == 1 || slices.Contains([]string{"internal", "local", "svc"}, labels[n-1]) {
		return labels[0]
	}
	if n > 2 && len(labels[n-1]) == 2 && slices.Contains(secondLevel[:], labels[n-2]) {
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
