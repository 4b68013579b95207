import * as pulumi from "@pulumi/pulumi";
import type { Config } from "../config/load.ts";
import { USER_OF_IMAGE } from "../config/services.ts";
import { Collector } from "./collector.ts";
import type { Deployment } from "./deployment.ts";
import { container } from "./docker/container.ts";
import type { After } from "./docker/health.ts";
import type { Scope } from "./docker/scope.ts";
import { resolveImage } from "./images.ts";

export interface DeploymentMarkerArgs {
  readonly scope: Scope;
  readonly network: pulumi.Input<string>;
  /** An image with Python and a shell. */
  readonly image: string;
  /** Numeric uid:gid. */
  readonly user: string;
  /** Whether the image was made for other users and may check the health of what is not here. */
  readonly foreign: boolean;
  readonly deployment: Deployment;
  readonly namespace: string;
  /** What is deployed: the marker is written once all of it is there and works. */
  readonly after: After;
}

/**
 * Marks this deployment on every active backend: one log record, sent through the collector and its queue like all telemetry.
 * The container stays, asleep: a new deployment replaces it, which writes one record; a restart finds its note and writes none.
 */
export class DeploymentMarker extends pulumi.ComponentResource {
  constructor(name: string, args: DeploymentMarkerArgs, opts?: pulumi.ComponentResourceOptions) {
    const { after, ...inputs } = args;
    super("game-scheduler-otel:components:DeploymentMarker", name, inputs, opts);
    container(
      args.scope,
      {
        name,
        image: args.image,
        user: args.user,
        networks: [args.network],
        entrypoint: ["sh", "-c", ONCE],
        // The image may have a health check of its own, which is about the service.
        ...(args.foreign && { health: { command: ["true"], everySeconds: 5 } }),
        files: [
          { path: "/deployment/record.json", content: deploymentRecord(args.deployment, args) },
          { path: "/deployment/send.py", content: SEND },
        ],
        // sending takes 11
        memory: 24,
      },
      this,
      { dependsOn: after },
    );
    this.registerOutputs({});
  }
}

/** In an image whose own user may be root. */
const NOBODY = "10001:10001";

/** The marker, sent from the image of the first Python service; undefined where there is none. */
export function markDeployment(
  { services, namespace, ownImages }: Pick<Config, "services" | "namespace" | "ownImages">,
  args: Omit<DeploymentMarkerArgs, "image" | "user" | "foreign" | "namespace">,
): DeploymentMarker | undefined {
  const source = services.find(({ kind }) => kind === "python");
  if (source === undefined) {
    pulumi.log.warn(
      "deployment marker: not written as telemetry: it runs in the image of a service of kind python, and there is none.",
    );
    return undefined;
  }
  const foreign = source.user === USER_OF_IMAGE;
  const from = { image: resolveImage({ ownImages }, source.image), user: foreign ? NOBODY : source.user, foreign };
  return new DeploymentMarker("deployment", { ...args, ...from, namespace });
}

/** The record as OTLP/JSON, without its time. Attribute names: OpenTelemetry's registries `deployment` and `vcs`. */
export function deploymentRecord(
  { id, commit, stack, summary }: Deployment,
  { namespace, scope }: Pick<DeploymentMarkerArgs, "namespace" | "scope">,
): string {
  const attributes = (values: Readonly<Record<string, string>>) =>
    Object.entries(values)
      .filter(([, value]) => value !== "")
      .map(([key, value]) => ({ key, value: { stringValue: value } }));
  const resource = {
    "service.name": "deployment",
    "service.namespace": namespace,
    "deployment.environment.name": scope.environment,
  };
  const record = {
    severityNumber: 9,
    severityText: "INFO",
    eventName: "deployment",
    body: { stringValue: summary },
    attributes: attributes({
      "event.name": "deployment",
      "deployment.id": id,
      "deployment.name": stack,
      "vcs.ref.head.revision": commit,
    }),
  };
  const scopeLogs = [{ scope: { name: "game-scheduler-otel" }, logRecords: [record] }];
  return `${JSON.stringify({ resourceLogs: [{ resource: { attributes: attributes(resource) }, scopeLogs }] }, null, 2)}\n`;
}

const ONCE =
  "trap 'exit 0' TERM; test -e /tmp/sent || { python3 /deployment/send.py && touch /tmp/sent; } || exit 1; sleep infinity & wait";

/** Sends the record with the time of now, until the collector takes it. */
const SEND = `import json, time, urllib.request

with open("/deployment/record.json") as file:
    payload = json.load(file)
payload["resourceLogs"][0]["scopeLogs"][0]["logRecords"][0]["timeUnixNano"] = str(time.time_ns())
request = urllib.request.Request(
    "${Collector.intake}/v1/logs", json.dumps(payload).encode(), {"content-type": "application/json"}
)
while True:
    try:
        urllib.request.urlopen(request, timeout=5).close()
        break
    except OSError as error:
        print("not taken yet:", error, flush=True)
        time.sleep(2)
`;
