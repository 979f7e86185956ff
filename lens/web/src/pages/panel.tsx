import { useState } from "preact/hooks";
import { getAlerts, runQuery } from "../api";
import { ResultView } from "../chart/result";
import { oldestOf, useLoad, useShared } from "../hooks";
import { defaultRange, withFilter, type Filter, type Query } from "../model/query";
import { resolve, shortSeconds, writeRange, type Range } from "../model/range";
import type { Panel } from "../model/types";
import { href } from "../route";
import { Icon } from "../ui/icon";
import { Markdown } from "../ui/markdown";
import { Loading, Notice } from "../ui/notice";
import { SLOView } from "./slo";

interface Props {
  panel: Panel;
  range: Range;
  tick: number;
  /** Rows above the panel that are shown elsewhere. */
  shift: number;
  /** The reader's, besides the panel's own. */
  filters: Filter[];
}

export function PanelCard({ panel, range, tick, shift, filters }: Props) {
  const place = { gridColumn: `${panel.x + 1} / span ${panel.width}`, gridRow: `${panel.y - shift + 1} / span ${panel.height}` };
  switch (panel.kind) {
    case "text":
      return (
        <section class="panel card text pad" style={place}>
          <Markdown source={panel.text ?? ""} />
        </section>
      );
    case "slo":
      return <SLOCard panel={panel} tick={tick} place={place} />;
    default:
      return <QueryCard panel={panel} range={range} tick={tick} place={place} filters={filters} />;
  }
}

type CardProps = Omit<Props, "shift"> & { place: Record<string, string> };

function QueryCard({ panel, range, tick, place, filters }: CardProps) {
  const { status } = useShared();
  const [table, setTable] = useState(false);
  const query: Query = filters.length ? withFilter(panel.query ?? {}, ...filters) : (panel.query ?? {});
  const oldest = oldestOf(status);
  const known = status.data !== undefined || status.error !== undefined;
  const span = resolve(range, query.time_range ?? defaultRange, Date.now(), oldest);
  const width = Math.round((span.end - span.start) / 1000);
  // The key holds the choice and not the present time, or every refresh would begin from nothing.
  const key = known ? `${JSON.stringify(query)} ${JSON.stringify(range)}` : "";
  const loaded = useLoad(key, (signal) => runQuery(query, resolve(range, query.time_range ?? defaultRange, Date.now(), oldest), signal), tick);
  const title = panel.title ?? "";
  const kind = table ? "table" : (panel.chart ?? "line");
  const params = { q: JSON.stringify(query), chart: panel.chart, ...writeRange(range) };
  return (
    <section class="panel card" style={place} aria-label={title} data-panel={title} data-state={loaded.error ? "error" : loaded.data ? "ready" : "loading"}>
      <div class="card-head">
        <h2 title={panel.description}>{title}</h2>
        <button type="button" class="quiet" aria-pressed={table} aria-label={`${title} as a table`} title="As a table" onClick={() => setTable(!table)}>
          <Icon name="table" />
        </button>
        <a class="quiet" href={href("query", "", params)} aria-label={`Open ${title} as a query`} title="Open as a query">
          <Icon name="open" />
        </a>
        {loaded.error && loaded.data ? (
          <span class="range stale" title={loaded.error.message}>
            out of date
          </span>
        ) : (
          range.kind !== "between" && <span class="range">{shortSeconds(width)}</span>
        )}
      </div>
      <div class="body">
        {loaded.data ? (
          <ResultView query={query} result={loaded.data} kind={kind} title={title} />
        ) : loaded.error ? (
          <Notice kind="error" title="This query failed">
            {loaded.error.message}
          </Notice>
        ) : (
          <Loading label={`Loading ${title}`} />
        )}
      </div>
    </section>
  );
}

function SLOCard({ panel, tick, place }: { panel: Panel; tick: number; place: Record<string, string> }) {
  const alerts = useLoad("alerts", getAlerts, tick);
  const slo = alerts.data?.slos?.find((s) => s.name === panel.slo);
  return (
    <section class="panel card slo" style={place} aria-label={panel.slo} data-panel={panel.slo} data-state={slo ? "ready" : alerts.error ? "error" : alerts.data ? "empty" : "loading"}>
      {slo ? (
        <SLOView slo={slo} />
      ) : alerts.error ? (
        <Notice kind="error" title={panel.slo ?? ""}>
          {alerts.error.message}
        </Notice>
      ) : alerts.data ? (
        <Notice kind="empty" title={panel.slo ?? ""}>
          This SLO is not evaluated yet.
        </Notice>
      ) : (
        <Loading label={`Loading ${panel.slo}`} />
      )}
    </section>
  );
}
