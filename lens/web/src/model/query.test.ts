import { expect, test } from "vitest";
import { addressed, calculationsOf, compact, parseScalar, problem, valueFilter, withFilter, type Query } from "./query";

const everything: Query = {
  calculations: [{ op: "P95", column: "duration_ms" }, { op: "COUNT" }],
  breakdowns: ["name"],
  filters: [{ column: "a", op: "exists" }, { column: "b", op: "in", value: ["x", 1, true] }, { column: "c", op: ">", value: 0 }],
  filter_combination: "OR",
  orders: [{ op: "COUNT", order: "descending" }],
  havings: [{ calculate_op: "COUNT", op: ">", value: 5 }],
  limit: 10,
  time_range: 3600,
  granularity: 60,
};

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
  ["none", null, {}],
  ["none of it", "", {}],
  ["everything", JSON.stringify(everything), everything],
  ["cut off", "{bad", undefined],
  ["a list", "[]", undefined],
  ["null", "null", undefined],
  ["calculations that are a number", '{"calculations":5}', undefined],
  ["a calculation that is a text", '{"calculations":["COUNT"]}', undefined],
  ["a calculation without an operator", '{"calculations":[{"column":"a"}]}', undefined],
  ["a group that is a number", '{"breakdowns":[1]}', undefined],
  ["a filter on nothing", '{"filters":[{"op":"exists"}]}', undefined],
  ["a filter's value that is an object", '{"filters":[{"column":"a","op":"=","value":{}}]}', undefined],
  ["an order that is null", '{"orders":[null]}', undefined],
  ["a condition whose number is a text", '{"havings":[{"calculate_op":"COUNT","op":">","value":"5"}]}', undefined],
  ["a limit that is a text", '{"limit":"5"}', undefined],
] as [string, string | null, Query | undefined][])("an address with %s", (_, text, want) => expect(addressed(text)).toEqual(want));

test.each([
  ["10", undefined, 10],
  ["-1.5e3", undefined, -1500],
  ["true", undefined, true],
  ["10", "string", "10"],
  ["1.2.3", undefined, "1.2.3"],
  ["", undefined, ""],
  ["0x10", undefined, "0x10"],
])("%j of type %s is %j", (text, type, want) => expect(parseScalar(text, type)).toBe(want));
