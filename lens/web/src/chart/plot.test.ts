import { expect, test } from "vitest";
import type { Query } from "../model/query";
import type { Group, Result } from "../model/types";
import { unitOf } from "../model/format";
import { defaultChart, hasData, pick, plots, timeGrid, type Plot } from "./plot";

const result = (groups: Group[], more: Partial<Result> = {}): Result => ({ from_ms: 0, to_ms: 40_000, granularity_s: 10, breakdowns: [], calculations: [], groups, ...more });
const unit = (c: string) => unitOf(c);
const brief = (list: Plot[]) => list.map((p) => `${p.title} [${p.unit}] ${p.lines.map((l) => `${l.label}=${l.values.map((v) => v ?? "_").join(",")}`).join("; ")}`);

test("a gap is zero for a count and unknown for an average", () => {
  const q: Query = { calculations: [{ op: "COUNT" }, { op: "AVG", column: "duration_ms" }] };
  const r = result([{ key: [], values: [4, 7], series: [{ t_ms: 10_000, values: [3, 6] }, { t_ms: 30_000, values: [1, 8] }] }]);
  expect(brief(plots(q, r, unit))).toEqual(["COUNT [] COUNT=0,3,0,1", "AVG(duration_ms) [ms] AVG(duration_ms)=_,6,_,8"]);
});

test("what has one unit shares one pair of axes, sums apart from levels", () => {
  const q: Query = { calculations: [{ op: "AVG", column: "a_usd" }, { op: "P95", column: "a_usd" }, { op: "SUM", column: "a_usd" }] };
  const r = result([{ key: [], values: [1, 2, 3], series: [] }]);
  expect(plots(q, r, unit).map((p) => p.title)).toEqual(["AVG(a_usd), P95(a_usd)", "SUM(a_usd)"]);
});

test("sums of two columns are told apart by the columns", () => {
  const q: Query = { calculations: [{ op: "SUM", column: "in_tokens" }, { op: "SUM", column: "out_tokens" }] };
  const r = result([{ key: [], values: [1, 2], series: [] }]);
  expect(plots(q, r, unit)[0]!.lines.map((l) => l.label)).toEqual(["in_tokens", "out_tokens"]);
});

test("percentiles are drawn over the heatmap of their column", () => {
  const q: Query = { calculations: [{ op: "HEATMAP", column: "duration_ms" }, { op: "P50", column: "duration_ms" }, { op: "COUNT" }] };
  const bucket = { low: 0, high: 5, count: 2 };
  const r = result([{ key: [], values: [null, 4, 2], series: [{ t_ms: 0, values: [null, 4, 2], heatmap: [bucket] }] }]);
  const [heat, count] = plots(q, r, unit);
  expect(heat!.heat).toEqual({ column: "duration_ms", cells: [[bucket], [], [], []] });
  expect(heat!.lines.map((l) => l.label)).toEqual(["P50(duration_ms)"]);
  expect(count!.title).toBe("COUNT");
});

test("groups are lines by their values, up to twelve", () => {
  const groups = Array.from({ length: 30 }, (_, i) => ({ key: [i === 0 ? null : `m${i}`, "x"], values: [1], series: [] }));
  const [p] = plots({ breakdowns: ["a", "b"] }, result(groups, { breakdowns: ["a", "b"] }), unit);
  expect([p!.lines.length, p!.all, p!.lines[0]!.label]).toEqual([12, 30, "(none) · x"]);
});

test("intervals follow the server's, also where they begin off the round", () => {
  expect(timeGrid(result([{ key: [], values: [], series: [{ t_ms: 13_000, values: [1] }] }], { from_ms: 5000 }))).toEqual([3000, 13_000, 23_000, 33_000]);
  expect(timeGrid(result([], { granularity_s: 0 }))).toEqual([]);
  expect(timeGrid(result([], { to_ms: 1e15 })).length).toBe(5000);
});

test("an interval that was looked at in part is no zero", () => {
  const r = result([{ key: [], values: [1], series: [{ t_ms: 10_000, values: [1] }] }], { from_ms: 5000 });
  expect(plots({}, r, unit)[0]!.lines[0]!.values).toEqual([null, 1, 0, 0]);
});

const two: Plot = {
  title: "", unit: "", additive: true, times: [0, 10], step: 10, all: 2,
  lines: [
    { label: "low", key: ["low"], values: [1, 2], total: 3 },
    { label: "high", key: ["high"], values: [10, null], total: 10 },
  ],
};

test.each([
  ["the nearest line", 5, 9, false, 2, "high"],
  ["nothing within reach", 5, 5, false, 2, undefined],
  ["the lower band of a stack", 5, 0.5, true, 0, "low"],
  ["the upper band of a stack", 5, 5, true, 0, "high"],
  ["above the stack", 5, 50, true, 0, undefined],
  ["a line that is absent there", 15, 10, false, 3, undefined],
] as const)("a click takes %s", (_, t, value, stacked, reach, want) => expect(pick(two, t, value, stacked, reach)?.line?.label).toBe(want));

test("a click outside is about nothing", () => expect(pick(two, 25, 1, false, 1)).toBeUndefined());

test("a click on a heatmap takes the bucket", () => {
  const b = { low: 5, high: 10, count: 1 };
  const heat: Plot = { ...two, lines: [], heat: { column: "d", cells: [[b], []] } };
  expect(pick(heat, 1, 7, false, 0)).toEqual({ start: 0, end: 10, bucket: b });
  expect(pick(heat, 1, 11, false, 0)).toEqual({ start: 0, end: 10 });
});

test("a click beside thin buckets takes the nearest within reach", () => {
  const [low, high] = [{ low: 0, high: 1, count: 9 }, { low: 6, high: 7, count: 1 }];
  const heat: Plot = { ...two, lines: [], heat: { column: "d", cells: [[low, high], []] } };
  expect(pick(heat, 1, 4.5, false, 2)?.bucket).toBe(high);
  expect(pick(heat, 1, 2, false, 2)?.bucket).toBe(low);
  expect(pick(heat, 1, 12, false, 2)).toEqual({ start: 0, end: 10 });
});

test("zeros alone are nothing to show, a known zero is", () => {
  const line = { label: "", key: [], values: [0, 0] };
  expect(hasData({ ...two, lines: [{ ...line, total: null }] })).toBe(false);
  expect(hasData({ ...two, lines: [{ ...line, total: 0 }] })).toBe(true);
});

test("a query for single rows is a table by default", () => {
  expect(defaultChart({ breakdowns: ["trace.trace_id"] })).toBe("table");
  expect(defaultChart({ calculations: [{ op: "HEATMAP", column: "a" }] })).toBe("heatmap");
  expect(defaultChart({})).toBe("line");
});
