package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// maxEvent bounds one line of a stream, in bytes.
const maxEvent = 1 << 20

// readEvents calls f with the data of each server-sent event until the stream
// ends, f returns an error or a line is longer than maxEvent. It knows what
// the two providers send, not all that the format allows.
func readEvents(r io.Reader, f func(data []byte) error) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 0, 4096), maxEvent)
	for lines.Scan() {
		data, ok := bytes.CutPrefix(lines.Bytes(), []byte("data:"))
		if !ok {
			continue // a name, a comment or the line between two events
		}
		data = bytes.TrimSpace(data)
		if len(data) == 0 || bytes.Equal(data, []byte("[DONE]")) {
			continue
		}
		if err := f(data); err != nil {
			return err
		}
	}
	if err := lines.Err(); errors.Is(err, bufio.ErrTooLong) {
		return fmt.Errorf("event of more than %d bytes: %w", maxEvent, err)
	} else if err != nil {
		return fmt.Errorf("read the stream: %w", err)
	}
	return nil
}
