/** Queues, retries and compression of exporters. */
import { isReference, isRemote } from "../address.ts";
import { secondsOf } from "../duration.ts";
import { at, type Component, listOf, recordOf, textOf, textsOf, wordOf } from "../model.ts";
import { isRecord, type Path } from "../record.ts";
import type { Rule } from "../rule.ts";

const MEANT_WITHOUT =
  /\b(no|without( an?| its)?|off|disabled?)[\w -]{0,20} (queue|retr(y|ies))|\bqueues? (is |are )?(off|disabled)|best[- ]effort|back-?pressure|synchronous|\bmirror|may be lost/i;

/** The most that a batch processor puts into a batch, and the key that says so; 0 where the file does not say. */
export function largestBatch(settings: Component["settings"]): { readonly key: string; readonly most: number } {
  const sizeOf = (key: string): number => {
    const size = settings[key];
    return typeof size === "number" ? size : 0;
  };
  const [most, usual] = [sizeOf("send_batch_max_size"), sizeOf("send_batch_size")];
  const key = most > 0 && most !== usual ? "send_batch_max_size" : "send_batch_size";
  return { key, most: sizeOf(key) };
}

/** Intervals of a receiver, with where they stand. */
function* intervalsOf(receiver: Component | undefined): Generator<readonly [path: Path, value: unknown]> {
  if (receiver === undefined) return;
  const { settings, path } = receiver;
  if (settings.collection_interval !== undefined)
    yield [[...path, "collection_interval"], settings.collection_interval];
  for (const [i, job] of listOf(at(settings, "config", "scrape_configs")).entries())
    if (at(job, "scrape_interval") !== undefined)
      yield [[...path, "config", "scrape_configs", i, "scrape_interval"], at(job, "scrape_interval")];
}

