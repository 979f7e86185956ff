import { useMemo } from "preact/hooks";
import { getCosts } from "../api";
import { Chart } from "../chart/chart";
import { costPlot, restOf } from "../chart/costs";
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

function Costs({ rows, total, span, way }: { rows: CostRow[]; total: CostRow; span: { start: number; end: number }; way: (typeof ways)[number] }) {
  const sorted = useMemo(() => [...rows].sort((a, b) => b.cost_usd - a.cost_usd), [rows]);
  const plot = useMemo(() => costPlot(sorted, total), [sorted, total]);
  const rest = useMemo(() => restOf(sorted, total), [sorted, total]);
  const { cost_usd: cost, calls: all, input_tokens: input = 0, cached_tokens: cached = 0 } = total;
  const shareOf = (r: CostRow) => (cost > 0 ? (100 * r.cost_usd) / cost : 0);
  const query = (key: string | null): Query => ({ filters: [valueFilter(way.column, key), way.spans] });
  const cachedKnown = way.by !== "language"; // no span sums those up
  return (
    <>
      <dl class="numbers">
        <Figure name="Total" value={formatValue(cost, "USD")} />
        <Figure name="A call" value={all ? formatValue(cost / all, "USD") : none} />
        <Figure name="Calls" value={formatValue(all)} />
        <Figure name="Tokens in, out" value={`${formatValue(input)}, ${formatValue(total.output_tokens ?? 0)}`} />
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
              onPick={(p) => navigate(tracesHref(p.line?.key.length ? query(p.line.key[0] as string | null) : { filters: [way.spans] }, p.start, p.end))}
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
            {sorted.map((r) => {
              const to = tracesHref(query(r.key), span.start, span.end);
              return (
                <tr key={r.key ?? ""} class="row" onClick={(e) => follow(e, to)}>
                  <td>
                    <a class="row-link cell" href={to}>
                      {formatKey(r.key)}
                    </a>
                  </td>
                  <Cells row={r} share={shareOf(r)} cachedKnown={cachedKnown} />
                </tr>
              );
            })}
            {rest && (
              <tr>
                <td class="faint">all others</td>
                <Cells row={rest} share={shareOf(rest)} cachedKnown={cachedKnown} />
              </tr>
            )}
          </tbody>
        </table>
      </div>
    </>
  );
}

function Cells({ row: r, share, cachedKnown }: { row: CostRow; share: number; cachedKnown: boolean }) {
  return (
    <>
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
