import { useMemo, useState } from "preact/hooks";
import { APIError, getTrace } from "../api";
import { useLoad, useTick } from "../hooks";
import { formatTime, formatValue } from "../model/format";
import { matches, rowsOf, totalsOf } from "../model/trace";
import type { Trace } from "../model/types";
import { href, setParams, type Route } from "../route";
import { Icon } from "../ui/icon";
import { Loading, Notice } from "../ui/notice";
import { SpanPane } from "./span";
import { Waterfall } from "./waterfall";

export function TracePage({ route }: { route: Route }) {
  const [tick, again] = useTick(0);
  const loaded = useLoad(`trace ${route.id}`, (signal) => getTrace(route.id, signal), tick);
  if (loaded.data) return <TraceView trace={loaded.data} route={route} again={again} />;
  if (!loaded.error) return <Loading label="Loading the trace" />;
  const missing = loaded.error instanceof APIError && loaded.error.status === 404;
  return missing ? (
    <Notice kind="empty" title="There is no such trace">
      It may be on its way, sampled out, or older than what is kept. Its id is <code>{route.id}</code>.{" "}
      <button type="button" class="link" onClick={again}>
        Look again
      </button>{" "}
      or <a href="/traces">see all traces</a>.
    </Notice>
  ) : (
    <Notice kind="error" title="The trace cannot be loaded">
      {loaded.error.message}{" "}
      <button type="button" class="link" onClick={again}>
        Try again
      </button>
    </Notice>
  );
}

function TraceView({ trace, route, again }: { trace: Trace; route: Route; again: () => void }) {
  const rows = useMemo(() => rowsOf(trace), [trace]);
  const totals = useMemo(() => totalsOf(trace), [trace]);
  const [text, setText] = useState("");
  const found = useMemo(() => (text.trim() ? rows.filter((r) => matches(r.span, text)).map((r) => r.span.span_id) : []), [rows, text]);
  const root = rows[0]?.span;
  const wanted = route.params.get("span");
  const selected = rows.find((r) => r.span.span_id === wanted)?.span ?? root;
  const select = (id: string) => setParams({ span: id }, true);
  const field = (name: string) => rows.map((r) => r.span.fields?.[name]).find((v) => v !== undefined && v !== null);
  const jump = (step: number) => {
    if (found.length === 0) return;
    const at = selected ? found.indexOf(selected.span_id) : -1;
    select(found[(at + step + found.length) % found.length]!);
  };
  const firstError = rows.findLast((r) => r.span.error);

  return (
    <>
      <div class="head">
        <div class="head-text">
          <p class="crumb">
            <a href="/traces">Traces</a>
          </p>
          <h1>{root?.name ?? "Trace"}</h1>
          <p class="facts">
            <span>{formatTime(trace.start_ms, Date.now(), true)}</span>
            <span class="mono">{trace.trace_id}</span>
            <span>{totals.services.join(", ")}</span>
            {field("user.id") !== undefined && <span>user {String(field("user.id"))}</span>}
            {field("session.id") !== undefined && <span>session {String(field("session.id"))}</span>}
          </p>
        </div>
        <div class="controls">
          <a class="quiet" href={href("query", "", { q: JSON.stringify({ calculations: [{ op: "SUM", column: "duration_ms" }, { op: "COUNT" }], breakdowns: ["name"], filters: [{ column: "trace.trace_id", op: "=", value: trace.trace_id }], time_range: 86_400 }) })}>
            Query its spans
          </a>
          <button type="button" onClick={again} aria-label="Load again" title="Load again">
            <Icon name="refresh" />
          </button>
        </div>
      </div>
      <dl class="numbers">
        <div>
          <dt>Duration</dt>
          <dd>{formatValue(trace.duration_ms, "ms")}</dd>
        </div>
        <div>
          <dt>Spans</dt>
          <dd>{formatValue(rows.length)}</dd>
        </div>
        <div>
          <dt>Errors</dt>
          <dd class={totals.errors ? "bad" : ""}>
            {totals.errors}
            {firstError && (
              <button type="button" class="link" onClick={() => select(firstError.span.span_id)}>
                deepest
              </button>
            )}
          </dd>
        </div>
        <div>
          <dt>LLM calls</dt>
          <dd>{totals.calls}</dd>
        </div>
        <div>
          <dt>Tokens in, out</dt>
          <dd>
            {formatValue(totals.input)}, {formatValue(totals.output)}
          </dd>
        </div>
        <div>
          <dt>Cost</dt>
          <dd>{formatValue(totals.cost, "USD")}</dd>
        </div>
      </dl>
      {trace.truncated && (
        <Notice kind="empty" title="This trace is larger than what is shown">
          Sums count only the spans that are here.
        </Notice>
      )}
      <div class="trace-search" role="search">
        <input
          type="search"
          aria-label="Search names, attributes and events"
          placeholder="Search names, attributes, events"
          value={text}
          onInput={(e) => setText(e.currentTarget.value)}
          onKeyDown={(e) => {
            if (e.key === "Enter") jump(e.shiftKey ? -1 : 1);
          }}
        />
        <span class="faint" role="status">
          {text.trim() && (found.length ? `${found.length} of ${rows.length} spans; Enter goes through them` : "no span has that")}
        </span>
      </div>
      <div class="trace-body">
        <Waterfall trace={trace} rows={rows} found={text.trim() ? new Set(found) : undefined} {...(selected ? { selected: selected.span_id } : {})} select={select} />
        {selected && <SpanPane key={selected.span_id} span={selected} trace={trace} find={text} />}
      </div>
    </>
  );
}
