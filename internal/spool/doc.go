// Package spool keeps batches of encoded telemetry in a directory until they
// can be delivered, through crashes of the process that wrote them.
//
// # Files
//
// A directory holds segments: files that belong to one process each, of
// about 1 MiB or, where that is more, a thirty-second of what the spool may hold.
// Smaller ones of ended processes are merged. The name is the time of creation and a random number,
// and ends in ".open" while the segment grows; sealing renames it to ".seg".
// Whoever holds the lock of a segment owns it. A lock ends with its process, so
// [Spool.Claim] finds what a dead process left and nothing else. It is a flock,
// or LockFileEx on Windows.
//
// # Records
//
// A segment is a sequence of records, each a header of 44 bytes and a payload.
// All numbers are little-endian.
//
//	 0  magic "LSR1"
//	 4  length of the payload
//	 8  items (spans, or points)
//	12  kind, flags (1: gzip), two zeros
//	16  weight of the items
//	24  time of writing, nanoseconds since 1970
//	32  CRC-32C of the payload
//	36  CRC-32C of the bytes before
//	40  state: all ones when delivered, else zeros; the majority of bits counts
//
// The header is written after the payload, so that a record cut short by a
// crash has none. After a damaged record, reading goes on at the next intact
// one. Marking a record as delivered changes its state in place: a crash
// between the backend's answer and the mark repeats one record and no more.
//
// # Journals
//
// A [Journal] is a file of memory that ends in ".log": 16 bytes that say its
// layout (magic "LSJ1", bytes of a slot, slots, CRC-32C), at 64 a table of one
// number per slot, then 128 KiB of notes (length, CRC-32C, bytes), then the
// slots. The number is how many slots belong together from this one on, its top
// bit that they hold metrics, and zero that nobody uses the slot. What is in a
// slot is the owner's affair. Space on the disk is taken when the file is made,
// so that a page that cannot be written never ends the process. [Spool.Orphan]
// takes over the journal of a process that has ended.
//
// # Durability
//
// What [Spool.Append] has written survives the process. It survives the host
// only with [Config.Sync], which makes every Append wait for the disk. What a
// journal holds survives the process.
package spool
