package sanitize

// byteSet is a set of bytes.
type byteSet [256]bool

// newByteSet returns the set of the bytes of spec, in which a-z is a range. A
// minus at the end stands for itself.
func newByteSet(spec string) *byteSet {
	set := new(byteSet)
	for i := 0; i < len(spec); i++ {
		if i+2 < len(spec) && spec[i+1] == '-' {
			for c := int(spec[i]); c <= int(spec[i+2]); c++ {
				set[c] = true
			}
			i += 2
			continue
		}
		set[spec[i]] = true
	}
	return set
}

// run returns how many bytes at the start of s are in set.
func (set *byteSet) run(s string) int {
	for i := range len(s) {
		if !set[s[i]] {
			return i
		}
	}
	return len(s)
}

var (
	letters    = newByteSet("a-z")
	digits     = newByteSet("0-9")
	upperDigit = newByteSet("A-Z0-9")
	alnum      = newByteSet("A-Za-z0-9")
	wordBytes  = newByteSet("A-Za-z0-9_-")
	dotted     = newByteSet("A-Za-z0-9_.-")
	bearerSet  = newByteSet("A-Za-z0-9._~+/=-")
	base64Set  = newByteSet("A-Za-z0-9+/=_-")
)

// rules lists the secrets found inside strings. The formats are those that the
// issuers publish or that their secret-scanning partners match on, as of late
// 2026; what comes after the prefix is checked for length and alphabet, so that
// prose which happens to contain a prefix stays.
var rules = []rule{
	{literal: "arer|asic", fold: true, find: findScheme},
	{literal: "://", find: findUserinfo},
	{literal: "tcp(", find: findMySQL},
	{literal: "eyJ", find: findJWT},
	{literal: "--B|Y-1", find: findBlock},
	{literal: "ces/|ows/|oks/", find: findWebhook},

	// AWS access key ids: 16 characters, always.
	{literal: "A[BCKS][CI]A", find: findAWS},
	// Honeycomb ingest, configuration and management keys, of environments
	// (hcaik_) and classic (hcaic_).
	{literal: "[im][ck]_", find: findHoneycomb},
	{literal: "Q~", find: findAzure},
	{literal: ":AA", find: findTelegram},
	{literal: "sv1.|sv2_", find: findVersioned}, // Terraform, LangSmith

	// OpenAI, Anthropic, OpenRouter, DeepSeek, Langfuse and others.
	tokens("sk-", prefixed{16, wordBytes, "sk-"}),
	// Groq, Cerebras, Pinecone; Shopify.
	tokens("gsk|csk|shp", prefixed{20, wordBytes, "gsk_ csk- pcsk_"}, prefixed{16, alnum, "shpat_ shpca_ shppa_ shpss_"}),
	// Hugging Face, Replicate, Fireworks.
	tokens("hf_|r8_|fw_", prefixed{20, alnum, "hf_ r8_ fw_"}),
	// xAI, Perplexity, Pulumi, Tavily.
	tokens("xai-|plx-|pul-|vly-", prefixed{20, wordBytes, "xai- tvly-"}, prefixed{20, alnum, "pplx-"}, prefixed{32, alnum, "pul-"}),
	tokens("a[ks]-", prefixed{20, alnum, "ak- as-"}), // Modal
	// Google API keys; Facebook and Square.
	tokens("AIz|EAA", prefixed{30, wordBytes, "AIza"}, prefixed{60, wordBytes, "EAA"}),
	// Google OAuth tokens; Square; Dynatrace.
	tokens("ya2|sq0|dt0", prefixed{20, wordBytes, "ya29. sq0atp- sq0csp-"}, prefixed{24, dotted, "dt0c01. dt0s01."}),
	// Google client secrets, New Relic, Postman, Heroku, Atlassian, Alibaba,
	// CircleCI, Contentful.
	tokens(
		"CSPX|NRAK|NRII|NRIQ|NRJS|PMAK|HRKU|ATAT|ATCT|LTAI|PAT[_-]", prefixed{19, wordBytes, "GOCSPX- NRAK- NRII- NRIQ- NRJS-"}, prefixed{24, wordBytes, "PMAK- HRKU- CCIPAT_ CFPAT-"},
		prefixed{60, base64Set, "ATATT3 ATCTT3"}, prefixed{12, alnum, "LTAI"},
	),
	// GitHub; HashiCorp Vault service, batch and recovery tokens.
	tokens("gh[oprsu]_|hv[bsr].", prefixed{20, alnum, "gho_ ghp_ ghr_ ghs_ ghu_"}, prefixed{24, wordBytes, "hvs. hvb. hvr."}),
	// GitHub, GitLab, Docker, HubSpot.
	tokens("[po]at[_-]", prefixed{16, wordBytes, "github_pat_ glpat- dckr_pat_ dckr_oat_ pat-na1- pat-eu1-"}),
	// GitLab's other tokens, Grafana. Each literal is as long as it takes not
	// to stop at "global".
	tokens(
		"glage|glcbt|gldt-|glffc|glft-|glimt|gloas|glptt|glrt-|glsa_|glc_e",
		prefixed{20, wordBytes, "glagent- glcbt- gldt- glffct- glft- glimt- gloas- glptt- glrt- glsa_"},
		prefixed{32, base64Set, "glc_"},
	),
	// npm, Notion, Netlify, Supabase, Typeform, Linear, Figma, Jina, Buildkite,
	// E2B, SonarQube, Deno, Prefect, Fly.
	tokens(
		"npm_|ntn_|nfp_|sbp_|tfp_|lin_|igd_|ina_|kua_|e2b_|sq[apu]_|ddp_|pnu_|fo1_|fm2_",
		prefixed{20, wordBytes, "npm_ ntn_ nfp_ sbp_ tfp_ lin_api_ lin_oauth_ figd_ jina_ bkua_ e2b_ sqa_ sqp_ squ_ ddp_ pnu_ fo1_"}, prefixed{20, base64Set, "fm2_"},
	),
	// PyPI, NVIDIA, RubyGems; GitLab's SCIM; Tailscale.
	tokens(
		"pypi|nvap|ygem|soat|skey",
		prefixed{32, wordBytes, "pypi- nvapi- rubygems_"}, prefixed{20, wordBytes, "glsoat-"}, prefixed{16, wordBytes, "tskey-"},
	),
	// Databricks, DigitalOcean.
	tokens("dapi|[opr]_v1", prefixed{32, alnum, "dapi"}, prefixed{20, alnum, "doo_v1_ dop_v1_ dor_v1_"}),
	// Slack; Brevo.
	tokens("xox|xap|xke", prefixed{10, wordBytes, "xoxa- xoxb- xoxc- xoxd- xoxe- xoxe. xoxo- xoxp- xoxr- xoxs- xapp-"}, prefixed{32, wordBytes, "xkeysib-"}),
	tokens("k_[lt]", prefixed{10, alnum, "sk_live_ sk_test_ rk_live_ rk_test_"}), // Stripe
	// Stripe, Sentry, PlanetScale.
	tokens(
		"hsec|sntr|psca", prefixed{16, bearerSet, "whsec_"}, prefixed{32, base64Set, "sntrys_ sntryu_"},
		prefixed{32, dotted, "pscale_tkn_ pscale_pw_ pscale_oauth_"},
	),
	// SendGrid, Doppler.
	tokens("SG.|dp.", prefixed{32, dotted, "SG. dp.pt. dp.st. dp.ct. dp.sa. dp.scim. dp.audit."}),

	// name=value and name: value.
	{literal: "ass[pw]", fold: true, find: findPair},
	{literal: "pwd", fold: true, find: findPair},
	{literal: "ecre|eden", fold: true, find: findPair},
	{literal: "oken|ooki", fold: true, find: findPair},
	{literal: "[_iste-]key", fold: true, find: findPair}, // api_key, accessKey, secretkey, private-key
	{literal: "thor|team", fold: true, find: findPair},   // authorization, x-honeycomb-team
	{literal: "[egy]=", fold: true, find: findPair},
}

// maxLook is how far a rule looks before it makes up its mind, in bytes.
const maxLook = 256
