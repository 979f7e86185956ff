// The page in front of a real lens, fed by the example service.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launch, open, panels, settled } from "./browser.ts";
import { startLens, type Lens } from "./lens.ts";
import { attack } from "./made.ts";

let browser: Browser;
let lens: Lens;

/** A trace with markup in every string that there is. */
const hostile = (() => {
  const value = { stringValue: attack };
  const now = BigInt(Date.now()) * 1_000_000n;
  const attributes = ["error.message", "exception.type", "user.id", "llm.model", "http.route", attack].map((key) => ({ key, value }));
  return {
    resourceSpans: [
      {
        resource: { attributes: [{ key: "service.name", value }] },
        scopeSpans: [
          {
            scope: { name: attack, version: attack },
            spans: [
              {
                traceId: "000102030405060708090a0b0c0d0e0f", spanId: "0001020304050607", name: attack, kind: 2,
                startTimeUnixNano: String(now - 2_000_000_000n), endTimeUnixNano: String(now - 1_000_000_000n), attributes,
                events: [{ timeUnixNano: String(now - 1_500_000_000n), name: attack, attributes }],
                status: { code: 2, message: attack }, traceState: attack,
              },
            ],
          },
        ],
      },
    ],
  };
})();

beforeAll(async () => {
  browser = await launch();
  lens = await startLens();
  const { page, complaints } = await open(browser, lens.url);
  expect(await page.textContent("main"), "an empty lens says how to feed it").toContain(`OTEL_EXPORTER_OTLP_ENDPOINT=${lens.url}`);
  expect(complaints).toEqual([]);
  await page.close();
  await lens.feed("-for", "15s", "-rps", "5", "-errors", "0.2", "-slow", "0.05", "-expensive", "0.05", "-delay", "0.2");
  expect(await lens.send(hostile)).toBe(200);
}, 300_000);
afterAll(async () => {
  await browser?.close();
  await lens?.stop();
});

async function api<T>(path: string): Promise<T> {
  return (await (await fetch(lens.url + path)).json()) as T;
}

test("every panel of every board shows data", async () => {
  const boards = await api<{ id: string; panels: { kind: string; title: string; slo?: string }[] }[]>("/api/boards");
  const { slos } = await api<{ slos: { name: string }[] }>("/api/alerts");
  expect(boards.length).toBe(4);
  for (const board of boards) {
    const { page, complaints, shot } = await open(browser, `${lens.url}/boards/${board.id}`);
    // Where no alerts are evaluated, SLOs cannot have data.
    const expected = board.panels.filter((p) => p.kind === "query" || slos.some((s) => s.name === p.slo)).map((p) => p.title);
    const shown = await panels(page);
    expect(shown.filter((p) => expected.includes(p.title))).toEqual(expected.map((title) => ({ title, problem: "" })));
    expect(complaints).toEqual([]);
    await shot(`lens-${board.id}`);
    await page.close();
  }
}, 120_000);

describe.each(["/query", "/traces", "/costs", "/costs?by=language", "/costs?by=user", "/costs?by=session", "/alerts"])("%s", (path) => {
  test("shows what came in, and nothing that came in runs", async () => {
    const { page, complaints, shot } = await open(browser, lens.url + path);
    expect(complaints).toEqual([]);
    expect(await page.$$("main .notice.error")).toEqual([]);
    if (path === "/alerts") expect(await page.textContent("main"), "a burn alert has no groups").not.toContain("(empty)");
    else expect(await page.$$eval("main table tbody tr", (l) => l.length)).toBeGreaterThan(0);
    expect(await page.evaluate(() => "hacked" in window)).toBe(false);
    await shot(`lens${path.replaceAll(/[/?=]/g, "-")}`);
    await page.close();
  });
});

test("markup in every string of a trace is text", async () => {
  const { page, complaints, shot } = await open(browser, `${lens.url}/traces/000102030405060708090a0b0c0d0e0f`);
  expect(await page.textContent("h1")).toBe(attack);
  expect(await page.textContent(".span-pane")).toContain(attack);
  expect(await page.evaluate(() => ({ hacked: "hacked" in window, made: document.querySelectorAll("main script, main img").length }))).toEqual({ hacked: false, made: 0 });
  await shot("lens-hostile");
  expect(complaints).toEqual([]);
  await page.close();
});

test("from a board to a failed request to its cause", async () => {
  const { page, complaints, shot } = await open(browser, `${lens.url}/boards/errors`);
  await page.click('[data-panel="Failed operations"] tbody tr:has-text("code.validate") td:last-child');
  await page.waitForURL(/\/traces\?/);
  await settled(page);
  expect(await page.$$eval("table.traces .chip.error", (l) => l.length)).toBeGreaterThan(0);
  await page.click("table.traces tbody tr:first-child td:nth-child(3)");
  await page.waitForURL(/\/traces\/[0-9a-f]{32}/);
  await settled(page);
  await page.click('button:text-is("deepest")');
  await page.waitForSelector(".span-pane .span-error");
  expect(await page.$$eval(".wf-all > .wf-row", (l) => l.length)).toBeGreaterThan(5);
  await shot("lens-trace");
  expect(complaints).toEqual([]);
  await page.close();
});

test("a query that Honeycomb refuses is refused with its rule", async () => {
  const q = { calculations: [{ op: "COUNT" }], orders: [{ op: "P95", column: "duration_ms" }] };
  const { page } = await open(browser, `${lens.url}/query?q=${encodeURIComponent(JSON.stringify(q))}`);
  expect(await page.textContent("main .notice.error")).toMatch(/order/i);
  await page.close();
});

test("every saved query runs", async () => {
  const saved = await api<{ name: string; query: object }[]>("/api/queries");
  expect(saved.length).toBeGreaterThan(10);
  const { page, complaints } = await open(browser, `${lens.url}/query`);
  for (const { name } of saved) {
    await page.click('button:has-text("Saved queries")');
    await page.click(`.menu-box button:text-is("${name}")`);
    await settled(page);
    expect(await page.$$("main .notice.error"), name).toEqual([]);
  }
  expect(complaints).toEqual([]);
  await page.close();
}, 120_000);

test("a lens that ends leaves the page standing", async () => {
  const { page, shot } = await open(browser, `${lens.url}/boards/request-overview?refresh=5`);
  await lens.stop();
  await page.waitForSelector("text=Lens does not answer", { timeout: 20_000 });
  await page.waitForSelector("text=out of date", { timeout: 20_000 });
  expect(await page.$$eval("[data-panel] tbody tr", (rows) => rows.length)).toBeGreaterThan(0);
  await shot("lens-gone");
  await page.close();
});
