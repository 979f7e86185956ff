// Package postgres runs a private PostgreSQL server for tests: its data in a
// temporary folder, a unix socket there and a random port on the loopback
// interface. It needs the server's programs and nothing else; initdb and the
// server refuse to run as root, so root runs them as somebody else.
//
// The server does not outlive the process that started it, however that ends:
// a shell waits for the other end of a pipe to close, and then stops the
// server and removes the folder.
package postgres
