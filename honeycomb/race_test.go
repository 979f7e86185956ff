//go:build race

package honeycomb_test

const raceEnabled = true
