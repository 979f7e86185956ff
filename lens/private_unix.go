//go:build unix

package main

import (
	"errors"
	"io/fs"
	"os"

	"golang.org/x/sys/unix"
)

// private lets nobody but the user read a database, in which prompts may stand:
// neither the files that there are, nor those that DuckDB makes beside it.
func private(path string) error {
	unix.Umask(0o077)
	for _, file := range []string{path, path + ".wal"} {
		if err := os.Chmod(file, 0o600); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}
