package postgres

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// ErrNotInstalled is returned by [Start] where the server's programs are not
// on this machine.
var ErrNotInstalled = errors.New("postgres: neither in PATH nor in /usr/lib/postgresql: install Debian's postgresql or set PATH")

// programs returns the folder with initdb, pg_ctl and postgres: that of the
// first initdb in PATH, behind symbolic links, or else the newest one where
// Debian puts them.
func programs() (string, error) {
	var folders []string
	if initdb, err := exec.LookPath("initdb"); err == nil {
		folders = append(folders, filepath.Dir(initdb))
		if behind, err := filepath.EvalSymlinks(initdb); err == nil {
			folders = append(folders, filepath.Dir(behind))
		}
	}
	debian, err := filepath.Glob("/usr/lib/postgresql/*/bin")
	if err != nil {
		return "", fmt.Errorf("postgres: %w", err)
	}
	slices.SortFunc(debian, func(a, b string) int { return cmp.Compare(version(b), version(a)) })
	for _, folder := range append(folders, debian...) {
		if complete(folder) {
			return folder, nil
		}
	}
	return "", ErrNotInstalled
}

// version returns the version that a folder of Debian is named by, such as
// 9.6 or 17, or 0.
func version(bin string) float64 {
	v, _ := strconv.ParseFloat(filepath.Base(filepath.Dir(bin)), 64)
	return v
}

func complete(folder string) bool {
	for _, name := range []string{"initdb", "pg_ctl", "postgres"} {
		if info, err := os.Stat(filepath.Join(folder, name)); err != nil || info.IsDir() {
			return false
		}
	}
	return true
}

// environment returns what the programs see: no PG… variable that would point
// them elsewhere, and messages in English.
func environment() []string {
	env := slices.DeleteFunc(os.Environ(), func(kv string) bool {
		return strings.HasPrefix(kv, "PG") || strings.HasPrefix(kv, "LC_") || strings.HasPrefix(kv, "LANG")
	})
	return append(env, "LC_ALL=C")
}
