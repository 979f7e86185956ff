// Package delivery carries encoded telemetry to its backend over OTLP/HTTP and
// keeps exact books of it. It is the only package that knows the wire.
//
// # The way of a span
//
// Append copies one encoded span into a block of memory (64 KiB) and returns;
// it never waits for the network and, once warm, allocates nothing. A goroutine
// per signal takes whole blocks, groups their spans by scope into one request,
// compresses it and posts it: after a second, or sooner when four blocks are
// full. Every request passes through lane.send. With a spool, the keeper moves
// to the disk what waits while attempts fail, what memory has no room for, and
// what Shutdown could not send; lane.replay sends it when nothing new is due.
//
// With a journal, the blocks of both signals are pieces of a file, so that what
// waits and what is in flight survive the process too. A settled entry is
// marked in place, so that a successor sends what had not arrived and no more.
//
// # What the backend's answer means
//
//	2xx with a page       sent again after a wait: a proxy's HTML, not an answer
//	other 2xx             delivered; rejected items of a partial success are counted, never sent again
//	400, 413              the batch is halved until the bad span stands alone; only that one is dropped
//	401, 403              held and probed every 30 s; Health says unauthorized
//	408, 429, 5xx         sent again after a wait, Retry-After honoured
//	no or a broken answer sent again after a wait
//	3xx                   sent again after a wait; never followed, since that could carry the key to another host
//	any other             rejected
//
// # The books
//
// At any moment, for spans, their weight and metric points alike,
//
//	Appended + Recovered = Exported + Rejected + Queued + Spooled + Dropped.Total()
//
// where Queued includes what is in flight. Memory is bounded by
// Config.MaxBytes: blocks waiting, blocks in flight and request bodies
// together. When it is full the oldest waiting block of the signal that holds
// the most makes room, because what a service did last explains its present
// state best, and because a batch that can never be delivered then leaves by
// itself.
package delivery
