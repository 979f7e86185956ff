import type { Route } from "../route";

export function CostsPage(_: { route: Route }) {
  return <h1>Costs</h1>;
}
