package failure_test

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lift-sys/telemetry/internal/failure"
)

type (
	valueError   struct{ text string }
	pointerError struct{ text string }
	named        struct{ valueError }
	fieldError   struct {
		valueError
		StatusCode int
	}
	pointerFieldError struct {
		*fieldError
		text string
	}
	methodError    struct{ valueError }
	awsMethodError struct{ valueError }
	postgres       struct {
		valueError
		code string
	}
	brokenError struct{}
)

func (e valueError) Error() string         { return e.text }
func (e *pointerError) Error() string      { return e.text }
func (named) ErrorType() string            { return "rate_limit_error" }
func (e pointerFieldError) Error() string  { return e.text }
func (methodError) StatusCode() int        { return 503 }
func (awsMethodError) HTTPStatusCode() int { return 400 }
func (p postgres) SQLState() string        { return p.code }
func (brokenError) Error() string          { panic("Error") }
func (brokenError) Unwrap() error          { panic("Unwrap") }
func (brokenError) Is(error) bool          { panic("Is") }
func (brokenError) As(any) bool            { panic("As") }
func (brokenError) ErrorType() string      { panic("ErrorType") }
func (brokenError) StatusCode() int        { panic("StatusCode") }

const pkg = "failure_test."

func TestDescribe(t *testing.T) {
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	expired, cancel := context.WithTimeout(t.Context(), -1)
	defer cancel()
	dial := &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("refused")}
	tests := []struct {
		name, reason string
		ctx          context.Context
		classify     failure.Classifier
		err          error
		want         failure.Identity
	}{
		{
			name: "plain", reason: "errors.New has no type of its own", err: errors.New("x"),
			want: failure.Identity{Type: "*errors.errorString", GoType: "*errors.errorString", Message: "x"},
		},
		{
			name: "value", reason: "a type by value", err: valueError{"x"},
			want: failure.Identity{Type: pkg + "valueError", GoType: pkg + "valueError", Message: "x"},
		},
		{
			name: "pointer under fmt", reason: "the first type that is no wrapper", err: fmt.Errorf("a: %w", fmt.Errorf("b: %w", &pointerError{"x"})),
			want: failure.Identity{Type: "*" + pkg + "pointerError", GoType: "*" + pkg + "pointerError", Message: "a: b: x"},
		},
		{
			name: "two of fmt", reason: "the first of several", err: fmt.Errorf("%w and %w", valueError{"x"}, &pointerError{"y"}),
			want: failure.Identity{Type: pkg + "valueError", GoType: pkg + "valueError", Message: "x and y"},
		},
		{
			name: "join", reason: "the first of several", err: errors.Join(nil, &pointerError{"x"}, valueError{"y"}),
			want: failure.Identity{Type: "*" + pkg + "pointerError", GoType: "*" + pkg + "pointerError", Message: "x\ny"},
		},
		{
			name: "wrapper of its own", reason: "a wrapper with a name is the name", err: &url.Error{Op: "Get", URL: "/", Err: io.EOF},
			want: failure.Identity{Type: "*url.Error", GoType: "*url.Error", Message: `Get "/": EOF`},
		},
		{
			name: "named", reason: "an error may name itself", err: fmt.Errorf("a: %w", named{valueError{"x"}}),
			want: failure.Identity{Type: "rate_limit_error", GoType: pkg + "named", Message: "a: x"},
		},
		{
			name: "status field", reason: "as the OpenAI and Anthropic SDKs have it", err: &fieldError{valueError{"x"}, 429},
			want: failure.Identity{Type: "429", GoType: "*" + pkg + "fieldError", Message: "x"},
		},
		{
			name: "status that is none", reason: "only 4xx and 5xx are failures", err: fieldError{valueError{"x"}, 200},
			want: failure.Identity{Type: pkg + "fieldError", GoType: pkg + "fieldError", Message: "x"},
		},
		{
			name: "embedded status field", reason: "promoted through a pointer", err: pointerFieldError{&fieldError{StatusCode: 500}, "x"},
			want: failure.Identity{Type: "500", GoType: pkg + "pointerFieldError", Message: "x"},
		},
		{
			name: "embedded nil", reason: "reflection must not follow a nil pointer", err: pointerFieldError{nil, "x"},
			want: failure.Identity{Type: pkg + "pointerFieldError", GoType: pkg + "pointerFieldError", Message: "x"},
		},
		{
			name: "status method", reason: "below a wrapper", err: fmt.Errorf("a: %w", methodError{valueError{"x"}}),
			want: failure.Identity{Type: "503", GoType: pkg + "methodError", Message: "a: x"},
		},
		{
			name: "AWS status method", reason: "smithy's name for it", err: awsMethodError{valueError{"x"}},
			want: failure.Identity{Type: "400", GoType: pkg + "awsMethodError", Message: "x"},
		},
		{
			name: "nil pointer", reason: "an Error method that panics", err: (*pointerError)(nil),
			want: failure.Identity{Type: "*" + pkg + "pointerError", GoType: "*" + pkg + "pointerError", Message: "*" + pkg + "pointerError"},
		},
		{
			name: "broken", reason: "no method of an error may reach the service", err: brokenError{},
			want: failure.Identity{Type: pkg + "brokenError", GoType: pkg + "brokenError", Message: pkg + "brokenError"},
		},
		{
			name: "broken below", reason: "the message is what fmt made of it", err: fmt.Errorf("a: %w", brokenError{}),
			want: failure.Identity{Type: pkg + "brokenError", GoType: pkg + "brokenError", Message: "a: %!v(PANIC=Error method: Error)"},
		},
		{
			name: "canceled", reason: "the caller hung up", ctx: canceled, err: fmt.Errorf("a: %w", context.Canceled),
			want: failure.Identity{Type: "canceled", GoType: "*errors.errorString", Message: "a: context canceled", Benign: true},
		},
		{
			name: "canceled elsewhere", reason: "not by the caller", err: context.Canceled,
			want: failure.Identity{Type: "canceled", GoType: "*errors.errorString", Message: "context canceled"},
		},
		{
			name: "canceled after the deadline", reason: "a deadline that passed is a fault", ctx: expired, err: context.Canceled,
			want: failure.Identity{Type: "canceled", GoType: "*errors.errorString", Message: "context canceled"},
		},
		{
			name: "connection given up", reason: "a driver's word for a cancelled context pages nobody", ctx: canceled, err: driver.ErrBadConn,
			want: failure.Identity{Type: "canceled", GoType: "*errors.errorString", Message: "driver: bad connection", Benign: true},
		},
		{
			name: "another error of a cancelled context", reason: "not every failure is the caller's", ctx: canceled, err: valueError{"x"},
			want: failure.Identity{Type: pkg + "valueError", GoType: pkg + "valueError", Message: "x"},
		},
		{
			name: "deadline", reason: "one name for all of them", ctx: expired, err: fmt.Errorf("a: %w", context.DeadlineExceeded),
			want: failure.Identity{Type: "timeout", GoType: "context.deadlineExceededError", Message: "a: context deadline exceeded"},
		},
		{
			name: "bad connection", reason: "database/sql's word for it", err: fmt.Errorf("a: %w", driver.ErrBadConn),
			want: failure.Identity{Type: "db_connection", GoType: "*errors.errorString", Message: "a: driver: bad connection"},
		},
		{
			name: "dial", reason: "a database that cannot be reached", err: fmt.Errorf("a: %w", dial),
			want: failure.Identity{Type: "db_connection", GoType: "*net.OpError", Message: "a: dial tcp: refused"},
		},
		{
			name: "dial of an HTTP client", reason: "no database", err: &url.Error{Op: "Get", URL: "/", Err: dial},
			want: failure.Identity{Type: "*url.Error", GoType: "*url.Error", Message: `Get "/": dial tcp: refused`},
		},
		{
			name: "classified", reason: "the caller's word goes first", ctx: canceled, err: context.Canceled,
			classify: func(err error) string { return "my " + err.Error() },
			want:     failure.Identity{Type: "my context canceled", GoType: "*errors.errorString", Message: "context canceled"},
		},
		{
			name: "not classified", reason: "an empty answer leaves it to us", err: named{valueError{"x"}},
			classify: func(error) string { return "" },
			want:     failure.Identity{Type: "rate_limit_error", GoType: pkg + "named", Message: "x"},
		},
		{
			name: "broken classifier", reason: "a callback's panic never reaches the service", err: named{valueError{"x"}},
			classify: func(error) string { panic("no") },
			want:     failure.Identity{Type: "rate_limit_error", GoType: pkg + "named", Message: "x"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.ctx == nil {
				tt.ctx = t.Context()
			}
			got := failure.Describe(tt.ctx, tt.err, tt.classify)
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Errorf("%s (-want +got):\n%s", tt.reason, d)
			}
		})
	}
}
