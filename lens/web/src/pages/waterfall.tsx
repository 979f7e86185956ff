import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { formatDuration, formatUSD, formatValue } from "../model/format";
import { barOf, categoryOf, visibleRows, type Row } from "../model/trace";
import type { Trace } from "../model/types";
import { Icon } from "../ui/icon";

const height = 28;

interface Props {
  trace: Trace;
  rows: Row[];
  found: ReadonlySet<string> | undefined;
  selected?: string;
  select: (id: string) => void;
}

/** Draws only the rows in sight: ten thousand spans scroll like ten. */
export function Waterfall({ trace, rows, found, selected, select }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [seen, setSeen] = useState(600);
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const visible = useMemo(() => visibleRows(rows, closed), [rows, closed]);
  const at = visible.findIndex((r) => r.span.span_id === selected);

  useEffect(() => {
    const watch = new ResizeObserver(() => setSeen(box.current?.clientHeight ?? 600));
    watch.observe(box.current!);
    return () => watch.disconnect();
  }, []);
  useEffect(() => {
    const el = box.current!;
    if (at < 0) return;
    const y = at * height;
    if (y < el.scrollTop) el.scrollTop = y;
    else if (y + height > el.scrollTop + el.clientHeight) el.scrollTop = y + height - el.clientHeight;
  }, [at]);
  useEffect(() => {
    // A search may lead to a row below a closed one.
    if (selected && at < 0 && closed.size) setClosed(new Set());
  }, [selected]);

  const toggle = (id: string, open?: boolean) => {
    const next = new Set(closed);
    if (open ?? next.has(id)) next.delete(id);
    else next.add(id);
    setClosed(next);
  };
  const keys = (e: KeyboardEvent) => {
    const row = visible[at];
    const go = (i: number) => {
      const to = visible[Math.min(visible.length - 1, Math.max(0, i))];
      if (to) select(to.span.span_id);
    };
    const page = Math.max(1, Math.floor(seen / height) - 1);
    switch (e.key) {
      case "ArrowDown":
        go(at + 1);
        break;
      case "ArrowUp":
        go(at - 1);
        break;
      case "PageDown":
        go(at + page);
        break;
      case "PageUp":
        go(at - page);
        break;
      case "Home":
        go(0);
        break;
      case "End":
        go(visible.length - 1);
        break;
      case "ArrowRight":
        if (row?.below) toggle(row.span.span_id, true);
        break;
      case "ArrowLeft":
        if (row && row.below && !closed.has(row.span.span_id)) toggle(row.span.span_id, false);
        else if (row) go(visible.slice(0, at).findLastIndex((r) => r.depth < row.depth));
        break;
      default:
        return;
    }
    e.preventDefault();
  };

  // Fewer rows than before may end above where the reader was.
  const from = Math.min(top, Math.max(0, visible.length * height - seen));
  const first = Math.max(0, Math.floor(from / height) - 8);
  const last = Math.min(visible.length, Math.ceil((from + seen) / height) + 8);
  const ticks = [0, 0.25, 0.5, 0.75];
  return (
    <section class="panel waterfall" aria-label="Waterfall">
      <div class="wf-row wf-head" aria-hidden="true">
        <span class="wf-name">
          <button
            type="button"
            class="quiet"
            tabIndex={-1}
            title="Close or open everything"
            onClick={() => setClosed(closed.size ? new Set() : new Set(rows.filter((r) => r.depth === 1 && r.below).map((r) => r.span.span_id)))}
          >
            Span
          </button>
        </span>
        <span class="wf-cost num">Cost</span>
        <span class="wf-cost num">Tokens</span>
        <span class="wf-lane">
          {ticks.map((t) => (
            <i key={t} style={{ left: `${t * 100}%` }}>
              {formatDuration(t * trace.duration_ms)}
            </i>
          ))}
        </span>
      </div>
      <div
        class="wf-scroll"
        ref={box}
        tabIndex={0}
        role="treegrid"
        aria-label="Spans. Up and down select, left and right close and open."
        aria-rowcount={visible.length}
        aria-activedescendant={at >= first && at < last ? `span-${at}` : undefined}
        onScroll={(e) => setTop(e.currentTarget.scrollTop)}
        onKeyDown={keys}
      >
        <div class="wf-all" style={{ height: `${visible.length * height}px` }}>
          {visible.slice(first, last).map((row, i) => (
            <WaterfallRow
              key={row.span.span_id + String(first + i)}
              row={row}
              index={first + i}
              trace={trace}
              open={!closed.has(row.span.span_id)}
              selected={row.span.span_id === selected}
              dim={found !== undefined && !found.has(row.span.span_id)}
              select={select}
              toggle={toggle}
            />
          ))}
        </div>
      </div>
    </section>
  );
}

