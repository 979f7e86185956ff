// A stand-in for lens: the documented boards over made-up data. It serves
// `npm run dev` and those browser tests that need data which no service makes.
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";
import { fakeAlerts, fakeCosts, fakeResult, fakeTrace, fakeTraces, say, type Mood } from "./made.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
const dist = join(here, "../../internal/page/dist");

interface Definition {
  columns: { name: string; type: string; description: string }[];
  calculated_fields: { alias: string; description: string; expression: string }[];
  queries: { name: string; description: string; query: object }[];
  boards: { name: string; description: string; panels: DefinedPanel[] }[];
  triggers: never[];
  slos: never[];
}

interface DefinedPanel {
  text?: string;
  slo?: string;
  style?: string;
  charts?: { type?: string }[];
  query?: { name: string; description: string; query: { calculations?: { op: string }[] } };
  position: { x: number; y: number; width: number; height: number };
}

const definition = () => JSON.parse(readFileSync(join(here, "../../../docs/honeycomb-dashboards.json"), "utf8")) as Definition;

const slug = (s: string) => s.toLowerCase().replace(/[^a-z0-9]+/g, "-");

function chartOf(p: DefinedPanel): string {
  if (p.style) return p.style;
  const type = p.charts?.[0]?.type;
  if (type) return type === "tsbar" ? "bar" : type;
  return p.query?.query.calculations?.some((c) => c.op === "HEATMAP") ? "heatmap" : "line";
}

function boards() {
  return definition().boards.map((b) => ({
    id: slug(b.name),
    name: b.name,
    description: b.description,
    panels: b.panels.map((p, i) => ({
      id: `${slug(b.name)}-${i}`,
      kind: p.query ? "query" : p.slo ? "slo" : "text",
      title: p.query?.name ?? p.slo,
      description: p.query?.description,
      text: p.text,
      slo: p.slo,
      chart: chartOf(p),
      query: p.query?.query,
      ...p.position,
    })),
  }));
}

function columns(mood: Mood) {
  const d = definition();
  const values: Record<string, string[]> = {
    "llm.provider": ["anthropic", "openai", "google", "modal"],
    "span.kind": ["server", "client", "internal", "consumer"],
    "code.language": ["typescript", "rust", "go", "python"],
  };
  return [
    ...d.columns.map((c) => ({ ...c, description: say(c.description, mood), values: values[c.name] })),
    ...d.calculated_fields.map((f) => ({ name: f.alias, type: "float", description: f.description, calculated: true, expression: f.expression })),
  ];
}

function status(mood: Mood) {
  const now = Date.now();
  const empty = mood === "empty";
  return {
    version: "stub",
    started_at: new Date(now - 3_600_000).toISOString(),
    events: empty ? 0 : 183_204,
    spans: empty ? 0 : 171_090,
    oldest: empty ? null : new Date(now - 26 * 3_600_000).toISOString(),
    newest: empty ? null : new Date(now).toISOString(),
    bytes: empty ? 0 : 21_400_000,
    ingest: { spans_per_second: empty ? 0 : 62, queue: 0, refused: 0, paused_ms: 0 },
    disk_full: false,
    datasets: [{ slug: "lift-sys", events: 183_204 }],
  };
}

async function bodyOf(req: IncomingMessage): Promise<Record<string, unknown>> {
  let text = "";
  for await (const chunk of req) text += chunk;
  return text ? (JSON.parse(text) as Record<string, unknown>) : {};
}

/** Answers a call of the API; false where the path is none. */
async function answer(req: IncomingMessage, res: ServerResponse, mood: Mood): Promise<boolean> {
  const url = new URL(req.url ?? "/", "http://stub");
  if (!url.pathname.startsWith("/api/")) return false;
  const send = (value: unknown, code = 200) => {
    res.writeHead(code, { "Content-Type": "application/json" });
    res.end(JSON.stringify(value));
  };
  if (mood === "locked" && req.headers.authorization !== "Bearer open sesame") {
    send({ error: "token is missing or wrong" }, 401);
    return true;
  }
  const path = url.pathname.slice("/api/".length);
  const body = req.method === "POST" ? await bodyOf(req) : {};
  const query = (body.query ?? {}) as Parameters<typeof fakeResult>[0];
  const start = Number(body.start_ms ?? Date.now() - 7_200_000);
  const end = Number(body.end_ms ?? Date.now());
  if (path === "status") send(status(mood));
  else if (path === "boards") send(boards());
  else if (path === "queries") send(definition().queries);
  else if (path === "columns") send(columns(mood));
  else if (path === "query") {
    const odd = query.calculations?.find((c) => !c.column && !["COUNT", "CONCURRENCY"].includes(c.op));
    if (odd) send({ error: `calculation "${odd.op}" needs a column` }, 400);
    else send(fakeResult(query, start, end, mood));
  } else if (path === "traces") send(mood === "empty" ? [] : fakeTraces(start, end, body.order, Number(body.limit ?? 50), mood));
  else if (path.startsWith("traces/")) {
    const id = decodeURIComponent(path.slice("traces/".length));
    if (id === "missing") send({ error: `there is no trace "${id}"` }, 404);
    else send(fakeTrace(id, mood));
  } else if (path === "costs") send(fakeCosts(url.searchParams.get("by") ?? "model", Number(url.searchParams.get("start_ms")), Number(url.searchParams.get("end_ms")), mood));
  else if (path === "alerts") send(fakeAlerts(definition(), readFileSync(join(here, "../../../docs/HONEYCOMB_RUNBOOKS.md"), "utf8"), mood));
  else send({ error: `there is no "${url.pathname}"` }, 404);
  return true;
}

/** The API on Vite's development server. */
export function stub(): Plugin {
  return {
    name: "lens-stub",
    configureServer(server) {
      server.middlewares.use((req, res, next) => {
        answer(req, res, "well").then((done) => done || next(), next);
      });
    },
  };
}

const types: Record<string, string> = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };

/** Serves the built page and made-up data, with the policy of lens's own page. */
export async function serve(mood: Mood, policy: string): Promise<{ url: string; close: () => Promise<void> }> {
  const server: Server = createServer((req, res) => {
    answer(req, res, mood).then((done) => {
      if (done) return;
      const path = new URL(req.url ?? "/", "http://stub").pathname;
      const file = extname(path) ? path : "/index.html";
      try {
        const data = readFileSync(join(dist, file));
        res.writeHead(200, { "Content-Type": types[extname(file)] ?? "application/octet-stream", "Content-Security-Policy": policy });
        res.end(data);
      } catch {
        res.writeHead(404).end();
      }
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections();
      return new Promise((done) => server.close(() => done()));
    },
  };
}
