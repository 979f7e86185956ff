import { useEffect, useState } from "preact/hooks";
import { findTraces } from "../api";
import { oldestOf, useLoad, useShared, useTick } from "../hooks";
import { formatKey, formatTime, formatValue } from "../model/format";
import { addressed, compact, problem, unreadable, valueFilter, withFilter, type Query } from "../model/query";
import { readRange, resolve } from "../model/range";
import type { TraceOrder, TraceRow } from "../model/types";
import { follow, href, navigate, setParams, type Route } from "../route";
import { Loading, NoData, Notice } from "../ui/notice";
import { RangePicker, readRefresh, RefreshPicker } from "../ui/time";
import { Filters } from "./clauses";

const limit = 200;
const orders: { order: TraceOrder; label: string; first: string }[] = [
  { order: "newest", label: "newest", first: `the newest ${limit}` },
  { order: "slowest", label: "slowest", first: `the slowest ${limit}` },
  { order: "most_expensive", label: "most expensive", first: `the most expensive ${limit}` },
  { order: "most_errors", label: "most errors", first: `the ${limit} with the most errors` },
];

const readFilters = (params: URLSearchParams): Query => addressed(params.get("q")) ?? {};

function readKey(params: URLSearchParams): unknown[] | undefined {
  try {
    const key: unknown = JSON.parse(params.get("key") ?? "null");
    return Array.isArray(key) ? key : undefined;
  } catch {
    return undefined;
  }
}

export function TracesPage({ route }: { route: Route }) {
  const { status } = useShared();
  const given = readFilters(route.params);
  const key = readKey(route.params);
  const [draft, setDraft] = useState<Query>(given);
  useEffect(() => setDraft(readFilters(route.params)), [route.params.get("q")]);
  const range = readRange(route.params);
  const seconds = readRefresh(route.params, range);
  const [tick, now] = useTick(seconds);
  const oldest = oldestOf(status);
  const known = status.data !== undefined || status.error !== undefined;
  const { order, first } = orders.find((o) => o.order === route.params.get("order")) ?? orders[0]!;
  const readable = addressed(route.params.get("q")) !== undefined;
  const wanted = known && readable ? JSON.stringify([given, key ?? null, range, order]) : "";
  const loaded = useLoad(wanted, (signal) => findTraces({ query: given, span: resolve(range, 3600, Date.now(), oldest), key, order, limit }, signal), tick);
  const rows = loaded.data;
  const wrong = problem(draft);
  const changed = JSON.stringify(compact(draft)) !== JSON.stringify(compact(given));

  return (
    <>
      <div class="head">
        <div class="head-text">
          <h1>Traces</h1>
          <p>Traces with at least one span that passes the filters.</p>
        </div>
        <div class="controls">
          <FindTrace />
          <RangePicker range={range} auto="Last hour" />
          <RefreshPicker seconds={seconds} range={range} now={now} />
        </div>
      </div>
      <form
        class="panel builder"
        aria-label="Filters"
        onSubmit={(e) => {
          e.preventDefault();
          if (!wrong) setParams({ q: JSON.stringify(compact(draft)) });
        }}
      >
        <Filters query={draft} set={setDraft} />
        {key && given.breakdowns && (
          <div class="clause">
            <span class="clause-label">And</span>
            <div class="clause-parts">
              {given.breakdowns.map((b, i) => (
                <span key={b} class="chip">
                  {b} = {formatKey(key[i])}
                </span>
              ))}
              <button type="button" class="link" onClick={() => setParams({ key: undefined })}>
                Remove
              </button>
            </div>
          </div>
        )}
        {(changed || wrong) && (
          <div class="run">
            <button type="submit" class="primary" disabled={wrong !== ""}>
              Show
            </button>
            {wrong && (
              <span class="bad" role="status">
                {wrong}
              </span>
            )}
          </div>
        )}
      </form>
      {!readable && (
        <Notice kind="error" title={unreadable}>
          It may have been cut off on its way. <a href={href("traces")}>Show all traces</a>.
        </Notice>
      )}
      {readable && status.data?.events !== 0 && (
        <div class="answer-head">
          <div class="segments" role="group" aria-label="Order">
            {orders.map((o) => (
              <button key={o.order} type="button" aria-pressed={o.order === order} onClick={() => setParams({ order: o.order === "newest" ? undefined : o.order }, true)}>
                {o.label}
              </button>
            ))}
          </div>
          <span class="faint" role="status">
            {rows && (rows.length >= limit ? first : `${rows.length} ${rows.length === 1 ? "trace" : "traces"}`)}
          </span>
          <a class="quiet" href={href("query", "", { q: JSON.stringify(compact({ ...given, ...(key ? drill(given, key) : {}), calculations: [{ op: "COUNT" }] })) })}>
            Open as a query
          </a>
        </div>
      )}
      {loaded.error && (
        <Notice kind="error" title={rows ? "What you see is out of date" : "The traces cannot be loaded"}>
          {loaded.error.message}
        </Notice>
      )}
      {rows ? (
        status.data?.events === 0 ? (
          <NoData />
        ) : (
          <TraceList rows={rows} />
        )
      ) : (
        readable && !loaded.error && <Loading label="Loading traces" />
      )}
    </>
  );
}

