package console_test

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/lift-sys/telemetry/internal/console"
)

func TestColor(t *testing.T) {
	file, err := os.Create(filepath.Join(t.TempDir(), "traces"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	// The null device is a character device, as a terminal is.
	device, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer device.Close()
	var memory bytes.Buffer

	tests := []struct {
		name, reason string
		color        console.Color
		w            io.Writer
		env          map[string]string
		want         bool
	}{
		{"device", "a terminal is coloured", console.ColorAuto, device, map[string]string{"TERM": "xterm"}, true},
		{"file", "a file is not", console.ColorAuto, file, map[string]string{"TERM": "xterm"}, false},
		{"memory", "nor is any other writer", console.ColorAuto, &memory, map[string]string{"TERM": "xterm"}, false},
		{"dumb", "a terminal that cannot", console.ColorAuto, device, map[string]string{"TERM": "dumb"}, false},
		{"no TERM", "no terminal known", console.ColorAuto, device, nil, false},
		{"NO_COLOR", "the user says no", console.ColorAuto, device, map[string]string{"TERM": "xterm", "NO_COLOR": "1", "FORCE_COLOR": "1"}, false},
		{"NO_COLOR empty", "an empty value does not count", console.ColorAuto, device, map[string]string{"TERM": "xterm", "NO_COLOR": ""}, true},
		{"FORCE_COLOR", "the user says yes, as in CI logs", console.ColorAuto, file, map[string]string{"FORCE_COLOR": "1"}, true},
		{"FORCE_COLOR=0", "the user says no", console.ColorAuto, device, map[string]string{"TERM": "xterm", "FORCE_COLOR": "0"}, false},
		{"always", "the program says yes", console.ColorAlways, &memory, map[string]string{"NO_COLOR": "1"}, true},
		{"never", "the program says no", console.ColorNever, device, map[string]string{"TERM": "xterm", "FORCE_COLOR": "1"}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			getenv := func(key string) string { return tt.env[key] }
			if got := console.Enabled(tt.color, tt.w, getenv); got != tt.want {
				t.Errorf("%s: coloured = %t, want %t", tt.reason, got, tt.want)
			}
		})
	}
}

func TestColumns(t *testing.T) {
	tests := []struct{ name, reason, columns, like string }{
		{"set", "COLUMNS is the width", "80", "reference_80.txt"},
		{"wrong", "what is not a number counts as unset", "wide", "reference.txt"},
		{"zero", "nor is zero a width", "0", "reference.txt"},
		{"small", "a line has 40 columns at least", "3", "reference_40.txt"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			getenv := func(key string) string { return map[string]string{"COLUMNS": tt.columns}[key] }
			golden(t, tt.like, show(t, console.Options{Getenv: getenv}, reference()...))
		})
	}
}
