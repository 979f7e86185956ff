import { useMemo } from "preact/hooks";
import { getCosts } from "../api";
import { Chart } from "../chart/chart";
import type { Plot } from "../chart/plot";
import { tracesHref } from "../chart/result";
import { oldestOf, useLoad, useShared, useTick } from "../hooks";
import { formatKey, formatValue, none } from "../model/format";
import { valueFilter, type Filter, type Query } from "../model/query";
import { readRange, resolve } from "../model/range";
import type { CostRow } from "../model/types";
import { follow, navigate, setParams, type Route } from "../route";
import { Loading, NoData, Notice } from "../ui/notice";
import { RangePicker, readRefresh, RefreshPicker } from "../ui/time";

const calls: Filter = { column: "llm.provider", op: "exists" };

const ways: { by: string; label: string; column: string; spans: Filter; note?: string }[] = [
  { by: "model", label: "By model", column: "llm.model", spans: calls },
  // A call does not know the language; the span above it sums up its calls.
  { by: "language", label: "By language", column: "code.language", spans: { column: "name", op: "=", value: "code.generate" }, note: " Only what is spent on generating code has a language." },
  { by: "user", label: "By user", column: "user.id", spans: calls },
  { by: "session", label: "By session", column: "session.id", spans: calls },
];

const most = 12;

export function CostsPage({ route }: { route: Route }) {
  const { status } = useShared();
  const range = readRange(route.params);
  const seconds = readRefresh(route.params, range);
  const [tick, now] = useTick(seconds);
  const way = ways.find((w) => w.by === route.params.get("by")) ?? ways[0]!;
  const oldest = oldestOf(status);
  const known = status.data !== undefined || status.error !== undefined;
  const key = known ? `costs ${way.by} ${JSON.stringify(range)}` : "";
  const loaded = useLoad(
    key,
    async (signal) => {
      const span = resolve(range, 86_400, Date.now(), oldest);
      return { ...(await getCosts(way.by, span, signal)), span };
    },
    tick,
  );
  const data = loaded.data;
  return (
    <>
      <div class="head">
        <div class="head-text">
          <h1>Costs</h1>
          <p>What language models cost, in US dollars. Calls whose price is unknown count as calls, but not as dollars.{way.note}</p>
        </div>
        <div class="controls">
          <RangePicker range={range} auto="Last 24 hours" />
          <RefreshPicker seconds={seconds} range={range} now={now} />
        </div>
      </div>
      <div class="segments" role="group" aria-label="Costs by">
        {ways.map((w) => (
          <button key={w.by} type="button" aria-pressed={w === way} onClick={() => setParams({ by: w.by === "model" ? undefined : w.by })}>
            {w.label}
          </button>
        ))}
      </div>
      {loaded.error && (
        <Notice kind="error" title={data ? "What you see is out of date" : "The costs cannot be loaded"}>
          {loaded.error.message}
        </Notice>
      )}
      {!data && !loaded.error && <Loading label="Loading costs" />}
      {data && status.data?.events === 0 && <NoData />}
      {data && status.data?.events !== 0 && data.rows.length === 0 && (
        <Notice kind="empty" title="No language model was called in this time range">
          Choose a longer one. Costs come from spans with llm.cost_usd, which telemetry’s LLM spans and its transport set.
        </Notice>
      )}
      {data && data.rows.length > 0 && <Costs rows={data.rows} total={data.total} span={data.span} way={way} />}
    </>
  );
}

