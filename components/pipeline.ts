import * as pulumi from "@pulumi/pulumi";
import type { Config } from "../config/load.ts";
import { sampled } from "../config/profile-rules.ts";
import { OWN_COLLECTOR } from "../config/schema.ts";
import { agentPipeline } from "../pipeline/agent.ts";
import { ALLOY } from "../pipeline/alloy.ts";
import type { BackendProfile } from "../pipeline/backend-profile.ts";
import { buildPipeline } from "../pipeline/build.ts";
import { checkPipeline } from "../pipeline/checks/index.ts";
import { type Diagnostic, errorsOf, withoutSeverity } from "../pipeline/checks/rule.ts";
import { type PipelineInput, type Privacy, ratesOf, type Sampling, type Source } from "../pipeline/input.ts";
import type { ContainerLogs } from "../pipeline/logged-container.ts";
import type { Pipeline } from "../pipeline/model.ts";
import { UNCOVERED } from "../pipeline/privacy.ts";
import { queueDiskBytes } from "../pipeline/queue.ts";
import { queueRoomProblem } from "../pipeline/queue-room.ts";
import { renderAlloy } from "../pipeline/render/alloy/index.ts";
import { renderCollector } from "../pipeline/render/collector.ts";
import { instanceIn } from "./swarm/instance.ts";

/** What the configuration is made from besides the stack's settings. */
export interface Given {
  readonly sources: readonly Source[];
  readonly containerLogs: ContainerLogs | undefined;
  readonly backends: readonly BackendProfile[];
  readonly secrets: readonly string[];
}

/**
 * The collector's configuration for this stack, checked.
 * @throws pulumi.RunError with every error found, so that a wrong pipeline stops the preview; warnings are printed.
 */
export function collectorConfig(config: Config, given: Given): string {
  const { sources, containerLogs, backends, secrets } = given;
  const { memory } = config.collector;
  const { distribution, version } = runsIn(config.collector);
  if (distribution === "alloy") refuseRates(config.sampling, backends);
  const pipeline = buildPipeline({
    environment: config.environment,
    namespace: config.namespace,
    collector: { version, distribution, memoryMiB: memory, ...instanceIn(config) },
    sources,
    ...(containerLogs && { containerLogs }),
    browser: config.services.some(({ browser }) => browser !== undefined),
    backends,
    sampling: samplingOf(config.sampling),
    sampledBefore: config.services.some(({ overhead }) => overhead !== undefined),
    privacy: privacyOf(config.privacy),
    limits: limitsOf(config.limits),
    ...profilesOf(config),
    outageBudgetSeconds: config.outageBudget,
    expected: ratesOf(config.expected),
    metricsIntervalSeconds: config.metrics.interval,
  });
  if (distribution !== "own") pulumi.log.warn(UNCOVERED);
  report(checkPipeline(pipeline, { version, distribution, secrets, backends, memoryMiB: memory }));
  const room = {
    queueBytes: queueDiskBytes(pipeline),
    allowedGb: config.collector.disk,
    disk: config.engineDisk,
    outageSeconds: config.outageBudget,
  };
  const tooLarge = queueRoomProblem(room);
  if (tooLarge?.severity === "error") throw new pulumi.RunError(tooLarge.message);
  if (tooLarge !== undefined) pulumi.log.warn(tooLarge.message);
  return rendered(pipeline, config.collector);
}

/** The configuration of an agent that forwards to the collector. */
export function agentConfig(
  config: Pick<Config, "collector" | "deployment" | "expected" | "profiles" | "services">,
  memoryMiB: number,
): string {
  const collector = { ...runsIn(config.collector), memoryMiB };
  const behind = config.deployment === "swarm" ? "several" : "one";
  const input = { collector, expected: ratesOf(config.expected), ...profilesOf(config) };
  return rendered(agentPipeline(input, behind), config.collector);
}

/** The pipeline as the file that its engine reads. */
function rendered(pipeline: Pipeline, collector: Config["collector"]): string {
  const { distribution, version } = runsIn(collector);
  return distribution === "alloy" ? renderAlloy(pipeline) : renderCollector(pipeline, version);
}

/** At most: each process keeps one core busy, and no two samples are of the same stack. */
function profilesOf(config: Pick<Config, "profiles" | "services">): Pick<PipelineInput, "profiles"> {
  const processes = sampled(config).length;
  return processes === 0 ? {} : { profiles: { samplesPerSecond: processes * config.profiles.rate } };
}

const limitsOf = ({ series, metrics, repeatedRecords }: Config["limits"]) => ({
  metrics,
  ...(series !== undefined && { series }),
  ...(repeatedRecords !== undefined && { repeatedRecords }),
});

/** Whether the collector counts what passes by service. */
export const countsByService = (collector: Config["collector"]): boolean => runsIn(collector).distribution === "own";

/** What runs the pipeline, and the version of the collector's components in it. */
function runsIn({
  engine,
  image,
  version,
}: Config["collector"]): Pick<PipelineInput["collector"], "distribution" | "version"> {
  if (engine === "alloy") return { distribution: "alloy", version: ALLOY.collectorVersion };
  return { distribution: image === OWN_COLLECTOR ? "own" : "upstream", version };
}

/** Alloy cannot switch on the feature gate by which tail sampling says of a trace that it stands for others. */
function refuseRates({ mode, baseline }: Config["sampling"], backends: readonly BackendProfile[]): void {
  const weighs = backends.find(({ exporters }) => exporters.some((each) => each.sampleRateAttribute !== undefined));
  if (mode !== "tail" || baseline === 0 || baseline >= 100 || weighs === undefined) return;
  throw new pulumi.RunError(
    `sampling.mode: tail, with collector.engine alloy, cannot tell ${weighs.name} for how many spans one stands, so its counts would be wrong. Set it with: pulumi config set --path sampling.mode head, or set collector.engine to otelcol`,
  );
}

function samplingOf({ mode, baseline, slow, ceiling }: Config["sampling"]): Sampling {
  const most = ceiling === undefined ? {} : { ceiling };
  switch (mode) {
    case "all":
      return { mode, ...most };
    case "head":
      return { mode, baselinePercent: baseline, ...most };
    case "tail":
      return { mode, baselinePercent: baseline, slowMs: Math.round(slow * 1000), ...most };
    default:
      return mode satisfies never;
  }
}

/** The secret file with the key of the hashes. */
const HASH_KEY_FILE = "privacy-hash-key";

/** The key of the hashes as a secret of the collector, where the configuration has one. */
export function privacySecrets({ privacy, secret }: Config): Readonly<Record<string, pulumi.Output<string>>> {
  const key = privacy.action === "hash" ? secret("privacyHashKey") : undefined;
  return key === undefined ? {} : { [HASH_KEY_FILE]: key };
}

function privacyOf(privacy: Config["privacy"]): Privacy {
  return privacy.action === "hash" ? { ...privacy, hashKey: { secret: HASH_KEY_FILE } } : privacy;
}

function report(diagnostics: readonly Diagnostic[]): void {
  for (const warning of diagnostics.filter(({ severity }) => severity === "warning"))
    pulumi.log.warn(withoutSeverity(warning));
  const errors = errorsOf(diagnostics);
  if (errors.length > 0) throw new pulumi.RunError(errors.map(withoutSeverity).join("\n"));
}
