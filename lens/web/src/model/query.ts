// Queries in the form that Honeycomb's API and lens's share.

export type Scalar = string | number | boolean;

export interface Calculation {
  op: string;
  column?: string;
}

export interface Filter {
  column: string;
  op: string;
  value?: Scalar | Scalar[];
}

export interface Order {
  column?: string;
  op?: string;
  order?: "ascending" | "descending";
}

export interface Having {
  calculate_op: string;
  column?: string;
  op: string;
  value: number;
}

export interface Query {
  calculations?: Calculation[];
  breakdowns?: string[];
  filters?: Filter[];
  filter_combination?: "AND" | "OR";
  orders?: Order[];
  havings?: Having[];
  limit?: number;
  /** Seconds. */
  time_range?: number;
  /** Seconds. */
  granularity?: number;
}

export interface SavedQuery {
  name: string;
  description?: string;
  query: Query;
}

/** What a query looks back when it does not say, in seconds. */
export const defaultRange = 7200;

export const calculationOps = [
  "COUNT", "SUM", "AVG", "MIN", "MAX", "P50", "P75", "P90", "P95", "P99", "P999", "HEATMAP", "COUNT_DISTINCT",
  "CONCURRENCY", "RATE_AVG", "RATE_SUM", "RATE_MAX", "P001", "P01", "P05", "P10", "P20", "P25", "P80",
];

export const filterOps = [
  "=", "!=", ">", ">=", "<", "<=", "exists", "does-not-exist", "contains", "does-not-contain",
  "starts-with", "does-not-start-with", "ends-with", "does-not-end-with", "in", "not-in",
];

export const comparisons = ["=", "!=", ">", ">=", "<", "<="];

/** Operators about rows, which take no column. */
export const isAlone = (op: string) => op === "COUNT" || op === "CONCURRENCY";
/** Operators that take no value, and those that take a list. */
export const isBare = (op: string) => op === "exists" || op === "does-not-exist";
export const isListed = (op: string) => op === "in" || op === "not-in";

/** The calculations of a query; none means COUNT. */
export function calculationsOf(q: Query): Calculation[] {
  return q.calculations?.length ? q.calculations : [{ op: "COUNT" }];
}

export function calculationName(c: Calculation): string {
  return c.column ? `${c.op}(${c.column})` : c.op;
}

/**
 * A query without empty parts, which is what the server gets and what the
 * address bar holds.
 */
export function compact(q: Query): Query {
  const out: Query = {};
  for (const [key, value] of Object.entries(q)) {
    if (value === undefined || value === null || value === "" || value === 0) continue;
    if (Array.isArray(value) && value.length === 0) continue;
    (out as Record<string, unknown>)[key] = value;
  }
  if (out.filter_combination === "AND" || (out.filters?.length ?? 0) < 2) delete out.filter_combination;
  return out;
}

/** Narrows a query to rows that pass one more filter. */
export function withFilter(q: Query, ...more: Filter[]): Query {
  const filters = [...(q.filters ?? [])];
  for (const f of more) {
    if (!filters.some((have) => JSON.stringify(have) === JSON.stringify(f))) filters.push(f);
  }
  if (q.filter_combination === "OR" && (q.filters?.length ?? 0) > 1) {
    throw new Error("this query joins its filters by OR: another one would widen it");
  }
  return compact({ ...q, filters });
}

/** The filter that selects the rows of one breakdown value. */
export function valueFilter(column: string, value: unknown): Filter {
  if (value === null || value === undefined) return { column, op: "does-not-exist" };
  return { column, op: "=", value: value as Scalar };
}

/** The problem that a reader can fix before the query is sent, or nothing. */
export function problem(q: Query): string {
  for (const c of q.calculations ?? []) {
    if (!isAlone(c.op) && !c.column) return `${c.op} needs a column`;
  }
  for (const f of q.filters ?? []) {
    if (!f.column) return "a filter needs a column";
    if (!isBare(f.op) && (f.value === undefined || f.value === "" || (Array.isArray(f.value) && f.value.length === 0))) {
      return `${f.column} ${f.op} needs a value`;
    }
  }
  for (const b of q.breakdowns ?? []) if (!b) return "a group needs a column";
  for (const h of q.havings ?? []) {
    if (!Number.isFinite(h.value)) return "a condition on a result needs a number";
  }
  return "";
}

/** What is said of an address whose query cannot be read. */
export const unreadable = "The address holds no readable query";

/** The query in an address, empty where it has none; undefined where what it has is no query. */
export function addressed(text: string | null): Query | undefined {
  if (!text) return {};
  let q: unknown;
  try {
    q = JSON.parse(text);
  } catch {
    return undefined;
  }
  const isObject = (v: unknown): v is Record<string, unknown> => typeof v === "object" && v !== null && !Array.isArray(v);
  const isText = (v: unknown) => typeof v === "string";
  const isTextOrNone = (v: unknown) => v === undefined || isText(v);
  const isScalar = (v: unknown) => ["string", "number", "boolean", "undefined"].includes(typeof v);
  const isNumber = (v: unknown) => v === undefined || typeof v === "number";
  const all = (v: unknown, is: (item: unknown) => boolean) => v === undefined || (Array.isArray(v) && v.every(is));
  const each = (v: unknown, is: (item: Record<string, unknown>) => boolean) => all(v, (item) => isObject(item) && is(item));
  const readable =
    isObject(q) &&
    each(q.calculations, (c) => isText(c.op) && isTextOrNone(c.column)) &&
    all(q.breakdowns, isText) &&
    each(q.filters, (f) => isText(f.column) && isText(f.op) && (isScalar(f.value) || all(f.value, isScalar))) &&
    each(q.orders, (o) => isTextOrNone(o.op) && isTextOrNone(o.column)) &&
    each(q.havings, (h) => isText(h.calculate_op) && isTextOrNone(h.column) && isText(h.op) && isNumber(h.value)) &&
    isTextOrNone(q.filter_combination) &&
    [q.limit, q.time_range, q.granularity].every(isNumber);
  return readable ? (q as Query) : undefined;
}

/** A value as it is typed: numbers and truth values are recognised. */
export function parseScalar(text: string, type?: string): Scalar {
  const t = text.trim();
  if (type === "string") return text;
  if (t === "true" || t === "false") return t === "true";
  if (t !== "" && /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(t)) return Number(t);
  return text;
}
