// Package sqlite has errors in the shapes of those of SQLite's drivers, for the
// tests of package failure: their package's path is a part of the shape.
package sqlite

// MethodsError is an error as modernc.org/sqlite has it.
type MethodsError struct{ Result int }

// Error implements error.
func (*MethodsError) Error() string { return "methods" }

// Code returns the extended result code.
func (e *MethodsError) Code() int { return e.Result }

// Result is a primary result code.
type Result uint8

// Extended is an extended result code.
type Extended uint16

// BothError is an error as github.com/ncruces/go-sqlite3 has it.
type BothError struct{ Result Extended }

// Error implements error.
func (*BothError) Error() string { return "both" }

// Code returns the primary result code.
func (e *BothError) Code() Result { return Result(e.Result) }

// ExtendedCode returns the extended result code.
func (e *BothError) ExtendedCode() Extended { return e.Result }

// FieldsError is an error as github.com/mattn/go-sqlite3 has it.
type FieldsError struct {
	Code         int
	ExtendedCode int
}

// Error implements error.
func (FieldsError) Error() string { return "fields" }

// OtherError is an error of such a package that has no code.
type OtherError string

// Error implements error.
func (OtherError) Error() string { return "other" }

// Code is none.
func (OtherError) Code(string) int { return 7 }
