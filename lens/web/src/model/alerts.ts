// What is known of alerts without a page.
import type { Alerts } from "./types";

/** How many fire: triggers, and burn alerts of SLOs. */
export function firingOf({ triggers, slos }: Alerts): number {
  return [...(triggers ?? []), ...(slos ?? []).flatMap((s) => s.burn_alerts ?? [])].filter((a) => a.state === "firing").length;
}
