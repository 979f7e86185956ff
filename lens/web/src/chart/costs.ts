// From what language models cost to what is drawn.
import { formatKey } from "../model/format";
import type { CostRow } from "../model/types";
import { maxLines, type Line, type Plot } from "./plot";

/** What the total has beyond the rows, or nothing where they are all of it. */
export function restOf(rows: CostRow[], total: CostRow): CostRow | undefined {
  const beyond = (pick: (r: CostRow) => number | undefined) => Math.max(0, (pick(total) ?? 0) - rows.reduce((n, r) => n + (pick(r) ?? 0), 0));
  const rest: CostRow = {
    key: null,
    cost_usd: beyond((r) => r.cost_usd),
    calls: beyond((r) => r.calls),
    input_tokens: beyond((r) => r.input_tokens),
    output_tokens: beyond((r) => r.output_tokens),
    cached_tokens: beyond((r) => r.cached_tokens),
  };
  // Dollars are floating-point: the same ones in another order differ a little.
  return rest.calls > 0 || rest.cost_usd > 1e-6 * total.cost_usd ? rest : undefined;
}

/**
 * Costs over time as a plot, the greatest rows one by one and the others as one
 * line, so that the bars are as high as the total. Rows come the greatest first;
 * series may lack the intervals in which nothing was spent.
 */
export function costPlot(rows: CostRow[], total: CostRow): Plot {
  const seen = [...new Set([total, ...rows].flatMap((r) => (r.series ?? []).map((p) => p.t_ms)))].sort((a, b) => a - b);
  let step = Infinity;
  for (let i = 1; i < seen.length; i++) step = Math.min(step, seen[i]! - seen[i - 1]!);
  if (!Number.isFinite(step)) step = 60_000;
  const times: number[] = [];
  for (let t = seen[0] ?? 0; seen.length && t <= seen.at(-1)! && times.length < 5000; t += step) times.push(t);
  const valuesOf = (r: CostRow) => {
    const at = new Map((r.series ?? []).map((p) => [Math.round((p.t_ms - (times[0] ?? 0)) / step), p.cost_usd]));
    return times.map((_, i) => at.get(i) ?? 0);
  };
  const shown = rows.slice(0, maxLines);
  const lines: Line[] = shown.map((r) => ({ label: formatKey(r.key), key: [r.key], total: r.cost_usd, values: valuesOf(r) }));
  const rest = restOf(shown, total);
  if (rest) {
    const values = valuesOf(total).map((v, i) => Math.max(0, v - lines.reduce((n, l) => n + (l.values[i] ?? 0), 0)));
    lines.push({ label: "all others", key: [], total: rest.cost_usd, values, rest: true });
  }
  return { title: "Cost", unit: "USD", additive: true, times, step, lines, all: lines.length };
}
