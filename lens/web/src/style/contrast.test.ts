import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const css = readFileSync(new URL("./base.css", import.meta.url), "utf8");

function theme(name: string): Map<string, string> {
  const block = new RegExp(`data-theme="${name}"\\] \\{([^}]*)\\}`).exec(css)![1]!;
  return new Map([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map((m) => [m[1]!, m[2]!]));
}

/** Relative luminance, as WCAG 2.2 defines it. */
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16) / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p) as [number, number];
  return (x + 0.05) / (y + 0.05);
}

const texts: [string, string][] = [
  ...["page", "panel", "sunk", "raised", "accent-soft"].flatMap((on): [string, string][] => [["text", on], ["faint", on]]),
  ...["page", "panel", "sunk", "accent-soft"].map((on): [string, string] => ["accent", on]),
  ["on-accent", "accent"],
  ["good", "panel"], ["good", "good-soft"],
  ["warn", "panel"], ["warn", "warn-soft"],
  ["bad", "panel"], ["bad", "bad-soft"], ["text", "bad-soft"],
];

test.each(["light", "dark"])("every text can be read on its ground in %s", (name) => {
  const colors = theme(name);
  const poor = texts.filter(([a, b]) => contrast(colors.get(a)!, colors.get(b)!) < 4.5).map(([a, b]) => `${a} on ${b}: ${contrast(colors.get(a)!, colors.get(b)!).toFixed(2)}`);
  expect(poor).toEqual([]);
});

test.each(["light", "dark"])("lines, bars and the edges of fields stand out in %s", (name) => {
  const colors = theme(name);
  const shapes = [...Array.from({ length: 12 }, (_, i) => `c${i}`), "line-strong", "bad", "accent"];
  const poor = shapes.filter((s) => contrast(colors.get(s)!, colors.get("panel")!) < 3).map((s) => `${s}: ${contrast(colors.get(s)!, colors.get("panel")!).toFixed(2)}`);
  expect(poor).toEqual([]);
});

test("both themes name the same colours", () => expect([...theme("dark").keys()]).toEqual([...theme("light").keys()]));
