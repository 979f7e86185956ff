//go:build unix

package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/lift-sys/telemetry/lens/internal/table"
)

// Nobody else can read what lens keeps, in a folder that others can look into: not
// the files of an earlier version either.
func TestPrivate(t *testing.T) {
	flags := databaseFlags{DB: filepath.Join(t.TempDir(), "lens.duckdb"), MinFree: 1}
	for _, round := range []string{"new", "of before"} {
		s, err := flags.open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		b := new(table.Batch)
		b.Add(time.Now().UnixNano(), 1, "d")
		if err := s.Append(t.Context(), b); err != nil {
			t.Fatal(err)
		}
		files, err := os.ReadDir(filepath.Dir(flags.DB))
		if err != nil {
			t.Fatal(err)
		}
		if len(files) < 2 {
			t.Errorf("files are %v, want the database and its log", files)
		}
		for _, f := range files {
			info, err := f.Info()
			if err != nil {
				t.Fatal(err)
			}
			if info.Mode()&(fs.ModePerm&^0o700) != 0 {
				t.Errorf("%s: %s is %v", round, f.Name(), info.Mode())
			}
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(flags.DB, 0o644); err != nil { //nolint:gosec // as it was
			t.Fatal(err)
		}
	}
}
