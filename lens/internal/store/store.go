package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/duckdb/duckdb-go/v2"

	"github.com/lift-sys/telemetry/lens/internal/receive"
	"github.com/lift-sys/telemetry/lens/internal/table"
)

// Errors of [Store.Append] that a sender can do something about.
var (
	// ErrBusy says that too many rows wait: send again in a second.
	ErrBusy = fmt.Errorf("%w: too many rows wait to be stored: send again in a second", receive.ErrBusy)
	// ErrFull says that the disk has no room. Reading goes on.
	ErrFull = fmt.Errorf("%w: no room on the disk: make some, and let lens keep less with --max-size", receive.ErrFull)
	// ErrClosed says that the store is closed or closing.
	ErrClosed = errors.New("the store is closed: start lens again")
)

// Options of a store. The zero value but for Path is usable.
type Options struct {
	// Path of the database file. Its folder has to exist.
	Path string
	// MaxBytes is how much the file may hold before the oldest rows go; see
	// [Store.Retain]. 0 means no limit.
	MaxBytes int64
	// MaxAge of a row before it goes. 0 means no limit.
	MaxAge time.Duration
	// MinFree bytes of the disk stay free: below, Append returns ErrFull. It does so
	// too below the size of the log and 64 MB. 0 means 256 MB.
	MinFree int64
	// Memory is what DuckDB may use, in bytes. It spills to the disk beyond, and
	// the process needs about 1 GB more. 0 means 2 GB.
	Memory int64
	// MaxWaiting rows may wait to be stored: beyond, Append returns ErrBusy. 0
	// means 200 000.
	MaxWaiting int64
	// Log gets errors of the work in the background. nil discards them.
	Log func(msg string, err error)
}

func (o Options) withDefaults() Options {
	if o.MinFree == 0 {
		o.MinFree = 256 << 20
	}
	if o.Memory == 0 {
		o.Memory = 2 << 30
	}
	if o.MaxWaiting == 0 {
		o.MaxWaiting = 200_000
	}
	if o.Log == nil {
		o.Log = func(string, error) {}
	}
	return o
}

// Store is an open database. Make one with [Open].
type Store struct {
	options Options
	path    string
	handle

	queue   chan waiting
	waiting atomic.Int64 // rows
	closing sync.RWMutex // held for reading while something is sent to queue
	closed  bool

	// writing is held while rows or the log are written: DuckDB writes no log into
	// the file while something else writes.
	writing sync.Mutex
	full    atomic.Bool
	ingest  ingest
	known   columns

	stop context.CancelFunc
	done sync.WaitGroup
}

// waiting is a batch that a caller of Append waits for.
type waiting struct {
	batch *table.Batch
	done  chan error
}

// Open opens the database at o.Path, or makes it, and begins to write and to
// delete what is too old. Only one process can have a database open.
func Open(ctx context.Context, o Options) (*Store, error) {
	o = o.withDefaults()
	path, err := filepath.Abs(o.Path)
	if err != nil {
		return nil, fmt.Errorf("database %q: %w", o.Path, err)
	}
	s := &Store{options: o, path: path, queue: make(chan waiting, 1024)}
	if err := s.open(ctx); err != nil {
		return nil, err
	}
	work, stop := context.WithCancel(context.Background())
	s.stop = stop
	s.done.Go(s.write)
	s.done.Go(func() { s.retain(work) })
	return s, nil
}

// open opens the file.
func (s *Store) open(ctx context.Context) error {
	connector, err := duckdb.NewConnector(s.path, nil)
	if err != nil {
		remedy := "choose another file with --db"
		if strings.Contains(err.Error(), "set lock") { // DuckDB has no error of its own for it
			remedy = "stop the lens that has it open, or " + remedy
		}
		return fmt.Errorf("open database %q: %w: %s", s.path, err, remedy)
	}
	s.db = sql.OpenDB(connector)
	if err := s.prepare(ctx); err != nil {
		return errors.Join(err, s.db.Close())
	}
	return nil
}

// prepare sets what cannot be set when DuckDB opens a file that two connectors
// share, makes the tables and opens the writer.
func (s *Store) prepare(ctx context.Context) error {
	for _, stmt := range []string{
		fmt.Sprintf("SET memory_limit = '%dMB'", s.options.Memory>>20),
		// DuckDB would write the log into the file whether there is room or not.
		"SET checkpoint_threshold = '1TB'",
		"PRAGMA disable_checkpoint_on_shutdown",
		"SET preserve_insertion_order = false",
		// Nothing in a query may reach for the network, or for other files than the
		// database's own.
		"SET enable_external_access = false",
		"SET autoinstall_known_extensions = false",
		"SET autoload_known_extensions = false",
		"SET TimeZone = 'UTC'",
	} {
		if _, err := s.db.ExecContext(ctx, stmt); err != nil {
			return fmt.Errorf("prepare database: %w", err)
		}
	}
	if err := migrate(ctx, s.db); err != nil {
		return err
	}
	if err := s.known.load(ctx, s.db); err != nil {
		return err
	}
	var err error
	s.writer, err = newWriter(s.path)
	return err
}

// Close writes what waits and closes the database.
func (s *Store) Close() error {
	s.closing.Lock()
	if s.closed {
		s.closing.Unlock()
		return nil
	}
	s.closed = true
	close(s.queue)
	s.closing.Unlock()
	s.stop()
	s.done.Wait()
	// What stays in the log is read when the file is opened.
	var err error
	if !s.lost.Load() && s.checkRoom() == nil {
		err = s.checkpoint(context.Background())
	}
	s.mu.RLock() // who reads is not waited for
	defer s.mu.RUnlock()
	return errors.Join(err, s.db.Close())
}

// Append stores a batch and returns when it is durable. It does not wait for room,
// neither on the disk nor in the queue. After an error none of the rows are stored,
// and they may be sent again. So it waits for rows in the queue even if ctx
// ends meanwhile. The batch must not be changed afterwards.
func (s *Store) Append(ctx context.Context, b *table.Batch) error {
	n := int64(len(b.Rows))
	if n == 0 {
		return nil
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if s.diskFull() {
		s.ingest.refused.Add(n)
		return ErrFull
	}
	done := make(chan error, 1)
	if err := s.enqueue(waiting{b, done}, n); err != nil {
		s.ingest.refused.Add(n)
		return err
	}
	return <-done
}

func (s *Store) enqueue(w waiting, n int64) error {
	s.closing.RLock()
	defer s.closing.RUnlock()
	if s.closed {
		return ErrClosed
	}
	// A batch larger than the queue may pass an empty one.
	if before := s.waiting.Add(n) - n; before > 0 && before+n > s.options.MaxWaiting {
		s.waiting.Add(-n)
		return ErrBusy
	}
	select {
	case s.queue <- w:
		return nil
	default:
		s.waiting.Add(-n)
		return ErrBusy
	}
}
