package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// What is older than lens keeps is imported, and it is said that lens deletes it
// when it starts.
func TestImportOld(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "spans.jsonl")
	var lines bytes.Buffer
	for _, age := range []time.Duration{time.Hour, 31 * 24 * time.Hour, 400 * 24 * time.Hour} {
		fmt.Fprintf(&lines, `{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"a","startTimeUnixNano":"%d"}]}]}]}`+"\n", time.Now().Add(-age).UnixNano())
	}
	if err := os.WriteFile(file, lines.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	const month = 720 * time.Hour
	tests := []struct {
		name   string
		maxAge time.Duration
		says   string
	}{
		{"a month", month, file + ": 3 rows from 3 records\n2 rows are older than --max-age 720h0m0s: lens deletes them as soon as it starts; start it with --max-age 0 to see them\n"},
		{"for ever", 0, file + ": 3 rows from 3 records\n"},
	}
	for _, tt := range tests {
		flags := databaseFlags{DB: filepath.Join(folder, tt.name), MaxAge: tt.maxAge, MinFree: 1}
		var out bytes.Buffer
		if err := (&imports{Files: []string{file}, Signal: "traces"}).run(t.Context(), flags, &out); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tt.says, out.String()); diff != "" {
			t.Errorf("%s: (-want +said):\n%s", tt.name, diff)
		}
		flags.MaxAge = 0
		s, err := flags.open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		st, err := s.Status(t.Context())
		if err != nil || st.Events != 3 {
			t.Errorf("%s: %d rows are there, %v: want 3", tt.name, st.Events, err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}
