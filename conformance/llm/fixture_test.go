package llm_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/lift-sys/telemetry/price"
	"github.com/lift-sys/telemetry/telemetrytest"
)

// The project's own exchanges, in every way they can come.
func TestFixtures(t *testing.T) {
	replayAll(t, fixtures(t), telemetrytest.With(at(simplePrices(t), pricedAt)))
}

// simplePrices are those by which the fixtures tell their costs.
func simplePrices(t testing.TB) *price.Table {
	t.Helper()
	table, err := price.Default().With(price.Override{Model: "*", Rates: price.Rates{
		price.Input: {USD: 1}, price.CacheRead: {USD: 0.1}, price.CacheWrite: {USD: 1.25}, price.CacheWrite1h: {USD: 2},
		price.Output: {USD: 10},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// Each format has enough fixtures for the suite to mean something without
// recordings.
func TestFixturesOfEachFormat(t *testing.T) {
	n := map[string]int{}
	for _, c := range fixtures(t) {
		n[c.API]++
	}
	for _, api := range []string{"anthropic", "bedrock", "chat", "cohere", "completions", "embeddings", "gemini", "none", "ollama", "responses"} {
		if n[api] < 3 {
			t.Errorf("%d fixtures of %s, want 3 or more", n[api], api)
		}
	}
}

// fixtures reads the exchanges under testdata, which are written by hand from
// the providers' documentation, to which each one links.
//
// The name of a file is the format, and what is special. The text begins with
// what it shows; the parts "-- request --", "-- response --" and
// "-- expected --" follow. A response may be made binary: "crlf" ends lines as
// HTTP does, "eventstream" makes an event of AWS of each line, which begins with
// the event's type, and "chunks" wraps these as Bedrock's invoke does. What
// expected leaves out must be absent. Costs are at 1 dollar per million tokens
// of input, 0.1 read from the cache, 1.25 and 2 written to it, 10 of output.
func fixtures(t testing.TB) []*cassette {
	t.Helper()
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	var all []*cassette
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		c, err := parseFixture(strings.TrimSuffix(filepath.Base(name), ".txt"), string(text))
		if err != nil {
			t.Fatalf("fixture %q: %v", name, err)
		}
		all = append(all, c)
	}
	return all
}

func parseFixture(id, text string) (*cassette, error) {
	c := &cassette{ID: id}
	c.API, _, _ = strings.Cut(id, "-")
	_, text, ok := strings.Cut(text, "\n-- request --\n")
	if !ok {
		return nil, fmt.Errorf("no request")
	}
	request, text, ok := strings.Cut(text, "\n-- response")
	if !ok {
		return nil, fmt.Errorf("no response")
	}
	kind, text, _ := strings.Cut(text, " --\n")
	response, wanted, ok := strings.Cut(text, "\n-- expected --\n")
	if !ok {
		return nil, fmt.Errorf("no expected")
	}
	if err := c.parseRequest(request); err != nil {
		return nil, err
	}
	if err := c.parseResponse(strings.Fields(kind), response); err != nil {
		return nil, err
	}
	if err := c.parseExpected(wanted); err != nil {
		return nil, err
	}
	return c, nil
}

// parseMessage splits a message as HTTP writes it.
func parseMessage(text string) (first string, header map[string]string, body string) {
	head, body, _ := strings.Cut(text, "\n\n")
	lines := strings.Split(strings.TrimSuffix(head, "\n"), "\n")
	header = map[string]string{}
	for _, line := range lines[1:] {
		name, value, _ := strings.Cut(line, ":")
		header[http.CanonicalHeaderKey(name)] = strings.TrimSpace(value)
	}
	return lines[0], header, body
}

func (c *cassette) parseRequest(text string) error {
	r := &c.Request
	var first string
	first, r.Headers, r.Body = parseMessage(text)
	method, url, ok := strings.Cut(first, " https://")
	host, path, found := strings.Cut(url, "/")
	if !ok || !found {
		return fmt.Errorf("request %q: want a method and a URL", first)
	}
	r.Method, r.Host, r.URL = method, host, "/"+path
	return nil
}

func (c *cassette) parseResponse(kind []string, text string) error {
	r := &c.Response
	var (
		first string
		err   error
	)
	first, r.Headers, r.Body = parseMessage(text)
	if r.Status, err = strconv.Atoi(first); err != nil {
		return fmt.Errorf("status: %w", err)
	}
	if slices.Contains(kind, "crlf") {
		r.Body = strings.ReplaceAll(r.Body, "\n", "\r\n")
	}
	if slices.Contains(kind, "eventstream") {
		var b bytes.Buffer
		for line := range strings.Lines(r.Body) {
			name, payload, _ := strings.Cut(strings.TrimSpace(line), " ")
			if slices.Contains(kind, "chunks") {
				payload = fmt.Sprintf(`{"bytes":%q}`, base64.StdEncoding.EncodeToString([]byte(payload)))
			}
			appendEvent(&b, name, payload)
		}
		r.Body = b.String()
	}
	return nil
}

func (c *cassette) parseExpected(text string) error {
	var e struct {
		expected
		Streaming bool
		Cost      *float64 `json:"cost_usd"`
	}
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&e); err != nil {
		return fmt.Errorf("expected: %w", err)
	}
	c.Expected, c.Streaming = e.expected, e.Streaming
	c.cost = &costCase{Cassette: c.ID, USD: e.Cost}
	return nil
}

// appendEvent writes a message in the binary format of AWS, as
// https://docs.aws.amazon.com/AmazonS3/latest/API/RESTSelectObjectAppendix.html
// and smithy.io/2.0/aws/amazon-eventstream.html describe it.
func appendEvent(b *bytes.Buffer, name, payload string) {
	var headers []byte
	for _, h := range [...][2]string{{":message-type", "event"}, {":event-type", name}, {":content-type", "application/json"}} {
		headers = append(headers, byte(len(h[0])))
		headers = append(headers, h[0]...)
		headers = append(headers, 7) // a string
		headers = binary.BigEndian.AppendUint16(headers, uint16(len(h[1])))
		headers = append(headers, h[1]...)
	}
	m := binary.BigEndian.AppendUint32(nil, uint32(16+len(headers)+len(payload)))
	m = binary.BigEndian.AppendUint32(m, uint32(len(headers)))
	m = binary.BigEndian.AppendUint32(m, crc32.ChecksumIEEE(m))
	m = append(append(m, headers...), payload...)
	b.Write(binary.BigEndian.AppendUint32(m, crc32.ChecksumIEEE(m)))
}
