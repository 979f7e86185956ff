package server

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/lift-sys/telemetry/lens/internal/store"
)

type status struct {
	Version   string        `json:"version"`
	StartedAt time.Time     `json:"started_at"`
	Events    int64         `json:"events"`
	Spans     int64         `json:"spans"`
	Oldest    *time.Time    `json:"oldest"`
	Newest    *time.Time    `json:"newest"`
	Bytes     int64         `json:"bytes"`
	Ingest    ingest        `json:"ingest"`
	DiskFull  bool          `json:"disk_full"`
	Datasets  []datasetSize `json:"datasets"`
}

type ingest struct {
	SpansPerSecond float64 `json:"spans_per_second"`
	Queue          int64   `json:"queue"`
	Refused        int64   `json:"refused"`
	PausedMS       int64   `json:"paused_ms"`
}

type datasetSize struct {
	Slug   string `json:"slug"`
	Events int64  `json:"events"`
}

// statusAge is how old the answer may be: it looks at every row, and each open
// page asks for it.
const statusAge = 2 * time.Second

// statusCache keeps the last answer.
type statusCache struct {
	mu   sync.Mutex
	at   time.Time
	last store.Status
}

func (c *statusCache) get(ctx context.Context, s *store.Store) (store.Status, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.at.IsZero() && time.Since(c.at) < statusAge {
		return c.last, nil
	}
	st, err := s.Status(ctx)
	if err == nil {
		c.last, c.at = st, time.Now()
	}
	return st, err
}

func (s *server) getStatus(r *http.Request) (any, error) {
	st, err := s.status.get(r.Context(), s.Store)
	if err != nil {
		return nil, err
	}
	out := status{
		Version: s.Version, StartedAt: s.Started, Events: st.Events, Spans: st.Spans, Bytes: st.Bytes,
		Ingest:   ingest{SpansPerSecond: st.PerSecond, Queue: st.Waiting, Refused: st.Refused, PausedMS: st.Pause.Milliseconds()},
		DiskFull: st.DiskFull, Datasets: []datasetSize{},
	}
	if st.Events > 0 {
		out.Oldest, out.Newest = &st.Oldest, &st.Newest
	}
	for _, d := range st.Datasets {
		out.Datasets = append(out.Datasets, datasetSize{d.Name, d.Events})
	}
	return out, nil
}
