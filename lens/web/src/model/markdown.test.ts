import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { inline, parseMarkdown, safeHref } from "./markdown";

test.each([
  ["a heading", "## High *error* rate ##", [{ kind: "heading", level: 2, children: [{ kind: "text", text: "High " }, { kind: "em", children: [{ kind: "text", text: "error" }] }, { kind: "text", text: " rate" }] }]],
  ["lines of one paragraph", "one\ntwo", [{ kind: "paragraph", children: [{ kind: "text", text: "one two" }] }]],
  [
    "a numbered list with a second line",
    "1. one\n   two\n2. three",
    [{ kind: "list", ordered: true, start: 1, items: [[{ kind: "paragraph", children: [{ kind: "text", text: "one two" }] }], [{ kind: "paragraph", children: [{ kind: "text", text: "three" }] }]] }],
  ],
  ["code", "```sh\na <b>\n```\n", [{ kind: "code", text: "a <b>" }]],
  ["code that nobody closed", "```\na", [{ kind: "code", text: "a" }]],
  ["a table", "| a | b |\n|---|--:|\n| `x|y` | 2 |", [{ kind: "table", head: [[{ kind: "text", text: "a" }], [{ kind: "text", text: "b" }]], rows: [[[{ kind: "code", text: "x|y" }], [{ kind: "text", text: "2" }]]] }]],
  ["a quote", "> a\n> b", [{ kind: "quote", children: [{ kind: "paragraph", children: [{ kind: "text", text: "a b" }] }] }]],
  ["markup", "<script>alert(1)</script>", [{ kind: "paragraph", children: [{ kind: "text", text: "<script>alert(1)</script>" }] }]],
])("%s", (_, source, want) => expect(parseMarkdown(source)).toEqual(want));

test.each([
  ["db_connection stays a word", "db_connection_error", [{ kind: "text", text: "db_connection_error" }]],
  ["a product is no emphasis", "2 * 3 * 4", [{ kind: "text", text: "2 * 3 * 4" }]],
  ["code within bold", "**a `b`**", [{ kind: "strong", children: [{ kind: "text", text: "a " }, { kind: "code", text: "b" }] }]],
  ["a link", "[a](https://x.example)", [{ kind: "link", href: "https://x.example", children: [{ kind: "text", text: "a" }] }]],
  ["an escape", "\\*a\\*", [{ kind: "text", text: "*a*" }]],
])("%s", (_, source, want) => expect(inline(source)).toEqual(want));

test.each([
  ["https://example.com/a", true],
  ["#high-error-rate", true],
  ["javascript:alert(1)", false],
  ["JaVaScRiPt:alert(1)", false],
  ["data:text/html,<script>", false],
  ["//example.com", false],
  ["https://a b", false],
])("%s may be a link: %s", (address, want) => expect(safeHref(address)).toBe(want));

test("the runbooks are read without leftovers", () => {
  const tree = parseMarkdown(readFileSync(new URL("../../../../docs/HONEYCOMB_RUNBOOKS.md", import.meta.url), "utf8"));
  const texts = JSON.stringify(tree, (key, v: unknown) => (key === "kind" ? undefined : v));
  expect(tree.filter((b) => b.kind === "heading").length).toBeGreaterThan(8);
  expect(texts).not.toMatch(/\*\*|\]\(/);
});

test("hostile text takes no longer than its length", () => {
  for (const s of ["*".repeat(20_000), "[".repeat(20_000), "`".repeat(20_000), "> ".repeat(5000), "- ".repeat(5000), "|".repeat(20_000), "a_".repeat(10_000)]) {
    expect(parseMarkdown(s).length).toBeGreaterThan(0);
  }
});
