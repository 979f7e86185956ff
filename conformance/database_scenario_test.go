package conformance_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"
)

// secret is a literal that no span may show.
const secret = "correct-horse-battery"

// word is a part of a literal that a server may take for something else.
const word = "hunter2"

// A scenario is something that a service does with its database.
type scenario struct {
	name, reason string
	run          func(ctx context.Context, tr *transcript, e engine, db database)
}

// scenarios are those that every engine can play.
var scenarios = []scenario{
	{"values", "NULLs, numbers, text, bytes and times of one row come back as they were", playValues},
	{"statements", "each kind of statement has its rows", playStatements},
	{"transactions", "what is committed stays, what is rolled back does not", playTransactions},
	{"prepared", "a prepared statement runs again and again", playPrepared},
	{"errors", "the errors of the driver arrive as they are", playErrors},
	{"quoted", "what a server quotes in a message shows no literal and no argument", playQuoted},
	{"refused transaction", "a failure in a transaction leaves the connection usable", playRefused},
	{"cancelled before", "a context that has ended reaches the driver", playCancelled},
	{"large", "rows of 1 MB go in and out", playLarge},
	{"crowd", "100 connections at once", playCrowd},
}

// table makes a table of two columns.
func table(ctx context.Context, tr *transcript, db database, name string) {
	tr.t.Helper()
	_, err := db.exec(ctx, "DROP TABLE IF EXISTS "+name)
	tr.ok(err)
	_, err = db.exec(ctx, "CREATE TABLE "+name+" (id INTEGER PRIMARY KEY, title TEXT)")
	tr.ok(err)
}

func playValues(ctx context.Context, tr *transcript, e engine, db database) {
	_, err := db.exec(ctx, "DROP TABLE IF EXISTS facts")
	tr.ok(err)
	_, err = db.exec(ctx, "CREATE TABLE facts (id INTEGER PRIMARY KEY, n BIGINT, x DOUBLE PRECISION, s TEXT, b "+e.blob+", t TIMESTAMP)")
	tr.ok(err)
	at := time.Date(2026, 11, 23, 12, 30, 0, 0, time.UTC)
	for _, row := range [][]any{
		{1, int64(1) << 62, 0.5, "héllo ' \" \\ ; -- $$", []byte{0, 1, 255}, at},
		{2, nil, nil, nil, nil, nil},
		{3, int64(-1), -1.5, "", []byte{}, at.Add(-24 * 365 * time.Hour)},
	} {
		tr.exec(db.exec(ctx, "INSERT INTO facts (id, n, x, s, b, t) VALUES ($1, $2, $3, $4, $5, $6)", row...))
	}
	tr.query(db.query(ctx, "SELECT * FROM facts ORDER BY id"))
	tr.query(db.query(ctx, "SELECT id FROM facts WHERE s IS NULL"))
	tr.query(db.query(ctx, "SELECT id FROM facts WHERE s = '"+secret+"'"))
}

func playStatements(ctx context.Context, tr *transcript, _ engine, db database) {
	table(ctx, tr, db, "notes")
	tr.exec(db.exec(ctx, "INSERT INTO notes (id, title) VALUES (1, '"+secret+"'), (2, 'b'), (3, 'c')"))
	tr.exec(db.exec(ctx, "UPDATE notes SET title = $1 WHERE id < $2", "z", 3))
	tr.exec(db.exec(ctx, "INSERT INTO notes (id, title) VALUES (1, 'd') ON CONFLICT (id) DO UPDATE SET title = excluded.title"))
	tr.query(db.query(ctx, "WITH few AS (SELECT id FROM notes WHERE id < 3) SELECT n.title FROM notes n JOIN few ON few.id = n.id ORDER BY n.id"))
	tr.query(db.query(ctx, "INSERT INTO notes (id, title) VALUES (4, 'e') RETURNING id, title"))
	tr.exec(db.exec(ctx, "DELETE FROM notes WHERE id IN (1, 2, 99)"))
	tr.exec(db.exec(ctx, "DELETE FROM notes WHERE id = 99"))
	tr.query(db.query(ctx, "SELECT count(*) FROM notes"))
	tr.exec(db.exec(ctx, "DROP TABLE notes"))
}

func playTransactions(ctx context.Context, tr *transcript, _ engine, db database) {
	table(ctx, tr, db, "accounts")
	for i, end := range []func(transaction, context.Context) error{transaction.commit, transaction.rollback} {
		tx, err := db.begin(ctx)
		tr.ok(err)
		tr.exec(tx.exec(ctx, "INSERT INTO accounts (id, title) VALUES ($1, $2)", i, "a"))
		tr.query(tx.query(ctx, "SELECT count(*) FROM accounts"))
		tr.done(end(tx, ctx))
		tr.done(tx.commit(ctx)) // a second end is refused
		tr.query(db.query(ctx, "SELECT id FROM accounts"))
	}
}

func playPrepared(ctx context.Context, tr *transcript, _ engine, db database) {
	table(ctx, tr, db, "words")
	c, release, err := db.conn(ctx)
	tr.ok(err)
	defer release()
	insert, err := c.prepare(ctx, "INSERT INTO words (id, title) VALUES ($1, $2)")
	tr.ok(err)
	for i := range 3 {
		tr.exec(insert.exec(ctx, i, fmt.Sprint("word ", i)))
	}
	tr.exec(insert.exec(ctx, 0, "again"))
	tr.done(insert.close(ctx))
	read, err := c.prepare(ctx, "SELECT title FROM words WHERE id >= $1 ORDER BY id")
	tr.ok(err)
	tr.query(read.query(ctx, 1))
	tr.query(read.query(ctx, 7))
	tr.done(read.close(ctx))
	_, err = c.prepare(ctx, "SELECT missing FROM words")
	tr.done(err)
}

