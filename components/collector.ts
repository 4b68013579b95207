import * as pulumi from "@pulumi/pulumi";
import { ALLOY } from "../pipeline/alloy.ts";
import { INTAKE, INTAKE_PORTS } from "../pipeline/intake.ts";
import { goMemLimit } from "../pipeline/memory.ts";
import { stateDirectory } from "../pipeline/queue.ts";
import { secretPath } from "../pipeline/reference.ts";
import { hostRoot } from "../pipeline/scrapers.ts";
import { secretFileContent, withoutFinalNewline } from "../pipeline/secret-value.ts";
import { healthPort } from "../pipeline/self-telemetry.ts";
import { startArguments } from "../pipeline/start-arguments.ts";
import { type ContainerFile, type ContainerSpec, container, secretFile, type VolumeMount } from "./docker/container.ts";
import { publishedUrl, type Scope } from "./docker/scope.ts";
import { dataVolume } from "./docker/volume.ts";

/** The user and group of our image and of the upstream ones. */
export const COLLECTOR_ID = 10001;

/** What differs in a container between the programs that run the pipeline. */
interface Engine {
  /** User, and group of the same number. */
  readonly id: number;
  readonly configPath: string;
  readonly command: (config: string) => readonly string[];
  /** The folder on the volume. */
  readonly state: string;
  /** Where it answers with 200 once it is ready. */
  readonly readyPath: string;
  /** A secret as its file must hold it. */
  readonly secretContent: (value: string) => string;
}

const OTELCOL_CONFIG = "/etc/otelcol/config.yaml";
const ALLOY_CONFIG = "/etc/alloy/config.alloy";

const ENGINES: Readonly<Record<CollectorArgs["engine"], Engine>> = {
  otelcol: {
    id: COLLECTOR_ID,
    configPath: OTELCOL_CONFIG,
    command: (config) => [`--config=${OTELCOL_CONFIG}`, ...startArguments(config)],
    state: stateDirectory,
    readyPath: "",
    secretContent: secretFileContent,
  },
  alloy: {
    id: ALLOY.user,
    configPath: ALLOY_CONFIG,
    command: () => [
      "run",
      `--server.http.listen-addr=0.0.0.0:${healthPort}`,
      // what stays can only be asked for, but for a reload of the same file
      "--server.http.enable-pprof=false",
      "--server.http.disable-support-bundle",
      `--storage.path=${ALLOY.stateDirectory}`,
      `--stability.level=${ALLOY.stability}`,
      "--disable-reporting",
      ALLOY_CONFIG,
    ],
    state: ALLOY.stateDirectory,
    readyPath: "/-/ready",
    secretContent: withoutFinalNewline,
  },
};

export interface CollectorArgs {
  readonly scope: Scope;
  readonly networks: readonly pulumi.Input<string>[];
  readonly image: string;
  readonly engine: "otelcol" | "alloy";
  /** Memory limit in MiB; the limiter in the pipeline and Go's own limit follow from it. */
  readonly memory: number;
  /** The rendered configuration: complete at preview, secrets by reference. */
  readonly config: string;
  /** Secrets the configuration refers to, by file name below /run/secrets. */
  readonly secrets: Readonly<Record<string, pulumi.Input<string>>>;
  /** Whether the host's file system is mounted (read-only) for host metrics. */
  readonly hostMetrics: boolean;
  /** Where it finds the Docker API, if it asks for anything there. */
  readonly dockerApi: VolumeMount | undefined;
  /** What must run first: the receiver of container metrics ends the collector when its proxy does not answer at the start. */
  readonly after: readonly pulumi.Resource[];
  /** In a swarm: how many there are, and where. */
  readonly spread?: ContainerSpec["spread"];
  /** Variables besides those that every collector has. */
  readonly env?: Readonly<Record<string, string>>;
  /** How its health is asked: at its published port, by a command of its image, or not at all. Default: published. */
  readonly health?: "published" | "inside" | "none";
}

/** The collector: one container, its queue on a volume, its secrets as files, its health as a condition of `up`. */
export class Collector extends pulumi.ComponentResource {
  /** Where applications send OTLP/HTTP. A constant, so that applications never restart for us. */
  static readonly intake = INTAKE;
  /** Where OTLP/HTTP is sent to a container of that name. */
  static intakeOf(name: string): string {
    return `http://${name}:${INTAKE_PORTS.http}`;
  }

  /** Where a person or a probe on the engine's machine asks for its health. */
  readonly healthUrl: string;

  constructor(name: string, args: CollectorArgs, opts?: pulumi.ComponentResourceOptions) {
    const { after, health = "published", spread, env, ...inputs } = args;
    super("game-scheduler-otel:components:Collector", name, inputs, opts);
    const { id, configPath, command, state, readyPath, secretContent } = ENGINES[args.engine];
    this.healthUrl = `${publishedUrl(args.scope, healthPort)}${readyPath}`;
    const queue = dataVolume(args.scope, name, this);
    const made = container(
      args.scope,
      {
        name,
        image: args.image,
        user: `${id}:${id}`,
        networks: args.networks,
        command: command(args.config),
        env: { GOMEMLIMIT: goMemLimit(args.memory), ...env },
        files: [{ path: configPath, content: args.config }, ...secretFiles(args.secrets, secretContent)],
        ...(spread && { spread }),
        volumes: [{ volume: queueOf(queue.name, spread), path: state }, ...(args.dockerApi ? [args.dockerApi] : [])],
        ...(args.hostMetrics && { hostPaths: [{ host: "/", path: hostRoot }] }),
        ...(health === "published" && { ports: [{ container: healthPort, host: healthPort }] }),
        ...(health === "inside" && { health: { command: ["wget", "-qO-", `http://127.0.0.1:${healthPort}`] } }),
        memory: args.memory,
        // Long enough to hand what is in memory to the queue on disk.
        stopSeconds: 30,
      },
      this,
      { ...(health === "published" && { ready: { url: this.healthUrl } }), dependsOn: [...after] },
    );
    this.registerOutputs({ containerId: made.id, healthUrl: this.healthUrl });
  }
}

/** Each of several collectors has a queue of its own, by its number. */
const queueOf = (volume: pulumi.Input<string>, spread: CollectorArgs["spread"]): pulumi.Input<string> =>
  spread?.replicas === undefined ? volume : pulumi.interpolate`${volume}-{{.Task.Slot}}`;

/** Sorted, so that the order of backends does not matter. */
const secretFiles = (
  secrets: CollectorArgs["secrets"],
  secretContent: (value: string) => string,
): readonly ContainerFile[] =>
  Object.entries(secrets)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, content]) => secretFile(secretPath(name), pulumi.output(content).apply(secretContent)));
