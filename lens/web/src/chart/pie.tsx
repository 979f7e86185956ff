import { useMemo } from "preact/hooks";
import { useShared } from "../hooks";
import { formatValue } from "../model/format";
import { readColors } from "./colors";
import type { Line, Plot } from "./plot";

const radius = 46;

/** Shares of a whole. What does not add up, such as an average, has no pie. */
export function Pie({ plot, label, onPick }: { plot: Plot; label: string; onPick?: (line: Line) => void }) {
  const { dark } = useShared();
  const colors = useMemo(readColors, [dark]);
  const parts = plot.lines.filter((l) => (l.total ?? 0) > 0);
  const sum = parts.reduce((n, l) => n + l.total!, 0);
  let from = 0;
  return (
    <div class="pie">
      <svg viewBox="-60 -60 120 120" role="img" aria-label={label}>
        {parts.map((line, i) => {
          const share = line.total! / sum;
          const begin = from;
          from += share;
          return <path key={line.label} class="slice" d={slice(begin, from)} fill={colors.series[i % colors.series.length]} stroke={colors.panel} onClick={() => onPick?.(line)} />;
        })}
        <text class="pie-sum" text-anchor="middle" dy="0.35em">
          {formatValue(sum, plot.unit)}
        </text>
      </svg>
      <ul class="pie-legend">
        {parts.map((line, i) => (
          <li key={line.label}>
            <button type="button" onClick={() => onPick?.(line)}>
              <i class="swatch" style={{ background: colors.series[i % colors.series.length] }} />
              <span class="tip-name">{line.label}</span>
              <span class="num">{formatValue(line.total, plot.unit)}</span>
              <span class="num faint">{formatValue((100 * line.total!) / sum, "%")}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** A ring segment from one share of the circle to another. */
export function slice(from: number, to: number): string {
  const end = Math.min(to, from + 0.99999); // a full circle has no direction
  const big = end - from > 0.5 ? 1 : 0;
  const at = (share: number, r: number) => {
    const a = 2 * Math.PI * share - Math.PI / 2;
    return `${(r * Math.cos(a)).toFixed(3)} ${(r * Math.sin(a)).toFixed(3)}`;
  };
  const inner = radius * 0.6;
  return `M${at(from, radius)}A${radius} ${radius} 0 ${big} 1 ${at(end, radius)}L${at(end, inner)}A${inner} ${inner} 0 ${big} 0 ${at(from, inner)}Z`;
}