func playErrors(ctx context.Context, tr *transcript, _ engine, db database) {
	table(ctx, tr, db, "things")
	tr.exec(db.exec(ctx, "INSERT INTO things (id, title) VALUES (1, 'a')"))
	tr.exec(db.exec(ctx, "INSERT INTO things (id, title) VALUES (1, '"+secret+"')"))
	tr.exec(db.exec(ctx, "INSERT INTO nothing (id) VALUES (1)"))
	tr.query(db.query(ctx, "SELECT * FROM nothing"))
	tr.query(db.query(ctx, "SELECT missing FROM things"))
	tr.query(db.query(ctx, "SELEC title FROM things"))
	tr.query(db.query(ctx, "SELECT title FROM things WHERE title = '"+secret))
	tr.query(db.query(ctx, "SELECT title FROM things WHERE id = $1", 1, 2))
	tr.query(db.query(ctx, "SELECT title FROM things WHERE id = $1", struct{}{}))
	tr.query(db.query(ctx, "SELECT title FROM things WHERE id = $1", 1))
}

func playQuoted(ctx context.Context, tr *transcript, _ engine, db database) {
	table(ctx, tr, db, "quotes")
	for _, query := range []string{
		"SELECT E'it\\'" + word + " x' FROM quotes", "SELECT 'it\\'" + word + " x' FROM quotes", "SELECT '" + word, word + " x",
		"SELECT id FROM quotes WHERE id = CAST('" + word + "' AS INTEGER)", "INSERT INTO quotes (id) VALUES ('" + secret + "')",
		"SELECT title FROM quotes x y -- " + word, "SELECT 1 FROM quotes WHERE title = 'a' '" + word + "' 'b'",
	} {
		tr.query(db.query(ctx, query))
		tr.exec(db.exec(ctx, query))
	}
	for _, arg := range []any{secret, "it's " + word, []byte(word)} {
		tr.exec(db.exec(ctx, "INSERT INTO quotes (id) VALUES ($1)", arg))
		tr.query(db.query(ctx, "SELECT id FROM quotes WHERE id = CAST($1 AS INTEGER)", arg))
	}
}

func playRefused(ctx context.Context, tr *transcript, _ engine, db database) {
	table(ctx, tr, db, "orders")
	tx, err := db.begin(ctx)
	tr.ok(err)
	tr.exec(tx.exec(ctx, "INSERT INTO orders (id, title) VALUES (1, 'a')"))
	tr.exec(tx.exec(ctx, "INSERT INTO orders (id, title) VALUES (1, 'b')"))
	tr.query(tx.query(ctx, "SELECT count(*) FROM orders"))
	tr.done(tx.rollback(ctx))
	tr.query(db.query(ctx, "SELECT count(*) FROM orders"))
}

func playCancelled(ctx context.Context, tr *transcript, e engine, db database) {
	table(ctx, tr, db, "jobs")
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	tr.exec(db.exec(cancelled, "INSERT INTO jobs (id) VALUES (1)"))
	_, err := db.begin(cancelled)
	tr.done(err)
	expired, cancel := context.WithTimeout(ctx, -1)
	defer cancel()
	tr.query(db.query(expired, "SELECT * FROM jobs"))
	if !e.unsteady {
		c, release, err := db.conn(ctx)
		tr.ok(err)
		tr.exec(c.exec(cancelled, "INSERT INTO jobs (id) VALUES (2)"))
		release()
	}
	tr.query(db.query(ctx, "SELECT * FROM jobs"))
}

func playLarge(ctx context.Context, tr *transcript, _ engine, db database) {
	table(ctx, tr, db, "documents")
	const size = 1 << 20
	for i := range 3 {
		tr.exec(db.exec(ctx, "INSERT INTO documents (id, title) VALUES ($1, $2)", i, strings.Repeat(string(rune('a'+i)), size)))
	}
	tr.exec(db.exec(ctx, "INSERT INTO documents (id, title) VALUES (9, '"+strings.Repeat(secret, size/len(secret))+"')"))
	tr.query(db.query(ctx, "SELECT id, title FROM documents ORDER BY id"))
}

func playCrowd(ctx context.Context, tr *transcript, _ engine, db database) {
	table(ctx, tr, db, "visitors")
	var (
		arrived, gone sync.WaitGroup
		mu            sync.Mutex
		inserted      int64
	)
	arrived.Add(clients)
	for i := range clients {
		gone.Go(func() {
			c, release, err := db.conn(ctx)
			arrived.Done()
			if err != nil {
				tr.t.Error(err)
				return
			}
			defer release()
			arrived.Wait() // all have a connection now
			rows, err := c.exec(ctx, "INSERT INTO visitors (id, title) VALUES ($1, $2)", i, "visitor")
			if err != nil {
				tr.t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			inserted += rows
		})
	}
	gone.Wait()
	tr.note("inserted %d", inserted)
	tr.query(db.query(ctx, "SELECT count(*), sum(id) FROM visitors"))
}
