package spool

import (
	"os"
	"syscall"
)

// Types of file systems, from statfs(2), where writing to a mapped page that
// was written before needs no new space on the disk. Elsewhere a full disk, or
// a server that is away, would end the process with SIGBUS.
const (
	fsExt     = 0xef53
	fsXFS     = 0x58465342
	fsTmp     = 0x01021994
	fsOverlay = 0x794c7630
)

// mapFile maps the first size bytes of f, or returns nil where that cannot be
// had safely.
func mapFile(f *os.File, size int) []byte {
	conn, err := f.SyscallConn()
	if err != nil {
		return nil
	}
	var data []byte
	_ = conn.Control(func(fd uintptr) {
		var fs syscall.Statfs_t
		if err := syscall.Fstatfs(int(fd), &fs); err != nil {
			return
		}
		switch uint32(fs.Type) {
		case fsExt, fsXFS, fsTmp, fsOverlay:
			data, _ = syscall.Mmap(int(fd), 0, size, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
		}
	})
	return data
}

// unlock gives up what lock took.
func unlock(f *os.File) {
	if conn, err := f.SyscallConn(); err == nil {
		_ = conn.Control(func(fd uintptr) { _ = syscall.Flock(int(fd), syscall.LOCK_UN) })
	}
}

// unmap ends a mapping that nobody uses any more.
func unmap(data []byte) { _ = syscall.Munmap(data) }
