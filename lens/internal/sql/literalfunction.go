package sql

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/lift-sys/telemetry/internal/formula"
	"github.com/lift-sys/telemetry/lens/internal/table"
)

// literalFunctions are those with arguments that have to be literals.
var literalFunctions = map[string]func(formula.Expr, []expr) (expr, error){
	"REG_MATCH": regular, "REG_VALUE": regular, "REG_COUNT": regular,
	"BUCKET": bucket, "FORMAT_TIME": formatTime,
}

// regular compiles the functions whose second argument is a regular expression.
// Go and DuckDB both have RE2's syntax.
func regular(e formula.Expr, args []expr) (expr, error) {
	v, err := e.Args[1].Value()
	if err != nil {
		return none, err
	}
	pattern, ok := v.(string)
	if !ok {
		return none, fmt.Errorf("function %s needs its regular expression as a literal: write it in back quotes", e.Function)
	}
	re, err := regexp.Compile(pattern)
	if err != nil {
		return none, fmt.Errorf("function %s: %w: correct the expression", e.Function, err)
	}
	x, p := args[0].sql, literal("(?-s)"+pattern) // the dot means no line break in Go
	matches, isText := fmt.Sprintf("regexp_matches(%s, %s)", x, p), args[0].isText()
	switch {
	case e.Function == "REG_MATCH" && !isText:
		return never, nil
	case e.Function == "REG_MATCH":
		return boolean("%s", matches), nil
	case e.Function == "REG_COUNT" && !isText:
		return constant(int64(0)), nil
	case e.Function == "REG_COUNT":
		return expr{sql: fmt.Sprintf("coalesce(len(regexp_extract_all(%s, %s)), 0)", x, p), kind: table.Int}, nil
	case !isText:
		return none, nil
	}
	// The first group if there is one, or else all of it.
	return expr{sql: fmt.Sprintf("(CASE WHEN %s THEN regexp_extract(%s, %s, %d) END)", matches, x, p, min(1, re.NumSubexp())), kind: table.String}, nil
}

// bucket names the bucket of a number; see internal/query.
func bucket(e formula.Expr, args []expr) (expr, error) {
	var bounds []float64
	for _, a := range e.Args[1:] {
		v, err := a.Value()
		if err != nil {
			return none, err
		}
		switch n := v.(type) {
		case int64:
			bounds = append(bounds, float64(n))
		case float64:
			bounds = append(bounds, n)
		default:
			return none, errors.New("function BUCKET needs its size and bounds as literal numbers: write them")
		}
	}
	if bounds[0] <= 0 {
		return none, fmt.Errorf("function BUCKET has the size %v: give it one above 0", bounds[0])
	}
	if !args[0].isNumber() {
		return none, nil
	}
	v, size, least := args[0].double(), literal(bounds[0]), literal(0.0)
	var b strings.Builder
	b.WriteString("(CASE")
	if len(bounds) > 1 {
		least = literal(bounds[1])
		fmt.Fprintf(&b, " WHEN %s < %s THEN '< ' || %s", v, least, floatText(least))
	}
	if len(bounds) > 2 {
		most := literal(bounds[2])
		fmt.Fprintf(&b, " WHEN %s > %s THEN '> ' || %s", v, most, floatText(most))
	}
	i := fmt.Sprintf("(ceil((%s - %s) / %s) - 1)", v, least, size)
	i = fmt.Sprintf("(CASE WHEN %s >= %s THEN greatest(%s, 0) ELSE %s END)", v, least, i, i)
	from, to := fmt.Sprintf("(%s + %s * %s)", least, i, size), fmt.Sprintf("(%s + (%s + 1) * %s)", least, i, size)
	fmt.Fprintf(&b, " WHEN %s IS NOT NULL THEN %s || ' - ' || %s END)", v, floatText(from), floatText(to))
	return expr{sql: b.String(), kind: table.String}, nil
}

// timeParts are the conversions of strftime that DuckDB lacks or understands
// otherwise, over a TIMESTAMP.
var timeParts = map[byte]string{
	'F': "strftime(%s, '%%Y-%%m-%%d')", 'T': "strftime(%s, '%%H:%%M:%%S')", 'R': "strftime(%s, '%%H:%%M')",
	'D': "strftime(%s, '%%m/%%d/%%y')", 'x': "strftime(%s, '%%m/%%d/%%y')", 'X': "strftime(%s, '%%H:%%M:%%S')",
	'r': "strftime(%s, '%%I:%%M:%%S %%p')", 'h': "strftime(%s, '%%b')",
	'c': "(strftime(%[1]s, '%%a %%b ') || lpad(day(%[1]s)::VARCHAR, 2, ' ') || strftime(%[1]s, ' %%H:%%M:%%S %%Y'))",
	'e': "lpad(day(%s)::VARCHAR, 2, ' ')", 's': "floor(epoch(%s))::BIGINT::VARCHAR", 'C': "lpad((year(%s) // 100)::VARCHAR, 2, '0')",
	'w': "dayofweek(%s)::VARCHAR", 'u': "isodow(%s)::VARCHAR", 'G': "isoyear(%s)::VARCHAR", 'V': "lpad(week(%s)::VARCHAR, 2, '0')",
	'g': "lpad((isoyear(%s) %% 100)::VARCHAR, 2, '0')",
}

// timeText are the conversions that are the same for every time.
var timeText = map[byte]string{'Z': "UTC", 'z': "+0000", '%': "%", 'n': "\n", 't': "\t"}

// formatTime formats Unix seconds in UTC.
func formatTime(e formula.Expr, args []expr) (expr, error) {
	v, err := e.Args[0].Value()
	if err != nil {
		return none, err
	}
	format, ok := v.(string)
	if !ok {
		return none, errors.New("function FORMAT_TIME needs its format as a literal: write it in quotes")
	}
	if !args[1].isNumber() {
		return none, nil
	}
	// Beyond the year 9999 nobody means a time.
	at := fmt.Sprintf("make_timestamp((CASE WHEN abs(%[1]s) < 253402300800 THEN trunc(%[1]s)::BIGINT * 1000000 END))", args[1].double())
	parts := []string{"''"}
	text := "" // not yet in parts, which take whole characters
	add := func(part string) {
		parts = append(parts, literal(text), part)
		text = ""
	}
	for i := 0; i < len(format); i++ {
		if format[i] != '%' || i+1 == len(format) {
			text += format[i : i+1]
			continue
		}
		i++
		switch c := format[i]; {
		case timeParts[c] != "":
			add(fmt.Sprintf(timeParts[c], at))
		case timeText[c] != "":
			text += timeText[c]
		case strings.IndexByte("YmdHMSyIpaAbBjUW", c) >= 0:
			add(fmt.Sprintf("strftime(%s, '%%%c')", at, c))
		default:
			text += format[i-1 : i+1]
		}
	}
	parts = append(parts, literal(text))
	return expr{sql: fmt.Sprintf("(CASE WHEN %s IS NOT NULL THEN %s END)", at, strings.Join(parts, " || ")), kind: table.String}, nil
}
