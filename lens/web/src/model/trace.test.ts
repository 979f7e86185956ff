import { expect, test } from "vitest";
import { barOf, categoryOf, matches, rowsOf, totalsOf, visibleRows } from "./trace";
import type { Trace, TraceSpan } from "./types";

const span = (id: string, parent: string, start = 0, more: Partial<TraceSpan> = {}): TraceSpan => ({ span_id: id, parent_id: parent, name: id, start_ms: start, duration_ms: 1, ...more });
const trace = (...spans: TraceSpan[]): Trace => ({ trace_id: "t", start_ms: 0, duration_ms: 100, spans });
const shape = (t: Trace) => rowsOf(t).map((r) => `${"-".repeat(r.depth)}${r.span.span_id}${r.orphan ? "?" : ""}/${r.below}`);

test.each([
  ["children stand below their parent, by time", trace(span("a", ""), span("c", "a", 5), span("b", "a", 2), span("d", "b", 3)), ["a/3", "-b/1", "--d/0", "-c/0"]],
  ["a lost parent hides nothing", trace(span("a", ""), span("b", "gone", 1), span("c", "b", 2)), ["a/0", "b?/1", "-c/0"]],
  ["a circle is shown once", trace(span("a", "b"), span("b", "a")), ["a?/1", "-b/0"]],
  ["a span that is its own parent", trace(span("a", "a")), ["a?/0"]],
  ["an id that two spans have", trace(span("a", ""), span("a", "", 1), span("b", "a", 2)), ["a/1", "-b/0", "a/0"]],
  ["nothing", trace(), []],
] as [string, Trace, string[]][])("%s", (_, t, want) => expect(shape(t)).toEqual(want));

test("a trace of any depth costs no stack", () => {
  const spans = Array.from({ length: 10_000 }, (_, i) => span(`s${i}`, i ? `s${i - 1}` : "", i));
  const rows = rowsOf(trace(...spans));
  expect([rows.length, rows[0]!.below, rows.at(-1)!.depth]).toEqual([10_000, 9_999, 9_999]);
});

test("a closed row hides those below it", () => {
  const rows = rowsOf(trace(span("a", ""), span("b", "a", 1), span("c", "b", 2), span("d", "a", 3)));
  expect(visibleRows(rows, new Set(["b"])).map((r) => r.span.span_id)).toEqual(["a", "b", "d"]);
});

test("sums count calls, not the roll-ups above them", () => {
  const call = { "llm.provider": "openai", "llm.cost_usd": 0.5, "llm.input_tokens": 10, "llm.output_tokens": 3 };
  const t = trace(span("a", "", 0, { service: "api", fields: { "request.cost_usd": 1 } }), span("b", "a", 0, { fields: call, error: true }), span("c", "a", 0, { service: "api", fields: { ...call, "llm.cost_usd": "much" } }));
  expect(totalsOf(t)).toEqual({ errors: 1, cost: 0.5, input: 20, output: 6, calls: 2, services: ["api"] });
});

test("search looks into names, attributes and events", () => {
  const s = span("a", "", 0, { name: "llm.call", fields: { "llm.model": "Claude", n: 42 }, events: [{ t_ms: 0, name: "exception", fields: { "exception.message": "boom" } }] });
  expect(["LLM", "claude", "llm.model", "n=42", "boom", "exception", ""].every((t) => matches(s, t))).toBe(true);
  expect(matches(s, "gpt")).toBe(false);
});

test("bars stay inside their lane and can be seen", () => {
  expect(barOf(span("a", "", 50, { duration_ms: 25 }), 0, 100)).toEqual({ left: 50, width: 25 });
  expect(barOf(span("a", "", 50, { duration_ms: 0 }), 0, 100)).toEqual({ left: 50, width: 0.4 });
  for (const [start, took] of [[-50, 10], [500, 10], [0, 1e9], [0, 0]] as const) {
    const { left, width } = barOf(span("a", "", start, { duration_ms: took }), 0, 100);
    expect(left >= 0 && width > 0 && left + width <= 100.001).toBe(true);
  }
});

test("an error outweighs what the span is", () => {
  expect(categoryOf(span("a", "", 0, { fields: { "llm.provider": "x" }, error: true }))).toBe("error");
  expect(categoryOf(span("a", "", 0, { fields: { "llm.provider": "x" } }))).toBe("llm");
  expect(categoryOf(span("db.insert", ""))).toBe("db");
});
