//go:build !unix

package spool

import "io/fs"

// owned is nil: permissions are lists here, which a mode does not show.
func owned(fs.FileInfo) error { return nil }
