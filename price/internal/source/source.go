// Package source makes the embedded price table of package price from the npm
// package @pydantic/genai-prices. It runs at go generate and in tests, never in
// a service.
//
// [Fetch] takes the package, [Build] reads the prices out of its script and
// writes them as text, [Pack] compresses the text to what is embedded, and
// [Unpack] is its reverse.
//
// # The text
//
// Lines of fields, separated by tabs. Order matters: the first that matches
// wins.
//
//	P  id  pattern of API URLs  match of names  match of models  fallback providers, by comma
//	M  id  match of models  prices, one field for each condition
//
// A match takes one field or, with operands, several:
//
//	=x ^x $x ~x  equal to x, begins, ends with, contains x; in lower case
//	/x !x        the regular expression x (RE2) is found, is not found
//	|n &n        one, all of the n matches that follow
//	-            nothing matches
//
// Prices are words: a condition or none, then the prices of kinds:
//
//	@2026-07-30           from then on, midnight in UTC
//	@16:30-00:30          within these hours of each day, in UTC
//	input=2.5,200000:5    2.5, and 5 for all where the input is above 200,000
//	free                  nothing is charged
//	?                     charged by what is not counted, such as hours of audio
package source

import (
	"bytes"
	"compress/flate"
	"fmt"
	"io"
	"strings"
)

// header is the first line of the embedded file, and not compressed: the
// version as spans carry it, then what a person asks.
const header = "genai-prices-" + Version + "\t" + Package + " " + Version + ", published " + Published + ", MIT: see LICENSE-genai-prices\n"

// Pack returns text as it is embedded.
func Pack(text string) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(header)
	w, err := flate.NewWriter(&b, flate.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := io.WriteString(w, text); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// Unpack returns the header and the text of an embedded file.
func Unpack(packed []byte) (head, text string, err error) {
	head, rest, found := strings.Cut(string(packed), "\n")
	if !found {
		return "", "", fmt.Errorf("price table: the first line, its header, is missing")
	}
	b, err := io.ReadAll(flate.NewReader(strings.NewReader(rest)))
	if err != nil {
		return "", "", fmt.Errorf("price table: %w", err)
	}
	return head, string(b), nil
}

// Current reports whether packed holds this text. Compressors differ between
// releases of Go, so bytes are not compared.
func Current(packed []byte, text string) bool {
	head, old, err := Unpack(packed)
	return err == nil && head+"\n" == header && old == text
}
