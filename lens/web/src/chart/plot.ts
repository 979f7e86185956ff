// From a query's result to what charts draw. Nothing here knows the chart library.
import { calculationName, calculationsOf, type Calculation, type Query } from "../model/query";
import type { Bucket, Group, Result } from "../model/types";
import { formatKey, resultUnit, type Unit } from "../model/format";

/** One line, or one colour of a stack. */
export interface Line {
  label: string;
  /** The breakdown values, to ask for the traces behind it. */
  key: unknown[];
  /** One value for each of the plot's times; null where nothing is known. */
  values: (number | null)[];
  /** The value over the whole range. */
  total: number | null;
  /** Whether it is all that has no line of its own. */
  rest?: boolean;
}

/** Calculations that share one pair of axes. */
export interface Plot {
  title: string;
  unit: Unit;
  /** Whether values add up over time and groups, as counts and sums do. */
  additive: boolean;
  /** Milliseconds, the beginning of each interval. */
  times: number[];
  /** The width of an interval in milliseconds. */
  step: number;
  /** The first of a bad many; the table has all of them. */
  lines: Line[];
  /** How many lines there are in all. */
  all: number;
  heat?: { column: string; cells: Bucket[][] };
}

/** More lines than this cannot be told apart. */
export const maxLines = 12;

/** Operators whose value is 0 where there are no rows, so that a gap would lie. */
const sums = new Set(["COUNT", "SUM", "COUNT_DISTINCT", "CONCURRENCY", "RATE_SUM"]);

export const isAdditive = (op: string) => op === "COUNT" || op === "SUM";

/** The beginnings of the intervals of a result. */
export function timeGrid(r: Result): number[] {
  const step = r.granularity_s * 1000;
  if (!(step > 0) || r.to_ms <= r.from_ms) return [];
  const anchor = groupsOf(r).flatMap((g) => g.series ?? [])[0]?.t_ms ?? 0;
  const shift = ((anchor % step) + step) % step;
  const first = Math.floor((r.from_ms - shift) / step) * step + shift;
  const times = [];
  for (let t = first; t < r.to_ms && times.length < 5000; t += step) times.push(t);
  return times;
}

export const groupsOf = (r: Result): Group[] => r.groups ?? [];

/** A group's name: its breakdown values. */
export const groupName = (g: Group): string => (g.key ?? []).map(formatKey).join(" · ");

/**
 * The plots of a result, one for each kind of number: dollars do not share an
 * axis with counts, nor does an average with a sum.
 */
export function plots(q: Query, r: Result, unitOf: (column: string) => Unit): Plot[] {
  const times = timeGrid(r);
  const at = new Map(times.map((t, i) => [t, i]));
  const groups = groupsOf(r);
  const list: Plot[] = [];
  const byKind = new Map<string, Plot>();
  const families = new Map<Plot, Calculation[]>();

  calculationsOf(q).forEach((c, index) => {
    const unit = resultUnit(c.op, c.column ? unitOf(c.column) : "");
    if (c.op === "HEATMAP") {
      const plot = { ...empty(calculationName(c), unit, false, times, r), heat: { column: c.column ?? "", cells: heat(groups, at, times.length) } };
      byKind.set(`${c.column} level`, plot); // percentiles of the same column are drawn over it
      families.set(plot, [c]);
      list.push(plot);
      return;
    }
    const additive = isAdditive(c.op);
    const kind = sums.has(c.op) ? `${unit} ${c.op === "SUM" ? "sum" : c.op}` : `${unit || c.column} level`;
    let plot = byKind.get(`${c.column} level`)?.heat && !sums.has(c.op) ? byKind.get(`${c.column} level`) : byKind.get(kind);
    if (!plot) {
      plot = empty("", unit, additive, times, r);
      byKind.set(kind, plot);
      families.set(plot, []);
      list.push(plot);
    }
    families.get(plot)!.push(c);
    const shown = plot.heat ? groups.slice(0, 1) : groups;
    plot.all += shown.length;
    for (const g of shown) {
      if (plot.lines.length >= maxLines) break;
      plot.lines.push({
        label: [r.breakdowns?.length ? groupName(g) : "", calculationName(c)].filter(Boolean).join(" · "),
        key: g.key ?? [],
        values: fill(g, index, at, times, r.from_ms, sums.has(c.op) ? 0 : null),
        total: g.values?.[index] ?? null,
      });
    }
  });

  for (const plot of list) {
    const family = families.get(plot)!;
    plot.title ||= family.map(calculationName).join(", ");
    // One calculation by groups: the groups' names say it all.
    if (family.length === 1 && r.breakdowns?.length) {
      const tail = ` · ${calculationName(family[0]!)}`;
      for (const l of plot.lines) if (l.label.endsWith(tail)) l.label = l.label.slice(0, -tail.length);
    } else if (family.every((c) => c.op === family[0]!.op) && !r.breakdowns?.length && family.length > 1 && !plot.heat) {
      plot.lines.forEach((l, i) => (l.label = family[i]?.column ?? l.label));
    }
  }
  return list;
}

