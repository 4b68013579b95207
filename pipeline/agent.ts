import { componentId } from "./component.ts";
import type { Exporter } from "./components.ts";
import { defaultRates, type PipelineInput } from "./input.ts";
import { COLLECTOR_HOST, INTAKE, INTAKE_PORTS, intakeLimit, otlpReceiver } from "./intake.ts";
import { memoryLimiter } from "./memory.ts";
import type { Pipeline } from "./model.ts";
import { PROFILES_IN, PROFILES_PATH } from "./profiles.ts";
import { itemsFor, queueItems, queueStorage, retryForever, sendingQueue, unbatchedQueue } from "./queue.ts";
import { healthCheck, selfTelemetry } from "./self-telemetry.ts";
import { SIGNALS, type TelemetrySignal } from "./signal.ts";

/** Memory of an agent's container in MiB; it only forwards. */
export const AGENT_MEMORY_MIB = 128;

/** How long the collector may be away: it comes back with the next `up`, and points older than half an hour would be refused there. */
const COLLECTOR_AWAY_SECONDS = 600;

/** Whether there is one collector behind an agent, or several that share the work. */
export type Behind = "one" | "several";

/**
 * What an agent does between services and collector: it takes what they send at once, and holds it in a queue of its own on disk until the
 * collector has it. Nothing is changed on the way: what is dropped, hidden, counted and sampled is decided in one place.
 */
export function agentPipeline(
  { collector, expected = defaultRates, profiles }: Pick<PipelineInput, "collector" | "expected" | "profiles">,
  behind: Behind = "one",
): Pipeline {
  const otlp = otlpReceiver(collector.distribution);
  const limiter = memoryLimiter(collector.memoryMiB);
  const queue = sendingQueue(queueItems(SIGNALS, expected, COLLECTOR_AWAY_SECONDS), undefined);
  const exporterOf = (signal: TelemetrySignal) => (behind === "one" ? toOne(queue) : toSeveral(signal, queue));
  const extensions = [
    ...healthCheck(collector.distribution),
    ...intakeLimit(collector.distribution, collector.memoryMiB),
    queueStorage(collector.distribution),
  ];
  const forProfiles = profiles === undefined ? [] : [profilesToOne(profiles.samplesPerSecond)];
  const exporters = new Map(
    [...SIGNALS.map(exporterOf), ...forProfiles].map((exporter) => [componentId(exporter), exporter]),
  );
  return {
    receivers: [otlp],
    processors: [limiter],
    connectors: [],
    exporters: [...exporters.values()],
    extensions,
    service: {
      extensions: extensions.map(componentId),
      telemetry: selfTelemetry(),
      pipelines: [
        ...SIGNALS.map((signal) => ({
          signal,
          receivers: [componentId(otlp)],
          processors: [componentId(limiter)],
          exporters: [componentId(exporterOf(signal))],
        })),
        ...forProfiles.map((exporter) => ({
          ...PROFILES_IN,
          receivers: [componentId(otlp)],
          processors: [componentId(limiter)],
          exporters: [componentId(exporter)],
        })),
      ],
    },
  };
}

type Queue = Exporter<"otlphttp">["settings"]["sending_queue"];

const toOne = (sending_queue: Queue): Exporter<"otlphttp"> => ({
  kind: "otlphttp",
  name: "collector",
  settings: toCollector(sending_queue),
});

/** As they come, since collector 0.145 merges profiles wrongly. Each stands alone: any collector will do. */
function profilesToOne(samplesPerSecond: number): Exporter<"otlphttp"> {
  const queue = unbatchedQueue(itemsFor(samplesPerSecond, COLLECTOR_AWAY_SECONDS));
  const settings = { ...toCollector(queue), profiles_endpoint: `${INTAKE}${PROFILES_PATH}` };
  return { kind: "otlphttp", name: "collector-profiles", settings };
}

const toCollector = (sending_queue: Queue): Exporter<"otlphttp">["settings"] => ({
  endpoint: INTAKE,
  // on the network of the containers, where bytes cost nothing
  compression: "none",
  timeout: "30s",
  retry_on_failure: retryForever,
  sending_queue,
});

/**
 * Spans of a trace meet in one collector, which decides about the whole trace; the series of one process in one, which computes their deltas. A log
 * record stands alone: any collector will do.
 */
function toSeveral(signal: TelemetrySignal, sending_queue: Queue): Exporter<"otlphttp" | "loadbalancing"> {
  if (signal === "logs") return toOne(sending_queue);
  return {
    kind: "loadbalancing",
    name: signal,
    settings: {
      routing_key: signal === "traces" ? "traceID" : "resource",
      resolver: {
        dns: { hostname: COLLECTOR_HOST, port: String(INTAKE_PORTS.grpc), interval: "2s", timeout: "1s" },
      },
      protocol: {
        otlp: {
          tls: { insecure: true },
          compression: "none",
          timeout: "5s",
          // what one collector does not take goes back to the queue, and by then perhaps to another
          sending_queue: { enabled: false },
          retry_on_failure: { enabled: false },
        },
      },
      retry_on_failure: { ...retryForever, max_interval: "5s" },
      sending_queue,
    },
  };
}
