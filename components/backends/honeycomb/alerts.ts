import * as pulumi from "@pulumi/pulumi";
import type { renderHoneycombTriggers } from "../../../dashboards/render/honeycomb/triggers.ts";
import { type HoneycombOptions, type Recipient, Trigger } from "./resources.ts";

export interface Recipients {
  readonly recipients: readonly Recipient[];
  /** Whether they watch for the heartbeat to stop. */
  readonly watch: boolean;
}

type Rendered = ReturnType<typeof renderHoneycombTriggers>;

/**
 * The triggers of a stack, all below one component. Without recipients they run and are seen, and nobody is notified. The heartbeat, which never
 * stops, notifies only those who watch for its absence.
 */
export class Alerts extends pulumi.ComponentResource {
  constructor(name: string, triggers: Rendered["triggers"], notified: Recipients, opts: HoneycombOptions) {
    super("game-scheduler-otel:backends:HoneycombAlerts", name, {}, { parent: opts.parent });
    const at = { ...opts, parent: this };
    for (const { id, query, threshold, severity, ...trigger } of triggers) {
      const recipients = severity === "heartbeat" && !notified.watch ? [] : notified.recipients;
      const args = { ...trigger, queryJson: JSON.stringify(query), thresholds: [threshold], recipients };
      new Trigger(`${name}-${id}`, args, at);
    }
    this.registerOutputs();
  }
}

/** One sentence for all alerts that are not made, by reason; undefined where all are. */
export function leftOutSentence(leftOut: Rendered["leftOut"]): string | undefined {
  if (leftOut.length === 0) return undefined;
  const byReason = Map.groupBy(leftOut, ({ why }) => why);
  const parts = [...byReason].map(([why, alerts]) => `${alerts.map(({ alert }) => alert).join(", ")}: ${why}`);
  return `honeycomb: ${leftOut.length} alerts are not made: ${parts.join("; ")} (docs/backends.md#honeycomb)`;
}