function empty(title: string, unit: Unit, additive: boolean, times: number[], r: Result): Plot {
  return { title, unit, additive, times, step: r.granularity_s * 1000, lines: [], all: 0 };
}

function fill(g: Group, index: number, at: Map<number, number>, times: number[], from: number, missing: 0 | null): (number | null)[] {
  // An interval that begins before the range was looked at in part only.
  const values = times.map((t): number | null => (t < from ? null : missing));
  for (const p of g.series ?? []) {
    const i = at.get(p.t_ms);
    if (i !== undefined) values[i] = p.values?.[index] ?? missing;
  }
  return values;
}

function heat(groups: Group[], at: Map<number, number>, n: number): Bucket[][] {
  const cells = Array.from({ length: n }, (): Bucket[] => []);
  for (const g of groups) {
    for (const p of g.series ?? []) {
      const i = at.get(p.t_ms);
      if (i === undefined) continue;
      for (const b of p.heatmap ?? []) {
        if (!(b.count > 0)) continue;
        const have = cells[i]!.find((c) => c.low === b.low && c.high === b.high);
        if (have) have.count += b.count;
        else cells[i]!.push({ ...b });
      }
    }
  }
  return cells;
}

/** Whether a plot has anything to show. */
export function hasData(p: Plot): boolean {
  if (p.heat?.cells.some((c) => c.length > 0)) return true;
  return p.lines.some((l) => l.total !== null || l.values.some((v) => v !== null && v !== 0));
}

/** What a click on a chart is about. */
export interface Pick {
  start: number;
  end: number;
  line?: Line;
  bucket?: Bucket;
}

/**
 * What stands at a time and a value. Of several lines, and of a heatmap's cells,
 * it is the nearest one within reach, in a stack the band around the value.
 */
export function pick(p: Plot, t: number, value: number, stacked: boolean, reach: number): Pick | undefined {
  const i = Math.floor((t - (p.times[0] ?? 0)) / p.step);
  const start = p.times[i];
  if (start === undefined) return undefined;
  const found: Pick = { start, end: start + p.step };
  if (p.heat) {
    // Cells may be thinner than a pointer is steady.
    const away = (b: Bucket) => (value >= b.low && value < b.high ? 0 : Math.min(Math.abs(value - b.low), Math.abs(value - b.high)));
    const bucket = [...p.heat.cells[i]!].sort((a, b) => away(a) - away(b))[0];
    return bucket && away(bucket) <= reach ? { ...found, bucket } : found;
  }
  if (p.lines.length === 1) return { ...found, line: p.lines[0]! };
  let best = reach;
  let base = 0;
  for (const line of p.lines) {
    const v = line.values[i];
    if (v === null || v === undefined) continue;
    if (stacked) {
      if (value >= base && value < base + v) return { ...found, line };
      base += v;
    } else if (Math.abs(v - value) <= best) {
      best = Math.abs(v - value);
      found.line = line;
    }
  }
  return found;
}

/** The most useful chart for a query that nobody chose one for. */
export function defaultChart(q: Query): "heatmap" | "line" | "table" {
  const calcs = calculationsOf(q);
  if (calcs.some((c) => c.op === "HEATMAP")) return "heatmap";
  return q.breakdowns?.some((b) => b === "trace.trace_id" || b === "lift.time") ? "table" : "line";
}
