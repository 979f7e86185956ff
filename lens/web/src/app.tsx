import { useEffect, useState } from "preact/hooks";
import { APIError, getAlerts, hasToken, setToken } from "./api";
import { SharedContext, useLoad, useSharedState, useTheme, useTick, type Shared, type Theme } from "./hooks";
import { firingOf } from "./model/alerts";
import { formatBytes, formatNumber } from "./model/format";
import { AlertsPage } from "./pages/alerts";
import { BoardsPage } from "./pages/boards";
import { CostsPage } from "./pages/costs";
import { QueryPage } from "./pages/query";
import { TracePage } from "./pages/trace";
import { TracesPage } from "./pages/traces";
import { useRoute, type Route } from "./route";
import { Icon, type IconName } from "./ui/icon";
import { Guard, Notice } from "./ui/notice";

const places: { page: string; label: string; icon: IconName }[] = [
  { page: "boards", label: "Boards", icon: "boards" },
  { page: "query", label: "Query", icon: "query" },
  { page: "traces", label: "Traces", icon: "traces" },
  { page: "costs", label: "Costs", icon: "costs" },
  { page: "alerts", label: "Alerts", icon: "alerts" },
];

export function App() {
  const route = useRoute();
  const [theme, dark, setTheme] = useTheme();
  const shared = useSharedState(dark);
  const page = route.page || "boards";
  useEffect(() => {
    const place = places.find((p) => p.page === page);
    document.title = place ? `${place.label} · Lens` : "Lens";
  }, [page]);
  const failure = shared.status.error;
  const firing = useFiring(shared);
  const locked = failure instanceof APIError && failure.status === 401;
  return (
    <SharedContext.Provider value={shared}>
      <a class="skip" href="#main" onClick={focusMain}>
        Skip to content
      </a>
      <div class="shell">
        <header class="side">
          <a class="brand" href="/boards">
            <span class="mark" aria-hidden="true" />
            Lens
          </a>
          <nav aria-label="Pages">
            {places.map((p) => (
              <a key={p.page} class="place" href={`/${p.page}`} aria-current={p.page === page ? "page" : undefined}>
                <Icon name={p.icon} />
                <span>{p.label}</span>
                {p.page === "alerts" && firing > 0 && (
                  <span class="chip firing" aria-label={`${firing} firing`}>
                    {firing}
                  </span>
                )}
              </a>
            ))}
          </nav>
          <ThemeSwitch theme={theme} set={setTheme} />
          <Health shared={shared} />
        </header>
        <main id="main" tabIndex={-1}>
          {failure && !locked && (
            <Notice kind="error" title="Lens does not answer">
              {shared.status.data ? "What you see is the last that was loaded. " : ""}
              Is it still running? This page tries again every 5 seconds. ({failure.message})
            </Notice>
          )}
          {shared.status.data?.disk_full && (
            <Notice kind="error" title="The disk is full">
              Lens refuses new data until there is room again. What is stored can still be read.
            </Notice>
          )}
          {locked ? (
            <TokenForm />
          ) : (
            <Guard key={page}>
              <Page route={route} page={page} />
            </Guard>
          )}
        </main>
      </div>
    </SharedContext.Provider>
  );
}

/** How many alerts fire, as far as it is known. */
function useFiring({ status }: Shared): number {
  const [tick] = useTick(15);
  // Nothing before the first answer: a lens may ask for a token.
  const { data } = useLoad(status.data ? "alerts" : "", getAlerts, tick);
  return data && !status.error ? firingOf(data) : 0;
}

function Page({ route, page }: { route: Route; page: string }) {
  switch (page) {
    case "boards":
      return <BoardsPage route={route} />;
    case "query":
      return <QueryPage route={route} />;
    case "traces":
      return route.id ? <TracePage key={route.id} route={route} /> : <TracesPage route={route} />;
    case "costs":
      return <CostsPage route={route} />;
    case "alerts":
      return <AlertsPage route={route} />;
    default:
      return (
        <Notice kind="empty" title="There is no such page">
          The address may be old. <a href="/boards">Go to the boards</a>.
        </Notice>
      );
  }
}

function focusMain(e: Event) {
  e.preventDefault();
  document.getElementById("main")?.focus();
}

const themes: { theme: Theme; label: string; icon: IconName }[] = [
  { theme: "system", label: "as the system", icon: "auto" },
  { theme: "light", label: "light", icon: "sun" },
  { theme: "dark", label: "dark", icon: "moon" },
];

/** One button that goes through the choices. */
function ThemeSwitch({ theme, set }: { theme: Theme; set: (t: Theme) => void }) {
  const at = themes.findIndex((t) => t.theme === theme);
  const { label, icon } = themes[at]!;
  return (
    <button type="button" class="quiet theme" aria-label={`Colours: ${label}`} title={`Colours: ${label}`} onClick={() => set(themes[(at + 1) % themes.length]!.theme)}>
      <Icon name={icon} />
      <span>{label}</span>
    </button>
  );
}

function Health({ shared }: { shared: Shared }) {
  const s = shared.status.data;
  const state = shared.status.error ? "down" : s?.disk_full ? "full" : s ? "up" : "wait";
  const word = { down: "no answer", full: "disk full", up: "receiving", wait: "connecting" }[state];
  const rate = s?.ingest?.spans_per_second ?? 0;
  const refused = s?.ingest?.refused ?? 0;
  return (
    <dl class="health" aria-label="Lens">
      <dt class={`dot ${state}`}>{state === "up" && rate === 0 ? "listening" : word}</dt>
      {s && (
        <>
          <dd>{formatNumber(rate)} spans/s</dd>
          <dd>
            {formatNumber(s.spans)} spans, {formatBytes(s.bytes)}
          </dd>
          {refused > 0 && <dd class="bad">{formatNumber(refused)} refused</dd>}
          <dd>
            {s.version === "(devel)" ? "built from source" : s.version}{" "}
            <a href="/licenses.txt" target="_blank" rel="noopener">
              licences
            </a>
          </dd>
        </>
      )}
    </dl>
  );
}

function TokenForm() {
  const [token, set] = useState("");
  return (
    <form
      class="token panel"
      onSubmit={(e) => {
        e.preventDefault();
        setToken(token.trim());
        location.reload();
      }}
    >
      <h1>This lens asks for a token</h1>
      <p>Whoever started it has the token.</p>
      {hasToken() && (
        <p class="bad" role="alert">
          The token was wrong.
        </p>
      )}
      <label>
        Token
        <input type="password" autocomplete="off" value={token} onInput={(e) => set(e.currentTarget.value)} required />
      </label>
      <button type="submit" class="primary">
        Open
      </button>
    </form>
  );
}
