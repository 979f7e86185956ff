package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/lift-sys/telemetry/attr"
)

// maxVisits bounds the people who are there at a time.
const maxVisits = 256

// mix says what kind of sessions the load has, each as a share from 0 to 1.
type mix struct {
	errors    float64 // fail: the code never gets valid, or the provider is down
	slow      float64 // take ten times as long
	expensive float64 // use a hundred times the tokens
}

// load plays the people who use the service.
type load struct {
	client *http.Client
	url    string
	mix    mix
	tries  int // how often a person asks for code and does not get it

	mu   sync.Mutex
	dice *rand.Rand // guarded by mu

	requests, failed atomic.Int64
}

func newLoad(url string, m mix, tries int, seed uint64) *load {
	return &load{
		client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: maxVisits}},
		url:    url, mix: m, tries: tries, dice: rand.New(rand.NewPCG(seed, seed)),
	}
}

// visit is what one person does.
type visit struct {
	user    string
	request createRequest
	hole    string // to be resolved afterwards; empty: none
	abandon bool   // rather than finalize
}

// plan throws the dice for the n-th visit. The same seed leads to the same
// plans.
func (l *load) plan(n int) visit {
	l.mu.Lock()
	defer l.mu.Unlock()
	languages := []string{
		attr.LanguageGo, attr.LanguagePython, attr.LanguageTypeScript, attr.LanguageRust, languageSQL,
	}
	v := visit{user: fmt.Sprintf("u-%d", l.dice.IntN(20))}
	v.request = createRequest{
		Prompt:   "Add up the {orders} of each {customer}. Show the sums in {currency}.",
		Language: languages[n%len(languages)],
		Strict:   n%2 == 1,
	}
	if v.request.Strict {
		v.request.Prompt += " Sums must stay in cents."
		v.request.Metadata = map[string]string{"client": "load"}
	}
	// Each throw is made whatever the ones before it gave, so that a change of
	// one share leaves the others' sessions as they were.
	fails, down := l.dice.Float64() < l.mix.errors, l.dice.Float64() < 0.3
	slow, expensive := l.dice.Float64() < l.mix.slow, l.dice.Float64() < l.mix.expensive
	flawed, busy := l.dice.Float64() < 0.2, l.dice.Float64() < 0.1
	for _, d := range []struct {
		on        bool
		directive string
	}{
		{fails && down, "down"},
		{fails && !down, "broken"},
		{slow, "slow"},
		{expensive, "expensive"},
		{flawed, "flawed"},
		{busy, "busy"},
	} {
		if d.on {
			v.request.Prompt += " [" + d.directive + "]"
		}
	}
	if l.dice.Float64() < 0.5 {
		v.hole = "currency"
	}
	v.abandon = l.dice.Float64() < 0.2
	return v
}

// run makes a number of visits, rps a second, and waits for their end. No
// number (0) means until ctx is over.
func (l *load) run(ctx context.Context, visits int, rps float64) {
	defer l.client.CloseIdleConnections()
	ticker := time.NewTicker(time.Duration(float64(time.Second) / rps))
	defer ticker.Stop()
	var (
		people sync.WaitGroup
		places = make(chan struct{}, maxVisits)
	)
	defer people.Wait()
	for n := 0; visits == 0 || n < visits; n++ {
		v := l.plan(n)
		select {
		case <-ctx.Done():
			return
		case places <- struct{}{}:
		}
		people.Go(func() {
			defer func() { <-places }()
			l.visit(ctx, v)
		})
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// visit does what v says. Who fails to get code asks again, and leaves in the
// end. When ctx is over, a request that is on its way may still end.
func (l *load) visit(ctx context.Context, v visit) {
	if !l.send(ctx, v.user, http.MethodPost, "/api/users", nil, nil) {
		return
	}
	var session created
	for try := 1; !l.send(ctx, v.user, http.MethodPost, "/api/sessions", v.request, &session); try++ {
		if try >= l.tries {
			return
		}
	}
	path := "/api/sessions/" + session.ID
	if v.hole != "" {
		l.send(ctx, v.user, http.MethodPost, path+"/holes/"+v.hole, map[string]string{"value": "euros"}, nil)
	}
	if v.abandon {
		l.send(ctx, v.user, http.MethodDelete, path, nil, nil)
	} else {
		l.send(ctx, v.user, http.MethodPost, path+"/finalize", nil, nil)
	}
}

// send makes one request and reports whether it got a good answer.
func (l *load) send(ctx context.Context, user, method, path string, body, result any) bool {
	if ctx.Err() != nil {
		return false
	}
	l.requests.Add(1)
	err := call(context.WithoutCancel(ctx), l.client, user, method, l.url+path, body, result)
	if err != nil {
		l.failed.Add(1)
	}
	return err == nil
}

// statusError is an answer that is none of the good ones.
type statusError int

func (e statusError) Error() string { return fmt.Sprintf("status %d", int(e)) }

// StatusCode is error.type on the spans that the error ends.
func (e statusError) StatusCode() int { return int(e) }

// call makes one request as a client of the API.
func call(ctx context.Context, client *http.Client, user, method, url string, body, result any) (err error) {
	payload, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("encode the request: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(payload))
	if err != nil {
		return err
	}
	req.Header.Set("X-User-Id", user)
	res, err := client.Do(req)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, res.Body.Close()) }()
	if res.StatusCode >= 400 {
		_, err := io.Copy(io.Discard, res.Body) // so that the connection can be used again
		return errors.Join(statusError(res.StatusCode), err)
	}
	if result != nil {
		return json.NewDecoder(res.Body).Decode(result)
	}
	return nil
}
