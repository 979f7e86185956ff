//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package spool

import (
	"os"
	"syscall"
)

// supported says that a segment of a living process can be told from one that
// nobody owns.
const supported = true

// lock takes f for this process without waiting, and reports false where
// another holds it. It ends when f is closed, or with the process.
func lock(f *os.File) (bool, error) {
	conn, err := f.SyscallConn()
	if err != nil {
		return false, err
	}
	var locked error
	err = conn.Control(func(fd uintptr) {
		for {
			locked = syscall.Flock(int(fd), syscall.LOCK_EX|syscall.LOCK_NB)
			if locked != syscall.EINTR {
				return
			}
		}
	})
	switch {
	case err != nil:
		return false, err
	case locked == syscall.EWOULDBLOCK:
		return false, nil
	default:
		return locked == nil, locked
	}
}
