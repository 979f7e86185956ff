//go:build !unix

package postgres

import (
	"errors"
	"os/exec"
)

func unprivileged(string) (func(*exec.Cmd), error) {
	return nil, errors.New("postgres: private servers need a unix system")
}
