package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/attr"
)

const (
	codeModel  = "gpt-5-mini"
	maxRepairs = 2
)

// generators are the languages that the service writes, each with the name of
// its generator.
func generators() map[string]string {
	return map[string]string{
		attr.LanguageGo: "GoGenerator", attr.LanguagePython: "PythonGenerator",
		attr.LanguageTypeScript: "TypeScriptGenerator", attr.LanguageRust: "RustGenerator",
		languageSQL: "SQLGenerator",
	}
}

// program is generated code, with the model's own judgement of it.
type program struct {
	language   string
	Code       string  `json:"code"`
	Quality    float64 `json:"quality"`
	Robustness float64 `json:"robustness"`
}

func (g program) lines() int { return strings.Count(strings.TrimSuffix(g.Code, "\n"), "\n") + 1 }

// generateCode writes code for an IR, validates it, and has it repaired where
// it is wrong.
func (p *pipeline) generateCode(ctx context.Context, language string, d ir) (g program, err error) {
	ctx, span := telemetry.StartCodegen(ctx, telemetry.CodegenRequest{
		Language: language, Generator: generators()[language],
	})
	defer span.End(&err)

	if g, err = p.write(ctx, language, d.Summary); err != nil {
		return g, err
	}
	var (
		retries int
		reason  string
		checked verdict
	)
	for {
		if checked, err = p.validate(ctx, g); err == nil || retries == maxRepairs {
			break
		}
		retries, reason = retries+1, kindOf(err)
		if g, err = p.repair(ctx, g, d.Summary, err); err != nil {
			return g, err
		}
	}
	span.SetResult(telemetry.CodegenResult{
		Success: new(err == nil), CompilationSuccess: checked.compiled, ExecutionSuccess: checked.executed,
		Lines: new(g.lines()), Retries: &retries, RetryReason: reason,
		QualityScore: &g.Quality, RobustnessScore: &g.Robustness,
	})
	return g, err
}

// write asks a model for code. What follows the task are earlier code and what
// was wrong with it.
func (p *pipeline) write(ctx context.Context, language, task string, earlier ...string) (program, error) {
	text, err := p.llm.chat(ctx, "You write "+language+". Answer with JSON: code, quality and robustness.",
		append([]string{task}, earlier...)...)
	if err != nil {
		return program{}, err
	}
	g := program{language: language}
	if err := json.Unmarshal(text, &g); err != nil {
		return program{}, fmt.Errorf("decode the code: %w", err)
	}
	return g, nil
}

// repair asks the model to mend its code.
func (p *pipeline) repair(ctx context.Context, g program, task string, fault error) (mended program, err error) {
	ctx, span := telemetry.StartRepair(ctx, telemetry.RepairRequest{Language: g.language, Reason: kindOf(fault)})
	defer span.End(&err)
	mended, err = p.write(ctx, g.language, task, g.Code, "This is wrong: "+fault.Error())
	if err != nil {
		return mended, err
	}
	span.SetResult(telemetry.CodegenResult{Lines: new(mended.lines())})
	return mended, nil
}
