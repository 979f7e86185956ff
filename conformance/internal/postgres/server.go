package postgres

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"
)

// User and Database are what clients log in with; the password is random.
const (
	User     = "lift"
	Database = "postgres"
)

// MaxConnections is how many clients the server takes.
const MaxConnections = 150

// patience bounds one program. A slow machine needs seconds.
const patience = 2 * time.Minute

// A Server is a running PostgreSQL. Get one from [Start]. Its methods must not
// be called at the same time.
type Server struct {
	bin      string // folder of the programs
	dir      string // folder of everything else
	port     int
	password string
	as       func(*exec.Cmd)
	keeper   *exec.Cmd
	leash    io.Closer
}

// keep stops the server and removes its folder once its standard input ends.
const keep = `while read -r _; do :; done
"$1/pg_ctl" -D "$2/data" -m immediate -w -t 20 stop >/dev/null 2>&1
rm -rf "$2"`

// Start starts a server, which lives until [Server.Stop] or the end of the
// process. It returns [ErrNotInstalled] where the programs are missing.
func Start(ctx context.Context) (*Server, error) {
	bin, err := programs()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "lift-pg-")
	if err != nil {
		return nil, fmt.Errorf("postgres: %w", err)
	}
	s := &Server{bin: bin, dir: dir, password: rand.Text()}
	if s.as, err = unprivileged(dir); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	if err := s.hold(); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	if err := s.create(ctx); err != nil {
		return nil, errors.Join(err, s.Stop())
	}
	return s, nil
}

// hold starts the shell that ends the server.
func (s *Server) hold() error {
	s.keeper = exec.Command("sh", "-c", keep, "keep", s.bin, s.dir) //nolint:noctx // ends with its input, and must outlive any context
	s.keeper.Dir = "/"
	s.as(s.keeper)
	leash, err := s.keeper.StdinPipe()
	if err != nil {
		return fmt.Errorf("postgres: %w", err)
	}
	s.leash = leash
	if err := s.keeper.Start(); err != nil {
		return fmt.Errorf("postgres: %w", err)
	}
	return nil
}

// create makes the data folder and starts the server for the first time.
func (s *Server) create(ctx context.Context) error {
	passwords := filepath.Join(s.dir, "password")
	write := fmt.Sprintf("umask 077; cat >%q", passwords) // as the user who will read it
	if err := s.run(ctx, s.password, "sh", "-c", write); err != nil {
		return err
	}
	err := s.run(ctx, "", filepath.Join(s.bin, "initdb"), "-D", filepath.Join(s.dir, "data"), "-U", User,
		"--pwfile", passwords, "--auth-local", "trust", "--auth-host", "scram-sha-256",
		"--encoding", "UTF8", "--locale", "C", "--no-sync")
	if err != nil {
		return err
	}
	for range 3 { // somebody may take the port between choosing and using it
		if s.port, err = freePort(ctx); err != nil {
			return err
		}
		if err = s.Up(ctx); err == nil {
			return nil
		}
	}
	return err
}

func freePort(ctx context.Context) (int, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp4", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("postgres: %w", err)
	}
	defer l.Close()
	addr, ok := l.Addr().(*net.TCPAddr)
	if !ok {
		return 0, fmt.Errorf("postgres: no port in %q", l.Addr())
	}
	return addr.Port, nil
}

// Up starts the server after [Server.Down], at the same address, and waits
// until it takes connections. What was written before is there.
func (s *Server) Up(ctx context.Context) error {
	options := "-c listen_addresses=127.0.0.1 -c port=" + strconv.Itoa(s.port) +
		" -c unix_socket_directories='" + s.dir + "' -c max_connections=" + strconv.Itoa(MaxConnections) +
		" -c fsync=off -c full_page_writes=off -c synchronous_commit=off -c shared_buffers=16MB -c autovacuum=off"
	log := filepath.Join(s.dir, "log")
	err := s.control(ctx, "-w", "-l", log, "-o", options, "start")
	if err != nil {
		if text, errLog := os.ReadFile(log); errLog == nil {
			err = fmt.Errorf("%w\n%s", err, text)
		}
	}
	return err
}

// Down stops the server at once, as if it had crashed: clients find their
// connections closed in the midst of what they do, and new ones refused.
func (s *Server) Down(ctx context.Context) error {
	return s.control(ctx, "-w", "-m", "immediate", "stop")
}

func (s *Server) control(ctx context.Context, args ...string) error {
	return s.run(ctx, "", filepath.Join(s.bin, "pg_ctl"), append([]string{"-D", filepath.Join(s.dir, "data")}, args...)...)
}

// Stop stops the server and removes all it wrote.
func (s *Server) Stop() error {
	_ = s.leash.Close()
	if err := s.keeper.Wait(); err != nil {
		return fmt.Errorf("postgres: stop: %w", err)
	}
	return nil
}

// URL returns where clients connect over TCP, with a password.
func (s *Server) URL() string {
	u := url.URL{
		Scheme: "postgres", User: url.UserPassword(User, s.password),
		Host: net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)), Path: Database,
		RawQuery: "sslmode=disable",
	}
	return u.String()
}

// SocketURL returns where clients connect over the unix socket, without a
// password.
func (s *Server) SocketURL() string {
	query := url.Values{"host": {s.dir}, "port": {strconv.Itoa(s.port)}, "user": {User}, "sslmode": {"disable"}}
	return "postgres:///" + Database + "?" + query.Encode()
}

// Dir returns the folder that the server lives in.
func (s *Server) Dir() string { return s.dir }

// run runs a program of the server. Its error has what the program wrote.
func (s *Server) run(ctx context.Context, input, program string, args ...string) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	c := exec.CommandContext(ctx, program, args...)
	var output bytes.Buffer
	c.Stdin, c.Stdout, c.Stderr = bytes.NewBufferString(input), &output, &output
	c.Dir, c.Env = s.dir, environment()
	c.WaitDelay = time.Second // the server itself may hold on to the output
	s.as(c)
	if err := c.Run(); err != nil {
		return fmt.Errorf("postgres: %s: %w\n%s", filepath.Base(program), err, output.Bytes())
	}
	return nil
}
