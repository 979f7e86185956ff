package honeycomb

import "github.com/lift-sys/telemetry/internal/formula"

// typeOf returns the type of an expression's value, or nothing where it is not
// certain: an unknown column, null, or branches that differ.
func typeOf(e formula.Expr, columns map[Column]ColumnType) ColumnType {
	switch e.Kind {
	case formula.Number:
		return ColumnFloat
	case formula.String:
		return ColumnString
	case formula.Bool:
		return ColumnBoolean
	case formula.Null:
		return ""
	}
	if e.Column != "" {
		return columns[Column(e.Column)]
	}
	switch e.Function {
	case "IF":
		return common(columns, branches(e.Args))
	case "SWITCH":
		return common(columns, branches(e.Args[1:]))
	case "COALESCE":
		return common(columns, e.Args)
	case "LT", "LTE", "GT", "GTE", "EQUALS", "IN", "EXISTS", "NOT", "AND", "OR", "BOOL", "STARTS_WITH", "ENDS_WITH", "CONTAINS", "REG_MATCH":
		return ColumnBoolean
	case "INT", "LENGTH", "REG_COUNT":
		return ColumnInteger
	case "STRING", "CONCAT", "TO_LOWER", "REG_VALUE", "FORMAT_TIME", "BUCKET":
		return ColumnString
	}
	return ColumnFloat
}

// branches returns the values among pairs of condition and value, and the value
// that may follow the last pair.
func branches(args []formula.Expr) []formula.Expr {
	var list []formula.Expr
	for i := 1; i < len(args); i += 2 {
		list = append(list, args[i])
	}
	if len(args)%2 == 1 {
		list = append(list, args[len(args)-1])
	}
	return list
}

// common returns the type that all values have which are not null.
func common(columns map[Column]ColumnType, values []formula.Expr) ColumnType {
	var found ColumnType
	for _, v := range values {
		if v.Kind == formula.Null {
			continue
		}
		t := typeOf(v, columns)
		switch {
		case t == "":
			return ""
		case found == "" || found == t:
			found = t
		case isNumber(found) && isNumber(t):
			found = ColumnFloat
		default:
			return ""
		}
	}
	return found
}
