// Queries as a person writes them down, in the runbooks and in lens's messages:
//
//	P95(duration_ms), COUNT by http.route where error = true order by COUNT descending limit 10 over 2h
import {
  calculationName, calculationOps, calculationsOf, comparisons, filterOps, isAlone, isBare, isListed,
  type Calculation, type Filter, type Query, type Scalar,
} from "./query";
import { shortSeconds } from "./range";

/** The query in one line; parseQuery reads it back. */
export function formatQuery(q: Query): string {
  let s = calculationsOf(q).map(calculationName).join(", ");
  if (q.breakdowns?.length) s += ` by ${q.breakdowns.map(name).join(", ")}`;
  if (q.filters?.length) s += ` where ${q.filters.map(formatFilter).join(q.filter_combination === "OR" ? " or " : " and ")}`;
  if (q.havings?.length) {
    s += ` having ${q.havings.map((h) => `${calculationName({ op: h.calculate_op, ...(h.column ? { column: h.column } : {}) })} ${h.op} ${h.value}`).join(" and ")}`;
  }
  if (q.orders?.length) {
    const one = (o: NonNullable<Query["orders"]>[number]) =>
      (o.op ? calculationName({ op: o.op, ...(o.column ? { column: o.column } : {}) }) : name(o.column ?? "")) + (o.order === "descending" ? " descending" : "");
    s += ` order by ${q.orders.map(one).join(", ")}`;
  }
  if (q.limit) s += ` limit ${q.limit}`;
  if (q.time_range) s += ` over ${shortSeconds(q.time_range)}`;
  if (q.granularity) s += ` every ${shortSeconds(q.granularity)}`;
  return s;
}

export function formatFilter(f: Filter): string {
  if (isBare(f.op)) return `${name(f.column)} ${f.op}`;
  const value = Array.isArray(f.value) ? `[${f.value.map(scalar).join(", ")}]` : scalar(f.value ?? "");
  return `${name(f.column)} ${f.op} ${value}`;
}

const scalar = (v: Scalar) => JSON.stringify(v);
/** A column whose name is no plain word is quoted. */
const name = (column: string) => (/^[\w.$\-/]+$/.test(column) && !keywords.has(column.toLowerCase()) ? column : JSON.stringify(column));

const keywords = new Set(["by", "where", "having", "order", "limit", "over", "every", "and", "or"]);

type Token = { text: string; quoted: boolean; at: number };

const shape = /\s*(?:("(?:[^"\\]|\\.)*")|([(),[\]])|(>=|<=|!=|=|>|<)|([^\s(),[\]=<>!"]+))/y;

function tokens(text: string): Token[] {
  const list: Token[] = [];
  const end = text.trimEnd().length;
  shape.lastIndex = 0;
  while (shape.lastIndex < end) {
    const at = shape.lastIndex;
    const m = shape.exec(text);
    if (!m) throw new Error(`cannot read from ${JSON.stringify(text.slice(at, at + 20).trim())} on`);
    list.push(m[1] !== undefined ? { text: unquote(m[1]), quoted: true, at } : { text: (m[2] ?? m[3] ?? m[4])!, quoted: false, at });
  }
  return list;
}

function unquote(s: string): string {
  try {
    return JSON.parse(s) as string;
  } catch {
    throw new Error(`cannot read the text ${s}`);
  }
}

