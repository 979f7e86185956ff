import type { Colors } from "./option";

/** Reads the colours of the present theme from the page's styles. */
export function readColors(): Colors {
  const style = getComputedStyle(document.documentElement);
  const get = (name: string) => style.getPropertyValue(name).trim();
  return {
    text: get("--text"),
    faint: get("--faint"),
    line: get("--line"),
    panel: get("--panel"),
    font: style.fontFamily,
    bad: get("--bad"),
    series: Array.from({ length: 12 }, (_, i) => get(`--c${i}`)),
    heat: Array.from({ length: 7 }, (_, i) => get(`--heat${i}`)),
  };
}
