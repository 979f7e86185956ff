package telemetrysql

import (
	"strconv"

	"github.com/lift-sys/telemetry/internal/failure"
	"github.com/lift-sys/telemetry/internal/sqltext"
)

// redacted returns err, of the driver, without what its message has of the
// statement's literals and of its arguments.
func (c *call) redacted(err error) error {
	if c.query == "" || !c.Recording() {
		return err
	}
	var r sqltext.Redactor
	r.Statement(c.config.dialect, c.query)
	for _, a := range c.args {
		switch v := a.Value.(type) {
		case string:
			r.Value(v)
		case []byte:
			if c.reading.raw == nil { // else its owner may write to it by now
				r.Value(string(v))
			}
		case int64:
			r.Value(strconv.FormatInt(v, 10))
		case float64:
			r.Value(strconv.FormatFloat(v, 'f', -1, 64))
		}
	}
	if c.config.noText || failure.QuotesData(err) {
		r.Quotes()
	}
	return failure.Redact(err, r.Redact)
}
