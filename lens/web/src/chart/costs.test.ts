import { expect, test } from "vitest";
import type { CostRow } from "../model/types";
import { costPlot, restOf } from "./costs";

const row = (key: string | null, costs: number[], calls = costs.length): CostRow => ({
  key,
  cost_usd: costs.reduce((a, b) => a + b, 0),
  calls,
  input_tokens: 10 * calls,
  output_tokens: calls,
  cached_tokens: 0,
  series: costs.map((cost_usd, i) => ({ t_ms: 1000 * i, cost_usd })),
});

test("fourteen sessions are twelve and the others, which make the total up", () => {
  const rows = Array.from({ length: 14 }, (_, i) => row(`s-${i}`, [2, 4]));
  const plot = costPlot(rows, row(null, [40, 80], 40)); // six more than the server lists
  expect(plot.lines.map((l) => l.label)).toEqual([...rows.slice(0, 12).map((r) => r.key), "all others"]);
  expect(plot.lines.at(-1)).toEqual({ label: "all others", key: [], total: 120 - 72, values: [16, 32], rest: true });
  expect(plot.times.map((_, i) => plot.lines.reduce((n, l) => n + l.values[i]!, 0))).toEqual([40, 80]);
});

test("an interval in which only others spent is drawn", () => {
  const plot = costPlot([row("a", [1])], row(null, [1, 0, 3]));
  expect(plot.times).toEqual([0, 1000, 2000]);
  expect(plot.lines.map((l) => l.values)).toEqual([[1, 0, 0], [0, 0, 3]]);
});

test("there are no others where the rows are all", () => {
  const rows = [row("a", [0.1, 0.2]), row("b", [0.3])];
  const total = row(null, [0.4, 0.2], 3);
  expect(restOf(rows, total)).toBeUndefined();
  expect(costPlot(rows, total).lines.map((l) => l.label)).toEqual(["a", "b"]);
});

test("others without a price are calls", () => {
  expect(restOf([row("a", [1])], row(null, [1], 5))).toEqual({ key: null, cost_usd: 0, calls: 4, input_tokens: 40, output_tokens: 4, cached_tokens: 0 });
});
