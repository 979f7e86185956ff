// Package failure names errors: a low-cardinality type for grouping, the Go
// type, the message and a short stack.
//
// The names follow OpenTelemetry's error.type and exception.* attributes
// (https://opentelemetry.io/docs/specs/semconv/registry/attributes/error/,
// read 2026-11).
package failure

import (
	"cmp"
	"context"
	"database/sql/driver"
	"errors"
	"reflect"
	"strconv"

	"github.com/lift-sys/telemetry/attr"
)

// Identity says what an error is.
type Identity struct {
	Type    string // error.type: low cardinality
	GoType  string // exception.type: the Go type of the cause
	Message string // the whole message
	// Benign reports that the failure is no fault of the service: the
	// caller cancelled. Such a span keeps status Unset.
	Benign bool
}

// Classifier returns the error.type of err, or "" to leave it to [Describe].
type Classifier func(err error) string

// Describe names err, which must not be nil. ctx is the context of the failed
// work: a context.Canceled counts as benign only where ctx itself was
// cancelled. classify may be nil; a panic in it, or in a method of err, is
// swallowed.
func Describe(ctx context.Context, err error, classify Classifier) Identity {
	id := Identity{GoType: typeName(err)}
	guard(func() string { id.GoType = typeName(Cause(err)); return "" })
	id.Message = cmp.Or(message(err), id.GoType)
	id.Type = custom(classify, err)
	if id.Type == "" {
		guard(func() string { id.Type, id.Benign = kind(ctx, err); return "" })
	}
	id.Type = cmp.Or(id.Type, id.GoType)
	return id
}

// kind returns the error.type of err where it is anything but its Go type.
func kind(ctx context.Context, err error) (name string, benign bool) {
	if errors.Is(ctx.Err(), context.Canceled) && interrupted(err) {
		return attr.ErrorCanceled, true
	}
	if IsConnection(err) {
		return attr.ErrorDBConnection, false
	}
	name = own(err)
	switch {
	case name != "":
	case errors.Is(err, context.DeadlineExceeded), errors.Is(ctx.Err(), context.DeadlineExceeded) && stopped(err):
		name = attr.ErrorTimeout
	case errors.Is(err, context.Canceled): // by the service itself, not by its caller
		name = attr.ErrorCanceled
	default:
		name = Code(err)
	}
	return name, false
}

// interrupted reports whether err is what a cancelled context leads to. Some
// database drivers answer it with their own words: a connection given up, or a
// statement that the server stopped.
func interrupted(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, driver.ErrBadConn) || stopped(err)
}

// Cause returns the first error under the wrappers of err whose type does not
// belong to the packages errors or fmt. Where there is none, it is the
// innermost error. Of several joined errors the first one counts.
func Cause(err error) error {
	for {
		err = plain(err)
		if pkg := packageOf(err); pkg != "errors" && pkg != "fmt" {
			return err
		}
		next := unwrap(err)
		if next == nil {
			return err
		}
		err = next
	}
}

// own returns the type that some error in the chain claims for itself: a
// method ErrorType() string, a provider's code, or an HTTP status.
func own(err error) string {
	for e := err; e != nil; e = unwrap(e) {
		if t, ok := e.(interface{ ErrorType() string }); ok {
			if name := guard(t.ErrorType); name != "" {
				return name
			}
		}
		if code := status(e); code >= 400 && code <= 599 {
			return strconv.Itoa(code)
		}
	}
	return ""
}

// status finds an HTTP status in the shapes that LLM SDKs use: a method, or
// an exported int field. Reflection is fine here: only failures pay for it.
func status(err error) int {
	code := 0
	guard(func() string {
		switch s := err.(type) {
		case interface{ StatusCode() int }:
			code = s.StatusCode()
		case interface{ HTTPStatusCode() int }:
			code = s.HTTPStatusCode()
		}
		return ""
	})
	if code != 0 {
		return code
	}
	v := reflect.ValueOf(err)
	for v.Kind() == reflect.Pointer && !v.IsNil() {
		v = v.Elem()
	}
	if v.Kind() != reflect.Struct {
		return 0
	}
	for _, name := range [...]string{"StatusCode", "HTTPStatusCode", "Code"} {
		field, ok := v.Type().FieldByName(name)
		if !ok {
			continue
		}
		// An error: the field belongs to an embedded pointer that is nil.
		if f, err := v.FieldByIndexErr(field.Index); err == nil && f.CanInt() {
			return int(f.Int())
		}
	}
	return 0
}

func unwrap(err error) error {
	switch e := err.(type) {
	case interface{ Unwrap() error }:
		return e.Unwrap()
	case interface{ Unwrap() []error }:
		for _, inner := range e.Unwrap() {
			if inner != nil {
				return inner
			}
		}
	}
	return nil
}

func packageOf(err error) string {
	t := reflect.TypeOf(err)
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.PkgPath()
}

func typeName(err error) string { return reflect.TypeOf(err).String() }

func message(err error) string { return guard(err.Error) }

func custom(classify Classifier, err error) string {
	if classify == nil {
		return ""
	}
	return guard(func() string { return classify(err) })
}

// guard runs foreign code whose panic must not reach the service.
func guard(f func() string) (s string) {
	defer func() {
		if recover() != nil {
			s = ""
		}
	}()
	return f()
}
