package frameworks_test

import (
	"context"
	"errors"
	"maps"

	"github.com/lift-sys/telemetry"
	"github.com/lift-sys/telemetry/attr"
)

// Sessions with which the service does something else than its work.
const (
	works  = "s-1"
	fails  = "fails"
	panics = "panics"
)

var errHoles = errors.New("two holes are open")

// doc:service

// refine works on a session, behind every router below.
func refine(ctx context.Context, id string) (err error) {
	ctx, session := telemetry.StartSession(ctx, telemetry.SessionRequest{
		Operation: telemetry.SessionUpdate, ID: id, UserID: "u-42",
	})
	defer session.End(&err)
	if err := lookUp(id); err != nil {
		return err
	}
	_, call := telemetry.StartLLMCall(ctx, telemetry.LLMRequest{Provider: attr.ProviderAnthropic, Model: "claude-sonnet-4-5"})
	defer call.End(&err)
	call.SetResponse(telemetry.LLMResponse{
		Usage: telemetry.Usage{InputTokens: 12, OutputTokens: 7}, CostUSD: new(0.25),
	})
	return nil
}

// doc:end

func lookUp(id string) error {
	switch id {
	case fails:
		return errHoles
	case panics:
		panic("no such hole")
	}
	return nil
}

// with returns a with more in it.
func (a attrs) with(more attrs) attrs {
	sum := maps.Clone(a)
	maps.Copy(sum, more)
	return sum
}

// rollup is what the call in refine adds to the root of its request.
var rollup = attrs{
	attr.RequestLLMCalls: int64(1), attr.RequestLLMInputTokens: int64(12), attr.RequestLLMOutputTokens: int64(7),
	attr.RequestLLMCostUSD: 0.25, attr.RequestCostUSD: 0.25,
}

// refined are the spans that refine leaves below the root of a request whose
// ids are given.
func refined(ids attrs) []span {
	update := span{Name: attr.SpanSessionUpdate, Kind: "internal", Status: "Unset", Attrs: ids}
	switch ids[attr.SessionID] {
	case fails:
		update.Status, update.Attrs = "Error", ids.with(attrs{attr.ErrorType: "*errors.errorString"})
		update.Events = []string{attr.EventException}
	case panics:
		update.Status, update.Attrs = "Error", ids.with(attrs{attr.ErrorType: attr.ErrorPanic})
		update.Events = []string{attr.EventException}
	default:
		update.Children = []span{{
			Name: attr.SpanLLMCall, Kind: "client", Status: "Unset", Attrs: ids.with(attrs{attr.LLMCostUSD: 0.25}),
		}}
	}
	return []span{update}
}

// rpc returns what a call between two services leaves: the client's span, below
// it the server's, and below that what refine does; and the server's metrics.
func rpc(id, code string) ([]span, []point) {
	ids := attrs{attr.UserID: "u-42", attr.SessionID: id}
	method := attrs{"rpc.method": rpcMethod, "rpc.response.status_code": code}
	status, sums := "Unset", rollup
	if code != "OK" {
		method[attr.ErrorType] = code
		status, sums = "Error", nil
	}
	server := span{
		Name: rpcMethod, Kind: "server", Status: status,
		Attrs: ids.with(method).with(sums), Children: refined(ids),
	}
	client := span{Name: rpcMethod, Kind: "client", Status: status, Attrs: maps.Clone(method), Children: []span{server}}
	return []span{client}, []point{{"rpc.server.call.duration", 1, method}}
}
