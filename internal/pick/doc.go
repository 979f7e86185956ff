// Package pick takes the few values that are wanted out of JSON (RFC 8259) of
// any size, fed in pieces of any size.
//
// A [Shape] says what is wanted, a [Reader] reads a document, a [Value] is what
// was kept of it. What nobody wants is passed over without being looked into,
// so there only brackets and quotation marks have to pair. What is kept is
// checked. The memory of a Reader is bounded whatever it reads, and a Reader
// that is used again allocates nothing.
package pick
