// Made-up data in the shapes of lens's API; the same call makes the same data.

/** well: as on a good day. empty: before the first span. hostile: markup in every string. locked: a token is asked for. */
export type Mood = "well" | "empty" | "hostile" | "locked";

interface FakeQuery {
  calculations?: { op: string; column?: string }[];
  breakdowns?: string[];
  limit?: number;
  time_range?: number;
}

export const attack = `<script>window.hacked=1</script><img src=x onerror="window.hacked=1">`;

export const say = (s: string, mood: Mood) => (mood === "hostile" ? `${attack} ${s}` : s);

/** Numbers from 0 to 1 that depend on the seed alone. */
function dice(seed: string): () => number {
  let h = 2166136261;
  for (const c of seed) h = Math.imul(h ^ c.charCodeAt(0), 16777619);
  return () => {
    h = (h + 0x6d2b79f5) | 0;
    let t = Math.imul(h ^ (h >>> 15), 1 | h);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const known: Record<string, string[]> = {
  "http.route": ["/api/sessions", "/api/sessions/{id}", "/api/sessions/{id}/finalize", "/healthz"],
  "user.id": ["u-ada", "u-grace", "u-linus", "u-barbara", "u-ken", "u-edsger", "u-frances", "u-john", "u-alan", "u-donald"],
  "llm.provider": ["anthropic", "openai", "google", "modal"],
  "llm.model": ["claude-sonnet-4", "gpt-5", "gemini-3-pro", "qwen3-coder"],
  "code.language": ["typescript", "rust", "go", "python", "java"],
  "exception.type": ["*errors.errorString", "*pq.Error", "context.DeadlineExceeded", "*llm.APIError"],
  "error.message": ["context deadline exceeded", "type mismatch: expected i32, found &str", "429: rate limit reached", "connection refused"],
  "error.type": ["timeout", "validation", "rate_limit", "db_connection"],
  "db.table": ["sessions", "irs", "generations"],
  name: ["POST /api/sessions", "session.create", "ir.generate", "code.generate", "llm.call", "code.validate", "db.insert"],
};

function value(op: string, column: string | undefined, r: () => number): number {
  if (op === "COUNT" || op === "COUNT_DISTINCT") return Math.round(20 + 60 * r());
  if (column?.endsWith("_percent")) return /success|completed/.test(column) ? 94 + 6 * r() : 6 * r();
  if (column?.endsWith("_usd")) return (op === "SUM" ? 2 : 0.06) * (0.4 + r());
  if (column?.endsWith("_tokens")) return Math.round(9000 * (0.5 + r()));
  if (column?.endsWith("_ms")) return ({ P50: 5200, P90: 8600, P95: 9400, P99: 11_800, MAX: 14_000 }[op] ?? 7000) * (0.8 + 0.4 * r());
  return Math.round(10 * r() * 10) / 10;
}

export function fakeResult(q: FakeQuery, start: number, end: number, mood: Mood) {
  const calcs = q.calculations?.length ? q.calculations : [{ op: "COUNT" }];
  const breakdowns = q.breakdowns ?? [];
  const step = [1, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 86_400].find((s) => (end - start) / 1000 / s <= 120) ?? 86_400;
  const first = Math.ceil(start / 1000 / step) * step * 1000;
  const times: number[] = [];
  for (let t = first; t < end; t += step * 1000) times.push(t);
  const n = breakdowns.length === 0 ? 1 : Math.min(q.limit ?? 10, Math.max(...breakdowns.map((b) => known[b]?.length ?? 14)));
  const groups = mood === "empty" ? [] : Array.from({ length: n }, (_, g) => {
    const key = breakdowns.map((b, i) => {
      if (b === "trace.trace_id") return `4bf92f3577b34da6a3ce929d0e0e${String(g).padStart(4, "0")}`;
      if (b === "lift.time") return new Date(end - g * 61_000).toISOString().replace("T", " ").slice(0, 19);
      const list = known[b] ?? [`${b} one`, `${b} two`, `${b} three`];
      const v = list[(g + i * 3) % list.length]!;
      return g === n - 1 && n > 4 && mood === "well" ? null : say(v, mood);
    });
    const size = 1 / (1 + g * 0.6);
    const series = times.flatMap((t) => {
      const r = dice(`${JSON.stringify(q.calculations)} ${g} ${t}`);
      if (r() < 0.03) return [];
      const wave = 0.75 + 0.25 * Math.sin(t / 3.1e6 + g);
      const values = calcs.map((c) => (c.op === "HEATMAP" ? null : scale(c, value(c.op, c.column, r), wave * size)));
      const heatmap = calcs.some((c) => c.op === "HEATMAP") ? buckets(r) : undefined;
      return [{ t_ms: t, values, ...(heatmap ? { heatmap } : {}) }];
    });
    const values = calcs.map((c, i) => {
      const all = series.map((p) => p.values[i] ?? 0);
      const sum = all.reduce((a, b) => a + b, 0);
      return c.op === "HEATMAP" ? null : c.op === "COUNT" || c.op === "SUM" ? sum : sum / Math.max(1, all.length);
    });
    return { key, values, series };
  });
  return {
    from_ms: start, to_ms: end, granularity_s: step, breakdowns,
    calculations: calcs.map((c) => (c.column ? `${c.op}(${c.column})` : c.op)),
    groups, truncated: false, rows_read: 171_090, took_ms: 12,
  };
}

function scale(c: { op: string; column?: string }, v: number, by: number): number {
  if (c.op === "COUNT" || c.column?.endsWith("_tokens")) return Math.round(v * by);
  return c.op === "SUM" ? v * by : v;
}

function buckets(r: () => number) {
  const list = [];
  for (let low = 0; low < 14_000; low += 500) {
    const main = Math.exp(-(((low - 5600) / 1900) ** 2));
    const slow = 0.35 * Math.exp(-(((low - 10_500) / 900) ** 2));
    const count = Math.round(30 * (main + slow) * r());
    if (count > 0) list.push({ low, high: low + 500, count });
  }
  return list;
}

export function fakeTraces(start: number, end: number, order: unknown, limit: number, mood: Mood) {
  const all = Array.from({ length: 60 }, (_, i) => {
    const r = dice(`trace ${i}`);
    return {
      trace_id: `4bf92f3577b34da6a3ce929d0e0e${String(i).padStart(4, "0")}`,
      start_ms: end - ((end - start) * (i + 0.5)) / 60,
      duration_ms: 3000 + 9000 * r(),
      name: say("POST /api/sessions", mood),
      service: say("lift-sys", mood),
      spans: 11 + Math.floor(6 * r()),
      errors: r() < 0.15 ? 2 : 0,
      cost_usd: 0.02 + 0.08 * r(),
      tokens: Math.round(4000 + 9000 * r()),
      user_id: say(known["user.id"]![i % 10]!, mood),
      session_id: `s-${i}`,
    };
  });
  const by: Record<string, (t: (typeof all)[number]) => number> = { slowest: (t) => t.duration_ms, most_expensive: (t) => t.cost_usd, most_errors: (t) => t.errors };
  const rank = by[String(order)] ?? ((t) => t.start_ms);
  return all.sort((a, b) => rank(b) - rank(a)).slice(0, limit);
}

/** The reference trace; an id of spans-N has N more spans below it, one of deep-N as many one below the other. */
export function fakeTrace(id: string, mood: Mood) {
  const start = Date.now() - 60_000;
  const spans: object[] = [];
  const add = (n: number, parent: number, name: string, from: number, took: number, fields: object, more: object = {}) => {
    spans.push({
      span_id: `s${n}`, parent_id: parent ? `s${parent}` : "", name: say(name, mood), service: "lift-sys", kind: "internal",
      start_ms: start + from, duration_ms: took, error: false, status_message: "", weight: 1, events: [], links: [],
      fields: { "user.id": say("u-ada", mood), "service.name": "lift-sys", "service.version": "1.4.0", ...fields }, ...more,
    });
  };
  const llm = { "llm.provider": "anthropic", "llm.model": "claude-sonnet-4", "llm.input_tokens": 2310, "llm.output_tokens": 840, "llm.cost_usd": 0.01953, "llm.finish_reason": "stop", "llm.latency_ms": 3120.4 };
  add(1, 0, "POST /api/sessions", 0, 9240, { "http.route": "/api/sessions", "request.cost_usd": 0.0412, "session.id": "s-81", "request.id": "r-9" }, { kind: "server" });
  add(2, 1, "session.create", 4, 42, { "session.status": "active", "session.prompt_length": 412 });
  add(3, 2, "db.insert", 10, 30, { "db.table": "sessions", "db.statement": "INSERT INTO sessions (id, prompt) VALUES (?, ?)" }, { kind: "client" });
  add(4, 1, "ir.generate", 50, 3700, { "ir.holes_count": 3, "ir.completeness": 0.87 });
  add(5, 4, "llm.call", 60, 3120, llm, { kind: "client" });
  add(6, 4, "ir.validate", 3300, 420, { "ir.validation_status": "valid" });
  add(7, 1, "code.generate", 3800, 5380, { "code.language": "rust", "code.retries": 1, "code.success": false }, { error: true, status_message: "generated code does not compile" });
  add(8, 7, "llm.call", 3810, 3900, { ...llm, "llm.input_tokens": 4100, "llm.output_tokens": 1630, "llm.cost_usd": 0.02167 }, { kind: "client" });
  add(9, 7, "code.validate", 7750, 1400, { "error.type": "validation", "error.message": say("type mismatch: expected i32, found &str", mood), "exception.type": "*validate.Error" }, {
    error: true, status_message: say("type mismatch", mood),
    events: [{ t_ms: start + 9140, name: "exception", fields: { "exception.message": say("type mismatch", mood), "exception.stacktrace": "goroutine 1 [running]:\nmain.validate()\n\t/app/validate.go:42 +0x1d" } }],
    links: [{ trace_id: "0af7651916cd43dd8448eb211c80319c", span_id: "b7ad6b7169203331" }],
  });
  add(10, 1, "db.update", 9190, 28, { "db.table": "sessions" }, { kind: "client" });
  const more = Number(/^spans-(\d+)$/.exec(id)?.[1] ?? 0);
  for (let i = 0; i < more; i++) {
    const r = dice(`span ${i}`);
    add(11 + i, i % 10 === 0 ? 7 : 11 + i - (i % 10), i % 3 ? "db.select" : "constraint.validate", 3800 + (5000 * i) / more, 2 + 200 * r(), { "db.table": "irs", row: i }, r() < 0.01 ? { error: true } : {});
  }
  const deep = Number(/^deep-(\d+)$/.exec(id)?.[1] ?? 0);
  for (let i = 0; i < deep; i++) add(11 + i, 10 + i, `level ${i}`, 9200 + i / 10, 1, {});
  return { trace_id: id, start_ms: start, duration_ms: 9240, spans, truncated: false };
}

export function fakeCosts(by: string, start: number, end: number, mood: Mood) {
  const zero = { key: null, cost_usd: 0, calls: 0, input_tokens: 0, output_tokens: 0, cached_tokens: 0, series: [] };
  if (mood === "empty") return { rows: [], total: zero };
  const keys = { model: known["llm.model"]!, language: known["code.language"]!, user: known["user.id"]!, session: Array.from({ length: 120 }, (_, i) => `s-${i}`) }[by] ?? ["one"];
  const rows = keys.map((key, g) => {
    const series = Array.from({ length: 60 }, (_, i) => ({ t_ms: Math.floor(start + ((end - start) * i) / 60), cost_usd: (0.3 / (g + 1)) * dice(`${key} ${i}`)() }));
    const cost = series.reduce((n, p) => n + p.cost_usd, 0);
    return { key: say(key, mood), cost_usd: cost, calls: Math.round(cost * 40), input_tokens: Math.round(cost * 90_000), output_tokens: Math.round(cost * 30_000), cached_tokens: Math.round(cost * 20_000), series };
  });
  const sum = (pick: (r: (typeof rows)[number]) => number) => rows.reduce((n, r) => n + pick(r), 0);
  const total = {
    key: null, cost_usd: sum((r) => r.cost_usd), calls: sum((r) => r.calls), input_tokens: sum((r) => r.input_tokens),
    output_tokens: sum((r) => r.output_tokens), cached_tokens: sum((r) => r.cached_tokens),
    series: rows[0]!.series.map((p, i) => ({ t_ms: p.t_ms, cost_usd: sum((r) => r.series[i]!.cost_usd) })),
  };
  return { rows: rows.slice(0, 100), total };
}

interface Defined {
  triggers: { name: string; description: string; severity: string; runbook: string; frequency: number; threshold: { op: string; value: number }; query: object }[];
  slos: { name: string; description: string; target_per_million: number; time_period_days: number; burn_alerts: { description: string; severity: string; runbook: string; budget_rate_decrease_threshold_per_million: number }[] }[];
}

export function fakeAlerts(d: Defined, runbooks: string, mood: Mood) {
  const now = Date.now();
  const section = (slug: string) => runbooks.split(/^## /m).find((s) => s.split("\n")[0]!.toLowerCase().replace(/[^a-z0-9]+/g, "-") === slug);
  return {
    triggers: d.triggers.map((t, i) => {
      const state = mood === "empty" ? "ok" : ["firing", "ok", "ok", "ok", "pending"][i] ?? "ok";
      return {
        name: t.name, description: say(t.description, mood), severity: t.severity ?? "P2", state, op: t.threshold.op, threshold: t.threshold.value,
        value: mood === "empty" ? null : t.threshold.value * (state === "firing" ? 1.43 : 0.4), since_ms: now - 420_000 * (i + 1), next_ms: now + 31_000, frequency_s: t.frequency,
        query: t.query, runbook_markdown: `## ${say(section(t.runbook) ?? t.name, mood)}`,
        groups: i === 2 ? [{ key: ["anthropic"], value: 12, state: "ok" }, { key: ["modal"], value: 31, state: "ok" }] : [],
      };
    }),
    slos: d.slos.map((s, i) => ({
      name: s.name, description: s.description, target: s.target_per_million / 10_000, compliance: 97.4 - i, budget_left: 48.2 - 30 * i, window_days: s.time_period_days,
      burn_alerts: s.burn_alerts.map((b) => ({ ...b, name: `${s.name}: ${b.description.slice(4, 13)}`, state: "ok", value: 0.4, threshold: b.budget_rate_decrease_threshold_per_million / 10_000, runbook_markdown: `## ${section(b.runbook) ?? s.name}` })),
      series: Array.from({ length: 60 }, (_, j) => ({ t_ms: now - (60 - j) * 43_200_000, budget_left: 100 - (52 + 30 * i) * (j / 60) ** 1.4 })),
    })),
    history: mood === "empty" ? [] : Array.from({ length: 9 }, (_, i) => ({
      t_ms: now - 420_000 - i * 5_400_000, name: d.triggers[i % 3]!.name, state: i % 2 ? "resolved" : "fired", value: 14.3 - i, threshold: 10, group: i === 2 ? say("modal", mood) : "",
      delivered: ["slack #engineering-alerts", "terminal"], error: i === 4 ? say("webhook: 502 Bad Gateway", mood) : "",
    })),
  };
}
