# Run `make` to see what there is.

SHELL := /bin/sh
.DEFAULT_GOAL := help

# Nested modules have requirements of their own; each is built with exactly
# those, as its users build it.
export GOWORK := off

FUZZTIME ?= 10s
COUNT ?= 6
CHAOS ?= 1m
API := api/telemetry.export

# Where tools/go.mod pins them.
TOOL := go tool -modfile='$(CURDIR)/tools/go.mod'
# Lens links DuckDB, which is C++. CI must not leave it out.
ifeq ($(CI)$(shell command -v "$$(go env CXX)"),)
SKIPPED := ./lens
endif
# Folders with a go.mod and code; tools has none.
MODULES = $(filter-out $(SKIPPED),$(shell find . -name go.mod -not -path '*/testdata/*' -exec dirname {} \; | sort | \
	while read -r d; do if find "$$d" -name '*.go' | grep -q .; then echo "$$d"; fi; done))

# $(call each,command) runs command in every module, and stops where it fails.
each = @set -e; for module in $(MODULES); do echo "== $$module"; (cd "$$module" && $(1)); done; \
	$(if $(SKIPPED),echo 'SKIPPED $(SKIPPED): it needs a C++ compiler; install g++')

.PHONY: help
help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-16s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

.PHONY: test
test: ## run the tests of every module; needs Go, and for lens a C++ compiler
	$(call each,go test ./...)

.PHONY: race
race: ## the same under the race detector; needs a C compiler
	$(call each,CGO_ENABLED=1 go test -race ./...)

.PHONY: acceptance
acceptance: ## the product's acceptance tests, with real processes: about 6 minutes
	cd examples/pipeline && go test -count=1 -run Acceptance -v .
	cd lens && LIFT_ACCEPTANCE=1 go test -count=1 -run Acceptance -timeout 20m -v ./...

.PHONY: lint
lint: ## vet and lint every module (the first run builds the linter: 1-3 minutes)
	$(call each,go vet ./... && $(TOOL) golangci-lint run --config '$(CURDIR)/.golangci.yml' ./...)

.PHONY: fmt
fmt: ## format every Go file
	@git ls-files -co --exclude-standard -- '*.go' | while read -r f; do if [ -f "$$f" ]; then echo "$$f"; fi; done \
		| xargs $(TOOL) gofumpt -extra -w

.PHONY: generate
generate: ## write generated files again: docs, tables
	$(call each,go generate ./...)

.PHONY: check-generated
check-generated: ## fail if generated files are stale
	@.ci/check-generated

.PHONY: bench
bench: ## run the benchmarks; COUNT=6 runs each, BENCH=. selects
	@mkdir -p bin
	$(call each,go test -run '^$$$$' -bench '$(or $(BENCH),.)' -benchmem -count $(COUNT) ./...) | tee bin/bench.out
	@! grep '^FAIL' bin/bench.out
	@$(TOOL) benchstat bin/bench.out

.PHONY: demo
demo: ## show lens at http://127.0.0.1:4318 with the pipeline example sending to it; ERRORS=0.3 fires an alert; needs a C++ compiler
	@ERRORS='$(or $(ERRORS),0.05)' RPS='$(or $(RPS),0.15)' '$(CURDIR)/.ci/demo'

.PHONY: lens-proof
lens-proof: ## measure lens: a million spans over HTTP, queries over ROWS=20000000 rows, boards over a million (about 5 minutes)
	cd lens && go test -run '^$$' -bench Ingest -benchtime 2000x ./internal/server
	cd lens && go test -run '^$$' -bench 'Queries/slowest' -benchtime 3x -timeout 0 ./internal/sql -args -rows $(or $(ROWS),20000000)
	cd lens && go test -run '^$$' -bench 'Queries/board' -benchtime 3x ./internal/sql

.PHONY: fuzz
fuzz: ## run every fuzz target for FUZZTIME=10s
	$(call each,'$(CURDIR)/.ci/fuzz' $(FUZZTIME))

.PHONY: chaos
chaos: ## lose nothing while a backend fails and processes are killed; CHAOS=1m, or 1h
	@cd conformance && go run ./cmd/chaos -for '$(CHAOS)'

.PHONY: overhead
overhead: ## latency, CPU and memory of a service with and without telemetry; needs Linux
	@cd benchmarks && go run ./cmd/footprint -calls 100 -llm 200ms

.PHONY: proof
proof: ## run the long proofs of sampling: a million windows, a month, a real Collector (minutes)
	LIFT_PROOF=1 go test -count=1 -timeout 60m ./internal/sampling ./internal/tail ./cmd/telemetryctl/internal/simulate
	@cd conformance/collector && LIFT_PROOF=1 go test -tags proof -count=1 -v ./...

.PHONY: tidy
tidy: ## tidy go.mod and go.sum of every module, tools too
	$(call each,go mod tidy)
	@cd tools && go mod tidy

.PHONY: hygiene
hygiene: ## check requirements: tidy, verified, one OpenTelemetry release, no gRPC
	@.ci/hygiene

.PHONY: api
api: ## fail on an incompatible change of the public API
	@.ci/api check $(API)

.PHONY: api-update
api-update: ## store the public API, to be compared with from now on
	@.ci/api update $(API)

.PHONY: vuln
vuln: ## look for known vulnerabilities; needs the network
	$(call each,$(TOOL) govulncheck ./...)

.PHONY: ci
ci: ## everything that a pull request has to pass
	@.ci/run
