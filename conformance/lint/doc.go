// Package lint has tests alone: they run the pinned golangci-lint with the
// configuration that docs/golangci-spancheck.yml ships, on samples under
// testdata.
package lint
