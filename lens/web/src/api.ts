// Calls of lens's API. Every failure is an APIError with a text for people.
import type { Query, SavedQuery } from "./model/query";
import { compact } from "./model/query";
import type { Alerts, Board, Column, CostRow, Result, Status, Trace, TraceOrder, TraceRow } from "./model/types";

/** A failed call. The status is 0 where no answer came. */
export class APIError extends Error {
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

const tokenKey = "lens.token";

/** Sets the token that a lens on a public address asks for, for this tab. */
export function setToken(token: string) {
  sessionStorage.setItem(tokenKey, token);
}

/** How long an answer may take, in milliseconds. */
const patience = 60_000;

/** Whether this tab has sent a token. */
export const hasToken = () => sessionStorage.getItem(tokenKey) !== null;

async function call<T>(path: string, signal?: AbortSignal, body?: unknown, timeout = patience): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json" };
  const token = sessionStorage.getItem(tokenKey);
  if (token) headers.Authorization = `Bearer ${token}`;
  const limit = AbortSignal.timeout(timeout);
  const init: RequestInit = { headers, cache: "no-store", signal: signal ? AbortSignal.any([signal, limit]) : limit };
  if (body !== undefined) {
    init.method = "POST";
    init.body = JSON.stringify(body);
    headers["Content-Type"] = "application/json";
  }
  let answer: Response;
  let text: string;
  try {
    answer = await fetch(path, init);
    text = await answer.text();
  } catch (e) {
    if (signal?.aborted) throw e;
    throw new APIError(limit.aborted ? `no answer within ${timeout / 1000} s` : "no connection", 0);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new APIError(answer.ok ? "the answer is no JSON: is this address a lens?" : `${answer.status} ${answer.statusText}`, answer.status);
  }
  if (!answer.ok) {
    const message = (value as { error?: unknown } | null)?.error;
    throw new APIError(typeof message === "string" ? message : `${answer.status} ${answer.statusText}`, answer.status);
  }
  return value as T;
}

/** An array, also where the server has null for an empty one. */
export function list<T>(value: T[] | null | undefined): T[] {
  return value ?? [];
}

export const getStatus = (signal?: AbortSignal) => call<Status>("/api/status", signal, undefined, 8000);
export const getBoards = async (signal?: AbortSignal) => list(await call<Board[] | null>("/api/boards", signal));
export const getQueries = async (signal?: AbortSignal) => list(await call<SavedQuery[] | null>("/api/queries", signal));
export const getColumns = async (signal?: AbortSignal) => list(await call<Column[] | null>("/api/columns", signal));
export const getAlerts = (signal?: AbortSignal) => call<Alerts>("/api/alerts", signal);

/** Runs a query. Where the span is not given, the query's own range counts. */
export function runQuery(query: Query, span: { start: number; end: number } | undefined, signal?: AbortSignal) {
  const q = compact(query);
  if (span && q.granularity) {
    // A granularity that suits a day may be refused for a minute, and the reverse.
    const seconds = (span.end - span.start) / 1000;
    if (q.granularity > seconds || q.granularity < seconds / 1000) delete q.granularity;
  }
  return call<Result>("/api/query", signal, { query: q, ...bounds(span) });
}

function bounds(span?: { start: number; end: number }) {
  return span ? { start_ms: Math.floor(span.start), end_ms: Math.ceil(span.end) } : {};
}

/** What to look for among traces. */
export interface TraceSearch {
  query: Query;
  span: { start: number; end: number };
  key: unknown[] | undefined;
  order: TraceOrder;
  limit: number;
}

/** The first traces of that order, of all that pass. */
export async function findTraces({ query, span, key, order, limit }: TraceSearch, signal?: AbortSignal) {
  const body = { query: compact(query), ...bounds(span), order, limit, ...(key ? { key } : {}) };
  return list(await call<TraceRow[] | null>("/api/traces", signal, body));
}

export const getTrace = (id: string, signal?: AbortSignal) => call<Trace>(`/api/traces/${encodeURIComponent(id)}`, signal);

export interface Costs {
  /** The most expensive ones: a hundred of many sessions, say. */
  rows: CostRow[];
  /** Over all there are, also those that are not among the rows. */
  total: CostRow;
}

export async function getCosts(by: string, span: { start: number; end: number }, signal?: AbortSignal): Promise<Costs> {
  const { start_ms, end_ms } = bounds(span) as { start_ms: number; end_ms: number };
  const params = new URLSearchParams({ by, start_ms: String(start_ms), end_ms: String(end_ms) });
  const answer = await call<{ rows: CostRow[] | null; total: CostRow }>(`/api/costs?${params}`, signal);
  return { rows: list(answer.rows), total: answer.total };
}
