package price

// Provider returns the table's id of the provider whose API has a base URL,
// such as "openai" for "https://api.openai.com/v1", or false where the table
// does not know it. It costs some microseconds.
func Provider(baseURL string) (id string, ok bool) {
	if len(baseURL) > maxProvider {
		return "", false
	}
	p := embedded().provider(tidy(baseURL), "")
	if p == nil || baseURL == "" {
		return "", false
	}
	return p.id, true
}