/** Reads what formatQuery and Go's Query.String write. The error says what was expected. */
export function parseQuery(text: string): Query {
  const list = tokens(text);
  let i = 0;
  const word = () => (list[i] && !list[i]!.quoted ? list[i]!.text.toLowerCase() : "");
  const take = (what: string): Token => {
    const t = list[i++];
    if (!t) throw new Error(`${what} is missing at the end`);
    return t;
  };
  const accept = (w: string) => word() === w && (i++, true);
  const expect = (w: string) => {
    if (!accept(w)) throw new Error(`expected ${JSON.stringify(w)} ${list[i] ? `before ${JSON.stringify(list[i]!.text)}` : "at the end"}`);
  };
  const column = (): string => {
    const t = take("a column");
    if (!t.quoted && /^[(),[\]=<>!]/.test(t.text)) throw new Error(`expected a column, found ${JSON.stringify(t.text)}`);
    return t.text;
  };
  const isCalculation = () => calculationOps.includes(list[i]?.text ?? "") && !list[i]!.quoted && (isAlone(list[i]!.text) || list[i + 1]?.text === "(");
  const calculation = (): Calculation => {
    const t = take("a calculation");
    if (t.quoted || !calculationOps.includes(t.text)) throw new Error(`${JSON.stringify(t.text)} is no operator, such as COUNT or P95`);
    if (isAlone(t.text)) return { op: t.text };
    expect("(");
    const c = column();
    expect(")");
    return { op: t.text, column: c };
  };
  const value = (): Scalar => {
    const t = take("a value");
    if (t.quoted) return t.text;
    if (t.text === "true" || t.text === "false") return t.text === "true";
    const n = Number(t.text);
    if (Number.isFinite(n) && t.text !== "") return n;
    if (/^[(),[\]=<>!]/.test(t.text)) throw new Error(`expected a value, found ${JSON.stringify(t.text)}`);
    return t.text;
  };
  const values = (): Scalar[] => {
    expect("[");
    const out: Scalar[] = [];
    while (!accept("]")) {
      out.push(value());
      if (word() !== "]") expect(",");
    }
    return out;
  };
  const op = (allowed: string[]): string => {
    const t = take("a comparison");
    const found = t.text.toLowerCase();
    if (t.quoted || !allowed.includes(found)) throw new Error(`${JSON.stringify(t.text)} is no comparison, such as = or exists`);
    return found;
  };
  const seconds = (): number => {
    const t = take("a time, such as 2h").text;
    if (!/^(\d+[smhd])+$/.test(t)) throw new Error(`${JSON.stringify(t)} is no time, such as 30m or 2h`);
    return [...t.matchAll(/(\d+)([smhd])/g)].reduce((n, m) => n + Number(m[1]) * { s: 1, m: 60, h: 3600, d: 86_400 }[m[2] as "s"], 0);
  };

  const q: Query = { calculations: [calculation()] };
  while (accept(",")) q.calculations!.push(calculation());
  if (accept("by")) {
    q.breakdowns = [column()];
    while (accept(",")) q.breakdowns.push(column());
  }
  if (accept("where")) {
    q.filters = [];
    let join = "";
    do {
      const f: Filter = { column: column(), op: op(filterOps) };
      if (isListed(f.op)) f.value = values();
      else if (!isBare(f.op)) f.value = value();
      q.filters.push(f);
      const next = word();
      if (join && (next === "and" || next === "or") && next !== join) throw new Error("filters join by and, or by or, not by both");
      if (next === "and" || next === "or") join = next;
    } while (accept("and") || accept("or"));
    if (join === "or") q.filter_combination = "OR";
  }
  if (accept("having")) {
    q.havings = [];
    do {
      const c = calculation();
      const compare = op(comparisons);
      const v = value();
      if (typeof v !== "number") throw new Error(`a condition on ${calculationName(c)} needs a number`);
      q.havings.push({ calculate_op: c.op, ...(c.column ? { column: c.column } : {}), op: compare, value: v });
    } while (accept("and"));
  }
  if (accept("order")) {
    expect("by");
    q.orders = [];
    do {
      const what = isCalculation() ? calculation() : { column: column() };
      const down = accept("descending") || accept("desc");
      if (!down) void (accept("ascending") || accept("asc"));
      q.orders.push({ ...what, order: down ? "descending" : "ascending" });
    } while (accept(","));
  }
  if (accept("limit")) {
    const n = value();
    if (typeof n !== "number" || !Number.isInteger(n) || n < 1) throw new Error("limit needs a whole number");
    q.limit = n;
  }
  if (accept("over")) q.time_range = seconds();
  if (accept("every")) q.granularity = seconds();
  if (i < list.length) throw new Error(`cannot read from ${JSON.stringify(list[i]!.text)} on`);
  return q;
}
