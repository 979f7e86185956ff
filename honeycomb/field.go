package honeycomb

// CalculatedField is a column that Honeycomb computes for each row at query
// time; its API says derived column. The alias identifies it.
type CalculatedField struct {
	Alias       Column `json:"alias"`
	Description string `json:"description"`
	// Expression of at most 4095 characters, such as
	//
	//	IF(EQUALS($error, true), 100, 0)
	//
	// Comparing a column that a row lacks is false, and EQUALS is strict about
	// types.
	Expression string `json:"expression"`
}
