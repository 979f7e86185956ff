package frame

// Sink takes the documents of a body, in their order. What it is handed is
// valid during the call and must not be changed.
type Sink interface {
	// Whole takes a document that was there in one piece. The name is the type
	// of the event, "" where it has none.
	Whole(name string, data []byte)
	// Data takes a piece, never empty, of a document that comes in pieces.
	Data(piece []byte)
	// End takes the name of the document whose pieces came before, if there
	// were any: without them the document is empty.
	End(name string)
}

// Splitter cuts one body. It is not safe for concurrent use, and allocates
// nothing for a document, unless its name is new.
type Splitter interface {
	// Write takes a piece of the body, and does not keep it.
	Write(p []byte, to Sink)
	// Close says that the body ended, or that nobody reads on. It hands on
	// what has come of a last document. Nothing may be written after it.
	Close(to Sink)
}
