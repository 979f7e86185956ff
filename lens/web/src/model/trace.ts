// A trace as a tree of rows.
import type { Trace, TraceSpan } from "./types";

export interface Row {
  span: TraceSpan;
  depth: number;
  /** Rows below this one. */
  below: number;
  /** Its parent is not among the spans: it was lost, or is on its way. */
  orphan: boolean;
}

/**
 * The spans as rows from top to bottom: children below their parent, in the
 * order of their beginnings. Every span gets one row, also where its parent is
 * missing or parents form a circle. Deep traces cost no stack.
 */
export function rowsOf(trace: Trace): Row[] {
  const spans = [...(trace.spans ?? [])].sort((a, b) => a.start_ms - b.start_ms || b.duration_ms - a.duration_ms);
  const byID = new Map<string, TraceSpan>();
  for (const s of spans) if (!byID.has(s.span_id)) byID.set(s.span_id, s);
  const children = new Map<TraceSpan, TraceSpan[]>();
  const roots: TraceSpan[] = [];
  for (const s of spans) {
    const parent = s.parent_id ? byID.get(s.parent_id) : undefined;
    if (!parent || parent === s) roots.push(s);
    else children.get(parent)?.push(s) ?? children.set(parent, [s]);
  }
  const rows: Row[] = [];
  const done = new Set<TraceSpan>();
  const walk = (root: TraceSpan) => {
    const open: Row[] = [];
    const stack: { span: TraceSpan; depth: number }[] = [{ span: root, depth: 0 }];
    while (stack.length) {
      const { span, depth } = stack.pop()!;
      if (done.has(span)) continue;
      done.add(span);
      while (open.length > depth) open.pop();
      const row: Row = { span, depth, below: 0, orphan: depth === 0 && Boolean(span.parent_id) };
      for (const above of open) above.below++;
      open.push(row);
      rows.push(row);
      const list = children.get(span) ?? [];
      for (let i = list.length - 1; i >= 0; i--) stack.push({ span: list[i]!, depth: depth + 1 });
    }
  };
  for (const r of roots) walk(r);
  for (const s of spans) if (!done.has(s)) walk(s); // members of a circle
  return rows;
}

/** The rows that are not below a closed one. */
export function visibleRows(rows: Row[], closed: ReadonlySet<string>): Row[] {
  if (closed.size === 0) return rows;
  const out: Row[] = [];
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    out.push(row);
    if (closed.has(row.span.span_id)) i += row.below;
  }
  return out;
}

export interface Totals {
  errors: number;
  cost: number;
  input: number;
  output: number;
  calls: number;
  services: string[];
}

const number = (v: unknown) => (typeof v === "number" && Number.isFinite(v) ? v : 0);

/** Sums over the LLM calls themselves; roll-ups on other spans would count twice. */
export function totalsOf(trace: Trace): Totals {
  const t: Totals = { errors: 0, cost: 0, input: 0, output: 0, calls: 0, services: [] };
  const services = new Set<string>();
  for (const s of trace.spans ?? []) {
    if (s.error) t.errors++;
    if (s.service) services.add(s.service);
    const f = s.fields ?? {};
    if (f["llm.provider"] !== undefined) t.calls++;
    t.cost += number(f["llm.cost_usd"]) + number(f["cost.other_usd"]);
    t.input += number(f["llm.input_tokens"]);
    t.output += number(f["llm.output_tokens"]);
  }
  t.services = [...services].sort();
  return t;
}

/** What there is to search in a span, made once: a reader types many letters. */
const texts = new WeakMap<TraceSpan, string>();

function textOf(s: TraceSpan): string {
  let text = texts.get(s);
  if (text === undefined) {
    const lines = (f?: Record<string, unknown> | null) => Object.entries(f ?? {}).map(([k, v]) => `${k}=${String(v)}`);
    const events = (s.events ?? []).flatMap((e) => [e.name, ...lines(e.fields)]);
    text = [s.name, s.service, s.span_id, s.status_message, ...lines(s.fields), ...events].join("\n").toLowerCase();
    texts.set(s, text);
  }
  return text;
}

/** Whether a span, its attributes (as name=value) or its events contain the text. */
export function matches(s: TraceSpan, text: string): boolean {
  return textOf(s).includes(text.trim().toLowerCase());
}

export type Category = "error" | "llm" | "db" | "server" | "other";

/** What a span's bar is coloured by. */
export function categoryOf(s: TraceSpan): Category {
  const f = s.fields ?? {};
  if (s.error) return "error";
  if (f["llm.provider"] !== undefined) return "llm";
  if (f["db.table"] !== undefined || f["db.operation"] !== undefined || s.name.startsWith("db.")) return "db";
  return s.kind === "server" || s.kind === "consumer" ? "server" : "other";
}

/** Where a bar stands, in percent of the trace's width; never too thin to see. */
export function barOf(s: TraceSpan, start: number, duration: number): { left: number; width: number } {
  const total = duration > 0 ? duration : 1;
  const left = Math.min(99.6, Math.max(0, (100 * (s.start_ms - start)) / total));
  return { left, width: Math.min(100 - left, Math.max(0.4, (100 * s.duration_ms) / total)) };
}
