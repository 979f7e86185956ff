import { expect, test } from "vitest";
import { formatAgo, formatKey, formatTime, formatValue, resultUnit, unitOf } from "./format";

test.each([
  [null, "ms", "–"],
  [NaN, "", "–"],
  [0, "", "0"],
  [0.5, "", "0.5"],
  [12.345, "", "12.3"],
  [999, "", "999"],
  [12_345, "", "12,345"],
  [1_234_567, "", "1.23 M"],
  [0.000_2, "ms", "200 ns"],
  [0.25, "ms", "250 µs"],
  [320.4, "ms", "320 ms"],
  [999.7, "ms", "1 s"],
  [1240, "ms", "1.24 s"],
  [59_960, "ms", "1 min"],
  [125_000, "ms", "2 min 5 s"],
  [4_200_000, "ms", "1 h 10 min"],
  [273_600_000, "ms", "3 d 4 h"],
  [-1500, "ms", "−1.5 s"],
  [90, "s", "1 min 30 s"],
  [0, "USD", "$0"],
  [0.0042, "USD", "$0.0042"],
  [0.08, "USD", "$0.080"],
  [0.000_012, "USD", "$0.000012"],
  [1.249, "USD", "$1.25"],
  [1204.4, "USD", "$1,204"],
  [-3, "USD", "−$3.00"],
  [99.5, "%", "99.5 %"],
  [0, "%", "0 %"],
  [21_400_000, "bytes", "21.4 MB"],
  [9000, "tokens", "9,000"],
  [true, "", "true"],
  ["text", "ms", "text"],
])("%j in %j is %j", (value, unit, want) => expect(formatValue(value, unit)).toBe(want));

test.each([
  ["duration_ms", "", "ms"],
  ["llm.cost_usd", "USD", "USD"],
  ["lift.request_cost_usd", "", "USD"],
  ["lift.error_percent", "1", "%"],
  ["ir.quality_score", "1", ""],
  ["llm.input_tokens", "tokens", "tokens"],
  ["lift.llm.cost", "{USD}", "USD"],
  ["session.holes_count", "holes", "holes"],
])("%s, registered as %j, is in %j", (name, registered, want) => expect(unitOf(name, registered)).toBe(want));

test("counting tokens does not give tokens", () => {
  expect(resultUnit("COUNT_DISTINCT", "tokens")).toBe("");
  expect(resultUnit("P95", "ms")).toBe("ms");
});

test("a time of today has no date", () => {
  const now = new Date(2026, 4, 7, 15, 0).getTime();
  expect(formatTime(new Date(2026, 4, 7, 14, 3, 22, 5).getTime(), now)).toBe("14:03:22");
  expect(formatTime(new Date(2026, 4, 7, 14, 3, 22, 5).getTime(), now, true)).toBe("14:03:22.005");
  expect(formatTime(new Date(2026, 4, 6, 14, 3, 22).getTime(), now)).toBe("6 May 14:03:22");
  expect(formatTime(new Date(2025, 4, 6, 14, 3, 22).getTime(), now)).toBe("6 May 2025 14:03:22");
});

test("ages", () => {
  expect([0, 12_000, 300_000, 7_200_000, 300_000_000].map((age) => formatAgo(1e12 - age, 1e12))).toEqual(["just now", "12 s ago", "5 min ago", "2 h ago", "3 d ago"]);
});

test("what is absent is named", () => expect([null, undefined, "", 0, false].map(formatKey)).toEqual(["(none)", "(none)", "(empty)", "0", "false"]));
