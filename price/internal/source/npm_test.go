package source

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestGenerated proves that the embedded table and its licence are what the
// generator makes. It needs npm and its registry; where LIFT_REQUIRE_NPM is 1,
// as in CI, their absence fails.
func TestGenerated(t *testing.T) {
	if testing.Short() && os.Getenv("LIFT_REQUIRE_NPM") != "1" {
		t.Skip("SKIPPED: -short; the embedded price table is not compared with its source")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	files, err := Fetch(ctx)
	if err != nil {
		if os.Getenv("LIFT_REQUIRE_NPM") == "1" {
			t.Fatalf("LIFT_REQUIRE_NPM=1, and the source cannot be had: %v", err)
		}
		t.Skipf("SKIPPED: the embedded price table is not compared with its source: %v", err)
	}
	text, err := Build(files.Script)
	if err != nil {
		t.Fatal(err)
	}
	packed, err := os.ReadFile(filepath.Join("..", "..", "genai-prices.bin"))
	if err != nil {
		t.Fatal(err)
	}
	if !Current(packed, text) {
		t.Error("genai-prices.bin is stale: run go generate ./price")
	}
	license, err := os.ReadFile(filepath.Join("..", "..", "LICENSE-genai-prices"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(license, files.License) {
		t.Error("LICENSE-genai-prices is stale: run go generate ./price")
	}
}

func TestFetchWithoutNPM(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	if _, err := Fetch(t.Context()); !errors.Is(err, ErrNoNPM) {
		t.Errorf("%v, want %v", err, ErrNoNPM)
	}
}

// archive makes an npm package out of names and contents.
func archive(t *testing.T, files ...string) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for i := 0; i+1 < len(files); i += 2 {
		if err := w.WriteHeader(&tar.Header{Name: files[i], Mode: 0o644, Size: int64(len(files[i+1]))}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(files[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), z.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestReadArchive(t *testing.T) {
	good := archive(t, "package/x", "?", "package/dist/index.cjs", "script", "package/LICENSE", "MIT")
	f, err := readArchive(good)
	if err != nil || string(f.Script) != "script" || string(f.License) != "MIT" {
		t.Errorf("%q, %q, %v", f.Script, f.License, err)
	}
	if _, err := unpack(good); err == nil || !strings.Contains(err.Error(), "pinned is") {
		t.Errorf("%v, want one about the integrity", err)
	}
	for name, broken := range map[string][]byte{
		"no gzip":    []byte("x"),
		"cut off":    good[:len(good)-20],
		"no licence": archive(t, "package/dist/index.cjs", "script"),
	} {
		if _, err := readArchive(broken); err == nil {
			t.Errorf("%s is no error", name)
		}
	}
}