interface RowProps {
  row: Row;
  index: number;
  trace: Trace;
  open: boolean;
  selected: boolean;
  dim: boolean;
  select: (id: string) => void;
  toggle: (id: string) => void;
}

function WaterfallRow({ row, index, trace, open, selected, dim, select, toggle }: RowProps) {
  const { span } = row;
  const bar = barOf(span, trace.start_ms, trace.duration_ms);
  const f = span.fields ?? {};
  const cost = f["llm.cost_usd"];
  const input = f["llm.input_tokens"];
  const output = f["llm.output_tokens"];
  const events = span.events ?? [];
  const end = bar.left + bar.width;
  // After the bar, before it, or in it: wherever there is room.
  const took = end < 75 ? { left: `${end}%`, paddingLeft: "6px" } : bar.left > 25 ? { right: `${100 - bar.left}%`, paddingRight: "6px" } : { right: `${100 - end}%`, paddingRight: "8px", color: "var(--panel)" };
  const detail = f["llm.model"] ?? f["db.table"] ?? f["code.language"] ?? f["http.route"];
  return (
    <div
      id={`span-${index}`}
      class={`wf-row${selected ? " selected" : ""}${dim ? " dim" : ""}`}
      style={{ top: `${index * height}px` }}
      role="row"
      aria-level={row.depth + 1}
      aria-rowindex={index + 1}
      aria-selected={selected}
      aria-expanded={row.below ? open : undefined}
      onClick={() => select(span.span_id)}
    >
      <span class="wf-name" role="gridcell" style={{ paddingLeft: `min(${8 + row.depth * 14}px, 50%)` }}>
        {row.below > 0 ? (
          <button
            type="button"
            class={`quiet wf-toggle${open ? " open" : ""}`}
            tabIndex={-1}
            aria-label={open ? "Close" : "Open"}
            onClick={(e) => {
              e.stopPropagation();
              toggle(span.span_id);
            }}
          >
            <Icon name="right" />
          </button>
        ) : (
          <i class="wf-leaf" />
        )}
        <span class={`wf-text${span.error ? " bad" : ""}`} title={span.name.slice(0, 500)}>
          {span.name.slice(0, 200)}
        </span>
        {row.orphan && (
          <span class="chip" title="Its parent is not here: it was lost, sampled out, or is on its way.">
            parent missing
          </span>
        )}
        {typeof detail === "string" && <span class="faint wf-detail">{detail.slice(0, 100)}</span>}
        {!open && <span class="chip">+{row.below}</span>}
      </span>
      <span class="wf-cost num" role="gridcell">
        {typeof cost === "number" ? formatUSD(cost) : ""}
      </span>
      <span class="wf-cost num" role="gridcell">
        {typeof input === "number" || typeof output === "number" ? formatValue(Number(input ?? 0) + Number(output ?? 0)) : ""}
      </span>
      <span class="wf-lane" role="gridcell" aria-label={formatDuration(span.duration_ms)}>
        <i class={`wf-bar ${categoryOf(span)}`} style={{ left: `${bar.left}%`, width: `${bar.width}%` }} />
        {events.slice(0, 20).map((e, i) => (
          <i key={i} class="wf-event" title={e.name.slice(0, 200)} style={{ left: `${barOf({ ...span, start_ms: e.t_ms }, trace.start_ms, trace.duration_ms).left}%` }} />
        ))}
        <span class="wf-took num" style={took}>
          {formatDuration(span.duration_ms)}
        </span>
      </span>
    </div>
  );
}
