// Package secrettest has made-up credentials in the formats of real ones, for
// tests that none of them leaves the process. They are put together at run time
// so that secret scanners do not stop at this file.
package secrettest

import (
	"encoding/base64"
	"strings"
)

// Secret is a string that holds a credential.
type Secret struct {
	Name string
	// Text is how it appears in the wild.
	Text string
	// Core is the part of Text that must not be seen.
	Core string
	// Rest, if not empty, is a part of Text that must stay.
	Rest string
}

const (
	hexDigits = "3f9a1c07e5b24d68"
	mixed     = "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7cF0xL"
	caps      = "Q7ZX4MNW2KPL8RTV"
)

// chars returns n characters cut from a repeated seed.
func chars(seed string, n int) string {
	return strings.Repeat(seed, n/len(seed)+1)[:n]
}

// All returns the secrets, in a fixed order.
func All() []Secret {
	jwt := "ey" + "J" + chars("hbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9", 33) + "." + "ey" + "J" + chars("zdWIiOiJ1LTQyIiwibmFtZSI6IkEifQ", 31) + "." + chars(mixed, 43)
	basic := base64.StdEncoding.EncodeToString([]byte("lift:" + chars(mixed, 14)))
	pem := func(kind string) string {
		return "-----" + "BEGIN " + kind + "-----\n" + chars(mixed, 64) + "\n" + chars(caps, 64) + "\n-----" + "END " + kind + "-----"
	}
	whole := func(name, text string) Secret { return Secret{Name: name, Text: text, Core: text} }
	in := func(name, before, core, after string) Secret {
		return Secret{Name: name, Text: before + core + after, Core: core, Rest: strings.TrimSpace(before)}
	}
	return []Secret{
		// Tokens with a prefix of their own.
		whole("openai", "sk"+"-"+chars(mixed, 48)),
		whole("openai project", "sk"+"-proj-"+chars(mixed, 60)),
		whole("openai service account", "sk"+"-svcacct-"+chars(mixed, 40)),
		whole("anthropic", "sk"+"-ant-api03-"+chars(mixed, 80)+"-AA"),
		whole("openrouter", "sk"+"-or-v1-"+chars(hexDigits, 64)),
		whole("groq", "gsk"+"_"+chars(mixed, 52)),
		whole("xai", "xai"+"-"+chars(mixed, 80)),
		whole("perplexity", "pplx"+"-"+chars(mixed, 48)),
		whole("replicate", "r8"+"_"+chars(mixed, 37)),
		whole("hugging face", "hf"+"_"+chars(mixed, 34)),
		whole("databricks", "dap"+"i"+chars(hexDigits, 32)),
		whole("honeycomb ingest", "hca"+"ik_"+chars("01j9"+hexDigits, 58)),
		whole("honeycomb configuration", "hcx"+"ik_"+chars("01j9"+hexDigits, 58)),
		whole("honeycomb test", "hcb"+"ik_"+chars("01j9"+hexDigits, 58)),
		whole("honeycomb classic ingest", "hca"+"ic_"+chars("0a1b"+hexDigits, 58)),
		whole("honeycomb management", "hca"+"mk_"+chars("01j9"+hexDigits, 58)),
		whole("aws access key", "AK"+"IA"+chars(caps, 16)),
		whole("aws temporary key", "AS"+"IA"+chars(caps, 16)),
		whole("google api key", "AI"+"za"+chars(mixed, 35)),
		whole("google oauth token", "ya"+"29."+chars(mixed, 60)),
		whole("google client secret", "GOC"+"SPX-"+chars(mixed, 28)),
		whole("github classic", "gh"+"p_"+chars(mixed, 36)),
		whole("github oauth", "gh"+"o_"+chars(mixed, 36)),
		whole("github user", "gh"+"u_"+chars(mixed, 36)),
		whole("github server", "gh"+"s_"+chars(mixed, 36)),
		whole("github refresh", "gh"+"r_"+chars(mixed, 76)),
		whole("github fine grained", "github"+"_pat_"+chars(mixed, 22)+"_"+chars(mixed, 59)),
		whole("gitlab", "gl"+"pat-"+chars(mixed, 20)),
		whole("docker", "dckr"+"_pat_"+chars(mixed, 27)),
		whole("shopify", "sh"+"pat_"+chars(hexDigits, 32)),
		whole("npm", "np"+"m_"+chars(mixed, 36)),
		whole("slack bot", "xo"+"xb-"+"2048123456-2048654321-"+chars(mixed, 24)),
		whole("slack user", "xo"+"xp-"+"2048123456-2048654321-"+chars(mixed, 24)),
		whole("slack app", "xa"+"pp-1-A0123456789-"+chars(hexDigits, 24)),
		whole("slack refresh", "xo"+"xe-1-"+chars(mixed, 40)),
		whole("stripe live", "sk"+"_live_"+chars(mixed, 24)),
		whole("stripe test", "sk"+"_test_"+chars(mixed, 24)),
		whole("stripe restricted", "rk"+"_live_"+chars(mixed, 24)),
		whole("stripe webhook", "wh"+"sec_"+chars(mixed, 32)),
		whole("sendgrid", "S"+"G."+chars(mixed, 22)+"."+chars(mixed, 43)),
		whole("digitalocean", "do"+"p_v1_"+chars(hexDigits, 64)),
		whole("jwt", jwt),
		whole("jwt cut off", jwt[:30]),
		whole("rsa key", pem("RSA PRIVATE"+" KEY")),
		whole("pkcs8 key", pem("PRIVATE"+" KEY")),
		whole("ec key", pem("EC PRIVATE"+" KEY")),
		whole("openssh key", pem("OPENSSH PRIVATE"+" KEY")),
		whole("key cut off", pem("PRIVATE" + " KEY")[:80]),

		// Secrets in their surroundings.
		in("bearer", "Authorization: Bearer ", chars(mixed, 32), ""),
		in("bearer in prose", "called with bearer ", chars(hexDigits, 20), " and failed"),
		in("bearer in a url", "Bearer", "%20"+chars(mixed, 32), ""),
		in("basic", "Authorization: Basic ", basic, ""),
		in("basic alone", "basic ", basic, ", then nothing"),
		in("url password", "dial postgres://lift:", chars(mixed, 12), "@db.internal:5432/lift?sslmode=disable"),
		in("url password with slash", "redis://:", "aB3/dE6?gH9", "@cache:6379/0"),
		in("url token as user", "https://", chars(mixed, 24), "@git.example.com/lift.git"),
		in("mysql dsn", "open lift:", chars(mixed, 12), "@tcp(db:3306)/lift"),
		in("query api_key", "GET https://api.example.com/v1?api_key=", chars(mixed, 20), "&q=1: 500"),
		in("query key", "https://maps.example.com/?key=", chars(mixed, 20), ""),
		in("query token", "/callback?state=1&access_token=", chars(mixed, 20), "&x=2"),
		in("query sig", "https://blob.example.com/a?sv=2026&sig=", "aB3dE6gH9jK2%2Bm%3D", ""),
		in("query code", "/callback?code=", chars(mixed, 20), "&state=1"),
		in("aws signature", "https://s3/x?X-Amz-Date=1&X-Amz-Signature=", chars(hexDigits, 64), ""),
		in("dsn password", "host=db user=lift password=", chars(mixed, 10), " sslmode=disable"),
		in("json password", `{"user":"lift","password":"`, "p, w;"+chars(mixed, 6), `","n":1}`),
		in("escaped json", `body: {\"api_key\":\"`, chars(mixed, 18), `\",\"n\":1}`),
		in("json access key", `{"secret_access_key": "`, chars(mixed, 40), `"}`),
		in("environment", "OPENAI_API_KEY=", chars(mixed, 30), "\nPATH=/bin"),
		in("yaml", "client_secret: ", chars(mixed, 24), "\nname: lift"),
		in("go struct", "{User:lift Password:", chars(mixed, 10), " Port:1}"),
		in("header map", "map[Accept:[*/*] Cookie:[", "sid="+chars(mixed, 20)+"; theme=dark", "]]"),
		in("set-cookie", "Set-Cookie: ", "sid="+chars(mixed, 20)+"; Path=/", "\nVary: *"),
		in("azure connection string", "AccountName=lift;AccountKey=", chars(mixed, 40), ";EndpointSuffix=x"),
		in("camel case", `accessToken = "`, chars(mixed, 20), `"`),
		in("flag", "run --password=", chars(mixed, 10), " --port=1"),
	}
}
