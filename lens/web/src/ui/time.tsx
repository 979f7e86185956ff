import { useState } from "preact/hooks";
import { formatTime } from "../model/format";
import { describeRange, presets, writeRange, type Range } from "../model/range";
import { setParams } from "../route";
import { Icon } from "./icon";
import { Menu } from "./menu";

/** Chooses what time the page is about; the choice stands in the address. */
export function RangePicker({ range, auto }: { range: Range; auto?: string }) {
  const text = range.kind === "auto" ? (auto ?? "Each panel’s own") : describeRange(range, (ms) => formatTime(ms));
  return (
    <Menu label="Time range" icon="clock" text={text}>
      {(close) => {
        const choose = (r: Range) => {
          setParams(writeRange(r));
          close();
        };
        return (
          <>
            <button type="button" role="menuitemradio" aria-checked={range.kind === "auto"} onClick={() => choose({ kind: "auto" })}>
              {auto ?? "Each panel’s own"}
            </button>
            {presets.map((p) => (
              <button
                key={p.seconds}
                type="button"
                role="menuitemradio"
                aria-checked={range.kind === "last" && range.seconds === p.seconds}
                onClick={() => choose({ kind: "last", seconds: p.seconds })}
              >
                {p.label}
              </button>
            ))}
            <Between range={range} choose={choose} />
          </>
        );
      }}
    </Menu>
  );
}

function Between({ range, choose }: { range: Range; choose: (r: Range) => void }) {
  const now = Date.now();
  const [from, setFrom] = useState(local(range.kind === "between" ? range.start : now - 3_600_000));
  const [to, setTo] = useState(local(range.kind === "between" ? range.end : now));
  const start = Date.parse(from);
  const end = Date.parse(to);
  const good = start < end;
  return (
    <form
      onSubmit={(e) => {
        e.preventDefault();
        if (good) choose({ kind: "between", start, end });
      }}
    >
      <label>
        From
        <input type="datetime-local" step="1" value={from} onInput={(e) => setFrom(e.currentTarget.value)} />
      </label>
      <label>
        To
        <input type="datetime-local" step="1" value={to} onInput={(e) => setTo(e.currentTarget.value)} />
      </label>
      <button type="submit" disabled={!good}>
        {good ? "Show" : "From must be before To"}
      </button>
    </form>
  );
}

/** A time as datetime-local fields have it, in the reader's own zone. */
function local(ms: number): string {
  return new Date(ms - new Date(ms).getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

const paces = [5, 10, 30, 60];

/** How often a page that looks at a range up to now loads again, in seconds. */
export function readRefresh(params: URLSearchParams, range: Range): number {
  if (range.kind === "between") return 0;
  const given = params.get("refresh");
  if (given === null) return 10;
  const n = Number(given);
  return paces.includes(n) ? n : 0;
}

export function RefreshPicker({ seconds, range, now }: { seconds: number; range: Range; now: () => void }) {
  const fixed = range.kind === "between";
  return (
    <>
      <button type="button" aria-label="Load again now" title="Load again now" onClick={now}>
        <Icon name="refresh" />
      </button>
      {!fixed && (
        <Menu label="Automatic refresh" text={seconds ? `every ${seconds} s` : "paused"}>
          {(close) =>
            [0, ...paces].map((s) => (
              <button
                key={s}
                type="button"
                role="menuitemradio"
                aria-checked={s === seconds}
                onClick={() => {
                  setParams({ refresh: s === 10 ? undefined : s === 0 ? "off" : String(s) }, true);
                  close();
                }}
              >
                {s ? `Every ${s} s` : "Paused"}
              </button>
            ))
          }
        </Menu>
      )}
    </>
  );
}
