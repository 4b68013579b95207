import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { Deployment } from "../../deployment.ts";

/** What a deployment is posted with. */
export interface ChangeTracking {
  /** Full address of NerdGraph. */
  readonly nerdgraph: string;
  readonly apiKey: pulumi.Output<string>;
  /** Guid of each service's entity, by name. */
  readonly entities: Readonly<Record<string, pulumi.Output<string>>>;
}

/**
 * Marks a deployment on the entities of its services. The provider has no resource for that, so a carrier, replaced with the deployment, runs a
 * hook when it is made: never in a preview, never on an `up` without a change. A marker that cannot be posted is a warning.
 */
export function markEntities(
  name: string,
  deployment: Deployment,
  { nerdgraph, apiKey, entities }: ChangeTracking,
  opts: pulumi.CustomResourceOptions,
): void {
  if (Object.keys(entities).length === 0) return;
  const known = pulumi.all([apiKey, pulumi.all(entities)]);
  const hook = new pulumi.ResourceHook(`${name}-post`, async () => {
    const [key, guids] = await settled(known);
    for (const [service, guid] of Object.entries(guids)) {
      const refused = await post(nerdgraph, key, deploymentInput(deployment, service, guid));
      if (refused !== undefined) await pulumi.log.warn(`new-relic: ${service} got no deployment marker (${refused})`);
    }
  });
  new random.RandomId(
    name,
    { byteLength: 4, keepers: { deployment: deployment.id } },
    { ...opts, hooks: { afterCreate: [hook] } },
  );
}

/** The variables of NerdGraph's mutation for one service. Pure. */
export function deploymentInput(
  { commit, id, stack, summary, versions }: Deployment,
  service: string,
  entityGuid: string,
): Readonly<Record<string, string>> {
  return {
    entityGuid,
    // required; a service without a version gets the id of the deployment
    version: versions[service] || id,
    ...(commit !== "" && { commit }),
    description: summary,
    groupId: `${stack}-${id}`,
    deploymentType: "BASIC",
    user: "pulumi",
  };
}

const MUTATION =
  "mutation($deployment: ChangeTrackingDeploymentInput!) { changeTrackingCreateDeployment(deployment: $deployment) { deploymentId } }";

/** @returns why it was refused, in a few words and without the key; undefined when it is there */
export async function post(nerdgraph: string, key: string, deployment: object): Promise<string | undefined> {
  try {
    const answer = await fetch(nerdgraph, {
      method: "POST",
      headers: { "content-type": "application/json", "api-key": key },
      body: JSON.stringify({ query: MUTATION, variables: { deployment } }),
      signal: AbortSignal.timeout(10_000),
    });
    if (!answer.ok) return `status ${answer.status}`;
    const { errors } = (await answer.json()) as { errors?: readonly { message?: string }[] };
    const [error] = errors ?? [];
    return error === undefined ? undefined : String(error.message).replaceAll(key, "***").slice(0, 200);
  } catch (error) {
    return error instanceof Error ? error.name : "no answer";
  }
}

/** Hooks run while the program's outputs are known, outside of any of them. */
function settled<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => {
    output.apply((value) => resolve(value as T));
  });
}
