import { useEffect, useMemo, useState } from "preact/hooks";
import { getQueries, runQuery } from "../api";
import { defaultChart } from "../chart/plot";
import { ResultView, tracesHref } from "../chart/result";
import { ResultTable } from "../chart/table";
import { oldestOf, useLoad, useShared, useTick, useUnits } from "../hooks";
import { formatDuration, formatNumber } from "../model/format";
import { addressed, compact, defaultRange, problem, unreadable, type Query, type SavedQuery } from "../model/query";
import { readRange, resolve, shortSeconds } from "../model/range";
import { formatQuery, parseQuery } from "../model/text";
import type { ChartKind } from "../model/types";
import { href, setParams, type Route } from "../route";
import { Icon } from "../ui/icon";
import { Menu } from "../ui/menu";
import { Guard, Loading, NoData, Notice } from "../ui/notice";
import { RangePicker } from "../ui/time";
import { Breakdowns, Calculations, Filters, Havings, Limits, Orders } from "./clauses";

const charts: ChartKind[] = ["line", "stacked", "bar", "pie", "stat", "heatmap", "table"];

/** The query that the fields begin with: COUNT where the address has none that can be read. */
function readQuery(params: URLSearchParams): Query {
  const q = addressed(params.get("q"));
  return q && Object.keys(q).length ? q : { calculations: [{ op: "COUNT" }] };
}

export function QueryPage({ route }: { route: Route }) {
  const given = route.params.get("q") ?? "";
  const [draft, setDraft] = useState<Query>(() => readQuery(route.params));
  useEffect(() => setDraft(readQuery(route.params)), [given]);
  const { status } = useShared();
  const [tick, again] = useTick(0);

  const wrong = problem(draft);
  const changed = JSON.stringify(compact(draft)) !== JSON.stringify(compact(readQuery(route.params)));
  const run = () => {
    if (wrong) return;
    const q = JSON.stringify(compact(draft));
    if (q === given) again();
    else setParams({ q, chart: undefined });
  };

  return (
    <>
      <div class="head">
        <div class="head-text">
          <h1>Query</h1>
          <p>Calculate over all rows that pass the filters, and group them. Click into the result to see the traces behind it.</p>
        </div>
        <div class="controls">
          <SavedMenu route={route} />
          <RangePicker range={readRange(route.params)} auto={`Last ${shortSeconds(draft.time_range ?? defaultRange)}`} />
        </div>
      </div>
      <form
        class="panel builder"
        aria-label="Query"
        onSubmit={(e) => {
          e.preventDefault();
          run();
        }}
        onKeyDown={(e) => {
          if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) run();
        }}
      >
        <Calculations query={draft} set={setDraft} />
        <Filters query={draft} set={setDraft} />
        <Breakdowns query={draft} set={setDraft} />
        <Orders query={draft} set={setDraft} />
        <Havings query={draft} set={setDraft} />
        <Limits query={draft} set={setDraft} />
        <TextForm query={draft} set={setDraft} />
        <div class="run">
          <button type="submit" class="primary" disabled={wrong !== ""} title="Ctrl + Enter">
            Run
          </button>
          <span class={wrong ? "bad" : "faint"} role="status">
            {wrong || (changed ? "changed since it ran" : "")}
          </span>
        </div>
      </form>
      {addressed(given) === undefined ? (
        <Notice kind="error" title={unreadable}>
          It may have been cut off on its way. Nothing was run: build the query above, or <a href={href("query")}>start again</a>.
        </Notice>
      ) : status.data?.events === 0 ? (
        <NoData />
      ) : (
        <Guard key={given}>
          <Answer route={route} tick={tick} />
        </Guard>
      )}
    </>
  );
}

