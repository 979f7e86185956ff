import type { Route } from "../route";

export function TracePage(_: { route: Route }) {
  return <h1>Trace</h1>;
}
