import type { Route } from "../route";

export function QueryPage(_: { route: Route }) {
  return <h1>Query</h1>;
}
