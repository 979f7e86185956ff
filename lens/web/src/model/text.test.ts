import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parseMarkdown, type Block, type Inline } from "./markdown";
import { compact, type Query } from "./query";
import { formatQuery, parseQuery } from "./text";

const docs = (name: string) => readFileSync(new URL(`../../../../docs/${name}`, import.meta.url), "utf8");

test("a query is written as Go's Query.String writes it", () => {
  const q: Query = {
    calculations: [{ op: "P95", column: "duration_ms" }, { op: "COUNT" }],
    breakdowns: ["http.route"],
    filters: [
      { column: "trace.parent_id", op: "does-not-exist" },
      { column: "span.kind", op: "in", value: ["server", "consumer"] },
    ],
    havings: [{ calculate_op: "COUNT", op: ">", value: 10 }],
    orders: [{ op: "P95", column: "duration_ms", order: "descending" }],
    limit: 10,
    time_range: 7200,
    granularity: 60,
  };
  const text =
    'P95(duration_ms), COUNT by http.route where trace.parent_id does-not-exist and span.kind in ["server", "consumer"] having COUNT > 10 order by P95(duration_ms) descending limit 10 over 2h every 1m';
  expect(formatQuery(q)).toBe(text);
  expect(parseQuery(text)).toEqual(q);
});

interface Documented {
  queries: { name: string; query: Query }[];
  boards: { panels: { query?: { name: string; query: Query } }[] }[];
  triggers: { name: string; query: Query }[];
}
const defined = JSON.parse(docs("honeycomb-dashboards.json")) as Documented;
const every = [...defined.queries, ...defined.boards.flatMap((b) => b.panels.flatMap((p) => p.query ?? [])), ...defined.triggers];

test.each(every.map((q) => [q.name, q.query] as const))("%s survives being written and read", (_, query) => {
  expect(compact(parseQuery(formatQuery(query)))).toEqual(query);
});

/** What a runbook tells a reader to type, apart from names of columns and the like. */
function queriesOf(blocks: Block[]): string[] {
  const inline = (list: Inline[]): string[] => list.flatMap((n) => (n.kind === "code" ? [n.text] : "children" in n ? inline(n.children) : []));
  return blocks.flatMap((b) => {
    switch (b.kind) {
      case "list":
        return b.items.flatMap(queriesOf);
      case "quote":
        return queriesOf(b.children);
      case "paragraph":
        return inline(b.children);
      default:
        return [];
    }
  });
}

const written = queriesOf(parseMarkdown(docs("HONEYCOMB_RUNBOOKS.md"))).filter((s) => / over \d/.test(s));

test("the runbooks have queries", () => expect(written.length).toBeGreaterThan(20));
test.each(written)("a reader can run %s", (text) => expect(() => parseQuery(text)).not.toThrow());

test.each([
  ["", "a calculation is missing at the end"],
  ["P95", 'expected "(" at the end'],
  ["P95()", 'expected a column, found ")"'],
  ["NEAT(x)", '"NEAT" is no operator, such as COUNT or P95'],
  ["COUNT where error is true", '"is" is no comparison, such as = or exists'],
  ["COUNT where a = 1 and b = 2 or c = 3", "filters join by and, or by or, not by both"],
  ["COUNT over soon", '"soon" is no time, such as 30m or 2h'],
  ["COUNT limit 1.5", "limit needs a whole number"],
  ["COUNT where a in [1, 2", 'expected "," at the end'],
  ["COUNT twice", 'cannot read from "twice" on'],
  ['COUNT where a = "open', 'cannot read from "\\"open" on'],
])("%j is refused: %s", (text, message) => expect(() => parseQuery(text)).toThrow(message));

test.each([
  ["a quoted number stays text", 'COUNT where a = "10"', { calculations: [{ op: "COUNT" }], filters: [{ column: "a", op: "=", value: "10" }] }],
  ["an hour and a half", "COUNT over 1h30m", { calculations: [{ op: "COUNT" }], time_range: 5400 }],
  ["a column named like a word", 'COUNT by "order"', { calculations: [{ op: "COUNT" }], breakdowns: ["order"] }],
  ["an operator's name as a column", "COUNT by name order by name", { calculations: [{ op: "COUNT" }], breakdowns: ["name"], orders: [{ column: "name", order: "ascending" }] }],
  ["or", "COUNT where a exists or b != false", { calculations: [{ op: "COUNT" }], filters: [{ column: "a", op: "exists" }, { column: "b", op: "!=", value: false }], filter_combination: "OR" }],
])("%s", (_, text, want) => expect(parseQuery(text)).toEqual(want));

test("any text is read or refused, and what is read is stable", () => {
  // A simple generator of nearly right queries, the same ones each time.
  const words = ["COUNT", "P95", "(", ")", "duration_ms", ",", "by", "where", "=", "!=", "exists", "in", "[", "]", '"a b"', "and", "or", "having", "order", "limit", "10", "over", "2h", "every", "true"];
  let seed = 1;
  const next = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
  let read = 0;
  for (let i = 0; i < 20_000; i++) {
    const text = Array.from({ length: 1 + Math.floor(next() * 8) }, (_, j) => (j === 0 ? "COUNT" : words[Math.floor(next() * words.length)])).join(" ");
    let q: Query;
    try {
      q = parseQuery(text);
    } catch (e) {
      expect((e as Error).message, text).not.toBe("");
      continue;
    }
    read++;
    expect(parseQuery(formatQuery(q)), text).toEqual(q);
  }
  expect(read).toBeGreaterThan(100);
});
