import type { Registration } from "../registration.ts";
import type { Lookup } from "./lookup.ts";

/**
 * `depends_on` of a service: the containers it waits for under Pulumi. Pulumi continues when a container is created, or healthy where it has
 * `wait`, or has ended where it is a task (`attach` without `mustRun`).
 */
export function dependenciesOf(container: Registration, lookup: Lookup): Record<string, object> {
  const awaited = new Set(container.options.dependsOn ?? []);
  const found = lookup.containers.filter((other) => awaited.has(other.urn) && other.urn !== container.urn);
  return Object.fromEntries(
    found.map((other) => [lookup.service(other.urn) ?? other.name, { condition: conditionOf(other) }]),
  );
}

function conditionOf({ inputs }: Registration): string {
  if (inputs.mustRun === false && inputs.attach === true) return "service_completed_successfully";
  return inputs.healthcheck === undefined ? "service_started" : "service_healthy";
}