/** The filters with a group's values among them, as far as they can join. */
function drill(q: Query, key: unknown[]): Query {
  try {
    return withFilter(q, ...(q.breakdowns ?? []).map((b, i) => valueFilter(b, key[i])));
  } catch {
    return q;
  }
}

function FindTrace() {
  const [id, set] = useState("");
  return (
    <form
      role="search"
      onSubmit={(e) => {
        e.preventDefault();
        if (id.trim()) navigate(href("traces", id.trim()));
      }}
    >
      <input type="search" class="mono" aria-label="Open a trace by its id" placeholder="Trace id" value={id} onInput={(e) => set(e.currentTarget.value)} spellcheck={false} />
    </form>
  );
}

function TraceList({ rows }: { rows: TraceRow[] }) {
  if (rows.length === 0) {
    return (
      <Notice kind="empty" title="No trace in this time range passes the filters">
        Choose a longer time range, or fewer filters.
      </Notice>
    );
  }
  const longest = Math.max(...rows.map((r) => r.duration_ms));
  return (
    <section class="answer" aria-label="Traces">
      <div class="panel wide table-wrap" tabIndex={0} role="region" aria-label="Traces as a table">
        <table class="traces">
          <thead>
            <tr>
              <th scope="col">Root</th>
              <th scope="col">Begin</th>
              <th scope="col" class="num">
                Duration
              </th>
              <th scope="col" class="num">
                Spans
              </th>
              <th scope="col" class="num">
                Errors
              </th>
              <th scope="col" class="num">
                Cost
              </th>
              <th scope="col" class="num">
                Tokens
              </th>
              <th scope="col">User</th>
              <th scope="col">Session</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((r) => {
              const to = href("traces", r.trace_id);
              return (
                <tr key={r.trace_id} class="row" onClick={(e) => follow(e, to)}>
                  <td>
                    <a class="row-link cell" href={to} title={`${r.name}, trace ${r.trace_id}`}>
                      {r.name || "(no root yet)"}
                    </a>
                    <span class="faint small">{r.service}</span>
                  </td>
                  <td class="when">{formatTime(r.start_ms)}</td>
                  <td class="num bar-cell">
                    <i class="bar" style={{ width: `${((100 * r.duration_ms) / longest).toFixed(1)}%` }} />
                    <span>{formatValue(r.duration_ms, "ms")}</span>
                  </td>
                  <td class="num">{formatValue(r.spans)}</td>
                  <td class="num">{r.errors > 0 ? <span class="chip error">{r.errors}</span> : <span class="faint">0</span>}</td>
                  <td class="num">{r.cost_usd ? formatValue(r.cost_usd, "USD") : <span class="faint">–</span>}</td>
                  <td class="num">{r.tokens ? formatValue(r.tokens) : <span class="faint">–</span>}</td>
                  <td>
                    <span class="cell">{r.user_id}</span>
                  </td>
                  <td>
                    <span class="cell">{r.session_id}</span>
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}
