import type { Route } from "../route";

export function TracesPage(_: { route: Route }) {
  return <h1>Traces</h1>;
}
