// The built page over made-up data, under lens's own policy.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { barriers, launch, open, panels, policy, settled } from "./browser.ts";
import type { Mood } from "./made.ts";
import { serve } from "./stub.ts";

let browser: Browser;
const servers: { url: string; close: () => Promise<void> }[] = [];
const url = {} as Record<Mood, string>;

beforeAll(async () => {
  browser = await launch();
  for (const mood of ["well", "empty", "hostile", "locked"] as Mood[]) {
    const s = await serve(mood, policy());
    servers.push(s);
    url[mood] = s.url;
  }
});
afterAll(async () => {
  await browser?.close();
  for (const s of servers) await s.close();
});

const boards = ["request-overview", "performance", "errors", "business-metrics"];
const places = [...boards.map((b) => `/boards/${b}`), "/query", "/traces", "/traces/abc", "/costs", "/alerts"];
const fileName = (path: string) => path.slice(1).replaceAll("/", "-");

test.each(boards)("every panel of board %s shows data", async (board) => {
  const { page, complaints } = await open(browser, `${url.well}/boards/${board}`);
  const all = await panels(page);
  expect(all.length).toBeGreaterThanOrEqual(6);
  expect(all.filter((p) => p.problem)).toEqual([]);
  expect(complaints).toEqual([]);
  await page.close();
});

describe.each([
  ["light", { dark: false }],
  ["dark", { dark: true }],
  ["narrow", { width: 400, height: 800 }],
])("%s", (look, options) => {
  test.each(places)("%s has no complaint and fits", async (path) => {
    const { page, complaints, shot } = await open(browser, url.well + path, options);
    expect(complaints).toEqual([]);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(wide, "the page scrolls sideways").toBeLessThanOrEqual(0);
    expect(await barriers(page)).toEqual([]);
    await shot(`${fileName(path)}-${look}`);
    await page.close();
  });
});

test.each(places)("markup in the data stays text on %s", async (path) => {
  const { page, complaints, shot } = await open(browser, url.hostile + path);
  expect(complaints).toEqual([]);
  const found = await page.evaluate(() => ({
    hacked: "hacked" in window,
    scripts: document.querySelectorAll("main script, main img, main iframe").length,
  }));
  expect(found).toEqual({ hacked: false, scripts: 0 });
  await shot(`${fileName(path)}-hostile`);
  await page.close();
});

test("markup in the data can be read", async () => {
  const { page } = await open(browser, `${url.hostile}/traces/abc`);
  expect(await page.textContent("h1")).toContain("<script>window.hacked=1</script>");
  await page.close();
});

test.each(places)("without data, %s says what to do", async (path) => {
  const { page, complaints } = await open(browser, url.empty + path);
  expect(complaints).toEqual([]);
  const text = (await page.textContent("main")) ?? "";
  if (/boards|query|costs|^\/traces$/.test(path)) expect(text).toContain("OTEL_EXPORTER_OTLP_ENDPOINT");
  if (path === "/alerts") expect(text).toContain("Nothing has fired");
  await page.close();
});

test("a server that goes away leaves what was loaded, and says so", async () => {
  const own = await serve("well", policy());
  const { page, shot } = await open(browser, `${own.url}/boards/errors?refresh=5`);
  await own.close();
  await page.waitForSelector("text=Lens does not answer", { timeout: 20_000 });
  await page.waitForSelector("text=out of date", { timeout: 20_000 });
  expect((await panels(page)).map((p) => p.problem.replace("is error", ""))).toEqual(Array(6).fill(""));
  expect(await page.$$eval("[data-panel] tbody tr", (rows) => rows.length)).toBeGreaterThan(0);
  await shot("gone");
  await page.close();
});

test("a query that is slower than the refresh is waited for, not begun again", async () => {
  const page = await browser.newPage();
  await page.clock.install();
  let asked = 0;
  await page.route("**/api/query", () => void asked++); // and never answered
  await page.goto(`${url.well}/boards/errors?refresh=5`);
  await page.waitForSelector("[data-panel]");
  await expect.poll(() => asked).toBe(6);
  await page.clock.runFor(40_000);
  expect(asked).toBe(6);
  await page.close();
});

