package doctor

import (
	"context"
	"crypto/tls"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/lift-sys/telemetry/internal/env"
)

// maxAnswer is how much of an answer is read, in bytes.
const maxAnswer = 1 << 20

// prober sends single requests, without repeating them and without following
// redirects, which would carry a key to another host.
type prober struct {
	client *http.Client
	close  func()
}

// newProber fails if the signal's certificate files cannot be used.
func newProber(o Options, s env.Signal) (*prober, error) {
	p := &prober{close: func() {}}
	transport := o.Transport
	if transport == nil {
		own := &http.Transport{Proxy: o.Proxy, ForceAttemptHTTP2: true}
		config, err := s.TLSConfig(readFile)
		if err != nil {
			return nil, err
		}
		own.TLSClientConfig = config
		transport, p.close = own, own.CloseIdleConnections
	}
	p.client = &http.Client{
		Transport:     transport,
		Timeout:       o.Timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return p, nil
}

// answer is what came back.
type answer struct {
	status         int
	header         http.Header
	body           []byte
	tls            *tls.ConnectionState
	sent, received time.Time
}

// isPage reports whether the answer is a web page, as of a proxy's login.
func (a *answer) isPage() bool {
	kind, _, _ := mime.ParseMediaType(a.header.Get("Content-Type"))
	return strings.Contains(kind, "html")
}

// get asks a question of Honeycomb.
func (p *prober) get(ctx context.Context, address, key string) (*answer, error) {
	return p.send(ctx, http.MethodGet, address, map[string]string{"x-honeycomb-team": key, "accept": "application/json"})
}

// export sends an export request without content, which is zero bytes long.
func (p *prober) export(ctx context.Context, s env.Signal) (*answer, error) {
	headers := map[string]string{"content-type": "application/x-protobuf"}
	maps.Copy(headers, s.Headers)
	return p.send(ctx, http.MethodPost, s.URL, headers)
}

func (p *prober) send(ctx context.Context, method, address string, headers map[string]string) (*answer, error) {
	request, err := http.NewRequestWithContext(ctx, method, address, http.NoBody)
	if err != nil {
		return nil, err
	}
	request.Header.Set("User-Agent", "lift-sys-telemetry")
	for name, value := range headers {
		request.Header.Set(name, value)
	}
	a := &answer{sent: time.Now()}
	response, err := p.client.Do(request)
	if err != nil {
		return nil, err
	}
	a.received = time.Now()
	defer response.Body.Close()
	a.status, a.header, a.tls = response.StatusCode, response.Header, response.TLS
	// An answer cut short still has the status that counts.
	a.body, _ = io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	return a, nil
}

// origin is the scheme and host of an address.
func origin(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return u.Scheme + "://" + u.Host
}

// hostOf is the host of an address, with its port.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return u.Host
}
