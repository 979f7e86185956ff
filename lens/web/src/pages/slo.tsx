import { Chart } from "../chart/chart";
import type { Plot } from "../chart/plot";
import { formatValue, none } from "../model/format";
import type { SLO } from "../model/types";
import { href } from "../route";

/** How much of an SLO's budget is left, and how that came. */
export function SLOView({ slo }: { slo: SLO }) {
  const left = slo.budget_left ?? null;
  const firing = slo.burn_alerts?.filter((b) => b.state === "firing") ?? [];
  const state = left === null ? "" : left <= 0 ? "bad" : left < 25 ? "warn" : "good";
  const points = slo.series ?? [];
  return (
    <div class="slo-view">
      <div class="slo-text">
        <h2>
          <a href={href("alerts", slo.name)}>{slo.name}</a>{" "}
          {firing.length > 0 && <span class="chip firing">burning</span>}
        </h2>
        <p class="faint">
          {slo.description ?? `${formatValue(slo.target, "%")} over ${slo.window_days} days`}
        </p>
      </div>
      <dl class="slo-numbers">
        <div>
          <dt>Good</dt>
          <dd>{slo.compliance === null || slo.compliance === undefined ? none : `${slo.compliance.toFixed(2)} %`}</dd>
        </div>
        <div>
          <dt>Budget left</dt>
          <dd class={state}>{formatValue(left, "%")}</dd>
        </div>
      </dl>
      <div class={`meter ${state}`} role="meter" aria-label="Budget left" aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.max(0, Math.round(left ?? 0))}>
        <i style={{ width: `${Math.min(100, Math.max(0, left ?? 0))}%` }} />
      </div>
      {points.length > 1 ? (
        <Chart plot={course(slo)} kind="spark" from={points[0]!.t_ms} to={points.at(-1)!.t_ms} label={`${slo.name}: budget left over time`} />
      ) : (
        <p class="faint slo-young">How the budget was spent is drawn here after the first hours.</p>
      )}
    </div>
  );
}

/** The budget over time, as a line. */
export function course(slo: SLO): Plot {
  const points = slo.series ?? [];
  const step = points.length > 1 ? points[1]!.t_ms - points[0]!.t_ms : 3_600_000;
  const values = points.map((p) => p.budget_left ?? p.value ?? null);
  return {
    title: "Budget left",
    unit: "%",
    additive: false,
    times: points.map((p) => p.t_ms),
    step,
    all: 1,
    lines: [{ label: "Budget left", key: [], values, total: slo.budget_left ?? null }],
  };
}
