//go:build !race

package telemetryslog_test

const raceEnabled = false
