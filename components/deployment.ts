import { createHash } from "node:crypto";
import type { Config } from "../config/load.ts";
import { collectorImage, resolveImage, serviceVersion } from "./images.ts";

/** What one `up` brings: the text of its marker, and an id that changes when, and only when, what runs changes. Pure. */
export interface Deployment {
  /** Twelve hexadecimal digits. Markers are named and replaced by it, so an `up` without a change writes none. */
  readonly id: string;
  /** Empty where neither CI nor git says one. */
  readonly commit: string;
  readonly stack: string;
  /** Version of each service, as telemetry has it in service.version. */
  readonly versions: Readonly<Record<string, string>>;
  /** `Deployed 3f2a91c on prod: api, bot 1.4.2; frontend 1.0` */
  readonly summary: string;
}

/**
 * The deployment of this configuration.
 * @param collector the collector's rendered configuration: part of what runs
 */
export function deploymentOf(config: Config, collector: string): Deployment {
  const { commit, stack, services } = config;
  const images = Object.fromEntries(services.map(({ name, image }) => [name, resolveImage(config, image)]));
  const versions = Object.fromEntries(services.map((service) => [service.name, serviceVersion(config, service)]));
  const running = { commit, stack, images, services, collector: [collectorImage(config), collector] };
  return {
    id: createHash("sha256").update(JSON.stringify(running)).digest("hex").slice(0, 12),
    commit,
    stack,
    versions,
    summary: summary(commit, stack, versions),
  };
}

/** Services of one version are named together, so that the text stays short: `api, bot 1.4.2; frontend 1.0`. */
function summary(commit: string, stack: string, versions: Deployment["versions"]): string {
  const byVersion = Map.groupBy(Object.keys(versions), (name) => versions[name] ?? "");
  const parts = [...byVersion].map(([version, names]) => `${names.join(", ")} ${version}`);
  const what = commit === "" ? "Deployed" : `Deployed ${commit.slice(0, 12)}`;
  return `${what} on ${stack}${parts.length > 0 ? `: ${parts.join("; ")}` : ""}`;
}