test.each([
  ["/query?q=%7B%22calculations%22%3A%5B%7B%22op%22%3A%22P95%22%7D%5D%7D", "needs a column"],
  ["/traces/missing", "There is no such trace"],
  ["/boards/none", "There is no board “none”"],
  ["/alerts/none", "There is no alert “none”"],
  ["/nowhere", "There is no such page"],
  ["/query?q=%7Bbroken&start=x&chart=y", "COUNT"],
  ["/traces?q=null&key=%7B", "traces"],
])("%s is explained and never blank", async (path, words) => {
  const { page } = await open(browser, url.well + path);
  expect(await page.textContent("main")).toContain(words);
  await page.close();
});

test("a row leads to its traces, one of them to its spans, and back again", async () => {
  const { page, complaints } = await open(browser, `${url.well}/boards/request-overview`);
  await page.click('[data-panel="Top endpoints"] tbody tr:nth-child(2) td:last-child');
  await page.waitForURL(/\/traces\?/);
  const params = new URL(page.url()).searchParams;
  expect(JSON.parse(params.get("key")!)).toEqual(["/api/sessions/{id}"]);
  expect(JSON.parse(params.get("q")!).filters).toContainEqual({ column: "http.route", op: "exists" });
  await settled(page);
  await page.click("table.traces tbody tr:first-child td:nth-child(3)");
  await page.waitForURL(/\/traces\/4bf9/);
  await page.goBack();
  await page.goBack();
  await page.waitForSelector('[data-panel="Top endpoints"][data-state="ready"]');
  expect(new URL(page.url()).pathname).toBe("/boards/request-overview");
  expect(complaints).toEqual([]);
  await page.close();
});

test("a board can be narrowed, and the address says to what", async () => {
  const { page } = await open(browser, `${url.well}/boards/errors`);
  await page.click('button:has-text("Filter")');
  await page.fill('.builder input[aria-label="Column"]', "user.id");
  await page.fill('.builder input[aria-label="Value"]', "u-ada");
  const asked = page.waitForRequest((r) => r.url().endsWith("/api/query") && (r.postData() ?? "").includes("u-ada"));
  await page.click("text=Apply");
  const { query } = JSON.parse((await asked).postData()!) as { query: { filters: unknown[] } };
  expect(query.filters).toContainEqual({ column: "user.id", op: "=", value: "u-ada" });
  expect(query.filters.length).toBeGreaterThan(1);
  expect(JSON.parse(new URL(page.url()).searchParams.get("f")!)).toEqual([{ column: "user.id", op: "=", value: "u-ada" }]);
  await page.close();
});

test("a point leads to its traces, a drag to its time", async () => {
  const { page } = await open(browser, `${url.well}/boards/request-overview`);
  const chart = (await page.$('[data-panel="Request rate"] .chart-wrap'))!;
  const box = (await chart.boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  expect(await page.textContent('[data-panel="Request rate"] .tip')).toMatch(/\d\d:\d\d.*COUNT\d+/s);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2 + 120, box.y + box.height / 2, { steps: 4 });
  await page.mouse.up();
  await page.waitForURL(/start=\d+&end=\d+/);
  await settled(page);
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  await page.waitForURL(/\/traces\?.*start=/);
  await page.close();
});

test("a chart can be read and followed with the keyboard", async () => {
  const { page } = await open(browser, `${url.well}/boards/request-overview`);
  await page.focus('[data-panel="Request rate"] .chart-wrap');
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowLeft");
  expect(await page.textContent('[data-panel="Request rate"] .tip[role="status"]')).toMatch(/COUNT/);
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/traces\?/);
  await page.close();
});

test("what has the focus can be seen, and the content reached at once", async () => {
  const { page } = await open(browser, `${url.well}/alerts`);
  await page.keyboard.press("Tab");
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Skip to content");
  await page.keyboard.press("Enter");
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("main");
  await page.keyboard.press("Tab");
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement!).outlineStyle);
  expect(outline).toBe("solid");
  await page.close();
});

