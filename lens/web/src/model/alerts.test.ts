import { expect, test } from "vitest";
import { firingOf } from "./alerts";
import type { Alerts, Trigger } from "./types";

const trigger = (state: string): Trigger => ({ name: state, state, threshold: 1, op: ">" });

test.each([
  ["nothing is known", { triggers: null, slos: null, history: null }, 0],
  ["all is well", { triggers: [trigger("ok"), trigger("pending"), trigger("error")], slos: [{ name: "s", target: 95 }], history: [] }, 0],
  ["a trigger and a burn alert fire", { triggers: [trigger("firing"), trigger("ok")], slos: [{ name: "s", target: 95, burn_alerts: [{ state: "firing" }, { state: "ok" }] }], history: [] }, 2],
] as [string, Alerts, number][])("%s", (_, alerts, want) => expect(firingOf(alerts)).toBe(want));
