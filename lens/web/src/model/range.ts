// Time ranges: what the reader picks, and what is asked for.

/**
 * What a page looks at. Auto is each panel's own range, but not longer than
 * there is data: five minutes of it would be a sliver of a day.
 */
export type Range = { kind: "auto" } | { kind: "last"; seconds: number } | { kind: "between"; start: number; end: number };

/** Milliseconds since 1970, end excluded. */
export interface Span {
  start: number;
  end: number;
}

export const presets: { seconds: number; label: string }[] = [
  { seconds: 300, label: "Last 5 minutes" },
  { seconds: 900, label: "Last 15 minutes" },
  { seconds: 3600, label: "Last hour" },
  { seconds: 7200, label: "Last 2 hours" },
  { seconds: 21_600, label: "Last 6 hours" },
  { seconds: 86_400, label: "Last 24 hours" },
  { seconds: 7 * 86_400, label: "Last 7 days" },
  { seconds: 30 * 86_400, label: "Last 30 days" },
];

/** The ranges that auto chooses from. */
const steps = [60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400, 2 * 86_400, 7 * 86_400, 14 * 86_400, 30 * 86_400];

const names: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Reads range=15m, or start and end in milliseconds; auto for anything else. */
export function readRange(params: URLSearchParams): Range {
  const start = Number(params.get("start"));
  const end = Number(params.get("end"));
  if (params.get("start") && params.get("end") && Number.isFinite(start) && Number.isFinite(end) && start < end) {
    return { kind: "between", start, end };
  }
  const m = /^(\d{1,6})([smhd])$/.exec(params.get("range") ?? "");
  const seconds = m ? Number(m[1]) * (names[m[2]!] ?? 0) : 0;
  return seconds > 0 ? { kind: "last", seconds } : { kind: "auto" };
}

/** The parameters that readRange reads the same range from. */
export function writeRange(range: Range): Record<string, string | undefined> {
  switch (range.kind) {
    case "last":
      return { range: shortSeconds(range.seconds), start: undefined, end: undefined };
    case "between":
      return { range: undefined, start: String(Math.round(range.start)), end: String(Math.round(range.end)) };
    default:
      return { range: undefined, start: undefined, end: undefined };
  }
}

/** 7200 as 2h. */
export function shortSeconds(seconds: number): string {
  for (const unit of ["d", "h", "m"]) {
    const size = names[unit]!;
    if (seconds >= size && seconds % size === 0) return `${seconds / size}${unit}`;
  }
  return `${seconds}s`;
}

/**
 * The span to ask for. own is the panel's range in seconds, oldest the time of
 * the oldest event, if there is one.
 */
export function resolve(range: Range, own: number, now: number, oldest?: number): Span {
  switch (range.kind) {
    case "between":
      return { start: range.start, end: range.end };
    case "last":
      return { start: now - range.seconds * 1000, end: now };
    default: {
      const age = oldest === undefined ? Infinity : (now - oldest) / 1000;
      const fits = steps.find((s) => s >= age) ?? own;
      return { start: now - Math.min(own, fits) * 1000, end: now };
    }
  }
}

/** A range in words, for a button. */
export function describeRange(range: Range, format: (ms: number) => string): string {
  switch (range.kind) {
    case "between":
      return `${format(range.start)} – ${format(range.end)}`;
    case "last":
      return presets.find((p) => p.seconds === range.seconds)?.label ?? `Last ${shortSeconds(range.seconds)}`;
    default:
      return "Each panel’s own";
  }
}
