package console

import (
	"io"
	"os"
)

// Color says when trees are coloured.
type Color int

const (
	// ColorAuto colours where the writer is a terminal that can show it: a
	// character device, with TERM set to something other than dumb and NO_COLOR
	// not set (https://no-color.org). FORCE_COLOR colours every writer, unless
	// it is 0 or NO_COLOR is set.
	ColorAuto Color = iota
	// ColorAlways colours whatever the writer and the environment are.
	ColorAlways
	// ColorNever writes plain text.
	ColorNever
)

// enabled resolves c for w.
func (c Color) enabled(w io.Writer, getenv func(string) string) bool {
	switch c {
	case ColorAlways:
		return true
	case ColorNever:
		return false
	}
	if getenv("NO_COLOR") != "" {
		return false
	}
	if force := getenv("FORCE_COLOR"); force != "" {
		return force != "0"
	}
	if term := getenv("TERM"); term == "" || term == "dumb" {
		return false
	}
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// style is an SGR parameter of ECMA-48. Only the eight basic colours are used,
// so that trees follow the terminal's own palette.
type style string

const (
	plain   style = ""
	bold    style = "1"
	dim     style = "90"
	red     style = "31"
	green   style = "32"
	yellow  style = "33"
	blue    style = "34"
	magenta style = "35"
	cyan    style = "36"
)
