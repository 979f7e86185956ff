import { createContext } from "preact";
import { useContext, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { getColumns, getStatus } from "./api";
import type { Column, Status } from "./model/types";
import { unitOf, type Unit } from "./model/format";

export interface Loaded<T> {
  data?: T;
  error?: Error;
  loading: boolean;
}

/**
 * Loads, again whenever key or tick changes. What was loaded for the same key
 * stays until its successor is there, so that a refresh does not flicker; after
 * a failure it stays beside the error. A tick is left out while the load before
 * has not answered: a slow query is waited for and not begun again and again.
 * An empty key loads nothing.
 */
export function useLoad<T>(key: string, load: (signal: AbortSignal) => Promise<T>, tick = 0): Loaded<T> {
  const [state, set] = useState<Loaded<T> & { key: string }>({ key, loading: key !== "" });
  const latest = useRef(load);
  latest.current = load;
  const flight = useRef<{ key: string; abort: AbortController } | undefined>(undefined);
  useEffect(() => {
    if (flight.current?.key === key) return;
    flight.current?.abort.abort();
    flight.current = undefined;
    if (key === "") return;
    const mine = { key, abort: new AbortController() };
    flight.current = mine;
    set((old) => (old.key === key ? { ...old, loading: true } : { key, loading: true }));
    const done = (change: (old: Loaded<T> & { key: string }) => Loaded<T>) => {
      if (flight.current !== mine) return;
      flight.current = undefined;
      set((old) => ({ ...change(old), key }));
    };
    latest.current(mine.abort.signal).then(
      (data) => done(() => ({ data, loading: false })),
      (error: Error) => done((old) => ({ error, loading: false, ...(old.key === key && old.data ? { data: old.data } : {}) })),
    );
  }, [key, tick]);
  useEffect(
    () => () => {
      flight.current?.abort.abort();
      flight.current = undefined;
    },
    [],
  );
  return state.key === key ? state : { loading: key !== "" };
}

/** A number that grows every so many seconds while the page is seen. */
export function useTick(seconds: number): [tick: number, now: () => void] {
  const [tick, set] = useState(0);
  useEffect(() => {
    if (seconds <= 0) return;
    let missed = false;
    const id = setInterval(() => {
      if (document.hidden) missed = true;
      else set((n) => n + 1);
    }, seconds * 1000);
    const seen = () => {
      if (!document.hidden && missed) {
        missed = false;
        set((n) => n + 1);
      }
    };
    document.addEventListener("visibilitychange", seen);
    return () => {
      clearInterval(id);
      document.removeEventListener("visibilitychange", seen);
    };
  }, [seconds]);
  return [tick, () => set((n) => n + 1)];
}

/** What every page knows: the columns, and how lens fares. */
export interface Shared {
  columns: Map<string, Column>;
  status: Loaded<Status>;
  dark: boolean;
}

export const SharedContext = createContext<Shared>({ columns: new Map(), status: { loading: true }, dark: false });

export const useShared = () => useContext(SharedContext);

/** The unit of a column by name. */
export function useUnits(): (column: string) => Unit {
  const { columns } = useShared();
  return (name) => unitOf(name, columns.get(name)?.unit);
}

/** The time of the oldest event, where lens has any. */
export function oldestOf(status: Loaded<Status>): number | undefined {
  const t = status.data?.oldest ? Date.parse(status.data.oldest) : NaN;
  return Number.isFinite(t) && t > 0 ? t : undefined;
}

export function useSharedState(dark: boolean): Shared {
  const [tick] = useTick(5);
  const [slow] = useTick(60);
  const status = useLoad("status", getStatus, tick);
  // Columns arrive with the first data, and after an outage.
  const some = (status.data?.events ?? 0) > 0;
  const up = !status.error;
  const loaded = useLoad("columns", getColumns, 4 * slow + (some ? 2 : 0) + (up ? 1 : 0));
  const columns = useMemo(() => new Map((loaded.data ?? []).map((c) => [c.name, c])), [loaded.data]);
  return { columns, status, dark };
}

/** Dark or light: the reader's choice, or the system's. */
export type Theme = "system" | "light" | "dark";

const themeKey = "lens.theme";

export function useTheme(): [theme: Theme, dark: boolean, set: (t: Theme) => void] {
  const [theme, setTheme] = useState<Theme>(() => {
    const kept = localStorage.getItem(themeKey);
    return kept === "light" || kept === "dark" ? kept : "system";
  });
  const [system, setSystem] = useState(() => matchMedia("(prefers-color-scheme: dark)").matches);
  useEffect(() => {
    const media = matchMedia("(prefers-color-scheme: dark)");
    const update = () => setSystem(media.matches);
    media.addEventListener("change", update);
    return () => media.removeEventListener("change", update);
  }, []);
  const dark = theme === "system" ? system : theme === "dark";
  // Before the children's effects: charts read their colours from the styles.
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  const set = (t: Theme) => {
    if (t === "system") localStorage.removeItem(themeKey);
    else localStorage.setItem(themeKey, t);
    setTheme(t);
  };
  return [theme, dark, set];
}
