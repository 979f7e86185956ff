package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/attr"
)

const (
	irModel = "claude-sonnet-4-5"
	irTool  = "emit_ir"
)

// errContradictory says that no code can meet what a prompt asks.
var errContradictory = errors.New("the constraints contradict each other")

// ir is the intermediate representation of a prompt. Its holes are what the
// prompt leaves open: names in braces.
type ir struct {
	Version      int      `json:"-"`
	Summary      string   `json:"summary"`
	Holes        []string `json:"holes"`
	Constraints  []string `json:"constraints"`
	Completeness float64  `json:"completeness"`
	Quality      float64  `json:"quality"`
	Confidence   float64  `json:"confidence"`
}

var (
	holePattern  = regexp.MustCompile(`\{(\w+)\}`)
	mustPattern  = regexp.MustCompile(`[^.]*\bmust\b[^.]*`)
	boundPattern = regexp.MustCompile(`\bat (least|most) (\d+)`)
)

// draft is the first version of an IR, made without a model.
func draft(prompt string) ir {
	d := ir{Version: 1, Summary: prompt}
	for _, m := range holePattern.FindAllStringSubmatch(prompt, -1) {
		if !slices.Contains(d.Holes, m[1]) {
			d.Holes = append(d.Holes, m[1])
		}
	}
	return d
}

// status judges the IR: incomplete where it lost a hole of the prompt.
func (d ir) status(prompt string) telemetry.ValidationStatus {
	for _, hole := range draft(prompt).Holes {
		if !slices.Contains(d.Holes, hole) {
			return telemetry.Incomplete
		}
	}
	if d.contradictory() {
		return telemetry.Contradictory
	}
	return telemetry.Valid
}

// contradictory reports whether one constraint wants at least more than
// another one allows.
func (d ir) contradictory() bool {
	var least, most []int
	for _, c := range d.Constraints {
		for _, m := range boundPattern.FindAllStringSubmatch(c, -1) {
			n, err := strconv.Atoi(m[2])
			switch {
			case err != nil: // too large for an int; no bound that anyone means
			case m[1] == "least":
				least = append(least, n)
			default:
				most = append(most, n)
			}
		}
	}
	return len(least) > 0 && len(most) > 0 && slices.Max(least) > slices.Min(most)
}

// generateIR asks a model for the given version of a prompt's IR. Where strict,
// the IR and its constraints are checked one by one.
func (p *pipeline) generateIR(ctx context.Context, prompt string, version int, strict bool) (d ir, err error) {
	ctx, span := telemetry.StartIR(ctx, telemetry.IRRequest{
		Provider: attr.ProviderAnthropic, ProviderRoute: attr.RouteBestAvailable, Model: irModel,
	})
	defer span.End(&err)

	input, err := p.llm.fill(ctx, irTool,
		"You translate prompts into an intermediate representation. Names in braces are holes.", prompt)
	if err != nil {
		return ir{}, err
	}
	if err := json.Unmarshal(input, &d); err != nil {
		return ir{}, fmt.Errorf("decode the IR: %w", err)
	}
	d.Version = version
	if strict {
		d.Constraints = detectConstraints(ctx, prompt)
		if err := checkIR(ctx, d, prompt); err != nil {
			return ir{}, err
		}
		if err := checkConstraints(ctx, d); err != nil {
			return ir{}, err
		}
	}
	span.SetResult(telemetry.IRResult{
		Version: &d.Version, HolesCount: new(len(d.Holes)), ConstraintsCount: new(len(d.Constraints)),
		Completeness: &d.Completeness, QualityScore: &d.Quality, Confidence: &d.Confidence,
		ValidationStatus: d.status(prompt),
	})
	return d, nil
}

// detectConstraints returns the sentences of the prompt that say "must".
func detectConstraints(ctx context.Context, prompt string) []string {
	_, span := telemetry.StartConstraint(ctx, telemetry.ConstraintRequest{Operation: telemetry.ConstraintDetect})
	defer span.End(nil)
	found := mustPattern.FindAllString(prompt, -1)
	for i := range found {
		found[i] = strings.TrimSpace(found[i])
	}
	span.SetResult(telemetry.IRResult{ConstraintsCount: new(len(found))})
	return found
}

// checkIR fails where the model lost what the prompt left open.
func checkIR(ctx context.Context, d ir, prompt string) (err error) {
	_, span := telemetry.StartIRValidation(ctx, telemetry.IRValidationRequest{Version: &d.Version})
	defer span.End(&err)
	status := d.status(prompt)
	span.SetResult(telemetry.IRResult{ValidationStatus: status})
	if status == telemetry.Incomplete {
		return errors.New("the IR lacks a hole of its prompt")
	}
	return nil
}

// checkConstraints fails with errContradictory where no code can meet them.
func checkConstraints(ctx context.Context, d ir) (err error) {
	_, span := telemetry.StartConstraint(ctx, telemetry.ConstraintRequest{Operation: telemetry.ConstraintValidate})
	defer span.End(&err)
	span.SetResult(telemetry.IRResult{ConstraintsCount: new(len(d.Constraints))})
	if d.contradictory() {
		return errContradictory
	}
	return nil
}
