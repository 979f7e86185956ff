import { useState } from "preact/hooks";
import { formatKey, formatValue, resultUnit, type Unit } from "../model/format";
import { calculationName, calculationsOf, type Query } from "../model/query";
import type { Group, Result } from "../model/types";
import { follow, href } from "../route";
import { groupsOf } from "./plot";

interface Props {
  query: Query;
  result: Result;
  unitOf: (column: string) => Unit;
  /** The address of the traces behind a group. */
  traces: (key: unknown[]) => string;
  caption: string;
}

/** A result's groups as rows, in the server's order until a heading is clicked. */
export function ResultTable({ query, result, unitOf, traces, caption }: Props) {
  const [sort, setSort] = useState<{ column: number; down: boolean }>();
  const breakdowns = result.breakdowns ?? query.breakdowns ?? [];
  const calcs = calculationsOf(query)
    .map((c, index) => ({ c, index, name: calculationName(c), unit: resultUnit(c.op, c.column ? unitOf(c.column) : "") }))
    .filter(({ c }) => c.op !== "HEATMAP");
  const groups = groupsOf(result);
  const rows = sort ? [...groups].sort((a, b) => (sort.down ? -1 : 1) * compare(cell(a, sort.column), cell(b, sort.column))) : groups;
  const greatest = calcs.map(({ index }) => Math.max(0, ...groups.map((g) => g.values?.[index] ?? 0)));
  const traceColumn = breakdowns.indexOf("trace.trace_id");

  function cell(g: Group, column: number): unknown {
    return column < breakdowns.length ? g.key?.[column] : g.values?.[calcs[column - breakdowns.length]!.index];
  }
  const heading = (name: string, column: number, numeric: boolean) => (
    <th key={`${name} ${column}`} scope="col" class={numeric ? "num" : ""} aria-sort={sort?.column === column ? (sort.down ? "descending" : "ascending") : undefined}>
      <button type="button" onClick={() => setSort({ column, down: sort?.column === column ? !sort.down : numeric })}>
        {name}
        <span aria-hidden="true">{sort?.column === column ? (sort.down ? " ↓" : " ↑") : ""}</span>
      </button>
    </th>
  );

  return (
    <div class="table-wrap" tabIndex={0} role="region" aria-label={caption}>
      <table class={breakdowns.length > 2 ? "broad" : undefined}>
        <caption class="unseen">{caption}</caption>
        <thead>
          <tr>
            {breakdowns.map((b, i) => heading(b, i, false))}
            {calcs.map((c, i) => heading(c.name, breakdowns.length + i, true))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, 1000).map((g, row) => {
            const key = g.key ?? [];
            const trace = traceColumn >= 0 ? key[traceColumn] : undefined;
            const to = typeof trace === "string" && trace ? href("traces", trace) : traces(key);
            return (
              <tr key={row} class="row" onClick={(e) => follow(e, to)}>
                {breakdowns.map((b, i) => (
                  <td key={b} class={i === traceColumn ? "mono" : ""}>
                    <Cell value={key[i]} short={i === traceColumn} {...(i === 0 ? { href: to } : {})} />
                  </td>
                ))}
                {calcs.map((c, i) => {
                  const v = g.values?.[c.index] ?? null;
                  const share = v !== null && greatest[i]! > 0 && groups.length > 1 ? Math.max(0, v / greatest[i]!) : 0;
                  return (
                    <td key={c.name} class="num bar-cell">
                      {share > 0 && <i class="bar" style={{ width: `${(share * 100).toFixed(1)}%` }} />}
                      {breakdowns.length === 0 && i === 0 ? (
                        <a class="row-link" href={to}>
                          {formatValue(v, c.unit)}
                        </a>
                      ) : (
                        <span>{formatValue(v, c.unit)}</span>
                      )}
                    </td>
                  );
                })}
              </tr>
            );
          })}
        </tbody>
      </table>
      {result.truncated && <p class="faint note">There are more groups than the query’s limit.</p>}
    </div>
  );
}

/** One line; the whole of a long text is in the tooltip. */
function Cell({ value, short, href }: { value: unknown; short: boolean; href?: string }) {
  const text = formatKey(value);
  const shown = short && text.length > 12 ? `${text.slice(0, 8)}…` : text.length > 200 ? `${text.slice(0, 200)}…` : text;
  const title = { title: text.slice(0, 2000) }; // a narrow column shortens short ones too
  return href ? (
    <a class="row-link cell" href={href} {...title}>
      {shown}
    </a>
  ) : (
    <span class={value === null || value === undefined ? "cell faint" : "cell"} {...title}>
      {shown}
    </span>
  );
}

function compare(a: unknown, b: unknown): number {
  if (a === b) return 0;
  if (a === null || a === undefined) return -1;
  if (b === null || b === undefined) return 1;
  return typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b));
}
