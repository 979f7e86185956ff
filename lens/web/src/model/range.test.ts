import { expect, test } from "vitest";
import { href, parseRoute } from "../route";
import { readRange, resolve, shortSeconds, writeRange, type Range } from "./range";

const read = (s: string) => readRange(new URLSearchParams(s));

test.each([
  ["", { kind: "auto" }],
  ["range=15m", { kind: "last", seconds: 900 }],
  ["range=7d", { kind: "last", seconds: 604_800 }],
  ["range=soon", { kind: "auto" }],
  ["range=0m", { kind: "auto" }],
  ["start=1000&end=2000", { kind: "between", start: 1000, end: 2000 }],
  ["start=2000&end=1000", { kind: "auto" }],
  ["start=x&end=1000&range=1h", { kind: "last", seconds: 3600 }],
] as [string, Range][])("%j is %j", (search, want) => expect(read(search)).toEqual(want));

test.each([{ kind: "auto" }, { kind: "last", seconds: 5400 }, { kind: "between", start: 5, end: 9 }] as Range[])("%j survives the address", (range) => {
  const params = writeRange(range);
  expect(read(new URLSearchParams(Object.entries(params).filter((e): e is [string, string] => e[1] !== undefined)).toString())).toEqual(range);
});

test("auto is the panel's range, but no longer than there is data", () => {
  const now = 1e12;
  const width = (own: number, oldest?: number) => {
    const { start, end } = resolve({ kind: "auto" }, own, now, oldest);
    return (end - start) / 1000;
  };
  expect(width(86_400)).toBe(86_400);
  expect(width(86_400, now - 200_000)).toBe(300);
  expect(width(7200, now - 2_000_000_000)).toBe(7200);
  expect(width(86_400, now - 4_000_000)).toBe(7200);
  expect(width(86_400, now - 20_000)).toBe(60);
});

test("a day is 1d, half an hour 30m", () => expect([86_400, 1800, 45].map(shortSeconds)).toEqual(["1d", "30m", "45s"]));

test("an address holds any text", () => {
  const to = href("alerts", "a/b & c?", { q: '{"a":"<b>&=#"}', none: undefined });
  const [path, search] = to.split("?") as [string, string];
  const route = parseRoute(path, search);
  expect([route.page, route.id, route.params.get("q"), route.params.has("none")]).toEqual(["alerts", "a/b & c?", '{"a":"<b>&=#"}', false]);
});

test("a broken address does not break the page", () => expect(parseRoute("/boards/%zz", "").id).toBe("%zz"));
