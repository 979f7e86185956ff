// The parts of a query as fields.
import type { ComponentChildren } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { useShared } from "../hooks";
import {
  calculationName, calculationOps, calculationsOf, comparisons, filterOps, isAlone, isBare, isListed, parseScalar,
  type Calculation, type Filter, type Having, type Order, type Query, type Scalar,
} from "../model/query";
import { Combobox, type Option } from "../ui/combobox";
import { Icon } from "../ui/icon";

interface Props {
  query: Query;
  set: (q: Query) => void;
}

/** The columns that a field completes, numbers only where only they make sense. */
function useColumnOptions(numeric = false): Option[] {
  const { columns } = useShared();
  return useMemo(
    () =>
      [...columns.values()]
        .filter((c) => !numeric || ["integer", "float", "int", "double"].includes(c.type))
        .map((c) => ({ value: c.name, hint: c.description || c.type })),
    [columns, numeric],
  );
}

function Clause({ label, add, onAdd, children }: { label: string; add?: string; onAdd?: () => void; children: ComponentChildren }) {
  const parts = useRef<HTMLDivElement>(null);
  const added = useRef(false);
  useEffect(() => {
    if (!added.current) return;
    added.current = false;
    [...parts.current!.querySelectorAll(".part")].at(-1)?.querySelector<HTMLElement>("input, select")?.focus();
  });
  const onClick = () => {
    added.current = true;
    onAdd?.();
  };
  return (
    <div class="clause" role="group" aria-label={label}>
      <span class="clause-label">{label}</span>
      <div class="clause-parts" ref={parts}>
        {children}
        {onAdd && (
          <button type="button" class="quiet" aria-label={add} title={add} onClick={onClick}>
            <Icon name="plus" />
          </button>
        )}
      </div>
    </div>
  );
}

function Part({ label, remove, children }: { label: string; remove: () => void; children: ComponentChildren }) {
  return (
    <div class="part" role="group" aria-label={label}>
      {children}
      <button type="button" class="quiet" aria-label={`Remove ${label}`} onClick={remove}>
        <Icon name="close" />
      </button>
    </div>
  );
}

function Choice({ label, value, values, onChange }: { label: string; value: string; values: string[]; onChange: (v: string) => void }) {
  return (
    <select aria-label={label} value={value} onChange={(e) => onChange(e.currentTarget.value)}>
      {(values.includes(value) ? values : [value, ...values]).map((v) => (
        <option key={v} value={v}>
          {v}
        </option>
      ))}
    </select>
  );
}

const replaced = <T,>(list: T[], i: number, value: T): T[] => list.map((old, j) => (j === i ? value : old));
const without = <T,>(list: T[], i: number): T[] => list.filter((_, j) => j !== i);

export function Calculations({ query, set }: Props) {
  const all = useColumnOptions();
  const numbers = useColumnOptions(true);
  const list = calculationsOf(query);
  const put = (calculations: Calculation[]) => set({ ...query, calculations });
  return (
    <Clause label="Calculate" add="Add a calculation" onAdd={() => put([...list, { op: "P95", column: "duration_ms" }])}>
      {list.map((c, i) => (
        <Part key={i} label={calculationName(c)} remove={() => put(without(list, i))}>
          <Choice
            label="Operator"
            value={c.op}
            values={calculationOps}
            onChange={(op) => put(replaced(list, i, isAlone(op) ? { op } : { op, column: c.column ?? "" }))}
          />
          {!isAlone(c.op) && (
            <Combobox
              label={`Column of ${c.op}`}
              placeholder="column"
              value={c.column ?? ""}
              options={c.op === "COUNT_DISTINCT" ? all : numbers}
              onChange={(column) => put(replaced(list, i, { op: c.op, column: column.trim() }))}
            />
          )}
        </Part>
      ))}
    </Clause>
  );
}

export function Filters({ query, set, only }: Props & { only?: "AND" }) {
  const list = query.filters ?? [];
  const put = (filters: Filter[]) => set({ ...query, filters });
  return (
    <Clause label="Where" add="Add a filter" onAdd={() => put([...list, { column: "", op: "=" }])}>
      {list.length > 1 && !only && (
        <select
          aria-label="How filters join"
          value={query.filter_combination ?? "AND"}
          onChange={(e) => set({ ...query, filter_combination: e.currentTarget.value as "AND" | "OR" })}
        >
          <option value="AND">all of</option>
          <option value="OR">any of</option>
        </select>
      )}
      {list.map((f, i) => (
        <FilterPart key={i} filter={f} put={(next) => put(replaced(list, i, next))} remove={() => put(without(list, i))} />
      ))}
      {list.length === 0 && <span class="faint">every row</span>}
    </Clause>
  );
}

export function FilterPart({ filter, put, remove }: { filter: Filter; put: (f: Filter) => void; remove: () => void }) {
  const options = useColumnOptions();
  const { columns } = useShared();
  const column = columns.get(filter.column);
  const values = column?.type === "boolean" ? ["true", "false"] : (column?.values ?? []);
  const text = Array.isArray(filter.value) ? filter.value.join(", ") : String(filter.value ?? "");
  const read = (s: string): Scalar | Scalar[] =>
    isListed(filter.op) ? s.split(",").map((part) => parseScalar(part.trim(), column?.type)).filter((v) => v !== "") : parseScalar(s, column?.type);
  const changeOp = (op: string) => {
    if (isBare(op)) return put({ column: filter.column, op });
    const one = Array.isArray(filter.value) ? filter.value[0] : filter.value;
    put({ column: filter.column, op, value: isListed(op) ? (one === undefined || one === "" ? [] : [one]) : (one ?? "") });
  };
  return (
    <Part label={`filter on ${filter.column || "a column"}`} remove={remove}>
      <Combobox label="Column" placeholder="column" value={filter.column} options={options} onChange={(c) => put({ ...filter, column: c.trim() })} />
      <Choice label="Comparison" value={filter.op} values={filterOps} onChange={changeOp} />
      {!isBare(filter.op) && <ValueField text={text} listed={isListed(filter.op)} values={values} put={(s) => put({ ...filter, value: read(s) })} />}
    </Part>
  );
}

