package honeycomb

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// The endpoints of Honeycomb's regions. A key works in its own region only.
const (
	EndpointUS = "https://api.honeycomb.io"
	EndpointEU = "https://api.eu1.honeycomb.io"
)

const (
	// attemptTimeout is how long one request may take. A board with many panels
	// takes seconds.
	attemptTimeout = 30 * time.Second
	// attempts of one request that fails for a passing reason.
	attempts = 5
	// maxAnswer is the longest answer that is read, in bytes.
	maxAnswer = 32 << 20
)

// Client talks to Honeycomb's management API with one key, and by that to one
// team and environment. Make one with [NewClient].
//
// A client keeps to the rate limit that the answers state, and repeats what
// failed for a passing reason: 429, 5xx and faults of the network, five times in
// all, with growing pauses. It never repeats a request that may have made
// something already; [Changes.Apply] looks first. It follows no redirects,
// because that would carry the key to another host. A Client is safe for
// concurrent use.
type Client struct {
	endpoint string
	key      Secret
	http     *http.Client
	wait     func(time.Duration, string)
	limit    rateLimit

	mu      sync.Mutex
	secrets []Secret // that no error may show, each once and the longest first
}

// ClientOption changes what [NewClient] makes.
type ClientOption func(*Client)

// WithEndpoint sets the address of the API: [EndpointEU], or a proxy's. Plain
// http is for this machine only, because the key goes along. Default:
// [EndpointUS].
func WithEndpoint(endpoint string) ClientOption {
	return func(c *Client) { c.endpoint = strings.TrimRight(endpoint, "/") }
}

// WithTransport sets what sends the requests. Default: [http.DefaultTransport],
// which takes its proxy from the environment.
func WithTransport(rt http.RoundTripper) ClientOption {
	return func(c *Client) { c.http.Transport = rt }
}

// WithWaiting sets what is told whenever the client pauses: for how long, and
// why. It must not block. Default: nobody.
func WithWaiting(f func(time.Duration, string)) ClientOption {
	return func(c *Client) { c.wait = f }
}

// NewClient returns a client with a configuration key. It fails if the key or
// the endpoint cannot be one; it sends nothing.
func NewClient(key string, options ...ClientOption) (*Client, error) {
	c := &Client{
		endpoint: EndpointUS,
		key:      SecretValue(strings.TrimSpace(key)),
		http: &http.Client{
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		wait: func(time.Duration, string) {},
	}
	for _, option := range options {
		option(c)
	}
	switch {
	case c.key.IsZero():
		return nil, errors.New("honeycomb: no key: create a configuration key in the environment's settings")
	case strings.ContainsFunc(c.key.given(), func(r rune) bool { return r <= ' ' || r > '~' }):
		return nil, errors.New("honeycomb: the key has a space or another character that no key has: copy it again")
	}
	u, err := url.Parse(c.endpoint)
	if strings.Contains(c.endpoint, "@") {
		// Not quoted, and not only where it can be parsed: a password may stand there.
		return nil, fmt.Errorf("honeycomb: the endpoint has a user or a password: want an address such as %s", EndpointUS)
	}
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
		return nil, fmt.Errorf("honeycomb: endpoint %q: want an address such as %s", c.endpoint, EndpointUS)
	}
	if u.Scheme == "http" && !loopback(u.Hostname()) {
		return nil, fmt.Errorf("honeycomb: endpoint %q: anybody on the way could read the key: use https, except for this machine", c.endpoint)
	}
	c.hide(c.key.given())
	return c, nil
}

// Endpoint returns the address of the API.
func (c *Client) Endpoint() string { return c.endpoint }

// String names the endpoint and never the key.
func (c *Client) String() string { return "honeycomb client of " + c.endpoint }

// GoString keeps %#v from showing the key.
func (c *Client) GoString() string { return c.String() }

// hide keeps a secret out of every error.
func (c *Client) hide(secret string) {
	if len(secret) < 4 { // would turn ordinary words into asterisks
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if slices.Contains(c.secrets, SecretValue(secret)) {
		return
	}
	c.secrets = append(c.secrets, SecretValue(secret))
	// One may be part of another, whose rest would show if it came later.
	slices.SortFunc(c.secrets, func(a, b Secret) int { return cmp.Compare(len(b.given()), len(a.given())) })
}

// loopback reports whether a host is this machine.
func loopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

func (c *Client) redact(s string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, secret := range c.secrets {
		s = strings.ReplaceAll(s, secret.given(), "***")
	}
	return s
}

// Access is what /1/auth says of a key.
type Access struct {
	// Type of the key: configuration or ingest. Old keys have none.
	Type string `json:"type"`
	// Permissions by name: boards, columns, queries, triggers, …
	Permissions map[string]bool `json:"api_key_access"`
	// Environment and Team that the key belongs to. A Classic key has no
	// environment.
	Environment Place `json:"environment"`
	Team        Place `json:"team"`
}

// Place is a team or an environment.
type Place struct {
	Name string `json:"name"`
	Slug string `json:"slug"`
}

// Classic reports whether the key belongs to Honeycomb Classic, which has no
// environments.
func (a Access) Classic() bool { return a.Environment.Slug == "" }

// authPath answers at every address of the API.
const authPath = "/1/auth"

// Auth returns what the key may do and where. It is the cheapest way to learn
// whether the key and the endpoint are right.
func (c *Client) Auth(ctx context.Context) (Access, error) {
	var a Access
	if err := c.get(ctx, authPath, &a); err != nil {
		return Access{}, err
	}
	return a, nil
}

// permissionNames is what the key's page calls a permission.
var permissionNames = map[string]string{
	"boards":     "Manage Public Boards",
	"columns":    "Manage Queries and Columns",
	"queries":    "Manage Queries and Columns",
	"markers":    "Manage Markers",
	"recipients": "Manage Recipients",
	"slos":       "Manage SLOs",
	"triggers":   "Manage Triggers",
}

// require returns an error that names every permission that the key lacks. What
// the answer does not state is left to the request that needs it.
func (c *Client) require(a Access, permissions []string) error {
	if a.Type == "ingest" {
		return fmt.Errorf("honeycomb: the key is an ingest key, which can send events only: create a configuration key in environment %q", a.Environment.Slug)
	}
	var missing []string
	for _, p := range permissions {
		if may, stated := a.Permissions[p]; stated && !may {
			missing = append(missing, fmt.Sprintf("%q (%s)", p, permissionNames[p]))
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return fmt.Errorf("honeycomb: the key lacks the permission %s: enable it on the key's page in environment %q, or use another key",
		strings.Join(missing, ", "), a.Environment.Slug)
}

// Mark makes a marker in a dataset, such as one for a deploy.
func (c *Client) Mark(ctx context.Context, dataset string, m Marker) error {
	if m.Start.IsZero() {
		m.Start = time.Now()
	}
	path := datasetPath("markers", dataset)
	err := c.post(ctx, path, m.body(), nil)
	if !uncertain(err) {
		return err
	}
	// The answer was lost; the marker may be there.
	var have []markerBody
	if lookErr := c.get(ctx, path, &have); lookErr != nil {
		return err
	}
	for _, h := range have {
		h.ID = ""
		if h == m.body() {
			return nil
		}
	}
	return c.post(ctx, path, m.body(), nil)
}

func datasetPath(kind, dataset string) string { return "/1/" + kind + "/" + url.PathEscape(dataset) }
