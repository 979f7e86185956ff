package main

import (
	"net"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/internal/env"
)

// The variables of the flags are those of docs/CONFIGURATION.md.
func TestVariables(t *testing.T) {
	k, err := kong.New(new(command), kong.Vars{"db": "lens.duckdb"})
	if err != nil {
		t.Fatal(err)
	}
	var got, want []string
	for _, child := range k.Model.Children {
		for _, f := range child.Flags {
			got = append(got, f.Envs...)
		}
	}
	for _, v := range env.LensVariables() {
		want = append(want, v.Name)
	}
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("variables (-table +flags):\n%s", diff)
	}
}

func TestSize(t *testing.T) {
	tests := []struct {
		text string
		want size
		ok   bool
	}{
		{"0", 0, true},
		{"512", 512, true},
		{"1.5kB", 1536, true},
		{"256MB", 256 << 20, true},
		{" 10 gb ", 10 << 30, true},
		{"2TB", 2 << 40, true},
		{"", 0, false},
		{"MB", 0, false},
		{"-1", 0, false},
		{"NaN", 0, false},
		{"1e30TB", 0, false},
		{"10 miles", 0, false},
	}
	for _, tt := range tests {
		var got size
		err := got.UnmarshalText([]byte(tt.text))
		if (err == nil) != tt.ok || got != tt.want {
			t.Errorf("%q is %d, %v, want %d", tt.text, got, err, tt.want)
		}
	}
}

// Links of alerts can be opened where they are read.
func TestBase(t *testing.T) {
	name, err := os.Hostname()
	if err != nil {
		t.Skip(err)
	}
	at := func(ip string) net.Addr { return &net.TCPAddr{IP: net.ParseIP(ip), Port: 4318} }
	tests := []struct {
		url    string
		listen net.Addr
		want   string
	}{
		{"", at("127.0.0.1"), "http://127.0.0.1:4318"},
		{"", at("::1"), "http://[::1]:4318"},
		{"", at("10.0.0.1"), "http://10.0.0.1:4318"},
		{"", at("0.0.0.0"), "http://" + name + ":4318"},
		{"", at("::"), "http://" + name + ":4318"},
		{"https://lens.example/", at("0.0.0.0"), "https://lens.example"},
	}
	for _, tt := range tests {
		c := serve{URL: tt.url}
		if got := c.base(tt.listen); got != tt.want {
			t.Errorf("base of %q at %s is %q, want %q", tt.url, tt.listen, got, tt.want)
		}
	}
	for _, wrong := range []string{"lens.example", "ftp://lens.example", "http://", "javascript:alert(1)", ":"} {
		c := serve{Addr: "127.0.0.1:4318", URL: wrong}
		if err := c.check(); err == nil || !strings.Contains(err.Error(), "http://host:port") {
			t.Errorf("url %q: %v", wrong, err)
		}
	}
}

// Only an address that no other machine reaches needs no token.
func TestAddress(t *testing.T) {
	tests := []struct {
		addr, token string
		says        string // part of the error; empty for none
	}{
		{"127.0.0.1:4318", "", ""},
		{"localhost:0", "", ""},
		{"[::1]:4318", "", ""},
		{"127.9.9.9:1", "", ""},
		{":4318", "t", ""},
		{"0.0.0.0:4318", "t", ""},
		{":4318", "", "LENS_TOKEN"},
		{"0.0.0.0:4318", "", "LENS_TOKEN"},
		{"[::]:4318", "", "LENS_TOKEN"},
		{"10.0.0.1:4318", "", "LENS_TOKEN"},
		{"lens.example:4318", "", "LENS_TOKEN"},
		{"4318", "", "host:port"},
	}
	for _, tt := range tests {
		c := serve{Addr: tt.addr, Token: tt.token}
		err := c.check()
		if (err == nil) != (tt.says == "") || err != nil && !strings.Contains(err.Error(), tt.says) {
			t.Errorf("address %q with token %q: %v, want %q", tt.addr, tt.token, err, tt.says)
		}
	}
}