test("a query is built with the keyboard, stands in the address and survives a reload", async () => {
  const { page, complaints, shot } = await open(browser, `${url.well}/query`);
  await page.click('button[aria-label="Add a column to group by"]');
  await page.fill('input[aria-label="Column to group by"]', "prov");
  expect(await page.$$eval('[role="option"] span:first-child', (l) => l.map((o) => o.textContent))).toContain("llm.provider");
  await shot("completion");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.click('button[aria-label="Add a filter"]');
  await page.fill('input[aria-label="Column"]', "llm.latency_ms");
  await page.selectOption('select[aria-label="Comparison"]', ">");
  await page.fill('input[aria-label="Value"]', "100");
  await page.keyboard.press("Control+Enter");
  await page.waitForURL(/q=/);
  const want = { calculations: [{ op: "COUNT" }], breakdowns: ["llm.provider"], filters: [{ column: "llm.latency_ms", op: ">", value: 100 }] };
  expect(JSON.parse(new URL(page.url()).searchParams.get("q")!)).toEqual(want);
  await page.reload();
  await settled(page);
  expect(await page.inputValue("#query-text")).toBe("COUNT by llm.provider where llm.latency_ms > 100");
  await page.fill("#query-text", "SUM(llm.cost_usd) by llm.model over 1h");
  await page.click("text=Run");
  await page.waitForFunction(() => location.search.includes("llm.model"));
  await settled(page);
  await page.click('.segments button:text-is("pie")');
  await page.waitForSelector(".pie path");
  await page.click('.segments button:text-is("stat")');
  await page.waitForSelector(".stat-value");
  await shot("stat");
  expect(complaints).toEqual([]);
  await page.close();
});

