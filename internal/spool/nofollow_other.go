//go:build !unix

package spool

// noFollow is nothing here; Lstat before opening has to do.
const noFollow = 0
