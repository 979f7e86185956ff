// Package frame cuts a body that arrives in pieces into its documents: the
// events of a stream, the lines or the elements that it consists of. A document
// may be of any length. A splitter takes at most 4 KiB, since it hands on what
// arrives when it arrives.
package frame