test("what fires comes first, with its state, its runbook and what was sent", async () => {
  const { page } = await open(browser, `${url.well}/alerts`);
  const rows = await page.$$eval(".alert-list a", (l) => l.map((a) => a.textContent ?? ""));
  expect(rows[0]).toMatch(/^firingHigh error rate14\.3 % > 10 %$/);
  expect(rows[1]).toMatch(/^pendingSlow requests/);
  expect(rows.length).toBe(8 + 4); // triggers, and the burn alerts of both SLOs
  const alert = (await page.textContent("article.alert")) ?? "";
  expect(await page.textContent('nav a[href="/alerts"]')).toBe("Alerts1");
  for (const words of ["P1", "In this state7 min", "First five minutes"]) expect(alert).toContain(words);
  const history = await page.$$eval('[aria-label="History"] tbody tr', (l) => l.map((tr) => tr.textContent ?? ""));
  expect(history[0]).toMatch(/fired.*High error rate.*14\.3 % of 10 %.*slack #engineering-alerts, terminal/);
  expect(history[4]).toContain("webhook: 502 Bad Gateway");
  await page.click('.alert-list a:has-text("Requests succeed: fast burn")');
  await page.waitForURL(/\/alerts\/Requests%20succeed/);
  expect(await page.textContent("article.alert")).toMatch(/Value0\.4 %Fires at>= 2 %/);
  await page.close();
});

test("a runbook's query opens as a query", async () => {
  const { page } = await open(browser, `${url.well}/alerts/high-error-rate`);
  await page.click('.markdown a:has-text("AVG(lift.error_percent), COUNT by http.route")');
  await page.waitForURL(/\/query\?/);
  await settled(page);
  expect(await page.inputValue("#query-text")).toMatch(/^AVG\(lift\.error_percent\), COUNT by http\.route where/);
  await page.close();
});

test("ten thousand spans are a few rows of the page, all of them in reach", async () => {
  const { page, complaints, shot } = await open(browser, `${url.well}/traces/spans-10000`);
  const rows = () => page.$$eval(".wf-all > .wf-row", (l) => l.length);
  expect(await rows()).toBeLessThan(80);
  await page.focus(".wf-scroll");
  await page.keyboard.press("End");
  await page.waitForSelector(".wf-row.selected");
  expect(await rows()).toBeLessThan(80);
  await page.fill('input[aria-label^="Search names"]', "row=9999");
  await page.waitForSelector("text=1 of 10010 spans");
  await page.keyboard.press("Enter");
  await page.waitForSelector('.span-pane >> text="9,999"');
  await shot("spans-10000");
  await page.focus(".wf-scroll");
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowLeft");
  await expect.poll(rows).toBe(1);
  expect(complaints).toEqual([]);
  await page.close();
});

test("a lens that asks for a token gets one, for this tab only", async () => {
  const { page } = await open(browser, `${url.locked}/costs`);
  expect(await page.$$("main table"), "nothing is shown without the token").toEqual([]);
  await page.fill('input[type="password"]', "wrong");
  await page.keyboard.press("Enter");
  await page.waitForSelector("text=The token was wrong");
  await page.fill('input[type="password"]', "open sesame");
  await page.keyboard.press("Enter");
  await page.waitForSelector("main table");
  expect(page.url()).toBe(`${url.locked}/costs`);
  expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain("sesame");
  await page.close();
});

test("dark and light can be chosen, and the choice stays", async () => {
  const { page } = await open(browser, `${url.well}/costs`);
  const theme = () => page.evaluate(() => document.documentElement.dataset.theme);
  expect(await theme()).toBe("light");
  await page.click(".theme");
  await page.click(".theme");
  expect(await theme()).toBe("dark");
  await page.reload();
  await settled(page);
  expect(await theme()).toBe("dark");
  await page.close();
});

test("the addition to a query has the focus", async () => {
  const { page } = await open(browser, `${url.well}/query`);
  for (const [add, field] of [["Add a filter", "Column"], ["Add a column to group by", "Column to group by"], ["Add a calculation", "Operator"]]) {
    await page.click(`button[aria-label="${add}"]`);
    await page.waitForFunction((label) => document.activeElement?.getAttribute("aria-label") === label, field);
    await page.keyboard.press("Escape"); // its list is over the other fields
  }
  await page.close();
});

test.each(["/query?q={bad", '/query?q={"calculations":5}', "/traces?q=[]"])("%s runs nothing, and says why", async (path) => {
  const { page, complaints } = await open(browser, url.well + encodeURI(path));
  const asked: string[] = [];
  page.on("request", (r) => r.method() === "POST" && asked.push(r.url()));
  await page.reload();
  await page.waitForSelector("text=The address holds no readable query");
  await settled(page);
  expect(asked).toEqual([]);
  expect(complaints).toEqual([]);
  await page.close();
});

test("a cell of a heatmap leads to the traces of its time and its values", async () => {
  const { page } = await open(browser, `${url.well}/query?q=${encodeURIComponent('{"calculations":[{"op":"HEATMAP","column":"duration_ms"}]}')}`);
  const box = (await (await page.$(".chart-wrap"))!.boundingBox())!;
  await page.mouse.click(box.x + box.width / 2, box.y + box.height * 0.62);
  await page.waitForURL(/\/traces\?.*start=/);
  const { filters } = JSON.parse(new URL(page.url()).searchParams.get("q")!) as { filters: { column: string; op: string; value: number }[] };
  expect(filters.map((f) => `${f.column} ${f.op}`)).toEqual(["duration_ms >=", "duration_ms <"]);
  expect(filters[1]!.value - filters[0]!.value).toBe(500);
  await page.close();
});

test("the order of traces is lens's, and stands in the address", async () => {
  const { page } = await open(browser, `${url.well}/traces`);
  const asked = page.waitForRequest((r) => r.url().endsWith("/api/traces"));
  await page.click('button:has-text("most expensive")');
  expect(JSON.parse((await asked).postData()!)).toMatchObject({ order: "most_expensive", limit: 200 });
  expect(new URL(page.url()).searchParams.get("order")).toBe("most_expensive");
  await settled(page);
  const costs = await page.$$eval("table.traces tbody td:nth-child(6)", (cells) => cells.map((c) => Number(c.textContent.slice(1))));
  expect(costs).toEqual([...costs].sort((a, b) => b - a));
  expect(costs.length).toBe(60);
  await page.close();
});

test("costs by session are those of all sessions", async () => {
  const { page } = await open(browser, `${url.well}/costs?by=session`);
  const text = (selector: string) => page.$$eval(selector, (all) => all.map((e) => e.textContent));
  expect((await text(".legend li")).at(-1)).toBe("all others");
  expect((await text("tbody tr")).length).toBe(101);
  expect((await text("tbody tr:last-child td"))[0]).toBe("all others");
  const dollars = (await text("tbody td:nth-child(2)")).map((s) => Number(s.slice(1)));
  const total = Number((await text(".numbers dd"))[0]!.slice(1));
  expect(Math.abs(dollars.reduce((a, b) => a + b) / total - 1)).toBeLessThan(0.01);
  await page.close();
});

test("a span's name can be read however deep it is", async () => {
  const { page, shot } = await open(browser, `${url.well}/traces/deep-500`);
  await page.focus(".wf-scroll");
  await page.keyboard.press("End");
  const name = page.locator(".wf-text", { hasText: "level 499" });
  await name.waitFor();
  const cut = await name.evaluate((e) => e.scrollWidth - e.clientWidth);
  expect(cut, "the name is cut off").toBeLessThanOrEqual(0);
  await shot("deep");
  await page.close();
});
