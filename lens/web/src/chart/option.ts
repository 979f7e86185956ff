// What the chart library is told to draw. Tooltips, legends and cross-hairs are
// the page's own: they are text in the document, which a reader can select and a
// screen reader can read, and nothing that came from outside becomes markup.
import type { EChartsCoreOption } from "echarts/core";
import { formatValue } from "../model/format";
import type { Plot } from "./plot";

/** The colours of the present theme, as the library wants them. */
export interface Colors {
  text: string;
  faint: string;
  line: string;
  panel: string;
  font: string;
  bad: string;
  series: string[];
  /** From few to many. */
  heat: string[];
}

export type PlotKind = "line" | "stacked" | "bar" | "heatmap" | "spark";

export interface Drawn {
  plot: Plot;
  kind: PlotKind;
  from: number;
  to: number;
  /** Labels of the lines that the reader hid. */
  hidden: ReadonlySet<string>;
}

/** The colour of the i-th line. */
export function lineColor(plot: Plot, i: number, c: Colors): string {
  if (plot.heat) return c.text;
  if (plot.lines[i]?.rest) return c.faint;
  if (plot.lines.length === 1 && /error|fail/i.test(plot.title)) return c.bad;
  return c.series[i % c.series.length]!;
}

const dashes: (string | number[])[] = ["solid", [6, 3], [2, 2], [8, 3, 2, 3]];

export function option({ plot, kind, from, to, hidden }: Drawn, c: Colors): EChartsCoreOption {
  const spark = kind === "spark";
  const stack = kind === "stacked" || kind === "bar";
  const middle = plot.step / 2;
  const series: object[] = [];
  if (plot.heat) series.push(heatSeries(plot, c));
  plot.lines.forEach((line, i) => {
    if (hidden.has(line.label)) return;
    const color = lineColor(plot, i, c);
    const at = (j: number) => plot.times[j]! + middle;
    const known = (j: number) => (line.values[j] ?? null) !== null;
    series.push(
      kind === "bar"
        ? { type: "bar", stack: "all", data: line.values.map((v, j) => [at(j), v]), itemStyle: { color }, barCategoryGap: "18%", barMaxWidth: 28, silent: true }
        : {
            type: "line",
            // A point without neighbours would not be seen as a line.
            data: line.values.map((v, j) => ({ value: [at(j), v], symbol: known(j) && !known(j - 1) && !known(j + 1) ? "circle" : "none" })),
            silent: true,
            symbolSize: 5,
            itemStyle: { color },
            lineStyle: { color, width: spark ? 1.5 : stack ? 1 : plot.heat ? 1.25 : 1.75, type: plot.heat ? dashes[i % dashes.length] : "solid" },
            ...(stack ? { stack: "all", areaStyle: { color, opacity: 0.75 } } : {}),
            ...(!stack && plot.lines.length === 1 && !plot.heat ? { areaStyle: { color, opacity: 0.1 } } : {}),
          },
    );
  });
  return {
    animation: false,
    textStyle: { fontFamily: c.font },
    grid: spark
      ? { left: 1, right: 1, top: 2, bottom: 1 }
      : { left: 4, right: 14, top: 12, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    xAxis: {
      type: "time",
      min: plot.times.length ? Math.min(from, plot.times[0]!) : from,
      max: to,
      show: !spark,
      axisLine: { lineStyle: { color: c.line } },
      axisTick: { show: false },
      axisLabel: { color: c.faint, fontSize: 11, hideOverlap: true },
      splitLine: { show: false },
      splitNumber: 5,
    },
    yAxis: {
      type: plot.heat && isGeometric(plot) ? "log" : "value",
      show: !spark,
      min: plot.heat && isGeometric(plot) ? lowest(plot) : bottom(plot),
      ...(plot.unit === "%" && greatest(plot) > 50 ? { max: 100, interval: 25 } : {}),
      ...(wholeNumbers(plot) ? { minInterval: 1 } : {}),
      splitNumber: 3,
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: { color: c.faint, fontSize: 11, formatter: (v: number) => formatValue(v, plot.unit) },
      splitLine: { lineStyle: { color: c.line, width: 1 } },
    },
    series,
  };
}

function bottom(plot: Plot): number | undefined {
  return plot.lines.some((l) => l.values.some((v) => v !== null && v < 0)) ? undefined : 0;
}

function greatest(plot: Plot): number {
  return Math.max(0, ...plot.lines.flatMap((l) => l.values.map((v) => v ?? 0)));
}

function wholeNumbers(plot: Plot): boolean {
  return !plot.heat && plot.lines.every((l) => l.values.every((v) => v === null || Number.isInteger(v)));
}

/** Whether a heatmap's buckets grow with their place, as those of a log scale do. */
export function isGeometric(plot: Plot): boolean {
  let narrow = Infinity;
  let wide = 0;
  for (const cell of plot.heat?.cells.flat() ?? []) {
    narrow = Math.min(narrow, cell.high - cell.low);
    wide = Math.max(wide, cell.high - cell.low);
  }
  return wide > 3 * narrow && narrow > 0;
}

function lowest(plot: Plot): number {
  const lows = (plot.heat?.cells.flat() ?? []).map((c) => c.low).filter((l) => l > 0);
  return lows.length ? Math.min(...lows) : 0.001;
}

function heatSeries(plot: Plot, c: Colors): object {
  const cells = plot.heat!.cells;
  const most = Math.max(1, ...cells.flat().map((b) => b.count));
  const floor = isGeometric(plot) ? lowest(plot) : -Infinity;
  const data = cells.flatMap((column, i) => column.map((b) => [plot.times[i]!, Math.max(b.low, floor), b.high, shade(b.count, most, c.heat)]));
  return {
    type: "custom",
    silent: true,
    clip: true,
    // The last dimension is an index into the colours.
    data,
    encode: { x: 0, y: [1, 2] },
    renderItem: (_: unknown, api: { value(i: number): number; coord(p: number[]): number[] }) => {
      const t = api.value(0);
      const [x0, y0] = api.coord([t, api.value(1)]) as [number, number];
      const [x1, y1] = api.coord([t + plot.step, api.value(2)]) as [number, number];
      const gap = x1 - x0 > 4 ? 1 : 0;
      return {
        type: "rect",
        shape: { x: x0, y: y1, width: Math.max(1, x1 - x0 - gap), height: Math.max(1.5, y0 - y1 - (y0 - y1 > 4 ? 1 : 0)) },
        style: { fill: c.heat[api.value(3)] },
      };
    },
  };
}

/** The index of a count's colour. One row among thousands is still seen. */
function shade(count: number, most: number, ramp: string[]): number {
  const share = Math.log1p(count) / Math.log1p(most);
  return Math.min(ramp.length - 1, Math.floor(share * ramp.length));
}