export const deliveryRules: readonly Rule[] = [
  {
    id: "queue-off",
    severity: "warning",
    explain: "Without queue and retries every failed request loses its data at once.",
    bad: "exporters:\n  otlp: {endpoint: 'a.example:4317', sending_queue: {enabled: false}, retry_on_failure: {enabled: false}}\n",
    good: "exporters:\n  otlp: {endpoint: 'a.example:4317', sending_queue: {queue_size: 5000}}\n",
    *find(config) {
      // headers that are taken from a request's context need the exporter to send within it, and failover must hear of each failure
      const failed = (id: string) => {
        const pipelines = config.using("exporters", id);
        return (
          pipelines.length > 0 &&
          pipelines.every(({ receivers }) => receivers.some((one) => config.typeIn(one) === "failover"))
        );
      };
      // a reader of Kafka that marks a message when it was delivered needs the answer of the backend
      const marked = (id: string) => {
        const pipelines = config.using("exporters", id);
        const marks = (one: string) => at(config.find("receiver", one)?.settings, "message_marking", "after") === true;
        return (
          pipelines.length > 0 && pipelines.every(({ receivers }) => receivers.length > 0 && receivers.every(marks))
        );
      };
      // where a comment gives a reason, it is meant
      if (MEANT_WITHOUT.test(config.comments.all)) return;
      for (const { settings, path, id } of config.of("exporter").filter((each) => !failed(each.id)))
        for (const key of ["sending_queue", "retry_on_failure"])
          if (
            at(settings, key, "enabled") === false &&
            !/^headers_setter/.test(textOf(at(settings, "auth", "authenticator"))) &&
            !(key === "sending_queue" && marked(id))
          )
            yield {
              path: [...path, key, "enabled"],
              message: `${id} has its ${key} switched off`,
              fix: "remove enabled: false",
            };
    },
  },
  {
    id: "queue-behind-failover",
    severity: "warning",
    explain:
      "A queue takes every batch and reports success: the failover connector never hears of a failure, and never goes over to the next level. Said of queues that the file sets.",
    bad: "connectors:\n  failover: {priority_levels: [[traces/a], [traces/b]]}\nexporters:\n  otlp/a: {endpoint: 'a.example:4317', sending_queue: {queue_size: 5000}}\n  otlp/b: {endpoint: 'b.example:4317'}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], exporters: [failover]}\n    traces/a: {receivers: [failover], exporters: [otlp/a]}\n    traces/b: {receivers: [failover], exporters: [otlp/b]}\n",
    good: "connectors:\n  failover: {priority_levels: [[traces/a], [traces/b]]}\nexporters:\n  otlp/a: {endpoint: 'a.example:4317', sending_queue: {enabled: false}}\n  otlp/b: {endpoint: 'b.example:4317'}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], exporters: [failover]}\n    traces/a: {receivers: [failover], exporters: [otlp/a]}\n    traces/b: {receivers: [failover], exporters: [otlp/b]}\n",
    *find(config) {
      for (const { settings } of config.of("connector", "failover")) {
        // behind the last level there is nothing to go over to
        const levels = listOf(settings.priority_levels).slice(0, -1).flatMap(textsOf);
        for (const pipeline of config.pipelines.filter(({ id }) => levels.includes(id)))
          for (const id of pipeline.exporters) {
            const exporter = config.find("exporter", id);
            if (exporter === undefined || !/^(otlp|otlphttp|kafka|elasticsearch|splunkhec)$/.test(exporter.type))
              continue;
            const queue = exporter.settings.sending_queue;
            if (!isRecord(queue) || queue.enabled === false) continue;
            yield {
              path: [...exporter.path, "sending_queue"],
              message: `the queue of ${id} hides its failures from the failover connector`,
              fix: "set sending_queue: {enabled: false}, and few retries",
            };
          }
      }
    },
  },
  {
    id: "archive-unbatched",
    severity: "warning",
    explain:
      "Each request becomes an object of its own in the store: without a batch, millions of small files, each with the fee of a request.",
    bad: "exporters:\n  awss3: {s3uploader: {region: eu-west-1, s3_bucket: archive}}\nservice:\n  pipelines:\n    logs: {receivers: [otlp], exporters: [awss3]}\n",
    good: "exporters:\n  awss3: {s3uploader: {region: eu-west-1, s3_bucket: archive}, sending_queue: {batch: {flush_timeout: 60s, min_size: 100000}}}\nservice:\n  pipelines:\n    logs: {receivers: [otlp], exporters: [awss3]}\n",
    *find(config) {
      for (const { id, settings } of config.of("exporter", "awss3", "azureblob", "googlecloudstorage")) {
        if (at(settings, "sending_queue", "batch") !== undefined) continue;
        const pipeline = config
          .using("exporters", id)
          .find(
            ({ receivers, processors }) =>
              receivers.some((one) => config.typeIn(one) === "otlp") &&
              !processors.some((one) => /^(batch|groupbytrace|tailsampling|interval)$/.test(config.typeIn(one))),
          );
        if (pipeline !== undefined)
          yield {
            path: pipeline.path,
            message: `each request that ${pipeline.id} takes becomes an object of its own in ${id}`,
            fix: "name batch in the pipeline, or set sending_queue.batch",
          };
      }
    },
  },
  {
    id: "file-without-end",
    severity: "warning",
    explain: "Without rotation a file that everything is written to grows until the disk is full.",
    bad: "exporters:\n  file: {path: /var/lib/otelcol/traces.json}\n  otlphttp: {endpoint: 'https://otlp.vendor.example'}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], exporters: [file, otlphttp]}\n",
    good: "exporters:\n  file: {path: /var/lib/otelcol/traces.json, rotation: {max_megabytes: 100, max_backups: 3}}\n  otlphttp: {endpoint: 'https://otlp.vendor.example'}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], exporters: [file, otlphttp]}\n",
    *find(config) {
      if (!isRemote(config)) return;
      for (const { id, settings, path } of config.of("exporter", "file"))
        if (
          settings.rotation === undefined &&
          at(settings, "group_by", "enabled") !== true &&
          !/^\/dev\/|^\/proc\/|\$\{/.test(textOf(settings.path)) &&
          config.using("exporters", id).length > 0
        )
          yield {
            path: [...path, "path"],
            message: `${textOf(settings.path)} grows without end`,
            fix: "set rotation: {max_megabytes: 100, max_backups: 3}",
          };
    },
  },
  {
    id: "storage-that-is-lost",
    severity: "warning",
    explain:
      "What a queue or a receiver stores outlives a restart on a disk that does: /tmp, /dev/shm and /run are emptied.",
    bad: "extensions:\n  file_storage: {directory: /tmp/otelcol}\nservice:\n  extensions: [file_storage]\n",
    good: "extensions:\n  file_storage: {directory: /var/lib/otelcol}\nservice:\n  extensions: [file_storage]\n",
    *find(config) {
      for (const { settings, path } of config.of("extension", "filestorage"))
        if (/^\/(tmp|dev\/shm|run|var\/tmp|var\/run)(\/|$)/.test(textOf(settings.directory)))
          yield {
            path: [...path, "directory"],
            message: `${textOf(settings.directory)} is emptied at a restart`,
            fix: "write a directory on a volume, such as /var/lib/otelcol",
          };
    },
  },
  {
    id: "queue-above-memory",
    severity: "warning",
    explain:
      "A queue counts requests unless a sizer says otherwise, and holds them in memory unless it has a storage: hundreds of thousands of them are many gigabytes.",
    bad: "exporters:\n  otlp: {endpoint: 'a.example:4317', sending_queue: {queue_size: 1000000}}\n",
    good: "exporters:\n  otlp: {endpoint: 'a.example:4317', sending_queue: {queue_size: 5000}}\n",
    *find(config) {
      for (const { settings, path } of config.of("exporter")) {
        const { queue_size, sizer, storage } = recordOf(settings.sending_queue);
        if (typeof queue_size === "number" && queue_size >= 200_000 && !storage && (sizer ?? "requests") === "requests")
          yield {
            path: [...path, "sending_queue", "queue_size"],
            message: `${queue_size} requests are held in memory while the backend is away`,
            fix: "write some thousands, or set storage",
          };
      }
    },
  },
  {
    id: "batch-slow",
    severity: "warning",
    explain:
      "What waits in a batch is lost with the collector, and late for every alert: more than a minute serves nobody.",
    bad: "processors:\n  batch: {timeout: 5m}\n",
    good: "processors:\n  batch: {timeout: 5s}\n",
    *find(config) {
      for (const { settings, path } of config.of("processor", "batch")) {
        const seconds = secondsOf(settings.timeout);
        if (typeof settings.timeout === "string" && seconds !== undefined && seconds > 60)
          yield {
            path: [...path, "timeout"],
            message: `a batch waits up to ${settings.timeout}`,
            fix: "write a few seconds, and let send_batch_size make the batches large",
          };
      }
    },
  },
  {
    id: "queue-sizes",
    severity: "error",
    explain: "A queue without a consumer or without room is refused, or delivers nothing.",
    bad: "exporters:\n  otlp: {endpoint: 'a.example:4317', sending_queue: {num_consumers: 0}}\n",
    good: "exporters:\n  otlp: {endpoint: 'a.example:4317', sending_queue: {num_consumers: 4}}\n",
    *find(config) {
      for (const { settings, path } of config.of("exporter"))
        for (const key of ["num_consumers", "queue_size"])
          if (at(settings, "sending_queue", key) === 0)
            yield {
              path: [...path, "sending_queue", key],
              message: `${key} is zero`,
              fix: "set a number above zero, or remove it",
            };
    },
  },
  {
    id: "retry-intervals",
    severity: "warning",
    explain: "Retries that begin later than their longest pause are not what was meant.",
    bad: "exporters:\n  otlp: {endpoint: 'a.example:4317', retry_on_failure: {initial_interval: 60s, max_interval: 5s}}\n",
    good: "exporters:\n  otlp: {endpoint: 'a.example:4317', retry_on_failure: {initial_interval: 5s, max_interval: 60s}}\n",
    *find(config) {
      for (const { settings, path } of config.of("exporter")) {
        const seconds = (key: string) => secondsOf(at(settings, "retry_on_failure", key));
        const [first, most] = [seconds("initial_interval"), seconds("max_interval")];
        if (first !== undefined && most !== undefined && first > most)
          yield {
            path: [...path, "retry_on_failure", "initial_interval"],
            message: "initial_interval is above max_interval",
            fix: "exchange them",
          };
      }
    },
  },
  {
    id: "queue-in-memory",
    severity: "warning",
    profile: "ours",
    explain: "A queue in memory is lost when the collector restarts while the backend is away.",
    bad: "exporters:\n  otlp: {endpoint: 'a.example:4317'}\n",
    good: "extensions:\n  file_storage: {}\nexporters:\n  otlp: {endpoint: 'a.example:4317', sending_queue: {storage: file_storage}}\nservice:\n  extensions: [file_storage]\n",
    *find(config) {
      for (const { settings, path, id } of config.of("exporter", "otlp", "otlphttp", "prometheusremotewrite"))
        if (at(settings, "sending_queue", "storage") === undefined)
          yield {
            path,
            message: `the queue of ${id} is in memory`,
            fix: "name a file_storage extension as sending_queue.storage",
          };
    },
  },
  {
    id: "compression",
    severity: "error",
    explain: "A compression that the exporter does not know stops the collector.",
    bad: "exporters:\n  otlp: {endpoint: 'a.example:4317', compression: brotli}\n",
    good: "exporters:\n  otlp: {endpoint: 'a.example:4317', compression: zstd}\n",
    *find(config) {
      for (const { settings, path, type } of config.of("exporter", "otlp", "otlphttp")) {
        const { compression } = settings;
        const allowed =
          type === "otlp"
            ? ["gzip", "snappy", "zstd", "none"]
            : ["gzip", "snappy", "zstd", "zlib", "deflate", "lz4", "none"];
        if (
          compression === undefined ||
          compression === null ||
          compression === "" ||
          (typeof compression === "string" &&
            (allowed.includes(compression) || compression.startsWith("x-snappy") || isReference(compression)))
        )
          continue;
        yield {
          path: [...path, "compression"],
          message: `there is no compression ${wordOf(compression)}`,
          fix: `write ${allowed.join(", ")}`,
        };
      }
    },
  },
  {
    id: "expires-before-next",
    severity: "warning",
    explain:
      "The Prometheus exporter forgets a series that was not renewed for metric_expiration (5 minutes), and Prometheus looks back as far: collected less often, it comes and goes.",
    bad: "receivers:\n  hostmetrics: {collection_interval: 10m, scrapers: {cpu: {}}}\nexporters:\n  prometheus: {endpoint: '0.0.0.0:8889'}\nservice:\n  pipelines:\n    metrics: {receivers: [hostmetrics], exporters: [prometheus]}\n",
    good: "receivers:\n  hostmetrics: {collection_interval: 10m, scrapers: {cpu: {}}}\nexporters:\n  prometheus: {endpoint: '0.0.0.0:8889', metric_expiration: 30m}\nservice:\n  pipelines:\n    metrics: {receivers: [hostmetrics], exporters: [prometheus]}\n",
    *find(config) {
      for (const { id, settings, path } of config.of("exporter", "prometheus")) {
        const keeps = secondsOf(settings.metric_expiration ?? "5m");
        for (const pipeline of config.using("exporters", id))
          for (const one of pipeline.receivers) {
            const receiver = config.find("receiver", one)?.settings;
            const every = secondsOf(
              receiver?.collection_interval ?? at(receiver, "config", "global", "scrape_interval"),
            );
            if (keeps !== undefined && every !== undefined && keeps > 0 && every > keeps)
              yield {
                path: settings.metric_expiration === undefined ? path : [...path, "metric_expiration"],
                message: `series of ${one} come every ${every} s and are forgotten after ${keeps} s`,
                fix: `set metric_expiration to ${every * 3}s or more`,
              };
          }
      }
      // Prometheus itself looks back as far: what comes more seldom has gaps
      for (const { id } of config.of("exporter", "prometheusremotewrite"))
        for (const { receivers } of config.using("exporters", id))
          for (const one of receivers)
            for (const [place, value] of intervalsOf(config.find("receiver", one)))
              if ((secondsOf(value) ?? 0) > 300)
                yield {
                  path: place,
                  message: `points of ${one} come every ${textOf(value)}, and Prometheus looks 5 minutes back`,
                  fix: "collect at least every 5 minutes, such as each 2m",
                };
    },
  },
  {
    id: "batch-above-grpc",
    severity: "warning",
    explain:
      "gRPC servers refuse messages above 4 MiB unless told otherwise: a batch of many ten thousands is above, refused each time, and dropped.",
    bad: "processors:\n  batch: {send_batch_size: 200000}\nexporters:\n  otlp: {endpoint: 'a.example:4317'}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], processors: [batch], exporters: [otlp]}\n",
    good: "processors:\n  batch: {send_batch_size: 8192, send_batch_max_size: 8192}\nexporters:\n  otlp: {endpoint: 'a.example:4317'}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], processors: [batch], exporters: [otlp]}\n",
    *find(config) {
      for (const { id, settings, path } of config.of("processor", "batch")) {
        const { key, most } = largestBatch(settings);
        const exporter = config
          .using("processors", id)
          .flatMap(({ exporters }) => exporters)
          .find((one) => config.find("exporter", one)?.type === "otlp");
        if (exporter !== undefined && most > 50_000)
          yield {
            path: [...path, key],
            message: `batches of ${most} are above 4 MiB, which the server of ${exporter} takes`,
            fix: "set send_batch_max_size: 8192",
          };
      }
    },
  },
  {
    id: "queue-too-small",
    severity: "error",
    explain:
      "A queue counts in its sizer: of a thousand bytes it holds nothing, and a batch that waits for more than the queue holds is refused at the start.",
    bad: "exporters:\n  otlp: {endpoint: 'a.example:4317', sending_queue: {sizer: bytes, queue_size: 1000}}\n",
    good: "exporters:\n  otlp: {endpoint: 'a.example:4317', sending_queue: {sizer: bytes, queue_size: 104857600}}\n",
    *find(config) {
      for (const { id, settings, path } of config.of("exporter")) {
        const queue = at(settings, "sending_queue");
        const [size, sizer] = [at(queue, "queue_size"), at(queue, "sizer")];
        const [least, counts] = [at(queue, "batch", "min_size"), at(queue, "batch", "sizer") ?? "items"];
        if (typeof size !== "number" || size <= 0) continue;
        if (sizer === "bytes" && size < 1_000_000)
          yield {
            path: [...path, "sending_queue", "queue_size"],
            message: `the queue of ${id} holds ${size} bytes`,
            fix: "write a number of bytes such as 104857600, or remove sizer",
          };
        else if (typeof least === "number" && counts === sizer && least > size)
          yield {
            path: [...path, "sending_queue", "batch", "min_size"],
            message: `batches wait for ${least} ${sizer}, and the queue holds ${size}`,
            fix: `raise queue_size above ${least}`,
          };
      }
    },
  },
];
