package sqltext

import (
	"fmt"
	"strings"
	"sync"
	"testing"
)

func TestReadRemembers(t *testing.T) {
	query := strings.Clone("SELECT a FROM remembered")
	first := Read(PostgreSQL, query)
	if again := Read(PostgreSQL, query); again != first {
		t.Error("read twice")
	}
	if other := Read(SQLite, query); other == first {
		t.Error("two dialects share what they remember")
	}
	if n := testing.AllocsPerRun(100, func() { Read(PostgreSQL, query) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
	if s := Read(Dialect(200), query); s.Table != "remembered" {
		t.Errorf("table %q of a dialect that is none", s.Table)
	}
}

// check returns how many entries a cache has, and fails where its books are
// wrong.
func check(t *testing.T, c *cache) (entries int) {
	t.Helper()
	for i := range c.shards {
		sh := &c.shards[i]
		bytes := 0
		for _, e := range sh.ring {
			bytes += e.bytes()
			if sh.entries[e.query] != e {
				t.Errorf("%q is in the ring only", e.query)
			}
		}
		if bytes != sh.bytes || bytes > shardBytes || len(sh.entries) != len(sh.ring) {
			t.Errorf("%d bytes, said to be %d, at most %d; %d entries of %d", bytes, sh.bytes, shardBytes, len(sh.entries), len(sh.ring))
		}
		entries += len(sh.ring)
	}
	return entries
}

func TestCacheIsBounded(t *testing.T) {
	var c cache
	const hot = "SELECT hot FROM t"
	kept := c.read(PostgreSQL, hot)
	for i := range 20000 {
		c.read(PostgreSQL, fmt.Sprintf("SELECT a%d FROM t%d", i, i))
		if i%10 == 0 && c.read(PostgreSQL, hot) != kept {
			t.Fatal("a statement in use was forgotten")
		}
	}
	if n := check(t, &c); n < 1000 || n > shardCount*shardBytes/entryBytes {
		t.Errorf("%d statements remembered", n)
	}
	c.read(PostgreSQL, "SELECT '"+strings.Repeat("x", 1<<20)+"'")
	check(t, &c)
}

func TestCacheConcurrent(t *testing.T) {
	var (
		c  cache
		wg sync.WaitGroup
	)
	for g := range 8 {
		wg.Go(func() {
			for i := range 2000 {
				q := fmt.Sprintf("SELECT 1 FROM t%d", (i*(g+1))%3000)
				if s := c.read(PostgreSQL, q); s.Table != q[len("SELECT 1 FROM "):] {
					t.Errorf("%s gives table %q", q, s.Table)
				}
			}
		})
	}
	wg.Wait()
	check(t, &c)
}
