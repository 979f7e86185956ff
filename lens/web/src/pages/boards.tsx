import { useEffect, useState } from "preact/hooks";
import { getBoards } from "../api";
import { useLoad, useShared, useTick } from "../hooks";
import { compact, problem, type Filter, type Query } from "../model/query";
import { readRange } from "../model/range";
import type { Board } from "../model/types";
import { href, navigate, setParams, type Route } from "../route";
import { Icon } from "../ui/icon";
import { Markdown } from "../ui/markdown";
import { Guard, Loading, NoData, Notice } from "../ui/notice";
import { RangePicker, readRefresh, RefreshPicker } from "../ui/time";
import { Filters } from "./clauses";
import { PanelCard } from "./panel";

export function BoardsPage({ route }: { route: Route }) {
  const { status } = useShared();
  const boards = useLoad("boards", getBoards, status.error ? 0 : 1); // again after an outage
  const board = boards.data?.find((b) => b.id === route.id);
  const first = boards.data?.[0];
  useEffect(() => {
    if (!route.id && first) navigate(href("boards", first.id, Object.fromEntries(route.params)), true);
  }, [route.id, first]);

  if (!boards.data) {
    return boards.error ? (
      <Notice kind="error" title="The boards cannot be loaded">
        {boards.error.message}
      </Notice>
    ) : (
      <Loading label="Loading boards" />
    );
  }
  if (!first) {
    return (
      <Notice kind="empty" title="No boards are defined">
        Boards are defined in Go, in package honeycomb/liftsys.
      </Notice>
    );
  }
  return (
    <>
      {board ? <BoardView key={board.id} board={board} route={route} boards={boards.data} /> : null}
      {!board && route.id && (
        <>
          <Switcher boards={boards.data} id={route.id} route={route} />
          <Notice kind="empty" title={`There is no board “${route.id}”`}>
            Choose one of those above.
          </Notice>
        </>
      )}
    </>
  );
}

function Switcher({ boards, id, route }: { boards: Board[]; id: string; route: Route }) {
  return (
    <nav class="switcher" aria-label="Boards">
      {boards.map((b) => (
        <a key={b.id} href={href("boards", b.id, Object.fromEntries(route.params))} aria-current={b.id === id ? "page" : undefined}>
          {b.name}
        </a>
      ))}
    </nav>
  );
}

function BoardView({ board, boards, route }: { board: Board; boards: Board[]; route: Route }) {
  const { status } = useShared();
  const range = readRange(route.params);
  const seconds = readRefresh(route.params, range);
  const [tick, now] = useTick(seconds);
  const panels = board.panels ?? [];
  // A text over the whole width at the top is the board's introduction.
  const intro = panels[0]?.kind === "text" && panels[0].width === 12 ? panels[0] : undefined;
  const shown = intro ? panels.slice(1) : panels;
  const shift = intro?.height ?? 0;
  const nothing = status.data?.events === 0;
  const filters = readBoardFilters(route.params);
  const [filtering, setFiltering] = useState(filters.length > 0);
  return (
    <>
      <Switcher boards={boards} id={board.id} route={route} />
      <div class="head">
        <div class="head-text">
          <h1>{board.name}</h1>
          {board.description && <p>{board.description}</p>}
          {intro?.text && <Markdown source={intro.text} skip={board.name} />}
        </div>
        <div class="controls">
          <button type="button" aria-expanded={filtering} onClick={() => setFiltering(!filtering)}>
            <Icon name="funnel" />
            {filters.length ? `${filters.length} ${filters.length === 1 ? "filter" : "filters"}` : "Filter"}
          </button>
          <RangePicker range={range} />
          <RefreshPicker seconds={seconds} range={range} now={now} />
        </div>
      </div>
      {filtering && <BoardFilter key={JSON.stringify(filters)} filters={filters} />}
      {nothing ? (
        <NoData />
      ) : (
        <div class="board">
          {shown.map((panel) => (
            <Guard key={panel.id}>
              <PanelCard panel={panel} range={range} tick={tick} shift={shift} filters={filters} />
            </Guard>
          ))}
        </div>
      )}
    </>
  );
}

/** The filters that the address adds to every panel. */
function readBoardFilters(params: URLSearchParams): Filter[] {
  try {
    const list: unknown = JSON.parse(params.get("f") ?? "[]");
    return Array.isArray(list) ? list.filter((f: Filter | null) => typeof f?.column === "string" && typeof f.op === "string") : [];
  } catch {
    return [];
  }
}

/** Narrows the whole board, as to one user or one version. SLOs stay whole. */
function BoardFilter({ filters }: { filters: Filter[] }) {
  const [draft, setDraft] = useState<Query>({ filters: filters.length ? filters : [{ column: "", op: "=" }] });
  const wrong = problem(draft);
  return (
    <form
      class="panel builder"
      aria-label="Filters of the board"
      onSubmit={(e) => {
        e.preventDefault();
        const list = compact(draft).filters;
        if (!wrong) setParams({ f: list && JSON.stringify(list) });
      }}
    >
      {/* Panels have filters of their own; these join them all by AND. */}
      <Filters query={{ filters: draft.filters ?? [] }} set={setDraft} only="AND" />
      <div class="run">
        <button type="submit" class="primary" disabled={wrong !== ""}>
          Apply
        </button>
        {filters.length > 0 && (
          <button type="button" onClick={() => setParams({ f: undefined })}>
            Remove all
          </button>
        )}
        <span class="faint" role="status">
          {wrong}
        </span>
      </div>
    </form>
  );
}
