//go:build unix

package store

import "golang.org/x/sys/unix"

// free returns the bytes of the disk that an ordinary user may still fill.
func free(folder string) (int64, error) {
	var s unix.Statfs_t
	if err := unix.Statfs(folder, &s); err != nil {
		return 0, err
	}
	return int64(s.Bavail) * int64(s.Bsize), nil //nolint:unconvert // the types differ among systems
}
