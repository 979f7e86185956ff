import { useState } from "preact/hooks";
import { useShared, useUnits } from "../hooks";
import { formatDuration, formatValue } from "../model/format";
import { compact, valueFilter } from "../model/query";
import type { Trace, TraceSpan } from "../model/types";
import { href } from "../route";
import { Icon } from "../ui/icon";

/** Longer values are cut until a reader asks for them. */
const cut = 2000;

/** All that is known about one span. */
export function SpanPane({ span, trace, find }: { span: TraceSpan; trace: Trace; find: string }) {
  const fields = Object.entries(span.fields ?? {});
  const events = span.events ?? [];
  const links = span.links ?? [];
  const [text, setText] = useState("");
  const want = text.trim().toLowerCase();
  const shown = fields
    .filter(([k, v]) => !want || k.toLowerCase().includes(want) || String(v).toLowerCase().includes(want))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return (
    <aside class="panel span-pane" aria-label={`Span ${span.name.slice(0, 200)}`}>
      <div class="pad">
        <h2>{span.name.slice(0, 1000)}</h2>
        <p class="facts faint">
          <span>{span.service}</span>
          <span>{span.kind}</span>
          <span>after {formatDuration(Math.max(0, span.start_ms - trace.start_ms))}</span>
          <span>took {formatDuration(span.duration_ms)}</span>
          {(span.weight ?? 1) > 1 && <span title="It was sampled: its numbers count as many times.">stands for {span.weight}</span>}
        </p>
        {span.error && (
          <p class="span-error">
            <Icon name="warn" /> <Long text={span.status_message || String(span.fields?.["error.message"] ?? "failed")} />
          </p>
        )}
      </div>
      <div class="fields-head">
        <h3>Attributes</h3>
        <input type="search" aria-label="Search attributes" placeholder={`Search ${fields.length}`} value={text} onInput={(e) => setText(e.currentTarget.value)} />
      </div>
      <Fields fields={shown} find={find} />
      {fields.length > 0 && shown.length === 0 && <p class="note faint">No attribute has that.</p>}
      {events.length > 0 && (
        <>
          <h3 class="fields-title">Events</h3>
          {events.map((e, i) => (
            <details key={i} class="event" open={events.length <= 3}>
              <summary>
                <span>{e.name.slice(0, 300)}</span>
                <span class="faint num">after {formatDuration(Math.max(0, e.t_ms - trace.start_ms))}</span>
              </summary>
              <Fields fields={Object.entries(e.fields ?? {})} find={find} />
            </details>
          ))}
        </>
      )}
      {links.length > 0 && (
        <>
          <h3 class="fields-title">Links</h3>
          <ul class="links">
            {links.map((l, i) => (
              <li key={i}>
                {l.trace_id ? (
                  <a class="mono" href={href("traces", l.trace_id, { span: l.span_id })}>
                    {l.trace_id}
                  </a>
                ) : (
                  <span class="faint">a trace without an id</span>
                )}
              </li>
            ))}
          </ul>
        </>
      )}
    </aside>
  );
}

function Fields({ fields, find }: { fields: [string, unknown][]; find: string }) {
  const unitOf = useUnits();
  const { columns } = useShared();
  const want = find.trim().toLowerCase();
  if (fields.length === 0) return null;
  return (
    <dl class="fields">
      {fields.map(([name, value]) => {
        const hit = want !== "" && (name.toLowerCase().includes(want) || String(value).toLowerCase().includes(want));
        const query = compact({ calculations: [{ op: "COUNT" }], filters: [valueFilter(name, value)], breakdowns: ["name"] });
        const short = value === null || typeof value !== "object";
        return (
          <div key={name} class={hit ? "hit" : ""}>
            <dt title={columns.get(name)?.description}>{name.slice(0, 200)}</dt>
            <dd>
              {typeof value === "number" ? (
                <span class="num" title={String(value)}>
                  {formatValue(value, unitOf(name))}
                </span>
              ) : (
                <Long text={short ? String(value) : JSON.stringify(value)} />
              )}
              {short && String(value).length < 500 && (
                <a class="only" href={href("query", "", { q: JSON.stringify(query) })} aria-label={`Query rows with this ${name}`} title="Query rows with this value">
                  <Icon name="funnel" />
                </a>
              )}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

function Long({ text }: { text: string }) {
  const [all, setAll] = useState(false);
  const shown = all ? text : text.slice(0, cut);
  const body = text.includes("\n") ? <pre>{shown}</pre> : <span>{shown}</span>;
  if (text.length <= cut) return body;
  return (
    <>
      {body}{" "}
      <button type="button" class="link" onClick={() => setAll(!all)}>
        {all ? "less" : `all ${formatValue(text.length)} characters`}
      </button>
    </>
  );
}
