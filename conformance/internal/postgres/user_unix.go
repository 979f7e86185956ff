//go:build unix

package postgres

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"syscall"
)

// unprivileged makes commands run as somebody who is not root, in a process
// group of their own, so that an interrupt from the terminal leaves the
// stopping to us. The folder is given to that user.
func unprivileged(folder string) (func(*exec.Cmd), error) {
	attr := &syscall.SysProcAttr{Setpgid: true}
	if os.Geteuid() == 0 {
		uid, gid, err := somebody()
		if err != nil {
			return nil, err
		}
		if err := os.Chown(folder, uid, gid); err != nil {
			return nil, fmt.Errorf("postgres: %w", err)
		}
		attr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	}
	return func(c *exec.Cmd) { c.SysProcAttr = attr }, nil
}

// somebody returns a user to run the server as.
func somebody() (uid, gid int, err error) {
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, errUser := strconv.Atoi(u.Uid)
		gid, errGroup := strconv.Atoi(u.Gid)
		if errUser == nil && errGroup == nil && uid > 0 {
			return uid, gid, nil
		}
	}
	return 0, 0, errors.New(`postgres: cannot run as root: want a user "postgres" or "nobody"`)
}
