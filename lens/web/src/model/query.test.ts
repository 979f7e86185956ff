import { expect, test } from "vitest";
import { calculationsOf, compact, parseScalar, problem, valueFilter, withFilter, type Query } from "./query";

test("compact leaves out what says nothing, so that equal queries have equal addresses", () => {
  const q: Query = { calculations: [{ op: "COUNT" }], breakdowns: [], filters: [{ column: "error", op: "=", value: false }], filter_combination: "OR", limit: 0 };
  expect(compact(q)).toEqual({ calculations: [{ op: "COUNT" }], filters: [{ column: "error", op: "=", value: false }] });
});

test("OR stays where there is something to combine", () => {
  const filters = [
    { column: "a", op: "exists" },
    { column: "b", op: "exists" },
  ];
  expect(compact({ filters, filter_combination: "OR" })).toEqual({ filters, filter_combination: "OR" });
});

test("no calculation means COUNT, as for Honeycomb", () => expect(calculationsOf({})).toEqual([{ op: "COUNT" }]));

test("a filter is added once", () => {
  const once = withFilter({}, valueFilter("user.id", "u-1"));
  expect(withFilter(once, valueFilter("user.id", "u-1"))).toEqual({ filters: [{ column: "user.id", op: "=", value: "u-1" }] });
});

test("a filter on an OR query would widen it", () => {
  const q: Query = { filters: [{ column: "a", op: "exists" }, { column: "b", op: "exists" }], filter_combination: "OR" };
  expect(() => withFilter(q, valueFilter("c", 1))).toThrow("widen");
});

test("the group without a value is found by its absence", () => expect(valueFilter("user.id", null)).toEqual({ column: "user.id", op: "does-not-exist" }));

test.each([
  ["complete", { calculations: [{ op: "P95", column: "duration_ms" }] }, ""],
  ["column of a calculation", { calculations: [{ op: "P95" }] }, "P95 needs a column"],
  ["column of a filter", { filters: [{ column: "", op: "exists" }] }, "a filter needs a column"],
  ["value", { filters: [{ column: "name", op: "=" }] }, "name = needs a value"],
  ["empty list", { filters: [{ column: "name", op: "in", value: [] }] }, "name in needs a value"],
  ["false and 0 are values", { filters: [{ column: "error", op: "=", value: false }, { column: "n", op: ">", value: 0 }] }, ""],
  ["number of a condition", { havings: [{ calculate_op: "COUNT", op: ">", value: NaN }] }, "a condition on a result needs a number"],
] as [string, Query, string][])("%s", (_, q, want) => expect(problem(q)).toBe(want));

test.each([
  ["10", undefined, 10],
  ["-1.5e3", undefined, -1500],
  ["true", undefined, true],
  ["10", "string", "10"],
  ["1.2.3", undefined, "1.2.3"],
  ["", undefined, ""],
  ["0x10", undefined, "0x10"],
])("%j of type %s is %j", (text, type, want) => expect(parseScalar(text, type)).toBe(want));