function Costs({ rows, total, span, way }: { rows: CostRow[]; total: number; span: { start: number; end: number }; way: (typeof ways)[number] }) {
  const sorted = useMemo(() => [...rows].sort((a, b) => b.cost_usd - a.cost_usd), [rows]);
  const plot = useMemo(() => costPlot(sorted), [sorted]);
  const sum = (pick: (r: CostRow) => number | undefined) => rows.reduce((n, r) => n + (pick(r) ?? 0), 0);
  const all = sum((r) => r.calls);
  const input = sum((r) => r.input_tokens);
  const cached = sum((r) => r.cached_tokens);
  const query = (key: string | null): Query => ({ filters: [valueFilter(way.column, key), way.spans] });
  const cachedKnown = way.by !== "language"; // no span sums those up
  return (
    <>
      <dl class="numbers">
        <Figure name="Total" value={formatValue(total, "USD")} />
        <Figure name="A call" value={all ? formatValue(total / all, "USD") : none} />
        <Figure name="Calls" value={formatValue(all)} />
        <Figure name="Tokens in, out" value={`${formatValue(input)}, ${formatValue(sum((r) => r.output_tokens))}`} />
        <Figure name="Read from cache" value={input && cachedKnown ? formatValue((100 * cached) / input, "%") : none} />
      </dl>
      {plot.times.length > 0 && (
        <section class="panel answer-chart" aria-label="Costs over time">
          <div class="body">
            <Chart
              plot={plot}
              kind="bar"
              from={span.start}
              to={span.end}
              label={`Costs ${way.label.toLowerCase()}`}
              onPick={(p) => navigate(tracesHref(p.line ? query(p.line.key[0] as string | null) : { filters: [way.spans] }, p.start, p.end))}
              onZoom={(start, end) => setParams({ range: undefined, start: String(Math.round(start)), end: String(Math.round(end)) })}
            />
          </div>
        </section>
      )}
      <div class="panel wide table-wrap" tabIndex={0} role="region" aria-label="Costs as a table">
        <table>
          <thead>
            <tr>
              <th scope="col">{way.column}</th>
              {["Cost", "Share", "Calls", "A call", "Input tokens", "of them cached", "Output tokens"].map((h) => (
                <th key={h} scope="col" class="num">
                  {h}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {sorted.slice(0, 500).map((r) => {
              const to = tracesHref(query(r.key), span.start, span.end);
              const share = total > 0 ? (100 * r.cost_usd) / total : 0;
              return (
                <tr key={r.key ?? ""} class="row" onClick={(e) => follow(e, to)}>
                  <td>
                    <a class="row-link cell" href={to}>
                      {formatKey(r.key)}
                    </a>
                  </td>
                  <td class="num">{formatValue(r.cost_usd, "USD")}</td>
                  <td class="num bar-cell">
                    <i class="bar" style={{ width: `${share.toFixed(1)}%` }} />
                    <span>{formatValue(share, "%")}</span>
                  </td>
                  <td class="num">{formatValue(r.calls)}</td>
                  <td class="num">{r.calls ? formatValue(r.cost_usd / r.calls, "USD") : none}</td>
                  <td class="num">{formatValue(r.input_tokens)}</td>
                  <td class="num">{formatValue(cachedKnown ? r.cached_tokens : null)}</td>
                  <td class="num">{formatValue(r.output_tokens)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </>
  );
}

function Figure({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

/** Costs over time as a plot; series may lack the intervals in which nothing was spent. */
export function costPlot(rows: CostRow[]): Plot {
  const seen = [...new Set(rows.flatMap((r) => (r.series ?? []).map((p) => p.t_ms)))].sort((a, b) => a - b);
  let step = Infinity;
  for (let i = 1; i < seen.length; i++) step = Math.min(step, seen[i]! - seen[i - 1]!);
  if (!Number.isFinite(step)) step = 60_000;
  const times: number[] = [];
  for (let t = seen[0] ?? 0; seen.length && t <= seen.at(-1)! && times.length < 5000; t += step) times.push(t);
  const lines = rows.slice(0, most).map((r) => {
    const at = new Map((r.series ?? []).map((p) => [Math.round((p.t_ms - (times[0] ?? 0)) / step), p.cost_usd]));
    return { label: formatKey(r.key), key: [r.key], total: r.cost_usd, values: times.map((_, i) => at.get(i) ?? 0) };
  });
  return { title: "Cost", unit: "USD", additive: true, times, step, lines, all: rows.length };
}
