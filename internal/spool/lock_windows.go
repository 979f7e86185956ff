package spool

import (
	"errors"
	"os"
	"syscall"
	"unsafe"
)

// supported says that a segment of a living process can be told from one that
// nobody owns.
const supported = true

var lockFileEx = syscall.NewLazyDLL("kernel32.dll").NewProc("LockFileEx")

// Flags and an error of LockFileEx, from winbase.h and winerror.h.
const (
	lockFailImmediately = 1
	lockExclusive       = 2
	errLockViolation    = syscall.Errno(33)
)

// lock takes f for this process without waiting, and reports false where
// another holds it. It ends when f is closed, or with the process. What is
// locked is one byte far behind the end: here a lock keeps others from reading.
func lock(f *os.File) (bool, error) {
	conn, err := f.SyscallConn()
	if err != nil {
		return false, err
	}
	var locked bool
	var failure error
	err = conn.Control(func(fd uintptr) {
		at := syscall.Overlapped{OffsetHigh: 1 << 30}
		ok, _, errno := lockFileEx.Call(fd, lockFailImmediately|lockExclusive, 0, 1, 0, uintptr(unsafe.Pointer(&at)))
		if locked = ok != 0; !locked && !errors.Is(errno, errLockViolation) {
			failure = errno
		}
	})
	return locked, errors.Join(err, failure)
}
