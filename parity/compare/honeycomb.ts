import { panelsOf, signalsOf } from "../../dashboards/model/board.ts";
import { type HoneycombPanel, honeycombPanel } from "../../dashboards/render/honeycomb/boards.ts";
import { renderHoneycombTriggers } from "../../dashboards/render/honeycomb/triggers.ts";
import { answersOf } from "../evaluate/honeycomb/query.ts";
import type { Stored } from "../evaluate/honeycomb/stored.ts";
import type { Shown } from "../shown.ts";
import type { Answerer } from "./new-relic.ts";

const METRICS = "metrics";
const NOWHERE = { x: 0, y: 0, w: 24, h: 1 };

/** Asks the queries that are rendered for Honeycomb. A trigger's number is one of its threshold, so it is scaled to the alert's. */
export function honeycombAnswerer(shown: Shown, stored: Stored, environment: string): Answerer {
  const config = { environment, metricsDataset: METRICS };
  const panels = new Map<string, HoneycombPanel & { readonly alike: boolean }>(
    shown.boards.flatMap((board) =>
      panelsOf(board).map((panel) => {
        const rendered = honeycombPanel(panel, NOWHERE, config);
        const alike = rendered.query.calculations.length === signalsOf(panel).length;
        return [`${board.title}: ${panel.title}`, { ...rendered, alike }] as const;
      }),
    ),
  );
  const { triggers } = renderHoneycombTriggers({ ...config, triggerLimit: 1000 });
  return ({ kind, what, id }, end, seconds) => {
    if (kind === "panel") {
      const panel = panels.get(what);
      if (panel === undefined || !panel.alike || panel.fidelity.kind === "unsupported") return undefined;
      return answersOf(panel.query, panel.dataset, stored, end, seconds)[Number(id)];
    }
    const trigger = triggers.find((one) => one.id === id);
    const alert = shown.alerts.find((one) => one.id === id);
    if (trigger === undefined || alert === undefined || trigger.threshold.value === 0) return undefined;
    const [lines] = answersOf(trigger.query, trigger.dataset, stored, end, trigger.query.time_range);
    const scale = alert.threshold / trigger.threshold.value;
    return new Map([...(lines ?? [])].map(([key, value]) => [key, value * scale]));
  };
}
