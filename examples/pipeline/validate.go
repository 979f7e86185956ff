package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"go/types"
	"time"

	"modernc.org/sqlite"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/attr"
)

const (
	languageSQL = "sql"

	// What the sandbox charges: by the second, a tenth of one at least.
	sandboxUSDPerSecond = 0.0002
	sandboxMinimum      = 100 * time.Millisecond

	limitAttached = 7 // SQLITE_LIMIT_ATTACHED, https://www.sqlite.org/c3ref/c_limit_attached.html
)

// Kinds of faults: values of error.type and code.retry_reason.
const (
	faultSyntax    = "syntax_error"
	faultType      = "type_error"
	faultExecution = "execution_error"
)

// codeError is what is wrong with generated code.
type codeError struct {
	kind, language string
	line           int // 0: unknown
	message        string
}

func (e *codeError) Error() string {
	if e.line == 0 {
		return fmt.Sprintf("%s: %s", e.language, e.message)
	}
	return fmt.Sprintf("%s, line %d: %s", e.language, e.line, e.message)
}

// ErrorType is error.type on the spans that the error ends.
func (e *codeError) ErrorType() string { return e.kind }

// kindOf returns a name of low cardinality for what is wrong.
func kindOf(err error) string {
	if e, ok := errors.AsType[*codeError](err); ok {
		return e.kind
	}
	return attr.ErrorOther
}

// verdict is what a check can say of code; nil is not known.
type verdict struct{ compiled, executed *bool }

// validate checks code in the sandbox.
func (p *pipeline) validate(ctx context.Context, g program) (v verdict, err error) {
	ctx, span := telemetry.StartCodeValidation(ctx, telemetry.CodeValidationRequest{
		Language: g.language, Generator: generators()[g.language],
	})
	defer span.End(&err)

	start := time.Now()
	switch g.language {
	case attr.LanguageGo:
		err = checkGo(g.Code)
		v.compiled = new(err == nil)
	case languageSQL:
		v, err = checkSQL(ctx, g.Code)
	default:
		// Brackets and strings are all that is looked at, so that nothing is
		// known of compilation.
		err = checkBrackets(g.language, g.Code)
	}
	seconds := max(time.Since(start), sandboxMinimum).Seconds()
	telemetry.RecordCost(ctx, seconds*sandboxUSDPerSecond)
	span.SetResult(telemetry.CodegenResult{CompilationSuccess: v.compiled, ExecutionSuccess: v.executed})
	return v, err
}

// checkGo parses and type-checks one file. It knows no packages to import.
func checkGo(code string) error {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "", code, parser.SkipObjectResolution)
	if list, ok := errors.AsType[scanner.ErrorList](err); ok && len(list) > 0 {
		return &codeError{faultSyntax, attr.LanguageGo, list[0].Pos.Line, list[0].Msg}
	} else if err != nil {
		return &codeError{kind: faultSyntax, language: attr.LanguageGo, message: err.Error()}
	}
	_, err = new(types.Config).Check("generated", files, []*ast.File{file}, nil)
	if e, ok := errors.AsType[types.Error](err); ok {
		return &codeError{faultType, attr.LanguageGo, files.Position(e.Pos).Line, e.Msg}
	}
	return err
}

// checkSQL compiles and runs a query in an empty database of its own, which
// can reach no file.
func checkSQL(ctx context.Context, query string) (v verdict, err error) {
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		return v, fmt.Errorf("open the sandbox: %w", err)
	}
	defer db.Close()
	conn, err := db.Conn(ctx)
	if err != nil {
		return v, fmt.Errorf("open the sandbox: %w", err)
	}
	defer conn.Close()
	if _, err := sqlite.Limit(conn, limitAttached, 0); err != nil {
		return v, fmt.Errorf("close the sandbox: %w", err)
	}
	if err := drain(conn.QueryContext(ctx, "EXPLAIN "+query)); err != nil {
		v.compiled = new(false)
		return v, &codeError{kind: faultSyntax, language: languageSQL, message: err.Error()}
	}
	v.compiled = new(true)
	err = drain(conn.QueryContext(ctx, query))
	v.executed = new(err == nil)
	if err != nil {
		return v, &codeError{kind: faultExecution, language: languageSQL, message: err.Error()}
	}
	return v, nil
}

// drain reads all rows.
func drain(rows *sql.Rows, err error) error {
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
	}
	return rows.Err()
}
