package frame

// Whole takes a body for one document. The zero value is ready.
type Whole struct{ begun bool }

// NewWhole returns a splitter that takes a body for one document, which comes
// in the pieces that are written.
func NewWhole() *Whole { return &Whole{} }

// Write implements [Splitter].
func (w *Whole) Write(p []byte, to Sink) {
	if len(p) > 0 {
		w.begun = true
		to.Data(p)
	}
}

// Close implements [Splitter]. An empty body is no document.
func (w *Whole) Close(to Sink) {
	if w.begun {
		w.begun = false
		to.End("")
	}
}
