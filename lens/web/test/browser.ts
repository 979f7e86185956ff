// A real Chromium, and what a test has to know about the page in it.
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { AxeResults } from "axe-core";
import { chromium, type Browser, type Page } from "playwright-core";

const shots = fileURLToPath(new URL("shots/", import.meta.url));

/** The policy that lens's page is served with. */
export function policy(): string {
  const source = readFileSync(new URL("../../internal/page/page.go", import.meta.url), "utf8");
  const text = /const policy = ((?:"[^"]*"(?: \+\s*)?)+)/.exec(source)![1]!;
  return [...text.matchAll(/"([^"]*)"/g)].map((m) => m[1]).join("");
}

/** Starts the browser; CHROMIUM names it where it is not Debian's. */
export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"],
  });
}

export interface Opened {
  page: Page;
  /** What the console and the page complained about. */
  complaints: string[];
  shot: (name: string) => Promise<void>;
}

interface Look {
  width?: number;
  height?: number;
  dark?: boolean;
}

export async function open(browser: Browser, url: string, { width = 1440, height = 1000, dark = false }: Look = {}): Promise<Opened> {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme: dark ? "dark" : "light" });
  const complaints: string[] = [];
  page.on("console", (m) => {
    if (m.type() === "error" || m.type() === "warning") complaints.push(m.text());
  });
  page.on("pageerror", (e) => complaints.push(e.message));
  await page.goto(url);
  await settled(page);
  return {
    page,
    complaints,
    shot: async (name) => {
      mkdirSync(shots, { recursive: true });
      await page.screenshot({ path: `${shots}${name}.png`, fullPage: true });
    },
  };
}

/** Waits until nothing on the page says that it is loading. */
export async function settled(page: Page) {
  await page.waitForSelector("main h1, main .notice", { timeout: 20_000 });
  await page.waitForFunction(() => !document.querySelector(".loading") && !document.querySelector('[data-state="loading"]'), undefined, { timeout: 20_000 });
}

/** The panels of the board that is shown: their titles, and what is wrong with each. */
export async function panels(page: Page): Promise<{ title: string; problem: string }[]> {
  return page.$$eval("[data-panel]", (list) =>
    list.map((el) => {
      const title = el.getAttribute("data-panel") ?? "";
      const notice = el.querySelector(".notice")?.textContent;
      const drawn = Number(el.querySelector<HTMLElement>("[data-drawn]")?.dataset.drawn ?? 0);
      const canvas = el.querySelector("canvas");
      const rows = el.querySelectorAll("tbody tr").length;
      const numbers = el.querySelector(".slo-numbers dd")?.textContent ?? "";
      if (el.getAttribute("data-state") !== "ready") return { title, problem: `is ${el.getAttribute("data-state")}` };
      if (notice) return { title, problem: notice };
      if (rows > 0 || /\d/.test(numbers)) return { title, problem: "" };
      if (drawn > 0 && canvas && ink(canvas) > 0) return { title, problem: "" };
      return { title, problem: "shows nothing" };

      /** Pixels that are not transparent. */
      function ink(c: HTMLCanvasElement): number {
        const data = c.getContext("2d")!.getImageData(0, 0, c.width, c.height).data;
        let n = 0;
        for (let i = 3; i < data.length; i += 4) if (data[i]! > 0) n++;
        return n;
      }
    }),
  );
}

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What keeps people from using the page, after WCAG 2.2 AA. */
export async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const results = (await page.evaluate('axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] })')) as AxeResults;
  return results.violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.html.slice(0, 160)}: ${n.failureSummary?.replace(/\s+/g, " ")}`));
}
