// The page's state lives in its address, so that it can be sent to a colleague
// and the back button works.
import { useEffect, useState } from "preact/hooks";

export interface Route {
  /** The first part of the path: boards, query, traces, costs, alerts. */
  page: string;
  /** The second part, decoded; empty where there is none. */
  id: string;
  params: URLSearchParams;
}

export function parseRoute(path: string, search: string): Route {
  const [page = "", id = ""] = path.split("/").filter(Boolean);
  return { page: decode(page), id: decode(id), params: new URLSearchParams(search) };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // a stray percent sign
  }
}

/** An address within the page. Parameters that are undefined or empty are left out. */
export function href(page: string, id = "", params: Record<string, string | undefined> = {}): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(params)) if (value) search.set(key, value);
  const query = search.toString();
  return `/${page}${id ? `/${encodeURIComponent(id)}` : ""}${query ? `?${query}` : ""}`;
}

const changed = "lens:route";

export function navigate(to: string, replace = false) {
  if (to === location.pathname + location.search) return;
  if (replace) history.replaceState(null, "", to);
  else {
    history.pushState(null, "", to);
    scrollTo(0, 0);
  }
  dispatchEvent(new Event(changed));
}

/** Opens what a table's row is about, unless the click selected text or hit a control. */
export function follow(e: MouseEvent, to: string) {
  if (e.defaultPrevented || (e.target as Element).closest("a, button, input") || getSelection()?.toString()) return;
  if (e.metaKey || e.ctrlKey) open(to, "_blank", "noopener");
  else navigate(to);
}

/** Changes parameters of the present address; undefined removes one. */
export function setParams(changes: Record<string, string | undefined>, replace = false) {
  const search = new URLSearchParams(location.search);
  for (const [key, value] of Object.entries(changes)) {
    if (value) search.set(key, value);
    else search.delete(key);
  }
  const query = search.toString();
  const to = location.pathname + (query ? `?${query}` : "");
  const at = scrollY;
  navigate(to, replace);
  if (!replace) scrollTo(0, at); // the same page
}

export function useRoute(): Route {
  const [route, set] = useState(() => parseRoute(location.pathname, location.search));
  useEffect(() => {
    const update = () => set(parseRoute(location.pathname, location.search));
    const click = (e: MouseEvent) => {
      if (e.defaultPrevented || e.button !== 0 || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey) return;
      const link = (e.target as Element | null)?.closest?.("a");
      if (!link || link.target || link.origin !== location.origin || link.hasAttribute("download")) return;
      if (link.pathname.startsWith("/api/")) return;
      e.preventDefault();
      navigate(link.pathname + link.search);
    };
    addEventListener("popstate", update);
    addEventListener(changed, update);
    document.addEventListener("click", click);
    return () => {
      removeEventListener("popstate", update);
      removeEventListener(changed, update);
      document.removeEventListener("click", click);
    };
  }, []);
  return route;
}
