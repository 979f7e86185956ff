import { BarChart, CustomChart, LineChart } from "echarts/charts";
import { GridComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { formatTime, formatValue } from "../model/format";
import { useShared } from "../hooks";
import { readColors } from "./colors";
import { lineColor, option, type PlotKind } from "./option";
import { pick, type Pick, type Plot } from "./plot";

echarts.use([LineChart, BarChart, CustomChart, GridComponent, CanvasRenderer]);

interface Props {
  plot: Plot;
  kind: PlotKind;
  from: number;
  to: number;
  /** What the chart shows, for those who do not see it. */
  label: string;
  onPick?: (p: Pick) => void;
  onZoom?: (start: number, end: number) => void;
}

interface Hover {
  x: number;
  y: number;
  index: number;
  value: number;
  /** What a click would be about. */
  found?: Pick | undefined;
  /** Moved there by keys, so that a screen reader says it. */
  keys: boolean;
}

/** A chart over time: hover reads values, a click picks, a drag zooms. */
export function Chart({ plot, kind, from, to, label, onPick, onZoom }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<echarts.ECharts | undefined>(undefined);
  const { dark } = useShared();
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [hover, setHover] = useState<Hover>();
  const [drag, setDrag] = useState<{ from: number; to: number }>();
  const colors = useMemo(readColors, [dark]);

  useEffect(() => {
    const made = echarts.init(box.current!, null, { renderer: "canvas" });
    chart.current = made;
    const watch = new ResizeObserver(() => made.resize());
    watch.observe(box.current!);
    return () => {
      watch.disconnect();
      made.dispose();
      chart.current = undefined;
    };
  }, []);

  useEffect(() => {
    chart.current?.setOption(option({ plot, kind, from, to, hidden }, colors), { notMerge: true });
    // For tests, which cannot read a canvas.
    box.current!.dataset.drawn = String(plot.lines.length + (plot.heat?.cells.flat().length ?? 0));
  }, [plot, kind, from, to, hidden, colors]);

  if (kind === "spark") return <div class="chart spark" ref={box} role="img" aria-label={label} />;

  const stacked = kind === "stacked" || kind === "bar";
  const visible: Plot = hidden.size ? { ...plot, lines: plot.lines.filter((l) => !hidden.has(l.label)) } : plot;

  const place = (x: number, y: number): Hover | undefined => {
    const value = (p: number[]) => chart.current?.convertFromPixel({ gridIndex: 0 }, p) as [number, number] | undefined;
    const at = value([x, y]);
    if (!at || !plot.times.length) return undefined;
    const index = Math.floor((at[0] - plot.times[0]!) / plot.step);
    if (index < 0 || index >= plot.times.length) return undefined;
    const reach = Math.abs(value([x, y - 14])![1] - at[1]);
    return { x, y, index, value: at[1], found: pick(visible, at[0], at[1], stacked, reach), keys: false };
  };
  const local = (e: PointerEvent): [number, number] => {
    const r = box.current!.getBoundingClientRect();
    return [e.clientX - r.left, e.clientY - r.top];
  };
  const choose = (h: Hover | undefined) => {
    if (h?.found) onPick?.(h.found);
  };
  const byKey = (e: KeyboardEvent) => {
    if (e.key === "Enter") return choose(hover);
    if (e.key === "Escape") return setHover(undefined);
    const step = e.key === "ArrowRight" ? 1 : e.key === "ArrowLeft" ? -1 : 0;
    if (!step || !plot.times.length) return;
    e.preventDefault();
    const index = Math.min(plot.times.length - 1, Math.max(0, hover ? hover.index + step : step > 0 ? 0 : plot.times.length - 1));
    const [x] = chart.current!.convertToPixel({ gridIndex: 0 }, [plot.times[index]! + plot.step / 2, 0]) as [number, number];
    setHover({ x, y: 20, index, value: NaN, found: pick(visible, plot.times[index]! + plot.step / 2, NaN, stacked, 0), keys: true });
  };

  return (
    <div class="plot">
      <div
        class={`chart-wrap${onPick ? " picks" : ""}`}
        tabIndex={0}
        role="group"
        aria-label={`${label}. Left and right arrow keys read values${onPick ? ", Enter shows traces" : ""}.`}
        onKeyDown={byKey}
        onBlur={() => setHover(undefined)}
        onPointerMove={(e) => {
          const [x, y] = local(e);
          setHover(place(x, y));
          if (drag) setDrag({ ...drag, to: x });
        }}
        onPointerLeave={() => {
          setHover(undefined);
          setDrag(undefined);
        }}
        onPointerDown={(e) => {
          if (e.button !== 0 || e.pointerType === "touch") return;
          const [x] = local(e);
          setDrag({ from: x, to: x });
        }}
        onPointerUp={(e) => {
          const [x, y] = local(e);
          const h = place(x, y);
          if (drag && Math.abs(x - drag.from) > 8 && onZoom) {
            const ends = [drag.from, x].map((p) => (chart.current!.convertFromPixel({ gridIndex: 0 }, [p, y]) as [number, number])[0]);
            const start = Math.max(from, Math.min(...ends));
            const end = Math.min(to, Math.max(...ends));
            if (end - start >= 1000) onZoom(start, end);
          } else choose(h);
          setDrag(undefined);
        }}
      >
        <div class="chart" ref={box} aria-hidden="true" />
        {drag && Math.abs(drag.to - drag.from) > 3 && (
          <div class="selection" style={{ left: `${Math.min(drag.from, drag.to)}px`, width: `${Math.abs(drag.to - drag.from)}px` }} />
        )}
        {hover && !(drag && Math.abs(drag.to - drag.from) > 3) && <Tip hover={hover} plot={visible} whole={plot} stacked={stacked} width={box.current?.clientWidth ?? 0} hint={onPick !== undefined} />}
      </div>
      {plot.lines.length > 1 && <Legend plot={plot} hidden={hidden} set={setHidden} />}
    </div>
  );
}

/** The values at one time, the greatest first. */
function Tip({ hover, plot, whole, stacked, width, hint }: { hover: Hover; plot: Plot; whole: Plot; stacked: boolean; width: number; hint: boolean }) {
  const { dark } = useShared();
  const colors = useMemo(readColors, [dark]);
  const start = plot.times[hover.index]!;
  const rows = plot.lines
    .map((line) => ({ line, color: lineColor(whole, whole.lines.indexOf(line), colors), value: line.values[hover.index] ?? null }))
    .filter((r) => r.value !== null && !(stacked && r.value === 0));
  if (!plot.heat) rows.sort((a, b) => b.value! - a.value!);
  const bucket = hover.found?.bucket;
  const sum = plot.heat?.cells[hover.index]?.reduce((n, b) => n + b.count, 0);
  const left = hover.x > width / 2;
  return (
    <>
      <div class="hair" style={{ left: `${hover.x}px` }} />
      <div
        class="tip"
        role={hover.keys ? "status" : "presentation"}
        style={left ? { right: `${width - hover.x + 12}px` } : { left: `${hover.x + 12}px` }}
      >
        <div class="tip-time">{formatTime(start)}</div>
        {bucket && (
          <div class="tip-row">
            <span class="tip-name">
              {formatValue(bucket.low, plot.unit)} to {formatValue(bucket.high, plot.unit)}
            </span>
            <span class="num">{formatValue(bucket.count)}</span>
          </div>
        )}
        {plot.heat && !bucket && (
          <div class="tip-row">
            <span class="tip-name">in all</span>
            <span class="num">{formatValue(sum ?? 0)}</span>
          </div>
        )}
        {rows.slice(0, 8).map((r) => (
          <div class={r.line === hover.found?.line && plot.lines.length > 1 ? "tip-row near" : "tip-row"} key={r.line.label}>
            {!plot.heat && <i class="swatch" style={{ background: r.color }} />}
            <span class="tip-name">{r.line.label}</span>
            <span class="num">{formatValue(r.value, plot.unit)}</span>
          </div>
        ))}
        {rows.length > 8 && <div class="faint">and {rows.length - 8} more</div>}
        {rows.length === 0 && !plot.heat && <div class="faint">no rows</div>}
        {hint && <div class="tip-hint">{hover.keys ? "Enter" : "Click"} shows {hover.found?.line && plot.lines.length > 1 ? "its" : "the"} traces</div>}
      </div>
    </>
  );
}

function Legend({ plot, hidden, set }: { plot: Plot; hidden: ReadonlySet<string>; set: (h: ReadonlySet<string>) => void }) {
  const { dark } = useShared();
  const colors = useMemo(readColors, [dark]);
  return (
    <ul class="legend" aria-label="Lines">
      {plot.lines.map((line, i) => (
        <li key={line.label}>
          <button
            type="button"
            aria-pressed={!hidden.has(line.label)}
            title={`${line.label}: ${formatValue(line.total, plot.unit)}. Click hides or shows it, double click shows it alone.`}
            onClick={() => {
              const next = new Set(hidden);
              if (!next.delete(line.label)) next.add(line.label);
              set(next);
            }}
            onDblClick={() => set(new Set(plot.lines.filter((l) => l !== line).map((l) => l.label)))}
          >
            <i class={`swatch${plot.heat ? ` dash${i % 4}` : ""}`} style={plot.heat ? {} : { background: lineColor(plot, i, colors) }} />
            <span>{line.label}</span>
          </button>
        </li>
      ))}
      {plot.all > plot.lines.length && <li class="faint">{plot.all - plot.lines.length} more in the table</li>}
    </ul>
  );
}
