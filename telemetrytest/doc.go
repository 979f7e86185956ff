// Package telemetrytest records what code under test reports through package
// telemetry, and fails the test where that is wrong.
//
//	func TestCreateSession(t *testing.T) {
//		t.Parallel()
//		ctx, rec := telemetrytest.Context(t)
//
//		createSession(ctx, "a todo list")
//
//		rec.AssertTree(t, `
//			session.create session.status=active
//			  db.insert db.table=sessions
//			  ir.generate
//			    llm.call llm.provider=anthropic
//		`, attr.SessionStatus, attr.DBTable, attr.LLMProvider)
//	}
//
// # What fails a test by itself
//
// When the test ends, its [Recorder] reports, together with the traces:
//
//   - spans that were not ended, with the place where they were started;
//   - spans, events, metrics and attributes whose name is under one of the
//     convention's prefixes but not in the registry (see package attr), such as
//     llm.modle; with [Strict], any name that is not in the registry;
//   - attributes named like a column that Honeycomb makes itself;
//   - attributes of another type than the registry says, values outside a
//     closed list, numbers that are not finite;
//   - errors that OpenTelemetry reported.
//
// Each has an option that permits it.
//
// # Determinism
//
// Everything is recorded synchronously: when End returns, the span is there.
// No method polls or sleeps, and everything works inside a testing/synctest
// bubble. A server's handler may still run when its client has the answer;
// [Recorder.Handler] and [Recorder.Wait] close that gap.
//
// Recording is per context, not per process, so that tests can be parallel.
// One thing is shared: OpenTelemetry reports errors to the whole process, and
// such an error fails every test that has a recorder at the time.
package telemetrytest
