import type { Deployment } from "../../deployment.ts";
import type { After } from "../../docker/health.ts";
import { type HoneycombOptions, Marker } from "./resources.ts";

/** A line on every graph of the environment. Named by its deployment: another one is another marker, and the earlier ones stay. */
export function markEnvironment(name: string, { id, summary }: Deployment, after: After, at: HoneycombOptions): void {
  const options = { ...at, retainOnDelete: true, dependsOn: after };
  new Marker(`${name}-deployment-${id}`, { message: summary, type: "deploy" }, options);
}
