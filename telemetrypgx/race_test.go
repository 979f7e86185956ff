//go:build race

package telemetrypgx_test

const raceEnabled = true