/** Keeps a list as it was typed: "a, " is on the way to something. */
function ValueField({ text, listed, values, put }: { text: string; listed: boolean; values: string[]; put: (s: string) => void }) {
  const options = values.map((value) => ({ value }));
  if (!listed) return <Combobox label="Value" placeholder="value" width={10} value={text} options={options} onChange={put} />;
  return (
    <input
      type="text"
      aria-label="Values, separated by commas"
      placeholder="a, b, c"
      defaultValue={text}
      key={values.join()}
      title={values.length ? `Known values: ${values.join(", ")}` : undefined}
      onInput={(e) => put(e.currentTarget.value)}
    />
  );
}

export function Breakdowns({ query, set }: Props) {
  const options = useColumnOptions();
  const list = query.breakdowns ?? [];
  const put = (breakdowns: string[]) => set({ ...query, breakdowns });
  return (
    <Clause label="Group by" add="Add a column to group by" onAdd={() => put([...list, ""])}>
      {list.map((b, i) => (
        <Part key={i} label={b || "group"} remove={() => put(without(list, i))}>
          <Combobox label="Column to group by" placeholder="column" value={b} options={options} onChange={(c) => put(replaced(list, i, c.trim()))} />
        </Part>
      ))}
      {list.length === 0 && <span class="faint">nothing: one result over all rows</span>}
    </Clause>
  );
}

const orderName = (o: Order) => (o.op ? calculationName({ op: o.op, ...(o.column ? { column: o.column } : {}) }) : (o.column ?? ""));

export function Orders({ query, set }: Props) {
  const list = query.orders ?? [];
  const targets: Order[] = [
    ...calculationsOf(query).filter((c) => c.op !== "HEATMAP"),
    ...(query.breakdowns ?? []).filter(Boolean).map((column) => ({ column })),
  ];
  const names = targets.map(orderName);
  const put = (orders: Order[]) => set({ ...query, orders });
  const first = targets[0];
  return (
    <Clause label="Order by" add="Add an order" {...(first ? { onAdd: () => put([...list, { ...first, order: "descending" as const }]) } : {})}>
      {list.map((o, i) => (
        <Part key={i} label={`order by ${orderName(o)}`} remove={() => put(without(list, i))}>
          <Choice
            label="Order by"
            value={orderName(o)}
            values={names}
            onChange={(name) => put(replaced(list, i, { ...targets[names.indexOf(name)], order: o.order ?? "ascending" }))}
          />
          <Choice
            label="Direction"
            value={o.order ?? "ascending"}
            values={["descending", "ascending"]}
            onChange={(v) => put(replaced(list, i, { ...o, order: v as "ascending" | "descending" }))}
          />
        </Part>
      ))}
      {list.length === 0 && <span class="faint">as it comes</span>}
    </Clause>
  );
}

export function Havings({ query, set }: Props) {
  const list = query.havings ?? [];
  const calcs = calculationsOf(query).filter((c) => c.op !== "HEATMAP");
  const names = calcs.map(calculationName);
  const put = (havings: Having[]) => set({ ...query, havings });
  const made = (c: Calculation, op: string, value: number): Having => ({ calculate_op: c.op, ...(c.column ? { column: c.column } : {}), op, value });
  return (
    <Clause label="Having" add="Add a condition on a result" {...(calcs[0] ? { onAdd: () => put([...list, made(calcs[0]!, ">", 0)]) } : {})}>
      {list.map((h, i) => {
        const name = calculationName({ op: h.calculate_op, ...(h.column ? { column: h.column } : {}) });
        return (
          <Part key={i} label={`condition on ${name}`} remove={() => put(without(list, i))}>
            <Choice label="Result" value={name} values={names} onChange={(n) => put(replaced(list, i, made(calcs[names.indexOf(n)]!, h.op, h.value)))} />
            <Choice label="Comparison" value={h.op} values={comparisons} onChange={(op) => put(replaced(list, i, { ...h, op }))} />
            <input
              type="number"
              step="any"
              aria-label="Number"
              value={Number.isFinite(h.value) ? h.value : ""}
              onInput={(e) => put(replaced(list, i, { ...h, value: e.currentTarget.valueAsNumber }))}
            />
          </Part>
        );
      })}
      {list.length === 0 && <span class="faint">every group</span>}
    </Clause>
  );
}

export function Limits({ query, set }: Props) {
  const number = (key: "limit" | "granularity", text: string) => {
    const n = Math.max(0, Math.floor(Number(text)));
    const next = { ...query };
    if (n > 0) next[key] = n;
    else delete next[key];
    set(next);
  };
  return (
    <Clause label="Limit">
      <label class="part">
        <input type="number" min="1" max="1000" placeholder="100" aria-label="Most groups" value={query.limit ?? ""} onInput={(e) => number("limit", e.currentTarget.value)} />
        <span class="faint">groups</span>
      </label>
      <label class="part">
        <input type="number" min="1" placeholder="auto" aria-label="Seconds of one point" value={query.granularity ?? ""} onInput={(e) => number("granularity", e.currentTarget.value)} />
        <span class="faint">seconds a point</span>
      </label>
    </Clause>
  );
}
