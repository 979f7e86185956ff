package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/lift-sys/telemetry"
)

// The modes of a spool, as they follow its directory in the environment.
const (
	onFailure = ""
	always    = ",always"
)

// A service is a child process and those that came before it in its place.
type service struct {
	name     string
	program  string // this one
	endpoint string
	spool    string // its directory; "" is a service without telemetry
	mode     string // of the spool: onFailure or always
	mortal   bool   // may be killed
	readOnly bool   // the directory cannot be written
	fileSize uint64 // largest file that it may write; 0: any
	index    int
	rate     int

	process *process
	past    []*process // all of them, in order
	kills   int
	drained time.Duration   // after the backend was well again
	rest    telemetry.Stats // of the process that only drained the spool
}

// process is one run of a service.
type process struct {
	cmd     *exec.Cmd
	out     bytes.Buffer
	read    chan struct{} // closed when the ledger is read
	entries []entry
	killed  time.Time // zero if it ended in peace
	stats   telemetry.Stats
	memory  atomic.Uint64 // the largest resident set that was seen, in bytes
}

// firstNumber leaves room for each process's spans.
func (s *service) firstNumber() uint64 { return uint64(s.index)<<48 | uint64(len(s.past))<<32 }

func (s *service) prepare() error {
	if s.spool == "" {
		return nil
	}
	mode := os.FileMode(0o700)
	if s.readOnly {
		mode = 0o500
	}
	err := os.MkdirAll(s.spool, mode)
	if s.readOnly && os.Geteuid() == 0 {
		err = errors.Join(err, os.Chown(s.spool, nobody, nobody))
	}
	return err
}

// nobody is a user without rights: root may write everywhere.
const nobody = 65534

func (s *service) command(args ...string) *exec.Cmd {
	cmd := exec.CommandContext(context.Background(), s.program, append([]string{childCommand}, args...)...)
	cmd.Stderr = nil // what the library logs about a broken backend is expected
	if s.spool == "" {
		cmd.Env = append(os.Environ(), "HONEYCOMB_ENABLED=false")
		return cmd
	}
	cmd.Env = append(os.Environ(),
		"OTEL_EXPORTER_OTLP_ENDPOINT="+s.endpoint,
		"OTEL_EXPORTER_OTLP_TIMEOUT=1000", // milliseconds; one phase of the script is not much longer
		"LIFT_TELEMETRY_SPOOL="+s.spool+s.mode,
	)
	if s.readOnly && os.Geteuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	}
	return cmd
}

func (s *service) start() error {
	cmd := s.command("-first", strconv.FormatUint(s.firstNumber(), 10),
		"-rate", strconv.Itoa(s.rate), "-file-size", strconv.FormatUint(s.fileSize, 10))
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	p := &process{cmd: cmd, read: make(chan struct{})}
	cmd.ExtraFiles, cmd.Stdout = []*os.File{w}, &p.out
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start %q: %w", s.name, err)
	}
	_ = w.Close() // ours; the ledger ends with the process
	s.process, s.past = p, append(s.past, p)
	go func() {
		defer close(p.read)
		defer r.Close()
		p.entries, _ = readEntries(r)
	}()
	go p.watch()
	return nil
}

// kill ends the process as the kernel does when memory runs out.
func (s *service) kill() {
	p := s.process
	if p == nil {
		return
	}
	s.process = nil
	s.kills++
	p.killed = time.Now()
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
	<-p.read
}

// stop ends the process in peace and takes its counts.
func (s *service) stop() error {
	p := s.process
	s.process = nil
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return fmt.Errorf("stop %q: %w", s.name, err)
	}
	if err := p.cmd.Wait(); err != nil {
		return fmt.Errorf("%s: %w", s.name, err)
	}
	<-p.read
	if err := json.Unmarshal(p.out.Bytes(), &p.stats); err != nil {
		return fmt.Errorf("counts of %q: %w", s.name, err)
	}
	return nil
}

// drain runs a process that delivers what the others left, and no more.
func (s *service) drain(ctx context.Context, patience time.Duration) error {
	if s.readOnly {
		return nil // nothing can have been left
	}
	cmd := s.command("-patience", patience.String())
	var out, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &stderr
	if err := cmd.Start(); err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { _ = cmd.Process.Kill() })
	defer stop()
	if err := cmd.Wait(); err != nil {
		return fmt.Errorf("drain %q: %w\n%s", s.spool, err, stderr.Bytes())
	}
	return json.Unmarshal(out.Bytes(), &s.rest)
}
