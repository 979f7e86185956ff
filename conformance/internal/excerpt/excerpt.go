// Package excerpt keeps the code in documents from rotting. A document holds
// parts of files that are compiled and tested, each below a comment that names
// it:
//
//	<!-- doc:chi -->
//	```go
//	…
//	```
//
// In a Go file the part stands between "// doc:chi" and "// doc:end". A test
// compares the two, or writes the document again.
package excerpt

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
)

// Parts are texts by the name under which a document shows them.
type Parts map[string]string

const (
	begin = "// doc:"
	end   = "// doc:end"
)

// Go returns the marked parts of the Go files in fsys, without the indentation
// that all lines of a part share. A part that is named twice, empty or not
// closed is an error.
func Go(fsys fs.FS) (Parts, error) {
	files, err := fs.Glob(fsys, "*.go")
	if err != nil {
		return nil, err
	}
	parts := Parts{}
	for _, file := range files {
		text, err := fs.ReadFile(fsys, file)
		if err != nil {
			return nil, err
		}
		if err := parts.read(string(text)); err != nil {
			return nil, fmt.Errorf("excerpt: %s: %w", file, err)
		}
	}
	return parts, nil
}

// read adds the parts of one file.
func (p Parts) read(text string) error {
	var (
		name  string
		lines []string
	)
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, " \t\r\n")
		mark := strings.TrimSpace(line)
		switch {
		case mark == end && name == "":
			return errors.New(`"// doc:end" ends nothing`)
		case mark == end:
			body := dedent(lines)
			if body == "" {
				return fmt.Errorf("part %q is empty", name)
			}
			p[name], name, lines = body, "", nil
		case strings.HasPrefix(mark, begin):
			if name != "" {
				return fmt.Errorf(`part %q has no "// doc:end"`, name)
			}
			name = strings.TrimPrefix(mark, begin)
			if _, twice := p[name]; twice || name == "" {
				return fmt.Errorf("part %q: name it, and only once", name)
			}
		case name != "":
			lines = append(lines, line)
		}
	}
	if name != "" {
		return fmt.Errorf(`part %q has no "// doc:end"`, name)
	}
	return nil
}

// dedent joins lines without blank ones around them and without the tabs that
// all of them begin with.
func dedent(lines []string) string {
	tabs := -1
	for _, line := range lines {
		if line == "" {
			continue
		}
		if n := len(line) - len(strings.TrimLeft(line, "\t")); tabs < 0 || n < tabs {
			tabs = n
		}
	}
	var b strings.Builder
	for _, line := range lines {
		if line != "" {
			b.WriteString(line[tabs:])
		}
		b.WriteByte('\n')
	}
	return strings.Trim(b.String(), "\n")
}

// Render returns document with each named block filled from parts. The language
// of a block is what document says. A Go or diff block without a name, a name
// without a part or a block, and a part that is not shown are errors.
func Render(document string, parts Parts) (string, error) {
	var (
		b      strings.Builder
		shown  = map[string]bool{}
		name   string // of the block that must follow
		inside bool   // a block
		skip   bool   // its old text
	)
	for line := range strings.Lines(document) {
		text := strings.TrimSpace(line)
		switch {
		case inside:
			if inside = text != "```"; !inside {
				skip = false
			}
		case strings.HasPrefix(text, "```"):
			if name == "" && (text == "```go" || text == "```diff") {
				return "", fmt.Errorf("excerpt: a %s block has no <!-- doc:name --> above it", text[3:])
			}
			inside, skip = true, name != ""
			b.WriteString(line)
			if skip {
				b.WriteString(parts[name] + "\n")
				name = ""
			}
			continue
		case name != "":
			return "", fmt.Errorf("excerpt: %q stands above no block", name)
		case strings.HasPrefix(text, "<!-- doc:") && strings.HasSuffix(text, " -->"):
			name = text[len("<!-- doc:") : len(text)-len(" -->")]
			if _, ok := parts[name]; !ok {
				return "", fmt.Errorf("excerpt: no part is called %q", name)
			}
			shown[name] = true
		}
		if !skip {
			b.WriteString(line)
		}
	}
	if inside || name != "" {
		return "", errors.New("excerpt: the last block is not closed")
	}
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		if !shown[name] {
			return "", fmt.Errorf("excerpt: part %q is not shown", name)
		}
	}
	return b.String(), nil
}
