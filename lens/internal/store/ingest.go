package store

import (
	"sync"
	"sync/atomic"
	"time"
)

// ingest measures what is stored. Its zero value is ready to use.
type ingest struct {
	refused atomic.Int64

	mu      sync.Mutex
	seconds [rateSeconds]int64 // rows by second
	last    int64              // the latest second in seconds
	pauses  [2]time.Duration   // the longest commit of this minute and the last
	minute  int64
}

// rateSeconds is how far back the rate looks.
const rateSeconds = 10

func (i *ingest) stored(rows int, now time.Time) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.advance(now)
	i.seconds[now.Unix()%rateSeconds] += int64(rows)
}

// paused notes for how long nobody else could write.
func (i *ingest) paused(began, now time.Time) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.advance(now)
	i.pauses[0] = max(i.pauses[0], now.Sub(began))
}

// advance empties what is no longer looked at.
func (i *ingest) advance(now time.Time) {
	second, minute := now.Unix(), now.Unix()/60
	for s := max(i.last+1, second-rateSeconds+1); s <= second; s++ {
		i.seconds[s%rateSeconds] = 0
	}
	i.last = max(i.last, second)
	switch minute - i.minute {
	case 0:
	case 1:
		i.pauses = [2]time.Duration{0, i.pauses[0]}
	default:
		i.pauses = [2]time.Duration{}
	}
	i.minute = minute
}

// read returns the rows a second and the longest commit, over the last ten
// seconds and the last minute or two.
func (i *ingest) read(now time.Time) (rate float64, pause time.Duration) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.advance(now)
	var sum int64
	for s, n := range i.seconds {
		if int64(s) != now.Unix()%rateSeconds { // the running second would pull the rate down
			sum += n
		}
	}
	return float64(sum) / (rateSeconds - 1), max(i.pauses[0], i.pauses[1])
}
