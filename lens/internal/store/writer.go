package store

import (
	"errors"
	"fmt"
	"strings"
	"unsafe"

	"github.com/duckdb/duckdb-go/v2"
	"github.com/duckdb/duckdb-go/v2/mapping"

	"github.com/lift-sys/telemetry/lens/internal/table"
)

// Columns of the table events before those of package table.
const (
	colTime = iota
	colWeight
	colDataset
	colExtra
	firstColumn
)

// writer appends rows to the table events through DuckDB's C interface: vectors
// are filled in place, which is several times faster than a row at a time. After
// an error it has to be closed.
type writer struct {
	db       mapping.Database
	conn     mapping.Connection
	appender mapping.Appender
	types    []mapping.LogicalType
	chunk    mapping.DataChunk
	vectors  []vector
	rows     int // in the chunk
}

type vector struct {
	vec  mapping.Vector
	data unsafe.Pointer
	mask []uint64 // a bit for each row that has a value
}

// newWriter opens a connection of its own to the database, which has to be open
// already: DuckDB's cache of instances makes it the same one.
func newWriter(path string) (*writer, error) {
	w := new(writer)
	var config mapping.Config
	if mapping.CreateConfig(&config) == mapping.StateError {
		return nil, errors.New("configuration of DuckDB cannot be made: report it")
	}
	defer mapping.DestroyConfig(&config)
	// What the driver sets too: an instance takes no other configuration.
	mapping.SetConfig(config, "duckdb_api", "go")
	var msg string
	if mapping.GetOrCreateFromCache(duckdb.GetInstanceCache(), path, &w.db, config, &msg) == mapping.StateError {
		return nil, fmt.Errorf("open %q for writing: %s", path, msg)
	}
	if mapping.Connect(w.db, &w.conn) == mapping.StateError {
		w.close()
		return nil, fmt.Errorf("connect to %q for writing", path)
	}
	if mapping.AppenderCreateExt(w.conn, "", "", "events", &w.appender) == mapping.StateError {
		err := fmt.Errorf("append to the table events: %s", mapping.AppenderError(w.appender))
		w.close()
		return nil, err
	}
	for i := range uint64(mapping.AppenderColumnCount(w.appender)) {
		w.types = append(w.types, mapping.AppenderColumnType(w.appender, mapping.IdxT(i)))
	}
	if want := firstColumn + len(table.Columns()); len(w.types) != want {
		w.close()
		return nil, fmt.Errorf("table events has %d columns, want %d: delete the database or use the lens that made it", len(w.types), want)
	}
	w.chunk = mapping.CreateDataChunk(w.types)
	w.vectors = make([]vector, len(w.types))
	w.reset()
	return w, nil
}

// close drops what has not been committed.
func (w *writer) close() {
	if w.chunk.Ptr != nil {
		mapping.DestroyDataChunk(&w.chunk)
	}
	for i := range w.types {
		mapping.DestroyLogicalType(&w.types[i])
	}
	if w.appender.Ptr != nil {
		mapping.AppenderClear(w.appender) // or else destroying it stores what it holds
		mapping.AppenderDestroy(&w.appender)
	}
	if w.conn.Ptr != nil {
		mapping.Disconnect(&w.conn)
	}
	if w.db.Ptr != nil {
		mapping.Close(&w.db)
	}
	*w = writer{}
}

// reset empties the chunk, so that no row has a value.
func (w *writer) reset() {
	mapping.DataChunkReset(w.chunk)
	words := (int(mapping.VectorSize()) + 63) / 64
	for i := range w.vectors {
		vec := mapping.DataChunkGetVector(w.chunk, mapping.IdxT(i))
		mapping.VectorEnsureValidityWritable(vec)
		v := vector{vec: vec, data: mapping.VectorGetData(vec)}
		v.mask = unsafe.Slice((*uint64)(mapping.VectorGetValidity(vec)), words)
		clear(v.mask)
		w.vectors[i] = v
	}
	w.rows = 0
}

// begin begins a transaction: the appender stores some hundred thousand rows before
// it is told to, which would stay without their last ones.
func (w *writer) begin() error { return w.query("BEGIN TRANSACTION") }

// append adds the rows of a batch. They are visible and durable after commit.
func (w *writer) append(b *table.Batch) error {
	size := int(mapping.VectorSize())
	for i := range b.Rows {
		if w.rows == size {
			if err := w.send(); err != nil {
				return err
			}
		}
		row, at := &b.Rows[i], w.rows
		set(&w.vectors[colTime], at, row.Time)
		set(&w.vectors[colWeight], at, row.Weight)
		w.vectors[colDataset].setString(at, row.Dataset)
		if len(row.Extra) > 0 {
			w.vectors[colExtra].setString(at, unsafe.String(&row.Extra[0], len(row.Extra)))
		}
		for _, v := range b.Values(i) {
			w.vectors[firstColumn+int(v.Column)].setValue(at, v)
		}
		w.rows++
	}
	return nil
}

// send gives the chunk to the appender, which copies it.
func (w *writer) send() error {
	if w.rows == 0 {
		return nil
	}
	mapping.DataChunkSetSize(w.chunk, mapping.IdxT(w.rows))
	if mapping.AppendDataChunk(w.appender, w.chunk) == mapping.StateError {
		return fmt.Errorf("append %d rows: %s", w.rows, mapping.AppenderError(w.appender))
	}
	w.reset()
	return nil
}

// commit stores what was appended since begin.
func (w *writer) commit() error {
	if err := w.send(); err != nil {
		return err
	}
	if mapping.AppenderFlush(w.appender) == mapping.StateError {
		return fmt.Errorf("store rows: %s", mapping.AppenderError(w.appender))
	}
	return w.query("COMMIT")
}

func (w *writer) query(statement string) error {
	var result mapping.Result
	defer mapping.DestroyResult(&result)
	if mapping.Query(w.conn, statement, &result) == mapping.StateError {
		return fmt.Errorf("%s: %s", strings.ToLower(statement), mapping.ResultError(&result))
	}
	return nil
}

// set writes a value of the vector's own type.
func set[T any](v *vector, row int, value T) {
	*(*T)(unsafe.Add(v.data, uintptr(row)*unsafe.Sizeof(value))) = value
	v.mask[row/64] |= 1 << (row % 64)
}

func (v *vector) setString(row int, s string) {
	mapping.VectorAssignStringElement(v.vec, mapping.IdxT(row), s)
	v.mask[row/64] |= 1 << (row % 64)
}

// hugeint is DuckDB's layout of 128 bits, and of a UUID, whose first bit it
// flips so that numbers sort as text does.
type hugeint struct {
	lower uint64
	upper uint64
}

func (v *vector) setValue(row int, val table.Value) {
	switch val.Kind {
	case table.String:
		v.setString(row, val.Str)
	case table.Bool:
		set(v, row, val.Bits != 0)
	case table.TraceID:
		set(v, row, hugeint{val.Low, val.Bits ^ 1<<63})
	default:
		set(v, row, val.Bits)
	}
}
