import { getAlerts } from "../api";
import { useLoad, useTick, useUnits } from "../hooks";
import { formatAgo, formatDuration, formatKey, formatTime, formatValue, none, resultUnit, type Unit } from "../model/format";
import { calculationsOf, compact } from "../model/query";
import { parseQuery } from "../model/text";
import type { Alerts, Notification, SLO, Trigger } from "../model/types";
import { href, type Route } from "../route";
import { Markdown } from "../ui/markdown";
import { Loading, Notice } from "../ui/notice";
import { SLOView } from "./slo";

const rank: Record<string, number> = { firing: 0, error: 1, pending: 2 };
const words: Record<string, string> = { ok: "ok", firing: "firing", pending: "pending", error: "cannot be evaluated", fired: "fired", resolved: "resolved" };

export function AlertsPage({ route }: { route: Route }) {
  const [tick] = useTick(5);
  const loaded = useLoad("alerts", getAlerts, tick);
  const data = loaded.data;
  if (!data) {
    return loaded.error ? (
      <Notice kind="error" title="The alerts cannot be loaded">
        {loaded.error.message}
      </Notice>
    ) : (
      <Loading label="Loading alerts" />
    );
  }
  const triggers = [...(data.triggers ?? []), ...burnAlerts(data.slos ?? [])].sort((a, b) => (rank[a.state] ?? 3) - (rank[b.state] ?? 3));
  const firing = triggers.filter((t) => t.state === "firing").length;
  const chosen = triggers.find((t) => t.name === route.id || anchor(t.name) === route.id || t.name.startsWith(`${route.id}: `)) ?? (route.id ? undefined : triggers[0]);
  return (
    <>
      <div class="head">
        <div class="head-text">
          <h1>Alerts</h1>
          <p>
            {triggers.length === 0 ? "No alerts are defined." : firing ? `${firing} of ${triggers.length} ${firing === 1 ? "is" : "are"} firing.` : `None of ${triggers.length} is firing.`}{" "}
            They are evaluated here as Honeycomb would, each at its own pace.
          </p>
        </div>
      </div>
      {loaded.error && (
        <Notice kind="error" title="What you see is out of date">
          {loaded.error.message}
        </Notice>
      )}
      <div class="alerts">
        <ul class="panel alert-list" aria-label="Triggers and burn alerts">
          {triggers.map((t) => (
            <li key={t.name}>
              <a href={href("alerts", t.name)} aria-current={t === chosen ? "true" : undefined}>
                <span class={`chip ${t.state}`}>{words[t.state] ?? t.state}</span>
                <span class="alert-name">{t.name}</span>
                <TriggerValue trigger={t} />
              </a>
            </li>
          ))}
        </ul>
        {chosen ? (
          <TriggerView trigger={chosen} all={triggers} />
        ) : (
          route.id && (
            <Notice kind="empty" title={`There is no alert “${route.id}”`}>
              Choose one from the list.
            </Notice>
          )
        )}
      </div>
      <SLOs slos={data.slos ?? []} />
      <History alerts={data} />
    </>
  );
}

/** Burn alerts as triggers: the share of an SLO's budget that went within a window. */
export function burnAlerts(slos: SLO[]): (Trigger & { unit: Unit })[] {
  return slos.flatMap((s) =>
    (s.burn_alerts ?? []).map((b, i) => ({
      ...b,
      name: b.name ?? `${s.name}: burn alert ${i + 1}`,
      op: b.op ?? ">=",
      threshold: b.threshold ?? NaN,
      unit: b.type === "exhaustion_time" ? "h" : "%",
    })),
  );
}

/** The anchor that a heading of the runbooks has. */
export const anchor = (name: string) => name.toLowerCase().replace(/[^\w\s-]/g, "").trim().replace(/\s+/g, "-");

function useTriggerUnit(t: Trigger & { unit?: Unit }): Unit {
  const unitOf = useUnits();
  if (t.unit !== undefined) return t.unit;
  const c = calculationsOf(t.query ?? {})[0]!;
  return resultUnit(c.op, c.column ? unitOf(c.column) : "");
}

function TriggerValue({ trigger }: { trigger: Trigger }) {
  const unit = useTriggerUnit(trigger);
  return (
    <span class="num alert-value">
      {formatValue(trigger.value, unit)}
      <span class="faint">
        {" "}
        {trigger.op} {formatValue(trigger.threshold, unit)}
      </span>
    </span>
  );
}

