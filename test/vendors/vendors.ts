import { profile as grafanaCloudProfile } from "../../components/backends/grafana-cloud/profile.ts";
import { profile as honeycombProfile } from "../../components/backends/honeycomb/profile.ts";
import { newRelicProfile } from "../../components/backends/new-relic/profile.ts";
import type { BackendProfile } from "../../pipeline/backend-profile.ts";
import { type Intake, type IntakeProfile, startIntake } from "../support/fakes/intake.ts";
import * as intakes from "../support/fakes/intake-profiles.ts";
import { Refusal } from "../support/fakes/server.ts";
import { exportOnly } from "../unit/backends/arguments.ts";

/** One vendor: its strict intake, the keys it knows at the moment, and the profile of the adapter that sends to it. */
export interface Vendor {
  readonly intake: Intake;
  /** Taking the key out revokes it. */
  readonly keys: Set<string>;
  /** Marks of items for which a request is refused with 403 whatever its key. */
  readonly poison: Set<string>;
  readonly profile: BackendProfile;
}

export const METRICS_DATASET = "game-scheduler-metrics";

/** What the starter of the collector writes into a secret file. */
const fileContent = (secret: string): string => `dummy-${secret}`;

export const SECRETS = [
  "grafana-cloud-user",
  "grafana-cloud-token",
  "new-relic-license-key",
  "honeycomb-ingest-key",
].concat(["datadog-api-key", "elastic-api-key"]);

export const VENDORS = ["grafana-cloud", "new-relic", "honeycomb", "datadog", "elastic"] as const;
export type VendorName = (typeof VENDORS)[number];

export async function startVendor(name: VendorName, address: string): Promise<Vendor> {
  const keys = new Set([keyOf(name)]);
  const poison = new Set<string>();
  const intake = await startIntake(withPoison(intakeOf(name, keys), poison), address);
  return { intake, keys, poison, profile: profileOf(name, intake.endpoint) };
}

function withPoison(profile: IntakeProfile, poison: ReadonlySet<string>): IntakeProfile {
  return {
    ...profile,
    refuseItems: (items, signal) =>
      items.some(({ attributes }) => attributes.mark !== undefined && poison.has(attributes.mark))
        ? new Refusal(403, { errors: ["this is not allowed"] })
        : profile.refuseItems?.(items, signal),
  };
}

/** The key as the intake sees it. */
export function keyOf(name: VendorName): string {
  switch (name) {
    case "grafana-cloud":
      return `${fileContent("grafana-cloud-user")}:${fileContent("grafana-cloud-token")}`;
    case "new-relic":
      return fileContent("new-relic-license-key");
    case "honeycomb":
      return fileContent("honeycomb-ingest-key");
    case "datadog":
      return fileContent("datadog-api-key");
    case "elastic":
      return fileContent("elastic-api-key");
    default:
      return name satisfies never;
  }
}

function intakeOf(name: VendorName, keys: Set<string>) {
  switch (name) {
    case "grafana-cloud":
      return intakes.grafanaCloud(keys);
    case "new-relic":
      return intakes.newRelic(keys);
    case "honeycomb":
      return intakes.honeycomb(keys);
    case "datadog":
      return intakes.datadog(keys);
    case "elastic":
      return intakes.elastic(keys);
    default:
      return name satisfies never;
  }
}

/** The adapter's own profile; only the address is the intake's. */
function profileOf(name: VendorName, endpoint: string): BackendProfile {
  switch (name) {
    case "grafana-cloud":
      return { ...grafanaCloudProfile, exporters: grafanaCloudProfile.exporters.map((one) => ({ ...one, endpoint })) };
    case "new-relic":
      return newRelicProfile(endpoint);
    case "honeycomb":
      return honeycombProfile(endpoint, METRICS_DATASET);
    case "datadog":
    case "elastic":
      return exportOnly(name, endpoint).profile;
    default:
      return name satisfies never;
  }
}
