import * as grafana from "@pulumi/grafana";
import * as pulumi from "@pulumi/pulumi";
import { physicalName, type Scope } from "../../docker/scope.ts";
import type { CloudStack } from "./keys.ts";
import { stackToken } from "./keys.ts";

/** Scopes Grafana's documentation asks for of the key that probes publish with. */
const PUBLISHER_SCOPES = ["stacks:read", "metrics:write", "logs:write", "traces:write"];

/** One probe a minute is 43 200 runs a month, within the 100 000 of the free plan. */
const EVERY_MS = 60_000;
const PREFERRED_PROBES = ["Frankfurt", "London", "NorthVirginia"];

export interface SyntheticArgs {
  readonly scope: Scope;
  readonly stack: CloudStack;
  /** Address that is asked. */
  readonly target: string;
}

/** Asks the application's public address from outside, once a minute from one place. */
export function syntheticCheck(
  name: string,
  { scope, stack, target }: SyntheticArgs,
  at: pulumi.CustomResourceOptions,
): void {
  const { value: key } = stackToken(name, { scope, stack, purpose: "synthetics", scopes: PUBLISHER_SCOPES }, at);
  const installation = new grafana.syntheticmonitoring.Installation(
    `${name}-synthetics`,
    { stackId: stack.id, metricsPublisherKey: key, stackSmApiUrl: stack.smUrl },
    // The provider does not mark the token it gives back.
    { ...at, additionalSecretOutputs: ["smAccessToken"] },
  );
  const provider = new grafana.Provider(
    `${name}-synthetics`,
    { smAccessToken: pulumi.secret(installation.smAccessToken), smUrl: stack.smUrl },
    at.parent ? { parent: at.parent } : {},
  );
  // After the installation, or the first preview would ask with a token that does not exist yet.
  const probes = grafana.syntheticmonitoring.getProbesOutput({}, { provider, dependsOn: [installation] });
  new grafana.syntheticmonitoring.Check(
    `${name}-reachable`,
    {
      job: physicalName(scope, "reachable"),
      target,
      probes: probes.apply(({ probes: known }) => chosenProbe(known)),
      frequency: EVERY_MS,
      timeout: 5000,
      labels: { environment: scope.environment },
      settings: { http: { failIfNotSsl: target.startsWith("https:"), noFollowRedirects: false } },
    },
    { ...at, provider },
  );
}

/**
 * The preferred probe, or the first by name where it does not exist.
 * @throws pulumi.RunError where the account has no probe at all.
 */
export function chosenProbe(known: Readonly<Record<string, number>>): number[] {
  const name = PREFERRED_PROBES.find((preferred) => preferred in known) ?? Object.keys(known).sort()[0];
  const id = name === undefined ? undefined : known[name];
  if (id !== undefined) return [id];
  throw new pulumi.RunError(
    "grafanaCloud.checkUrl: the account offers no probe to ask it from. Remove it with: pulumi config rm --path grafanaCloud.checkUrl",
  );
}
