package telemetryllm

import (
	"bytes"
	"context"
	"errors"
	"hash/maphash"
	"io"
	"net/http"
	"reflect"
	"strings"
	"sync"

	"github.com/lift-sys/telemetry/internal/pick"
)

// maxAhead bounds the request bodies that are read before they are sent.
// Larger ones are read while they are.
const maxAhead = 64 << 10

// maxChanged bounds those that WithStreamUsage changes.
const maxChanged = 4 << 20

// An outgoing is a request on its way. Where its body lies in memory and is
// small, the body is read ahead: so the model is known
// before the request is sent, and a retry can be told from another call. What
// is sent are the same bytes.
//
// GetBody itself is not used for that: those of some SDKs hand out one reader
// again and again, also the one that is the body (openai-go v3, anthropic-sdk-go
// v1.84).
type outgoing struct {
	r     *http.Request
	body  io.ReadCloser // what to send instead of r.Body; nil: that
	whole []byte        // the body that was read ahead; nil: none was
	grown int64         // bytes that WithStreamUsage has added
	doc   *pick.Reader  // what the body says
	heard *transcripts  // reads the body, too, while it is sent; nil: nobody does
	mu    sync.Mutex    // guards doc while the body is sent
}

// documents holds idle readers.
var documents = sync.Pool{New: func() any { return new(pick.Reader) }}

func newOutgoing(r *http.Request, ahead int64, shape *pick.Shape, limits pick.Limits) *outgoing {
	o := &outgoing{r: r}
	if !isJSON(r.Header.Get("Content-Type")) {
		return o
	}
	o.doc, _ = documents.Get().(*pick.Reader)
	o.doc.Reset(shape, limits)
	if r.Body == nil || r.Body == http.NoBody {
		return o
	}
	if r.ContentLength <= 0 || r.ContentLength > ahead || r.GetBody == nil || !inMemory(r.Body) {
		o.body = &observed{r.Body, o}
		return o
	}
	buf := make([]byte, r.ContentLength, r.ContentLength+1)
	n, err := io.ReadFull(r.Body, buf)
	buf = buf[:n]
	if err == nil {
		// One byte more tells whether the body keeps its promise.
		var more int
		if more, err = io.ReadFull(r.Body, buf[n:n+1]); more > 0 {
			buf = buf[:n+1]
		}
	}
	o.parse(buf)
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		o.whole = buf
		_ = r.Body.Close()
	default: // longer than announced, or a read error: the transport below says so
		o.body = closing{io.MultiReader(bytes.NewReader(buf), rest(r.Body, err)), r.Body}
	}
	return o
}

// rest reads on in body after err.
func rest(body io.Reader, err error) io.Reader {
	if err != nil {
		return failing{err}
	}
	return body
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// closing reads from one and closes the other.
type closing struct {
	io.Reader
	io.Closer
}

// request returns what to send in ctx instead of the caller's request.
func (o *outgoing) request(ctx context.Context) *http.Request {
	r := o.r.WithContext(ctx)
	switch {
	case o.whole != nil:
		// The form in which net/http knows that a body lies in memory, and
		// sends it together with the headers.
		r.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(o.whole)), nil }
		r.Body, _ = r.GetBody()
		r.ContentLength += o.grown
	case o.body != nil:
		r.Body = o.body
	}
	return r
}

// observed is a body that is read while it is sent.
type observed struct {
	io.ReadCloser
	o *outgoing
}

// Read implements io.Reader.
func (b *observed) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.o.heard.asked(p[:max(n, 0)])
	b.o.mu.Lock()
	defer b.o.mu.Unlock()
	if b.o.doc != nil && n > 0 {
		b.o.parse(p[:n])
	}
	return n, err
}

// parse reads a piece of the body. A parser's fault must not reach the caller.
func (o *outgoing) parse(p []byte) {
	defer func() {
		if recover() != nil {
			o.doc.Reset(nil, pick.Limits{})
		}
	}()
	o.doc.Write(p)
}

// maxWraps is how many types may stand around a body in memory: SDKs and
// io.NopCloser wrap it.
const maxWraps = 4

// inMemory reports whether what a body reads from lies in memory, so that
// reading it cannot block. Wrappers are looked through that have an embedded
// reader and nothing else to wait for than a lock.
func inMemory(body io.Reader) bool {
	v := reflect.ValueOf(body)
	for range maxWraps {
		if !v.IsValid() || !v.CanInterface() {
			return false
		}
		switch v.Interface().(type) {
		case *bytes.Reader, *bytes.Buffer, *strings.Reader:
			return true
		}
		for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
			v = v.Elem()
		}
		if v.Kind() != reflect.Struct || !wraps(v.Type()) {
			return false
		}
		if v = v.Field(0); v.Kind() == reflect.Interface {
			v = v.Elem()
		}
	}
	return false
}

// wraps reports whether a struct is a reader and what it takes to close it.
func wraps(t reflect.Type) bool {
	if t.NumField() == 0 || !t.Field(0).Anonymous {
		return false
	}
	for i := range t.NumField() - 1 {
		f := t.Field(i + 1).Type
		if f.PkgPath() != "sync" && f.PkgPath() != "sync/atomic" && f.Kind() != reflect.Bool && f != reflect.TypeFor[error]() {
			return false
		}
	}
	return true
}

// value returns what a body says that was read ahead.
func (o *outgoing) value() (v pick.Value, ahead bool) {
	if o.whole == nil {
		return pick.Value{}, false
	}
	v, _ = o.doc.Value()
	return v, true
}

// release lets go of what the body says.
func (o *outgoing) release() { o.read(func(pick.Value) {}) }

// read hands what the body says to f, and lets go of it.
func (o *outgoing) read(f func(v pick.Value)) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.doc == nil {
		return
	}
	v, _ := o.doc.Value()
	f(v)
	documents.Put(o.doc)
	o.doc = nil
}

// seed makes hashes of bodies differ between processes.
var seed = maphash.MakeSeed()

// hash tells bodies apart. It is 0 where the body was not read ahead.
func (o *outgoing) hash() uint64 {
	if o.whole == nil {
		return 0
	}
	return max(maphash.Bytes(seed, o.whole), 1)
}

// isJSON reports whether a content type is JSON's, or absent.
func isJSON(contentType string) bool {
	return contentType == "" || strings.Contains(strings.ToLower(contentType), "json")
}
