// Line icons on a grid of 16, drawn with the text's colour.
const paths = {
  boards: "M2.5 3h4.5v4.5H2.5zM9 3h4.5v2.5H9zM9 8h4.5v5H9zM2.5 10H7v3H2.5z",
  query: "M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9zM10.4 10.4 14 14",
  traces: "M2.5 3.5h6M5 6.5h7M5 9.5h4M8 12.5h5.5",
  costs: "M8 2v12M11 4.6C10.4 3.8 9.3 3.5 8 3.5c-1.7 0-3 .8-3 2.1C5 8.5 11 7 11 10.2c0 1.5-1.4 2.3-3 2.3-1.5 0-2.6-.4-3.2-1.3",
  alerts: "M4 11V7.2a4 4 0 0 1 8 0V11l1.2 1.3H2.8zM6.8 14.2h2.4",
  sun: "M8 5.2a2.8 2.8 0 1 1 0 5.6 2.8 2.8 0 0 1 0-5.6zM8 1.5v1.2M8 13.3v1.2M1.5 8h1.2M13.3 8h1.2M3.4 3.4l.9.9M11.7 11.7l.9.9M12.6 3.4l-.9.9M4.3 11.7l-.9.9",
  moon: "M13 9.6A5.6 5.6 0 0 1 6.4 3 5.4 5.4 0 1 0 13 9.6z",
  auto: "M8 2.5a5.5 5.5 0 1 1 0 11zM8 2.5a5.5 5.5 0 1 0 0 11",
  refresh: "M13 8a5 5 0 1 1-1.5-3.6L13 6M13 2.8V6H9.8",
  clock: "M8 2.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11zM8 5v3.2l2.2 1.4",
  chart: "M2.5 13.5h11M4 11l2.8-3.6 2.4 2L13 4.5",
  table: "M2.5 3.5h11v9h-11zM2.5 6.5h11M7 6.5v6",
  open: "M6 3.5H3v9.5h9.5v-3M9 3h4v4M13 3 7.5 8.5",
  close: "m4 4 8 8M12 4l-8 8",
  plus: "M8 3v10M3 8h10",
  down: "m4 6 4 4 4-4",
  right: "m6 4 4 4-4 4",
  copy: "M5.5 5.5h7.5V13H5.5zM10.5 5.5V3H3v7.5h2.5",
  warn: "M8 2.5 14 13H2zM8 6.5v3M8 11.2v.3",
  funnel: "M2.5 3.5h11L9.5 8.5V13l-3-1.5v-3z",
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
      <path d={paths[name]} fill="none" stroke="currentColor" stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round" />
    </svg>
  );
}
