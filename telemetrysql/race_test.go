//go:build race

package telemetrysql_test

const raceEnabled = true
