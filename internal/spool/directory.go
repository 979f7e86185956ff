package spool

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// openDirectory makes dir where it is missing, and opens it. It refuses a
// directory that others could plant files in.
func openDirectory(dir string) (*os.Root, error) {
	if dir == "" {
		return nil, errors.New(`spool: directory "": want a path`)
	}
	dir = filepath.Clean(dir) // a slash at the end would follow a symbolic link
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("spool: directory %q: %w", dir, err)
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return nil, fmt.Errorf("spool: directory %q: %w", dir, err)
	}
	if err := private(info); err != nil {
		return nil, fmt.Errorf("spool: directory %q: %w", dir, err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("spool: directory %q: %w", dir, err)
	}
	// What was checked has to be what was opened.
	if opened, err := root.Stat("."); err != nil || !os.SameFile(info, opened) {
		_ = root.Close()
		return nil, fmt.Errorf("spool: directory %q: replaced while it was opened", dir)
	}
	return root, nil
}

// private says why others can write what info describes.
func private(info fs.FileInfo) error {
	switch {
	case info.Mode()&fs.ModeSymlink != 0:
		return errors.New("is a symbolic link; name the directory itself")
	case !info.IsDir() && !info.Mode().IsRegular():
		return fmt.Errorf("is neither a directory nor a file but %q", info.Mode().Type().String())
	default:
		return owned(info)
	}
}
