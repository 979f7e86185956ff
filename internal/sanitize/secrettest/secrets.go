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
	lowers    = "k3x9p2m8w5v6t4nh"
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
	return append(tokens(), []Secret{
		whole("jwt", jwt),
		whole("jwt cut off", jwt[:30]),
		whole("rsa key", pem("RSA PRIVATE"+" KEY")),
		whole("pkcs8 key", pem("PRIVATE"+" KEY")),
		whole("encrypted key", pem("ENCRYPTED PRIVATE"+" KEY")),
		whole("ec key", pem("EC PRIVATE"+" KEY")),
		whole("dsa key", pem("DSA PRIVATE"+" KEY")),
		whole("openssh key", pem("OPENSSH PRIVATE"+" KEY")),
		whole("pgp key", pem("PGP PRIVATE"+" KEY BLOCK")),
		whole("key cut off", pem("PRIVATE" + " KEY")[:80]),

		// Secrets in their surroundings.
		in("slack webhook", "POST https://hooks.slack"+".com/services/", "T0123ABCD/B0456EFGH/"+chars(mixed, 24), ": 404"),
		in("slack workflow", "https://hooks.slack"+".com/workflows/", "T0123ABCD/A0456EFGH/"+chars(mixed, 24), ""),
		in("discord webhook", "https://discord"+".com/api/webhooks/", "123456789012345678/"+chars(mixed, 68), ""),
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
		in("bearer in a header map", "map[Authorization:[Bearer ", chars(mixed, 32), "]]"),
		in("token scheme", "Authorization: token ", chars(hexDigits, 40), ""),
		in("digest", "Authorization: Digest ", "username=lift, response="+chars(hexDigits, 32), ""),
		in("proxy authorization", "Proxy-Authorization: Basic ", basic, ""),
		in("x-api-key", "X-Api-Key: ", chars(mixed, 32), "\nAccept: */*"),
		in("google header", "x-goog-api-key: ", chars(mixed, 39), ""),
		in("azure header", "api-key: ", chars(hexDigits, 32), ""),
		in("azure management header", "Ocp-Apim-Subscription-Key: ", chars(hexDigits, 32), ""),
		in("honeycomb header", "x-honeycomb-team: ", chars(mixed, 22), ""),
		in("honeycomb classic header", "X-Honeycomb-Team=", chars(hexDigits, 32), ",x-honeycomb-dataset=lift"),
		in("vault header", "X-Vault-Token: ", chars(mixed, 24), ""),
		in("gitlab header", "PRIVATE-TOKEN: ", chars(mixed, 20), ""),
		in("aws session header", "X-Amz-Security-Token: ", chars(mixed, 90), ""),
		in("auth token header", "X-Auth-Token: ", chars(hexDigits, 32), ""),
		in("csrf header", "X-CSRF-Token: ", chars(mixed, 32), ""),
		in("cookie", "Cookie: ", "session="+chars(mixed, 32), ""),
		in("postgresql url", "postgresql://lift:", chars(mixed, 12), "@db:5432/lift"),
		in("mysql url", "mysql://lift:", chars(mixed, 12), "@db:3306/lift"),
		in("mongodb url", "mongodb+srv://lift:", chars(mixed, 12), "@cluster0.example.net/lift"),
		in("amqp url", "amqps://lift:", chars(mixed, 12), "@mq:5671/"),
		in("rediss url", "rediss://default:", chars(mixed, 12), "@cache:6380"),
		in("smtp url", "smtp://lift:", chars(mixed, 12), "@mail:587"),
		in("proxy url", "proxyconnect http://lift:", chars(mixed, 12), "@proxy:3128: refused"),
		in("sentry dsn", "https://", chars(hexDigits, 32), "@o1.ingest.sentry.io/2"),
		in("git url", "clone https://x-access-token:", chars(mixed, 30), "@github.com/lift-sys/x"),
		in("sqlserver", "server=db;user id=sa;password=", chars(mixed, 12), ";database=lift"),
		in("odbc", "Driver={x};Uid=sa;Pwd=", chars(mixed, 12), ";"),
		in("service bus", "Endpoint=sb://x/;SharedAccessKey=", chars(mixed, 43), ""),
		in("sql alter role", "ALTER ROLE lift WITH PASSWORD '", chars(mixed, 12), "'"),
		in("sql set password", "SET PASSWORD = '", chars(mixed, 12), "'"),
		in("sql where", "UPDATE users SET password = '", chars(mixed, 10), "' WHERE id = 1"),
		in("sql token", "SELECT id FROM sessions WHERE access_token = '", chars(hexDigits, 24), "'"),
		in("query password", "/login?user=a&password=", chars(mixed, 10), "&next=/"),
		in("query refresh token", "grant_type=refresh_token&refresh_token=", chars(mixed, 40), ""),
		in("query client secret", "client_id=lift&client_secret=", chars(mixed, 32), ""),
		in("query google signature", "https://storage.example.com/x?X-Goog-Signature=", chars(hexDigits, 64), ""),
		in("json access token", `{"access_token":"`, chars(mixed, 40), `","expires_in":3600}`),
		in("json refresh token", `{"refresh_token": "`, chars(mixed, 40), `"}`),
		in("json id token", `{"id_token":"`, jwt, `"}`),
		in("json client secret", `{"clientSecret":"`, chars(mixed, 24), `"}`),
		in("json private key", `{"private_key":"`, "MII"+chars(mixed, 60), `"}`),
		in("json passphrase", `{"passphrase":"`, "correct horse "+chars(mixed, 8), `"}`),
		in("json pwd", `{"pwd":"`, chars(mixed, 9), `"}`),
		in("json credentials", `{"credentials":"`, chars(mixed, 20), `"}`),
		in("aws environment", "AWS_SECRET_ACCESS_KEY=", chars(mixed, 40), ""),
		in("postgres environment", "PGPASSWORD=", chars(mixed, 10), " psql"),
		in("mysql environment", "MYSQL_PWD=", chars(mixed, 10), " mysql"),
		in("rails environment", "SECRET_KEY_BASE=", chars(hexDigits, 64), ""),
		in("jwt environment", "JWT_SECRET=", chars(mixed, 32), ""),
		in("django", "SECRET_KEY = '", "django-insecure-"+chars(mixed, 30), "'"),
		in("github environment", "GITHUB_TOKEN=", chars(hexDigits, 40), ""),
		in("twilio environment", "TWILIO_AUTH_TOKEN=", chars(hexDigits, 32), ""),
		in("honeycomb environment", "HONEYCOMB_API_KEY=", chars(mixed, 22), ""),
		in("otlp headers", "OTEL_EXPORTER_OTLP_HEADERS=x-honeycomb-team=", chars(mixed, 22), ""),
		in("encryption key", "ENCRYPTION_KEY: ", chars(mixed, 32), ""),
		in("fish", "set -x DB_PASSWORD=", chars(mixed, 12), ""),
		in("hash rocket", `{:password=>"`, chars(mixed, 10), `", :n=>1}`),
		in("go field", `Config{APIKey:"`, chars(mixed, 24), `", Region:"eu"}`),
		in("python repr", "{'api_key': '", chars(mixed, 24), "'}"),
		in("toml", `api_token = "`, chars(mixed, 24), `"`),
		in("assignment", "password := \"", chars(mixed, 12), `"`),
		in("url encoded pair", "body=password%3D", chars(mixed, 12), "&x=1"),
	}...)
}
