import { z } from "zod";
import { BACKENDS } from "../vendors/kinds.ts";
import { ALERT_SECRETS, alertKeys } from "./alerts.ts";
import { BACKEND_SECRETS, backendKeys } from "./backends.ts";
import { guard } from "./guard.ts";
import { ownImages } from "./own-images.ts";
import { service } from "./services.ts";
import { STORE_SECRETS, storeKeys } from "./stores.ts";
import { swarm } from "./swarm.ts";
import { duration, engineAddress, mebibytes, pattern, pinnedImage, plainLine } from "./values.ts";

/** Shapes and defaults of the stack's configuration; `Pulumi.yaml` says each key in a sentence. Pure. */

/** The image of the collector that this repository builds. */
export const OWN_COLLECTOR = "build:collector";

export const collector = z.strictObject({
  /** What runs the pipeline: the OpenTelemetry Collector, or Grafana Alloy. */
  engine: z.enum(["otelcol", "alloy"]).default("otelcol"),
  /** What services send to: the collector itself, one agent before it, or an agent for each service. */
  topology: z.enum(["gateway", "agent", "sidecar"]).default("gateway"),
  /** Deployment swarm: how many share the work. */
  replicas: z.int().min(1).max(100).default(1),
  /** Ours, or another collector's reference with tag or digest. Default with engine `alloy`: the Alloy that is known. */
  image: pinnedImage.default(OWN_COLLECTOR),
  /** Version of the collector in that image: it decides which names and keys the configuration has. */
  version: z
    .string()
    .regex(/^0\.\d+\.\d+$/, "a collector version such as 0.145.0")
    .default("0.145.0"),
  /** Limit in MiB; the limits inside the collector follow. At 1000 spans a second it has needed up to 117 (npm run bench:pipeline). */
  memory: mebibytes.min(128).default(240),
  /** The most GB that its queues may take; a preview that computes more is refused. Default: no limit of yours. */
  disk: z.number().positive().optional(),
});

/** What is not set follows from what is deployed. */
const perSecond = z.number().positive().max(1_000_000).optional();

export const expected = z.strictObject({
  /** Spans a second, at most. */
  spans: perSecond,
  /** Metric points a second, at most. */
  points: perSecond,
  /** Log records a second, at most. */
  records: perSecond,
});

const mean = z.number().nonnegative().max(1_000_000);

/** Means of a month. What is not stated is estimated; `npm run cost` measures it. */
export const traffic = z.strictObject({
  /** Requests a second that the application answers; messages or commands where it answers none. */
  requests: mean.default(1),
  /** Spans a second that are made, before sampling. */
  spans: mean.optional(),
  /** Log records a second. */
  records: mean.optional(),
  /** Active series. */
  series: z.number().nonnegative().max(100_000_000).optional(),
});

/** The most of a month on each backend; beyond it nothing is deployed. */
export const budget = z.strictObject({
  /** US dollars a month, where the backend has prices; 0: the free plan must do. */
  usd: z.number().nonnegative().optional(),
  /** GB a month, before compression. */
  gigabytes: z.number().positive().optional(),
  /** Active series. */
  series: z.number().positive().optional(),
  /** Spans and log records a month. */
  events: z.number().positive().optional(),
});

export const sampling = z.strictObject({
  /** Every trace, a share by trace id (head), or a share and everything failed or slow (tail). */
  mode: z.enum(["all", "head", "tail"]).default("all"),
  /** Per cent of the traces that are kept whatever they are. */
  baseline: z.number().min(0).max(100).default(10),
  /** Mode tail: a trace that takes as long is kept, 1ms to 5m. It waits in memory meanwhile. */
  slow: duration.refine((seconds) => seconds >= 0.001 && seconds <= 300, "1ms to 5m").prefault("1s"),
  /** Spans a second that leave, at most. Default: no such limit. */
  ceiling: z.number().min(10).optional(),
});

/** Seconds between two points of a metric. At 60, the windows of alert rules (five minutes) still hold five points. */
export const metrics = z.strictObject({
  /** Seconds between two points, of what services export and of what the collector scrapes. */
  interval: z.int("a whole number of seconds, such as 15").min(5).max(60).default(15),
});

