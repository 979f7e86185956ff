// What lens's API answers.
import type { Query } from "./query";

export interface Status {
  version: string;
  started_at: string;
  events: number;
  spans: number;
  oldest?: string | null;
  newest?: string | null;
  bytes: number;
  ingest?: { spans_per_second?: number; queue?: number; refused?: number; paused_ms?: number };
  disk_full?: boolean;
  datasets?: { slug: string; events: number }[] | null;
}

export type ChartKind = "line" | "stacked" | "bar" | "pie" | "stat" | "heatmap" | "table" | "combo";

export interface Panel {
  id: string;
  kind: "query" | "text" | "slo";
  title?: string;
  description?: string;
  text?: string;
  slo?: string;
  chart?: ChartKind;
  query?: Query;
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Board {
  id: string;
  name: string;
  description?: string;
  panels: Panel[] | null;
}

export interface Column {
  name: string;
  type: string;
  unit?: string;
  description?: string;
  values?: string[] | null;
  calculated?: boolean;
  expression?: string;
}

export interface Bucket {
  low: number;
  high: number;
  count: number;
}

export interface Point {
  t_ms: number;
  values: (number | null)[] | null;
  heatmap?: Bucket[] | null;
}

export interface Group {
  key: unknown[] | null;
  values: (number | null)[] | null;
  series?: Point[] | null;
}

export interface Result {
  from_ms: number;
  to_ms: number;
  granularity_s: number;
  breakdowns?: string[] | null;
  calculations?: string[] | null;
  groups: Group[] | null;
  truncated?: boolean;
  rows_read?: number;
  took_ms?: number;
}

export interface TraceRow {
  trace_id: string;
  start_ms: number;
  duration_ms: number;
  name: string;
  service?: string;
  spans: number;
  errors: number;
  cost_usd?: number | null;
  tokens?: number | null;
  user_id?: string;
  session_id?: string;
}

/** Which traces a list has, and in which order. */
export type TraceOrder = "newest" | "slowest" | "most_expensive" | "most_errors";

export interface SpanEvent {
  t_ms: number;
  name: string;
  fields?: Record<string, unknown> | null;
}

export interface SpanLink {
  trace_id?: string;
  span_id?: string;
  fields?: Record<string, unknown> | null;
}

export interface TraceSpan {
  span_id: string;
  parent_id?: string;
  name: string;
  service?: string;
  kind?: string;
  start_ms: number;
  duration_ms: number;
  error?: boolean;
  status_message?: string;
  weight?: number;
  fields?: Record<string, unknown> | null;
  events?: SpanEvent[] | null;
  links?: SpanLink[] | null;
}

export interface Trace {
  trace_id: string;
  start_ms: number;
  duration_ms: number;
  spans: TraceSpan[] | null;
  truncated?: boolean;
}

export interface CostRow {
  key: string | null;
  cost_usd: number;
  calls: number;
  input_tokens?: number;
  output_tokens?: number;
  cached_tokens?: number;
  series?: { t_ms: number; cost_usd: number }[] | null;
}

export type AlertState = "ok" | "firing" | "pending" | "error" | (string & {});

export interface Trigger {
  name: string;
  description?: string;
  severity?: string;
  state: AlertState;
  value?: number | null;
  threshold: number;
  op: string;
  since_ms?: number;
  next_ms?: number;
  frequency_s?: number;
  query?: Query;
  runbook_markdown?: string;
  groups?: { key?: unknown; group?: unknown; value?: number | null; state?: AlertState }[] | null;
  error?: string;
  /** Of a burn alert. */
  type?: string;
}

export interface BurnAlert {
  name?: string;
  type?: string;
  op?: string;
  next_ms?: number;
  frequency_s?: number;
  query?: Query;
  description?: string;
  severity?: string;
  state: AlertState;
  value?: number | null;
  threshold?: number;
  since_ms?: number;
  runbook_markdown?: string;
}

export interface SLO {
  name: string;
  description?: string;
  /** In percent, as compliance and budget_left. Null where nothing counts yet. */
  target: number;
  compliance?: number | null;
  budget_left?: number | null;
  window_days?: number;
  burn_alerts?: BurnAlert[] | null;
  series?: { t_ms: number; budget_left?: number | null; compliance?: number | null; value?: number | null }[] | null;
}

export interface Notification {
  t_ms: number;
  name: string;
  state: AlertState;
  value?: number | null;
  threshold?: number;
  group?: unknown;
  delivered?: string[] | null;
  error?: string;
}

export interface Alerts {
  triggers: Trigger[] | null;
  slos: SLO[] | null;
  history: Notification[] | null;
}
