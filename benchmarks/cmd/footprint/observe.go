package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"time"
)

// usage is what one run of a service took.
type usage struct {
	idle, loaded memory
	cpu          float64         // under load, percent of one core
	latency      []time.Duration // of the requests, sorted
}

// percentile returns a request's latency in milliseconds.
func (u usage) percentile(q float64) float64 {
	return u.latency[int(float64(len(u.latency)-1)*q)].Seconds() * 1e3
}

// observe runs the service at path, sends it requests, and reads what it
// takes.
func observe(ctx context.Context, path, receiver string, rate int, load, llm time.Duration) (u usage, err error) {
	service := exec.CommandContext(ctx, path, "-llm", llm.String(), receiver)
	service.Stderr = os.Stderr
	stdin, err := service.StdinPipe()
	if err != nil {
		return u, err
	}
	stdout, err := service.StdoutPipe()
	if err != nil {
		return u, err
	}
	if err := service.Start(); err != nil {
		return u, err
	}
	defer func() {
		// It ends when its input does.
		err = errors.Join(err, stdin.Close(), service.Wait())
	}()
	address, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		return u, fmt.Errorf("no address: %w", err)
	}
	time.Sleep(500 * time.Millisecond)
	process := process(service.Process.Pid)
	if u.idle, err = process.memory(); err != nil {
		return u, err
	}
	before, err := process.cpu()
	if err != nil {
		return u, err
	}
	start := time.Now()
	loaded := make(chan error, 1)
	go func() {
		var err error
		u.latency, err = drive(ctx, "http://"+strings.TrimSpace(address)+"/api/sessions", rate, load)
		loaded <- err
	}()

	// The second half is a steady state.
	time.Sleep(load / 2)
	var samples []memory
	for time.Since(start) < load {
		m, err := process.memory()
		if err != nil {
			return u, err
		}
		samples = append(samples, m)
		time.Sleep(100 * time.Millisecond)
	}
	if err := <-loaded; err != nil {
		return u, err
	}
	after, err := process.cpu()
	if err != nil {
		return u, err
	}
	u.cpu = 100 * (after - before).Seconds() / time.Since(start).Seconds()
	slices.SortFunc(samples, func(a, b memory) int { return int(a.rss*1e6) - int(b.rss*1e6) })
	u.loaded = samples[len(samples)/2]
	return u, nil
}

// drive sends requests at an even rate and returns how long each took, sorted.
// A request that does not get its answer ends the run: a service that sheds
// load would look slim.
func drive(ctx context.Context, url string, rate int, load time.Duration) ([]time.Duration, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	prompt := strings.Repeat("a session that parses dates ", 40)
	var wg sync.WaitGroup
	latency := make([]time.Duration, int(load.Seconds()*float64(rate)))
	start := time.Now()
	for n := range latency {
		time.Sleep(time.Until(start.Add(time.Duration(n) * time.Second / time.Duration(rate))))
		if ctx.Err() != nil {
			break
		}
		wg.Go(func() {
			began := time.Now()
			if err := post(ctx, url, prompt); err != nil {
				cancel(err)
			}
			latency[n] = time.Since(began)
		})
	}
	wg.Wait()
	slices.Sort(latency)
	return latency, context.Cause(ctx)
}

func post(ctx context.Context, url, prompt string) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader(prompt))
	if err != nil {
		return err
	}
	resp, err := client.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("POST %s: %s", url, resp.Status)
	}
	return nil
}
