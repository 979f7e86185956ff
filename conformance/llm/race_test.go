//go:build race

package llm_test

// raceEnabled says that the race detector allocates too.
const raceEnabled = true
