import { ALLOY } from "./alloy.ts";
import { componentId } from "./component.ts";
import type { Exporter, Extension } from "./components.ts";
import type { ExpectedRates } from "./input.ts";
import type { PipelineGraph } from "./model.ts";
import type { TelemetrySignal } from "./signal.ts";
import type { Distribution } from "./versions.ts";

/** The collector's folder for what must outlive its container: a volume. */
export const stateDirectory = "/var/lib/otelcol";

export function queueStorage(distribution: Distribution): Extension<"file_storage"> {
  const directory = `${distribution === "alloy" ? ALLOY.stateDirectory : stateDirectory}/queue`;
  return {
    kind: "file_storage",
    name: "queue",
    settings: {
      directory,
      create_directory: true,
      timeout: "2s",
      // survives the end of the process, not of the power; syncing would cost a disk access for every batch
      fsync: false,
      // a file that bbolt cannot open is renamed, and the collector starts with an empty one; what is damaged deeper still stops it
      recreate: true,
      compaction: { directory, on_start: true, on_rebound: true, cleanup_on_start: true },
    },
  };
}

export const queueStorageId = componentId({ kind: "file_storage", name: "queue" });

/** Fewest items of a queue, whatever the rates say: room for a burst. */
const MIN_QUEUE_ITEMS = 10_000;

/** Measured by `npm run test:outage`: 1 740 000 items (1 200 000 spans, 412 000 records, 128 000 points) took 1727 MB, 993 bytes each. */
const DISK_BYTES_PER_ITEM = 1000;

/** Items a queue must hold when its backend is down for the whole outage budget. */
export function queueItems(
  signals: readonly TelemetrySignal[],
  rates: ExpectedRates,
  outageBudgetSeconds: number,
): number {
  return itemsFor(Math.max(...signals.map((signal) => ratePerSecond(signal, rates))), outageBudgetSeconds);
}

/** The same for a rate a second. */
export function itemsFor(rate: number, outageBudgetSeconds: number): number {
  return Math.max(MIN_QUEUE_ITEMS, Math.ceil((rate * outageBudgetSeconds) / 1000) * 1000);
}

function ratePerSecond(signal: TelemetrySignal, rates: ExpectedRates): number {
  switch (signal) {
    case "traces":
      return rates.spans;
    case "metrics":
      return rates.metricPoints;
    case "logs":
      return rates.logRecords;
    default:
      return signal satisfies never;
  }
}

type Sending = Exporter<"otlphttp">["settings"];

/** A queue whose entries are sent as they came in. */
export function unbatchedQueue(items: number): Sending["sending_queue"] {
  return {
    enabled: true,
    sizer: "items",
    queue_size: items,
    num_consumers: 4,
    // a full queue must not block the other backends, nor the export threads of the applications
    block_on_overflow: false,
    storage: { component: queueStorageId },
  };
}

/** Batches in items, or, for a backend that refuses large requests, in bytes with a tenth to spare. */
export function sendingQueue(items: number, maxRequestBytes: number | undefined): Sending["sending_queue"] {
  return {
    ...unbatchedQueue(items),
    batch:
      maxRequestBytes === undefined
        ? { sizer: "items", min_size: 2048, max_size: 4096, flush_timeout: "1s" }
        : {
            sizer: "bytes",
            min_size: Math.floor(maxRequestBytes * 0.45),
            max_size: Math.floor(maxRequestBytes * 0.9),
            flush_timeout: "1s",
          },
  };
}

/** Retries for ever: what cannot be delivered stays in the queue on disk. */
export const retryForever: Sending["retry_on_failure"] = {
  enabled: true,
  initial_interval: "1s",
  max_interval: "30s",
  max_elapsed_time: "0s",
};

/** Bytes the queue may take on disk when every backend is down and every queue is full. */
export function queueDiskBytes(pipeline: PipelineGraph): number {
  const full = pipeline.exporters.map((exporter) => {
    const size: unknown = Reflect.get(Reflect.get(exporter.settings, "sending_queue") ?? {}, "queue_size");
    const pipelines = pipeline.service.pipelines.filter((p) => p.exporters.includes(componentId(exporter)));
    return typeof size === "number" ? size * new Set(pipelines.map((p) => p.signal)).size : 0;
  });
  return full.reduce((sum, items) => sum + items, 0) * DISK_BYTES_PER_ITEM;
}
