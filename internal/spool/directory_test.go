//go:build unix

package spool_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lift-sys/telemetry/internal/spool"
)

func TestDirectory(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		make         func(t *testing.T, dir string) error
		want         string // in the error; empty means none
	}{
		{name: "missing", reason: "it is made", make: func(*testing.T, string) error { return nil }},
		{name: "own", reason: "others may read its list, not write", make: func(_ *testing.T, dir string) error { return os.Mkdir(dir, 0o755) }},
		{name: "group may write", reason: "a member could plant records", want: "others can write to it", make: func(_ *testing.T, dir string) error {
			if err := os.Mkdir(dir, 0o700); err != nil {
				return err
			}
			return os.Chmod(dir, 0o770)
		}},
		{name: "all may write", reason: "a shared folder", want: "others can write to it", make: func(_ *testing.T, dir string) error {
			if err := os.Mkdir(dir, 0o700); err != nil {
				return err
			}
			return os.Chmod(dir, 0o777|os.ModeSticky)
		}},
		{name: "symbolic link", reason: "it may lead anywhere", want: "symbolic link", make: func(t *testing.T, dir string) error {
			return os.Symlink(t.TempDir(), dir)
		}},
		{name: "file", reason: "no directory", want: "not a directory", make: func(_ *testing.T, dir string) error {
			return os.WriteFile(dir, nil, 0o600)
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "spool")
			if err := tt.make(t, dir); err != nil {
				t.Fatal(err)
			}
			s, err := spool.Open(spool.Config{Dir: dir})
			if err == nil {
				defer s.Close()
			}
			switch {
			case tt.want == "" && err != nil:
				t.Fatalf("%v: %s", err, tt.reason)
			case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
				t.Errorf("got %v, want %q: %s", err, tt.want, tt.reason)
			}
		})
	}
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(t.TempDir(), link); err != nil {
		t.Fatal(err)
	}
	if _, err := spool.Open(spool.Config{Dir: link + "/"}); err == nil || !strings.Contains(err.Error(), "symbolic link") {
		t.Errorf("a symbolic link and a slash: %v", err)
	}
	if _, err := spool.Open(spool.Config{}); err == nil {
		t.Error("no directory is an error: there is no default")
	}
}

func TestModes(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "spool")
	s := open(t, spool.Config{Dir: dir})
	appendAll(t, s, batch(1, 0))
	info, err := os.Stat(dir)
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("directory: %v %v, want 0700", info.Mode(), err)
	}
	for _, name := range files(t, dir) {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v, want 0600", name, info.Mode(), err)
		}
	}
}

func TestForeignFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "spool")
	s := open(t, spool.Config{Dir: dir})
	record := batch(1, 0)
	target := filepath.Join(t.TempDir(), "target")
	for name, write := range map[string]func(string) error{
		"notes.txt":          func(p string) error { return os.WriteFile(p, []byte("mine"), 0o600) },
		spool.SegmentName(1): func(p string) error { return os.Symlink(target, p) },
		spool.SegmentName(2): func(p string) error { return os.Mkdir(p, 0o700) },
		spool.SegmentName(3): func(p string) error {
			if err := os.WriteFile(p, spool.Encode(record), 0o600); err != nil {
				return err
			}
			return os.Chmod(p, 0o666)
		},
	} {
		if err := write(filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(target, spool.Encode(record), 0o600); err != nil {
		t.Fatal(err)
	}
	found, _, _, err := s.Claim()
	if found != (spool.Counts{}) || err == nil {
		t.Errorf("claimed %+v, %v; want nothing and the reasons", found, err)
	}
	for i, want := range []string{"symbolic link", "is a directory", "others can write"} {
		if err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("segment %d: %v, want %q", i+1, err, want)
		}
	}
	if got := len(files(t, dir)); got != 4 {
		t.Errorf("%d files, want all 4 untouched", got)
	}
}