/** What exceeds a limit is left out and counted. */
export const limits = z.strictObject({
  /** Series of each metric. Default: 5000. */
  series: z.int().min(10).max(1_000_000).optional(),
  /** Series of some metrics, by the name that their application gives them; 0 leaves a metric out. */
  metrics: z.record(plainLine.min(1), z.int().min(0).max(1_000_000)).default({}),
  /** Records of one message of one service in ten seconds. Default: no limit. */
  repeatedRecords: z.int().min(1).max(1_000_000).optional(),
});

/** Samples of where injected Python services spend CPU time. */
export const profiles = z.strictObject({
  /** Whether samples are taken. */
  enabled: z.boolean().default(false),
  /** Samples a second of each process. */
  rate: z.int().min(1).max(100).default(19),
  /** Names of services. Default: all that can be sampled. */
  services: z.array(plainLine.min(1)).min(1).optional(),
});

export const privacy = z.strictObject({
  /** Further regular expressions (RE2); what matches is masked. */
  patterns: z.array(pattern).default([]),
  /** Names of attributes that are left alone, whatever they hold. */
  keep: z.array(plainLine.min(1)).default([]),
  /** What becomes of identities: `***`, a hash by the secret `privacyHashKey`, or the attribute is removed. */
  action: z.enum(["mask", "hash", "drop"]).default("mask"),
  /** What becomes of IP addresses: the network alone stays, `***`, or all stays. */
  addresses: z.enum(["truncate", "mask", "keep"]).default("truncate"),
});

const DRIVE = "none, or a TypeScript file, relative to the project";

const PRIVACY_SECRETS = {
  privacyHashKey: "Key of the hashes that stand for identities where privacy.action is hash, at least 16 characters",
};

