import type { Route } from "../route";

export function AlertsPage(_: { route: Route }) {
  return <h1>Alerts</h1>;
}
