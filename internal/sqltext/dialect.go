package sqltext

// A Dialect says by which rules a statement is split into tokens. The zero
// value is Unknown.
type Dialect uint8

// The dialects. Under Unknown whatever dialects read differently costs a
// statement its text.
const (
	Unknown Dialect = iota
	PostgreSQL
	SQLite
	MySQL // and MariaDB
	SQLServer
	dialects // how many there are
)

// escapes reports whether a backslash in plain quotes is first read as an
// escape. Servers have settings that turn it around; see [Analyze].
func (d Dialect) escapes() bool { return d == MySQL }

// brackets reports whether [x] is a name.
func (d Dialect) brackets() bool { return d == SQLite || d == SQLServer }

// nests reports whether comments nest.
func (d Dialect) nests() bool { return d == PostgreSQL || d == SQLServer }

// dollars reports whether $$x$$ is a string.
func (d Dialect) dollars() bool { return d == PostgreSQL || d == Unknown }

// doubleQuotesText reports whether "x" may be a string: always in MySQL
// without ANSI_QUOTES, and in SQLite where no column has that name.
func (d Dialect) doubleQuotesText() bool { return d != PostgreSQL && d != SQLServer }