/** Every plain (not secret) key with its default and its sentence; `Pulumi.yaml` is written from here. */
export const plainKeys = {
  environment: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]*$/, "lower-case letters, digits, dots and dashes")
    .default("dev")
    .describe("Name of the environment, sent with all telemetry as deployment.environment.name"),
  namespace: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "lower-case letters, digits and dashes, at most 63")
    .default("app")
    .describe("Name of the application, sent with all telemetry as service.namespace"),
  backend: z
    .enum(BACKENDS)
    .default("jaeger")
    .describe(
      "Where telemetry goes. One of: grafana-cloud, new-relic, honeycomb, jaeger, lgtm, datadog, elastic, otlp",
    ),
  extraBackends: z
    .array(z.enum(BACKENDS))
    .default([])
    .describe("Further backends that receive the same telemetry, while moving from one to the other"),
  deployment: z
    .enum(["containers", "swarm"])
    .default("containers")
    .describe("How it runs - containers on one engine, or services of a Docker Swarm on several machines"),
  swarm: swarm
    .prefault({})
    .describe(
      "Deployment swarm - whether ports are published on the nodes (none, host, ingress), and on which node state is kept",
    ),
  images: z
    .enum(["official", "local"])
    .default("official")
    .describe(
      "Where the images of databases and local backends come from: official (a registry) or local (built by `npm run images`)",
    ),
  ownImages: ownImages
    .prefault({})
    .describe(
      "Registry that the images built by this repository are deployed from, by digest - written by `npm run push`; without one they are built on the engine",
    ),
  collector: collector
    .prefault({})
    .describe(
      "The OpenTelemetry Collector, or Grafana Alloy in its place (engine) - topology (gateway; agent or sidecar between it and the services), replicas (deployment swarm), image, its version (which names and keys it knows), memory limit in MiB, disk its queues may take in GB",
    ),
  expected: expected
    .prefault({})
    .describe(
      "Spans, metric points and log records a second at most, all services together; the queue on disk is sized for them. What is not set follows from what is deployed and from traffic",
    ),
  traffic: traffic
    .prefault({})
    .describe(
      "The mean of a month, from which cost is estimated - requests a second; spans, records a second and series where `npm run cost` measured them",
    ),
  budget: budget
    .prefault({})
    .describe(
      "The most a month may cost on each backend - usd, gigabytes, series, events; a deployment whose estimate exceeds one is refused",
    ),
  sampling: sampling
    .prefault({})
    .describe(
      "Which traces are kept: mode all, head (`baseline` per cent, by trace id) or tail (all errors, all slower than `slow`, `baseline` per cent of the rest); at most `ceiling` spans a second",
    ),
  metrics: metrics
    .prefault({})
    .describe(
      "How often metrics are taken - interval, in seconds: of what services export and of what the collector scrapes (5 to 60)",
    ),
  limits: limits
    .prefault({})
    .describe(
      "What is left out, and counted, beyond a limit - series of each metric (5000), metrics (a limit of its own for some, by name), repeatedRecords (of one log message of a service in ten seconds)",
    ),
  privacy: privacy
    .prefault({})
    .describe(
      "What is done with identities (mask, hash, drop) and addresses (truncate, mask, keep), further patterns to redact, attributes to keep",
    ),
  profiles: profiles
    .prefault({})
    .describe(
      "Samples of where injected Python services spend CPU time - enabled, rate (a second), services (default: all); experimental, for a backend that takes OTLP profiles",
    ),
  // whole seconds: Prometheus reads no fractions
  outageBudget: duration
    .transform(Math.ceil)
    .prefault("2h")
    .describe("How long a backend may be away before telemetry is lost; the queue on disk is sized by it"),
  services: z
    .array(service)
    .prefault([])
    .describe(
      "The application's containers - name, kind, role, image, command, instrumentation, traced, overhead, publish, env, volumes, health, memory",
    ),
  content: z
    .array(z.string().regex(/^[^/].*\.ts$/, "a TypeScript file, relative to the project"))
    .default([])
    .describe(
      "Content packs - TypeScript files of the project with a team's own signals, panels, alerts and objectives",
    ),
  drive: z
    .union([z.literal("none"), z.string().regex(/^[^/].*\.ts$/, DRIVE)], {
      error: DRIVE,
    })
    .default("none")
    .describe(
      "File that says how the application is used, for the proof of `npm start` and for `npm run soak`; none: not at all",
    ),
  ...storeKeys,
  storeMetrics: z
    .boolean()
    .default(true)
    .describe("Measure PostgreSQL, Redis and RabbitMQ; without it they have no boards and no alerts"),
  hostMetrics: z
    .boolean()
    .default(true)
    .describe("Measure the Docker host itself (mounts / read-only into the collector)"),
  hostName: plainLine
    .default("")
    .describe("Name the Docker host has in telemetry; empty: this machine's own name, or the host part of dockerHost"),
  containerMetrics: z
    .boolean()
    .default(true)
    .describe("Measure containers, through a proxy that only passes read-only calls to the Docker API"),
  containerLogs: z
    .boolean()
    .default(true)
    .describe(
      "Read the logs of containers that send none themselves (stores, kind other, nginx' errors), through that proxy",
    ),
  portOffset: z
    .int()
    .min(0)
    .max(50_000)
    .default(0)
    .describe("Added to every port published on 127.0.0.1, so that two stacks can share one machine"),
  protect: z
    .boolean()
    .default(true)
    .describe("Refuse to delete volumes that hold data; set to false before a `pulumi destroy` that shall delete them"),
  dockerHost: engineAddress
    .default("")
    .describe(
      "Docker Engine to deploy to (unix://, tcp://, ssh://); empty: what DOCKER_HOST or the current context say",
    ),
  dockerSocketGroup: z
    .int()
    .min(-1)
    .default(-1)
    .describe("Group id of the engine's socket; -1: asked from the local socket, 0 where there is none"),
  commit: z
    .string()
    .regex(/^[0-9a-f]{7,64}$/, "a commit: 7 to 64 hexadecimal digits")
    .or(z.literal(""))
    .default("")
    .describe(
      "Commit that is deployed, written into the deployment marker; empty: what CI says, else what git says here",
    ),
  guard: guard
    .prefault({})
    .describe(
      "How `npm run release` judges - within and watch (durations), undecided (keep or rollback), loss (per cent of telemetry that may be lost), requests (`<service>/<path>`), canaries (texts that must be in no telemetry)",
    ),
  ...alertKeys,
  ...backendKeys,
} as const;
export type PlainKey = keyof typeof plainKeys;
export type PlainConfig = { readonly [K in PlainKey]: z.output<(typeof plainKeys)[K]> };

/** Keys that are secret, with their sentences; they are read as secret Outputs and never pass through zod. */
export const secretSentences = {
  ...PRIVACY_SECRETS,
  ...STORE_SECRETS,
  ...ALERT_SECRETS,
  ...BACKEND_SECRETS,
} as const;
export type SecretKey = keyof typeof secretSentences;
export const SECRET_KEYS = Object.keys(secretSentences) as readonly SecretKey[];
