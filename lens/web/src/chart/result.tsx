import { useMemo, useState } from "preact/hooks";
import { useShared, useUnits } from "../hooks";
import { formatValue } from "../model/format";
import type { Query } from "../model/query";
import type { ChartKind, Result } from "../model/types";
import { href, navigate, setParams } from "../route";
import { Notice } from "../ui/notice";
import { Chart } from "./chart";
import type { PlotKind } from "./option";
import { Pie } from "./pie";
import { groupsOf, hasData, plots, type Pick, type Plot } from "./plot";
import { ResultTable } from "./table";

interface Props {
  query: Query;
  result: Result;
  kind: ChartKind;
  title: string;
  /** What to do where nothing was found. */
  hint?: string;
}

/** The address of the traces behind a part of a result. */
export function tracesHref(query: Query, start: number, end: number, key?: unknown[], bucket?: { column: string; low: number; high: number }): string {
  const filters = [...(query.filters ?? [])];
  const or = query.filter_combination === "OR" && filters.length > 1;
  // Filters that are joined by OR cannot be narrowed by another one.
  if (bucket?.column && !or) {
    filters.push({ column: bucket.column, op: ">=", value: bucket.low }, { column: bucket.column, op: "<", value: bucket.high });
  }
  const q: Query = { filters, ...(query.breakdowns ? { breakdowns: query.breakdowns } : {}) };
  if (or) q.filter_combination = "OR";
  return href("traces", "", {
    q: JSON.stringify(q),
    start: String(Math.floor(start)),
    end: String(Math.ceil(end)),
    key: key?.length ? JSON.stringify(key) : undefined,
  });
}

/** A result as the chart that a panel or a reader chose. */
export function ResultView({ query, result, kind, title, hint }: Props) {
  const unitOf = useUnits();
  const { columns } = useShared();
  const all = useMemo(() => plots(query, result, unitOf), [query, result, columns]);
  const [shown, show] = useState(0);
  const traces = (key: unknown[]) => tracesHref(query, result.from_ms, result.to_ms, key);
  const table = <ResultTable query={query} result={result} unitOf={unitOf} traces={traces} caption={title} />;

  if (groupsOf(result).length === 0 || !(all.some(hasData) || kind === "table" || kind === "combo")) {
    return (
      <Notice kind="empty" title="Nothing in this time range">
        {hint ?? "Choose a longer time range, or fewer filters."}
      </Notice>
    );
  }
  if (kind === "table") return table;
  if (kind === "stat") return <Stats all={all} result={result} />;

  const plot = all[Math.min(shown, all.length - 1)]!;
  if (kind === "pie") {
    return plot.additive ? (
      <Pie plot={plot} label={title} onPick={(line) => navigate(traces(line.key))} />
    ) : (
      <Notice kind="empty" title="No pie for this">
        {plot.title} does not add up to a whole. Choose another chart.
      </Notice>
    );
  }
  const onPick = (p: Pick) => {
    const bucket = p.bucket && plot.heat ? { column: plot.heat.column, low: p.bucket.low, high: p.bucket.high } : undefined;
    navigate(tracesHref(query, p.start, p.end, p.line?.key, bucket));
  };
  const chart = (
    <>
      {all.length > 1 && (
        <div class="tabs" role="group" aria-label="What is drawn">
          {all.map((p, i) => (
            <button key={p.title} type="button" aria-pressed={p === plot} onClick={() => show(i)}>
              {p.title}
            </button>
          ))}
        </div>
      )}
      <Chart
        plot={plot}
        kind={drawnAs(kind, plot)}
        from={result.from_ms}
        to={result.to_ms}
        label={`${title}: ${plot.title}`}
        onPick={onPick}
        onZoom={(start, end) => setParams({ range: undefined, start: String(Math.round(start)), end: String(Math.round(end)) })}
      />
    </>
  );
  if (kind !== "combo") return <div class="result">{chart}</div>;
  return (
    <div class={`result combo${(query.breakdowns?.length ?? 0) + (query.calculations?.length ?? 1) > 2 ? " many" : ""}`}>
      <div class="combo-chart">{chart}</div>
      {table}
    </div>
  );
}

function drawnAs(kind: ChartKind, plot: Plot): PlotKind {
  if (plot.heat) return "heatmap";
  if ((kind === "stacked" || kind === "bar") && plot.additive) return kind;
  return "line";
}

/** Big numbers, each with its course over time. */
function Stats({ all, result }: { all: Plot[]; result: Result }) {
  return (
    <div class="stats">
      {all.flatMap((plot) =>
        plot.lines.map((line) => (
          <div class="stat" key={plot.title + line.label}>
            <span class="stat-value">{formatValue(line.total, plot.unit)}</span>
            <span class="stat-label">{line.label}</span>
            <Chart plot={{ ...plot, lines: [line] }} kind="spark" from={result.from_ms} to={result.to_ms} label={line.label} />
          </div>
        )),
      )}
    </div>
  );
}
