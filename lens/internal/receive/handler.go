package receive

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/klauspost/compress/gzip"
	collectormetrics "go.opentelemetry.io/proto/otlp/collector/metrics/v1"
	collectortrace "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	statuspb "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/lift-sys/telemetry/lens/internal/delta"
	"github.com/lift-sys/telemetry/lens/internal/table"
)

// MaxBody is how large a body may be, unpacked.
const MaxBody = 32 << 20

// What a Sink answers if a sender should send again in a second, or when somebody
// has made room.
var (
	ErrBusy = errors.New("busy")
	ErrFull = errors.New("full")
)

// Sink stores rows.
type Sink interface {
	// Append returns when the rows are stored for good. After an error they are
	// not stored and may be sent again: at once if it wraps [ErrBusy], and when
	// there is room if it wraps [ErrFull].
	Append(ctx context.Context, b *table.Batch) error
}

// Handler answers OTLP/HTTP: POST /v1/traces and /v1/metrics, protobuf or JSON,
// plain or gzip. It answers 200 only for what the sink has stored; 429 when the sink
// is busy and 503 when it has any other error, both with Retry-After, for exporters
// drop what is answered otherwise; 400 for a body that cannot be read, 413 for one
// that is too large, and 415 for another type. It holds at most 512 MB of bodies and
// rows, and is busy beyond. Counters are those since the handler was
// made; see package delta.
func Handler(sink Sink) http.Handler { return handler(sink, newBudget(maxHeld)) }

func handler(sink Sink, b *budget) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("POST /v1/traces", endpoint{sink, traces, b})
	mux.Handle("POST /v1/metrics", endpoint{sink, counters{delta.New(time.Now())}.rows, b})
	return mux
}

type endpoint struct {
	sink Sink
	// decode makes rows. What it returns besides, if anything, is called where they
	// are not stored.
	decode func(body []byte, isJSON bool, now time.Time) (b *table.Batch, undo func(), err error)
	budget *budget
}

func traces(body []byte, isJSON bool, now time.Time) (*table.Batch, func(), error) {
	if isJSON {
		var err error
		if body, err = wire(body, new(collectortrace.ExportTraceServiceRequest)); err != nil {
			return nil, nil, err
		}
	}
	b, err := Traces(body, now)
	return b, nil, err
}

func (e endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != protobufType && kind != jsonType {
		w.Header().Set("Accept", protobufType+", "+jsonType)
		http.Error(w, fmt.Sprintf("content type %q: send %s or %s", r.Header.Get("Content-Type"), protobufType, jsonType), http.StatusUnsupportedMediaType)
		return
	}
	isJSON := kind == jsonType
	share := &share{budget: e.budget}
	defer share.giveBack()
	batch, undo, err := e.receive(w, r, isJSON, share)
	switch {
	case errors.Is(err, ErrBusy):
		refuse(w, isJSON, err)
		return
	case errors.Is(err, errLarge), errors.Is(err, errMany):
		answer(w, isJSON, http.StatusRequestEntityTooLarge, err.Error())
		return
	case err != nil:
		answer(w, isJSON, http.StatusBadRequest, err.Error())
		return
	}
	if err := e.sink.Append(r.Context(), batch); err != nil {
		if undo != nil {
			undo()
		}
		refuse(w, isJSON, err)
		return
	}
	answer(w, isJSON, http.StatusOK, "")
}

// receive makes rows of a request, within its share of what all requests may take.
func (e endpoint) receive(w http.ResponseWriter, r *http.Request, isJSON bool, s *share) (batch *table.Batch, undo func(), err error) {
	body, err := read(w, r, s)
	if err != nil {
		return nil, nil, err
	}
	if isJSON {
		if err := checkJSON(body); err != nil {
			return nil, nil, err
		}
	}
	err = s.decode(r.Context(), func() error {
		batch, undo, err = e.decode(body, isJSON, time.Now())
		if err != nil {
			return err
		}
		return s.take(batch.Size())
	})
	if err != nil && undo != nil {
		undo()
	}
	return batch, undo, err
}

// refuse answers that the rows are not stored and may be sent again.
func refuse(w http.ResponseWriter, isJSON bool, err error) {
	status, seconds := http.StatusServiceUnavailable, "5"
	switch {
	case errors.Is(err, ErrBusy):
		status, seconds = http.StatusTooManyRequests, "1"
	case errors.Is(err, ErrFull):
		seconds = "30"
	}
	w.Header().Set("Retry-After", seconds)
	answer(w, isJSON, status, err.Error())
}

const (
	protobufType = "application/x-protobuf"
	jsonType     = "application/json"
)

// errLarge says that a body is too large.
var errLarge = fmt.Errorf("body is larger than %d MB unpacked: send smaller batches", MaxBody>>20)

// unpackers are kept, because each holds 40 kB of tables.
var unpackers = sync.Pool{New: func() any { return new(gzip.Reader) }}

// read reads the body, unpacked.
func read(w http.ResponseWriter, r *http.Request, s *share) ([]byte, error) {
	var body io.Reader = http.MaxBytesReader(w, r.Body, MaxBody)
	switch encoding := strings.ToLower(r.Header.Get("Content-Encoding")); encoding {
	case "", "identity":
	case "gzip":
		z := unpackers.Get().(*gzip.Reader)
		defer unpackers.Put(z)
		if err := z.Reset(body); err != nil {
			return nil, fmt.Errorf("body is no gzip: %w", err)
		}
		body = z
	default:
		return nil, fmt.Errorf("content encoding %q: send gzip or none", encoding)
	}
	size := int(min(max(r.ContentLength, 0), MaxBody)) + 512
	if err := s.take(size); err != nil {
		return nil, err
	}
	b := make([]byte, 0, size)
	for {
		if len(b) == cap(b) {
			if err := s.take(len(b)); err != nil {
				return nil, err
			}
			b = slices.Grow(b, len(b))
		}
		n, err := body.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		if len(b) > MaxBody {
			return nil, errLarge
		}
		if err == io.EOF {
			return b, nil
		}
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return nil, errLarge
		}
		if err != nil {
			return nil, fmt.Errorf("read the body: %w", err)
		}
	}
}

// answer writes an empty Export…ServiceResponse, or a Status that says what is
// wrong (OTLP specification 1.9, "OTLP/HTTP Response").
func answer(w http.ResponseWriter, isJSON bool, status int, msg string) {
	var m proto.Message = &statuspb.Status{Message: text([]byte(msg))}
	if status == http.StatusOK {
		m = new(collectormetrics.ExportMetricsServiceResponse) // as empty as that of traces
	}
	kind, marshal := protobufType, proto.Marshal
	if isJSON {
		kind, marshal = jsonType, protojson.Marshal
	}
	b, err := marshal(m)
	if err != nil {
		http.Error(w, msg, status)
		return
	}
	w.Header().Set("Content-Type", kind)
	w.WriteHeader(status)
	w.Write(b) //nolint:errcheck,gosec // the client is gone
}
