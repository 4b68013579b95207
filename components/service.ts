import * as pulumi from "@pulumi/pulumi";
import { type Instrumentation, type ServiceKind, STOP_GRACE } from "../config/services.ts";
import { type ContainerSpec, container } from "./docker/container.ts";
import type { Scope } from "./docker/scope.ts";
import { PYTHON_START } from "./injection.ts";
import {
  nginxEnvironment,
  nginxFiles,
  nodeEnvironment,
  otherEnvironment,
  pythonEnvironment,
} from "./instrumentation.ts";

export interface ServiceArgs {
  /** Config path of the service, such as `services[2]`. */
  readonly path: string;
  readonly scope: Scope;
  readonly network: pulumi.Input<string>;
  readonly kind: ServiceKind;
  readonly instrumentation: Instrumentation;
  /** Functions of an injected Python service that get a span: see `services[].traced`. */
  readonly traced: readonly string[];
  /** What its instrumentation may cost: see `services[].overhead`. */
  readonly overhead?: string;
  /** Samples a second of where it spends CPU time: see `profiles`. */
  readonly profileRate?: number;
  /** Whether its pages get the script for browsers, and when that may send. */
  readonly browser?: { readonly consent: "ask" | "given" };
  /** Image reference. */
  readonly image: string;
  readonly command?: readonly pulumi.Input<string>[];
  readonly env: Readonly<Record<string, pulumi.Input<string>>>;
  readonly health?: readonly pulumi.Input<string>[];
  /** Seconds in which a failing health command counts for nothing. */
  readonly startSeconds: number;
  readonly spread: NonNullable<ContainerSpec["spread"]>;
  /** See `ContainerSpec`. */
  readonly awaits?: string;
  /** Named volumes, by the engine's name. */
  readonly volumes?: NonNullable<ContainerSpec["volumes"]>;
  readonly hostPaths?: NonNullable<ContainerSpec["hostPaths"]>;
  /** What the container has besides, as its spec takes it. */
  readonly details: Pick<
    ContainerSpec,
    | ("user" | "entrypoint" | "workingDir" | "hostname" | "aliases" | "hosts" | "once" | "restart" | "stopSeconds")
    | ("stopSignal" | "init" | "readOnly" | "tmpfs" | "cpus" | "sharedMemory" | "ulimits" | "capabilities")
  >;
  /** Ports published on 127.0.0.1, that of `publish` first. */
  readonly published: readonly { readonly port: number; readonly as: number }[];
  /** Memory limit in MiB. */
  readonly memory: number;
  readonly version: string;
  readonly namespace: string;
  /** Where it sends OTLP/HTTP. */
  readonly intake: string;
  /** Seconds between two points of a metric. */
  readonly metricsInterval: number;
  /** What must be there first. Never the collector: an application starts without its telemetry. */
  readonly after: readonly pulumi.Resource[];
}

/** One container of the application. It knows one telemetry address, which is the same whatever the backend. */
export class Service extends pulumi.ComponentResource {
  constructor(name: string, args: ServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    const { after, path, details, spread, awaits, ...inputs } = args;
    super("game-scheduler-otel:components:Service", name, { ...inputs, ...details }, opts);
    const made = container(
      args.scope,
      {
        name,
        usage: { by: `service ${name}`, path },
        image: args.image,
        // Python sends what its exporters still hold before it exits, which takes seconds on a busy machine.
        stopSeconds: STOP_GRACE,
        ...args.details,
        networks: [args.network],
        env: environmentOf(name, args),
        memory: args.memory,
        spread,
        ...(awaits !== undefined && { awaits }),
        ...(args.command && { command: args.command }),
        ...(args.kind === "nginx" && args.instrumentation === "inject" && { files: nginxFiles() }),
        ...(args.volumes && { volumes: args.volumes }),
        ...(args.hostPaths && { hostPaths: args.hostPaths }),
        ...(args.published.length > 0 && {
          ports: args.published.map(({ port, as }) => ({ container: port, host: as })),
        }),
        ...(args.health && { health: { command: args.health, everySeconds: 10, startSeconds: args.startSeconds } }),
      },
      this,
      { dependsOn: [...after] },
    );
    this.registerOutputs({ containerId: made.id });
  }
}

/** The service's own `env` takes precedence, since an `OTEL_*` variable there was set on purpose. Its resource attributes are added after ours, of which none is lost. */
function environmentOf(name: string, args: ServiceArgs): NonNullable<ContainerSpec["env"]> {
  const ours = telemetryEnvironment(name, args);
  const [attributes, own] = [ours[ATTRIBUTES], args.env[ATTRIBUTES]];
  const both = own === undefined || own === "" ? attributes : pulumi.interpolate`${attributes},${own}`;
  return { ...ours, ...args.env, ...(attributes !== undefined && { [ATTRIBUTES]: both }), ...injected(args) };
}

const ATTRIBUTES = "OTEL_RESOURCE_ATTRIBUTES";

function telemetryEnvironment(name: string, args: ServiceArgs): Record<string, string> {
  const who = {
    service: name,
    version: args.version,
    namespace: args.namespace,
    environment: args.scope.environment,
    intake: args.intake,
    metricsInterval: args.metricsInterval,
  };
  if (args.instrumentation === "off") return {};
  switch (args.kind) {
    case "python":
      return pythonEnvironment(who);
    case "node":
      return nodeEnvironment(who);
    case "nginx":
      return nginxEnvironment(who, args.browser);
    case "other":
      return otherEnvironment(who);
    default:
      return args.kind satisfies never;
  }
}

/** What makes the interpreter start the instrumentation; a PYTHONPATH of the service's own comes after it. */
function injected({ kind, instrumentation, traced, overhead, profileRate, env }: ServiceArgs): ContainerSpec["env"] {
  if (kind !== "python" || instrumentation !== "inject") return {};
  const own = env.PYTHONPATH;
  return {
    PYTHONPATH: own === undefined ? PYTHON_START : pulumi.interpolate`${PYTHON_START}:${own}`,
    ...(traced.length > 0 && { OTEL_PYTHON_TRACED: traced.join(";") }),
    ...(overhead !== undefined && { OTEL_PYTHON_INJECT_OVERHEAD: overhead }),
    ...(profileRate !== undefined && { OTEL_PYTHON_INJECT_PROFILES: `${profileRate}` }),
  };
}