function TriggerView({ trigger: t, all }: { trigger: Trigger; all: Trigger[] }) {
  const unit = useTriggerUnit(t);
  // A burn alert and a query without breakdowns have one group, and the figures
  // above are its own.
  const groups = t.type === undefined && t.query?.breakdowns?.length ? (t.groups ?? []) : [];
  return (
    <article class="panel pad alert" aria-label={t.name}>
      <div class="alert-head">
        <h2>{t.name}</h2>
        <span class={`chip ${t.state}`}>{words[t.state] ?? t.state}</span>
        {t.severity && <span class="chip">{t.severity}</span>}
      </div>
      <p class="faint">{t.description}</p>
      {t.error && <Notice kind="error" title={t.error} />}
      <dl class="numbers">
        <div>
          <dt>Value</dt>
          <dd class={t.state === "firing" ? "bad" : ""}>{formatValue(t.value, unit)}</dd>
        </div>
        <div>
          <dt>Fires at</dt>
          <dd>
            {t.op} {formatValue(t.threshold, unit)}
          </dd>
        </div>
        <div>
          <dt>In this state</dt>
          <dd>{since(t.since_ms)}</dd>
        </div>
        <div>
          <dt>Next run</dt>
          <dd>{next(t.next_ms)}</dd>
        </div>
        {t.frequency_s !== undefined && (
          <div>
            <dt>Runs every</dt>
            <dd>{formatDuration(t.frequency_s * 1000)}</dd>
          </div>
        )}
      </dl>
      {groups.length > 0 && (
        <ul class="groups" aria-label="Groups">
          {groups.map((g, i) => (
            <li key={i}>
              <span class={`chip ${g.state ?? ""}`}>{words[g.state ?? ""] ?? g.state ?? ""}</span>
              <span>{groupText(g.key ?? g.group)}</span>
              <span class="num">{formatValue(g.value, unit)}</span>
            </li>
          ))}
        </ul>
      )}
      {t.query && (
        <p>
          <a href={href("query", "", { q: JSON.stringify(compact(t.query)) })}>Open its query</a>
        </p>
      )}
      {t.runbook_markdown ? (
        <Markdown source={t.runbook_markdown} skip={t.name} section={(a) => sectionOf(a, all)} code={runnable} />
      ) : (
        <p class="faint">This alert has no runbook.</p>
      )}
    </article>
  );
}

/** How long a state lasts; times before 1970 are Go's zero time. */
const since = (ms?: number) => (ms && ms > 0 ? formatDuration(Math.max(0, Date.now() - ms)) : none);

function next(ms?: number): string {
  if (!ms || ms <= 0) return none;
  const rest = ms - Date.now();
  return rest <= 0 ? "now" : `in ${formatDuration(Math.ceil(rest / 1000) * 1000)}`;
}

const groupText = (key: unknown) => (Array.isArray(key) ? key.map(formatKey).join(" · ") : formatKey(key));

function sectionOf(a: string, all: Trigger[]): string | undefined {
  const t = all.find((x) => anchor(x.name) === a);
  return t && href("alerts", t.name);
}

/** Code in a runbook that is a query opens as one. */
function runnable(text: string) {
  if (!/^[A-Z][A-Z_0-9]+(\(|\b)/.test(text)) return undefined;
  try {
    const q = parseQuery(text);
    return (
      <a href={href("query", "", { q: JSON.stringify(compact(q)) })} title="Run this query">
        <code>{text}</code>
      </a>
    );
  } catch {
    return undefined;
  }
}

function SLOs({ slos }: { slos: SLO[] }) {
  if (slos.length === 0) return null;
  return (
    <section aria-label="SLOs">
      <div class="slos">
        {slos.map((s) => (
          <article key={s.name} class="panel slo-card" aria-label={s.name}>
            <SLOView slo={s} />
            <ul class="groups">
              {(s.burn_alerts ?? []).map((b, i) => (
                <li key={i}>
                  <span class={`chip ${b.state}`}>{words[b.state] ?? b.state}</span>
                  <span>{b.description ?? b.name}</span>
                </li>
              ))}
            </ul>
          </article>
        ))}
      </div>
    </section>
  );
}

/** What happened, from the state that an alert went into. */
const past = (state: string) => (state === "ok" ? "resolved" : state === "firing" ? "fired" : state);

function History({ alerts }: { alerts: Alerts }) {
  const list: Notification[] = alerts.history ?? [];
  const unitOf = useUnits();
  const units = new Map<string, Unit>(burnAlerts(alerts.slos ?? []).map((b) => [b.name, b.unit]));
  for (const t of alerts.triggers ?? []) {
    const c = calculationsOf(t.query ?? {})[0]!;
    units.set(t.name, resultUnit(c.op, c.column ? unitOf(c.column) : ""));
  }
  return (
    <section class="panel wide" aria-label="History">
      <h2 class="section-title">History</h2>
      {list.length === 0 ? (
        <p class="note faint">Nothing has fired since lens started.</p>
      ) : (
        <div class="table-wrap" tabIndex={0} role="region" aria-label="History as a table">
          <table>
            <thead>
              <tr>
                <th scope="col">When</th>
                <th scope="col">What</th>
                <th scope="col">Alert</th>
                <th scope="col" class="num">
                  Value
                </th>
                <th scope="col">Delivered to</th>
              </tr>
            </thead>
            <tbody>
              {[...list]
                .sort((a, b) => b.t_ms - a.t_ms)
                .slice(0, 200)
                .map((n, i) => (
                  <tr key={i}>
                    <td class="when" title={formatAgo(n.t_ms)}>
                      {formatTime(n.t_ms)}
                    </td>
                    <td>
                      <span class={`chip ${past(n.state)}`}>{past(n.state)}</span>
                    </td>
                    <td>
                      <a class="row-link" href={href("alerts", n.name)}>
                        {n.name}
                      </a>{" "}
                      {n.group ? <span class="faint">{groupText(n.group)}</span> : null}
                    </td>
                    <td class="num">
                      {formatValue(n.value, units.get(n.name) ?? "")} <span class="faint">of {formatValue(n.threshold, units.get(n.name) ?? "")}</span>
                    </td>
                    <td>
                      {n.error ? <span class="bad">{n.error}</span> : (n.delivered ?? []).join(", ") || <span class="faint">nobody: no recipient is set</span>}
                    </td>
                  </tr>
                ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
