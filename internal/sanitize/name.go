package sanitize

// secrecy says what a name tells about the value that it stands for.
type secrecy int

const (
	notSecret secrecy = iota
	// secretToken is a name such as token or api_key. In prose these words
	// are also followed by a colon and a harmless word.
	secretToken
	// secretPassword is a name that nothing but a secret follows.
	secretPassword
	// secretHeader is the name of a header whose whole line is secret.
	secretHeader
)

// maxWord is longer than the longest word that means anything here.
const maxWord = 24

// secretName judges a name word by word, so that llm.max_tokens and
// gen_ai.token.type are harmless while accessToken, DB_PASSWORD and
// http.request.header.x-api-key are not. Words end at everything but letters
// and digits, and at the humps of camel case. It does not allocate.
func secretName(name string) secrecy {
	var (
		buf     [maxWord]byte
		n       int // bytes of the current word, counting those over maxWord
		verdict secrecy
		prevKey bool // the word before makes "key" secret
		comb    bool // the word before is "honeycomb"
		benign  bool // the last word describes the secret only
	)
	end := func() {
		if n == 0 {
			return
		}
		word := buf[:min(n, maxWord)]
		v := secretWord(word)
		if v == notSecret && prevKey && (string(word) == "key" || string(word) == "keys") {
			v = secretToken
		}
		if comb && string(word) == "team" { // x-honeycomb-team carries the key
			v = secretPassword
		}
		verdict = max(verdict, v)
		benign = benignWord(word)
		prevKey, comb = keyWord(word), string(word) == "honeycomb"
		n = 0
	}
	for i := range len(name) {
		c := name[i]
		if !isAlnum(c) {
			end()
			continue
		}
		if isUpper(c) && i > 0 && n > 0 {
			next := i+1 < len(name) && isLower(name[i+1])
			if !isUpper(name[i-1]) || next {
				end()
			}
		}
		if n < maxWord {
			buf[n] = lower(c)
		}
		n++
	}
	end()
	if benign {
		return notSecret
	}
	return verdict
}

// secretWord judges one word in lower case. Compounds written together, such as
// authtoken or dbpassword, end in the word that matters.
func secretWord(w []byte) secrecy {
	switch {
	case endsIn(w, "password"), endsIn(w, "passwords"), endsIn(w, "passwd"), endsIn(w, "passphrase"):
		return secretPassword
	case string(w) == "pwd", endsIn(w, "secret"), endsIn(w, "secrets"):
		return secretPassword
	case endsIn(w, "apikey"), endsIn(w, "apikeys"), endsIn(w, "privatekey"), endsIn(w, "accesskey"), endsIn(w, "secretkey"):
		return secretPassword
	case endsIn(w, "authorization"), endsIn(w, "cookie"), endsIn(w, "cookies"):
		return secretHeader
	case endsIn(w, "token"), endsIn(w, "credential"), endsIn(w, "credentials"):
		return secretToken
	}
	switch string(w) {
	case "jwt", "bearer", "dsn":
		return secretToken
	}
	return notSecret
}

// keyWord reports whether a "key" after w is a secret one.
func keyWord(w []byte) bool {
	switch string(w) {
	case "api", "private", "access", "secret", "signing", "encryption", "account", "subscription", "master", "ssh", "auth", "license", "shared":
		return true
	}
	return false
}

// benignWord reports whether a name that ends in w describes a secret instead
// of holding it, as in gen_ai.token.type or token_limit.
func benignWord(w []byte) bool {
	switch string(w) {
	case "type", "kind", "count", "length", "size", "limit", "limits", "usage",
		"status", "expiry", "expires", "ms", "seconds", "valid", "present", "provider", "name", "arn":
		return true
	}
	return false
}

func endsIn(w []byte, suffix string) bool {
	return len(w) >= len(suffix) && string(w[len(w)-len(suffix):]) == suffix
}

func isUpper(c byte) bool { return 'A' <= c && c <= 'Z' }
func isLower(c byte) bool { return 'a' <= c && c <= 'z' }
func isDigit(c byte) bool { return '0' <= c && c <= '9' }
func isAlnum(c byte) bool { return isLower(c|0x20) || isDigit(c) }

func lower(c byte) byte {
	if isUpper(c) {
		return c | 0x20
	}
	return c
}
