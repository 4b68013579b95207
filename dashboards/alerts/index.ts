import type { Alert } from "../model/alert.ts";
import { applicationAlerts } from "./application.ts";
import { datastoreAlerts } from "./datastores.ts";
import { machineAlerts } from "./machine.ts";
import { messagingAlerts } from "./messaging.ts";
import { telemetryAlerts } from "./telemetry.ts";

/** Default inspections, most important first within an area. */
export const ALERTS: readonly Alert[] = [
  ...applicationAlerts,
  ...messagingAlerts,
  ...datastoreAlerts,
  ...machineAlerts,
  ...telemetryAlerts,
];

/** Page of an alert's runbook, relative to the project. */
export function runbookPath(alert: Pick<Alert, "id">): string {
  return `docs/runbooks/${alert.id.replace(/^(silence|token-expiry)-.*/, "$1")}.md`;
}