/** The query as the runbooks write it. */
function TextForm({ query, set }: { query: Query; set: (q: Query) => void }) {
  const text = formatQuery(query);
  const [typed, setTyped] = useState<string>();
  const [error, setError] = useState("");
  const change = (s: string) => {
    setTyped(s);
    try {
      set(parseQuery(s));
      setError("");
    } catch (e) {
      setError((e as Error).message);
    }
  };
  return (
    <div class="clause">
      <label class="clause-label" for="query-text">
        As text
      </label>
      <div class="clause-parts">
        <input
          id="query-text"
          type="text"
          class="mono text-form"
          spellcheck={false}
          autocomplete="off"
          value={typed ?? text}
          aria-invalid={error !== ""}
          onInput={(e) => change(e.currentTarget.value)}
          onBlur={() => {
            if (!error) setTyped(undefined);
          }}
        />
        {error && (
          <span class="bad" role="status">
            {error}{" "}
            <button
              type="button"
              class="link"
              onClick={() => {
                setTyped(undefined);
                setError("");
              }}
            >
              Undo
            </button>
          </span>
        )}
      </div>
    </div>
  );
}

function SavedMenu({ route }: { route: Route }) {
  const saved = useLoad("queries", getQueries);
  return (
    <Menu label="Saved queries" text="Saved queries">
      {(close) =>
        saved.data ? (
          saved.data.map((s: SavedQuery) => (
            <button
              key={s.name}
              type="button"
              title={s.description}
              onClick={() => {
                setParams({ q: JSON.stringify(compact(s.query)), chart: undefined });
                close();
              }}
            >
              {s.name}
            </button>
          ))
        ) : (
          <p class="note faint">{saved.error?.message ?? (route ? "Loading" : "")}</p>
        )
      }
    </Menu>
  );
}

function Answer({ route, tick }: { route: Route; tick: number }) {
  const { status } = useShared();
  const unitOf = useUnits();
  const query = useMemo(() => compact(readQuery(route.params)), [route.params.get("q")]);
  const range = readRange(route.params);
  const oldest = oldestOf(status);
  const known = status.data !== undefined || status.error !== undefined;
  const own = query.time_range ?? defaultRange;
  // A query that was typed asks for what it says, not for what there is.
  const key = known ? `${JSON.stringify(query)} ${JSON.stringify(range)}` : "";
  const loaded = useLoad(key, (signal) => runQuery(query, resolve(range, own, Date.now(), oldest), signal), tick);
  const chosen = route.params.get("chart") as ChartKind | null;
  const kind = chosen && [...charts, "combo"].includes(chosen) ? chosen : defaultChart(query);
  if (!loaded.data) {
    return loaded.error ? (
      <Notice kind="error" title="The query was refused">
        {loaded.error.message}
      </Notice>
    ) : (
      <Loading label="Running the query" />
    );
  }
  const result = loaded.data;
  const groups = result.groups?.length ?? 0;
  return (
    <section class="answer" aria-label="Result" aria-busy={loaded.loading}>
      {loaded.error && (
        <Notice kind="error" title="What you see is out of date">
          {loaded.error.message}
        </Notice>
      )}
      <div class="answer-head">
        <div class="segments" role="group" aria-label="Chart">
          {charts.map((c) => (
            <button key={c} type="button" aria-pressed={c === kind || (c === "line" && kind === "combo")} onClick={() => setParams({ chart: c })}>
              {c}
            </button>
          ))}
        </div>
        <span class="faint num">
          {formatNumber(groups)} {groups === 1 ? "group" : "groups"}
          {result.rows_read !== undefined && ` from ${formatNumber(result.rows_read)} rows`}
          {result.took_ms !== undefined && ` in ${formatDuration(result.took_ms)}`}
        </span>
        <a class="quiet" href={tracesHref(query, result.from_ms, result.to_ms)}>
          <Icon name="traces" /> All traces behind it
        </a>
      </div>
      {kind !== "table" && (
        <div class={`panel answer-chart ${kind}`}>
          <div class="body">
            <ResultView query={query} result={result} kind={kind === "combo" ? "line" : kind} title="Result" />
          </div>
        </div>
      )}
      {groups > 0 ? (
        <div class="panel wide">
          <ResultTable query={query} result={result} unitOf={unitOf} caption="Result as a table" traces={(k) => tracesHref(query, result.from_ms, result.to_ms, k)} />
        </div>
      ) : (
        kind === "table" && (
          <Notice kind="empty" title="Nothing in this time range">
            Choose a longer time range, or fewer filters. <a href={href("query")}>Start again</a>
          </Notice>
        )
      )}
    </section>
  );
}
