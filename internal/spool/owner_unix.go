//go:build unix

package spool

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// owned says why the user of this process is not the only one who can write
// what info describes.
func owned(info fs.FileInfo) error {
	if info.Mode().Perm()&0o022 != 0 {
		return fmt.Errorf("others can write to it (mode %q); set it to 0700", info.Mode().Perm().String())
	}
	if stat, ok := info.Sys().(*syscall.Stat_t); ok && int(stat.Uid) != os.Geteuid() {
		return errors.New("belongs to another user; name one of your own")
	}
	return nil
}
