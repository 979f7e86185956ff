// Numbers with their units, as people read them.

/** A unit of the registry, or one that a name implies. */
export type Unit = "" | "ms" | "s" | "USD" | "%" | "bytes" | "tokens" | (string & {});

const group = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** What stands where there is no value. */
export const none = "–";

/** A number of at most four significant digits, in the notation of its unit. */
export function formatValue(value: unknown, unit: Unit = ""): string {
  if (value === null || value === undefined) return none;
  if (typeof value === "boolean") return String(value);
  if (typeof value !== "number") return String(value);
  if (!Number.isFinite(value)) return none;
  switch (unit) {
    case "ms":
      return formatDuration(value);
    case "s":
      return formatDuration(value * 1000);
    case "USD":
      return formatUSD(value);
    case "%":
      return `${plain(value)} %`;
    case "bytes":
    case "By":
      return formatBytes(value);
    default:
      return formatNumber(value);
  }
}

/** 950, 12,345, 1.23 M. */
export function formatNumber(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e12) return `${plain(value / 1e12)} T`;
  if (size >= 1e9) return `${plain(value / 1e9)} G`;
  if (size >= 1e6) return `${plain(value / 1e6)} M`;
  if (size >= 1000) return group.format(value);
  return plain(value);
}

/** Milliseconds as 0.4 ms, 320 ms, 1.24 s, 2 min 5 s, 1 h 10 min, 3 d 4 h. */
export function formatDuration(ms: number): string {
  const size = Math.abs(ms);
  const sign = ms < 0 ? "−" : "";
  if (size === 0) return "0 ms";
  if (size < 0.001) return `${sign}${plain(size * 1e6)} ns`;
  if (size < 1) return `${sign}${plain(size * 1000)} µs`;
  if (size < 999.5) return `${sign}${plain(size)} ms`;
  if (size < 59_950) return `${sign}${plain(size / 1000)} s`;
  const seconds = Math.round(size / 1000);
  if (seconds < 3600) return `${sign}${pair(seconds, 60, "min", "s")}`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 1440) return `${sign}${pair(minutes, 60, "h", "min")}`;
  return `${sign}${pair(Math.round(minutes / 60), 24, "d", "h")}`;
}

function pair(n: number, per: number, big: string, small: string): string {
  const rest = n % per;
  return rest === 0 ? `${(n - rest) / per} ${big}` : `${(n - rest) / per} ${big} ${rest} ${small}`;
}

/** $0.000012, $0.0042, $1.25, $1,204. */
export function formatUSD(value: number): string {
  const size = Math.abs(value);
  const sign = value < 0 ? "−" : "";
  if (size === 0) return "$0";
  if (size >= 1e6) return `${sign}$${plain(size / 1e6)} M`;
  if (size >= 1000) return `${sign}$${group.format(size)}`;
  if (size >= 0.1) return `${sign}$${size.toFixed(2)}`;
  if (size >= 1e-9) return `${sign}$${size.toFixed(Math.min(12, 1 - Math.floor(Math.log10(size))))}`;
  return `${sign}$${size.toExponential(1)}`;
}

export function formatBytes(value: number): string {
  const names = ["B", "kB", "MB", "GB", "TB"];
  let size = value;
  let i = 0;
  while (Math.abs(size) >= 1000 && i < names.length - 1) {
    size /= 1000;
    i++;
  }
  return `${plain(size)} ${names[i]}`;
}

/** Three significant digits without trailing zeros, and no exponent. */
function plain(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size >= 100) return String(Math.round(value));
  if (size >= 1) return trim(value.toPrecision(3));
  if (size < 1e-6) return value.toExponential(1);
  return trim(value.toFixed(Math.min(9, 2 - Math.floor(Math.log10(size)))));
}

function trim(s: string): string {
  return s.includes(".") ? s.replace(/\.?0+$/, "") : s;
}

/** The unit of a column: the registry's, or the one that its name ends in. */
export function unitOf(name: string, registered = ""): Unit {
  if (/_percent$/.test(name)) return "%";
  const known = registered.replace(/^\{(.*)\}$/, "$1");
  if (known && known !== "1") return known;
  if (/_ms$/.test(name)) return "ms";
  if (/_usd$/.test(name)) return "USD";
  if (/_tokens$/.test(name)) return "tokens";
  return "";
}

/** The unit of what an operator makes of a column. */
export function resultUnit(op: string, columnUnit: Unit): Unit {
  return op === "COUNT" || op === "COUNT_DISTINCT" || op === "CONCURRENCY" ? "" : columnUnit;
}

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });

/** A moment in the reader's own zone: 14:03:22, with the day where it is not today. */
export function formatTime(ms: number, now = Date.now(), millis = false): string {
  const d = new Date(ms);
  const tail = millis ? `.${String(d.getMilliseconds()).padStart(3, "0")}` : "";
  const time = clock.format(d) + tail;
  if (new Date(now).toDateString() === d.toDateString()) return time;
  const year = new Date(now).getFullYear() === d.getFullYear() ? "" : ` ${d.getFullYear()}`;
  return `${day.format(d)}${year} ${time}`;
}

/** How long ago: just now, 12 s ago, 5 min ago. */
export function formatAgo(ms: number, now = Date.now()): string {
  const age = now - ms;
  if (age < 1500) return "just now";
  if (age < 60_000) return `${Math.round(age / 1000)} s ago`;
  if (age < 3_600_000) return `${Math.round(age / 60_000)} min ago`;
  if (age < 48 * 3_600_000) return `${Math.round(age / 3_600_000)} h ago`;
  return `${Math.round(age / 86_400_000)} d ago`;
}

/** A breakdown's value as text: an absent one is named, not left blank. */
export function formatKey(value: unknown): string {
  if (value === null || value === undefined) return "(none)";
  if (value === "") return "(empty)";
  return String(value);
}
