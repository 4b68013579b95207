/** Settings that another setting beside them makes useless: they are read, and nothing comes of them. */
import { type Condition, isOff, isSet, meetings } from "../conditions.ts";
import { secondsOf } from "../duration.ts";
import { at, type Config, textOf, textsOf } from "../model.ts";
import { isRecord } from "../record.ts";
import type { Finding, Rule } from "../rule.ts";

/** From the pages and sources of the components. */
const IGNORED: readonly Condition[] = [
  ...["cors", "protocols.http.cors", "protocols.thrift_http.cors"].map(
    (below): Condition => ({
      of: ["receiver"],
      below,
      keys: "allowed_headers exposed_headers max_age",
      when: ({ allowed_origins }) => !isSet(allowed_origins),
      because: "no origin is allowed, so browsers are let in from nowhere",
      fix: "set allowed_origins",
    }),
  ),
  {
    of: ["processor", "batch"],
    keys: "send_batch_size",
    when: ({ timeout }) => isSet(timeout) && secondsOf(timeout) === 0,
    because: "with timeout: 0 everything is sent at once, whatever its size",
    fix: "set a timeout, such as 5s, or remove send_batch_size",
  },
  {
    of: ["processor", "batch"],
    keys: "metadata_cardinality_limit",
    when: ({ metadata_keys }) => !isSet(metadata_keys),
    because: "no metadata_keys are set",
    fix: "set metadata_keys, or remove it",
  },
  {
    of: ["processor", "memorylimiter"],
    keys: "limit_percentage spike_limit_percentage",
    when: ({ limit_mib }) => isSet(limit_mib) && limit_mib !== 0,
    because: "limit_mib comes before it, with spike_limit_mib",
    fix: "keep one unit: limit_mib with spike_limit_mib, or both in percent",
  },
  {
    of: ["processor", "memorylimiter"],
    keys: "spike_limit_mib",
    when: ({ limit_mib, limit_percentage }) => !isSet(limit_mib) && isSet(limit_percentage),
    because: "the limit is a percentage, and so is its spike limit",
    fix: "write spike_limit_percentage",
  },
  {
    of: ["processor", "redaction"],
    keys: "allowed_keys",
    when: ({ allow_all_keys }) => allow_all_keys === true,
    because: "allow_all_keys: true lets every key through",
    fix: "remove one of the two",
  },
  {
    of: ["receiver", "kafka"],
    below: "message_marking",
    keys: "on_error on_permanent_error",
    when: ({ after }) => isOff(after),
    because: "messages are marked before the pipeline has them",
    fix: "set after: true",
  },
  {
    of: ["receiver", "kafka"],
    below: "header_extraction",
    keys: "headers",
    when: ({ extract_headers }) => isOff(extract_headers),
    because: "no header is extracted",
    fix: "set extract_headers: true",
  },
  {
    of: ["receiver", "kafka"],
    below: "header_extraction",
    keys: "extract_headers",
    when: ({ extract_headers, headers }) => extract_headers === true && !isSet(headers),
    because: "no headers are named",
    fix: "list headers",
  },
  {
    of: ["receiver", "kafka"],
    below: "autocommit",
    keys: "interval",
    when: ({ enable }) => enable === false,
    because: "nothing is committed by itself",
    fix: "remove it, or set enable: true",
  },
  {
    of: ["receiver", "filelog", "journald", "syslog", "tcplog", "udplog", "windowseventlog", "namedpipe"],
    below: "retry_on_failure",
    keys: "initial_interval max_interval max_elapsed_time",
    when: ({ enabled }) => isOff(enabled),
    because: "receivers of logs do not retry unless told to",
    fix: "set enabled: true",
  },
  {
    of: ["receiver", "k8sobjects"],
    below: "objects.*",
    keys: "interval",
    when: ({ mode }) => mode === "watch",
    because: "watch is told of changes, and asks at no interval",
    fix: "remove it, or write mode: pull",
  },
  {
    of: ["receiver", "k8sobjects"],
    below: "objects.*",
    keys: "exclude_watch_type",
    when: ({ mode }) => mode === "pull" || mode === undefined,
    because: "it is for mode: watch, and refused beside pull",
    fix: "write mode: watch, or remove it",
  },
  {
    of: ["receiver", "journald"],
    keys: "files",
    when: ({ directory }) => isSet(directory),
    because: "directory comes before it",
    fix: "keep one of the two",
  },
  {
    of: ["receiver", "syslog"],
    keys: "location",
    when: ({ protocol, location }) => protocol === "rfc5424" && !/^(UTC|Local)$/.test(textOf(location)),
    because: "times of RFC 5424 have their zone in them",
    fix: "remove it",
  },
  {
    of: ["receiver", "sqlquery"],
    below: "queries.*.metrics.*",
    keys: "monotonic",
    when: ({ data_type, monotonic }) => monotonic === true && (data_type === "gauge" || data_type === undefined),
    because: "a gauge, which the metric is, counts nothing",
    fix: "write data_type: sum",
  },
  {
    of: ["receiver", "sqlquery"],
    below: "queries.*",
    keys: "tracking_column tracking_start_value",
    when: ({ logs, metrics }) => !isSet(logs) && isSet(metrics),
    because: "it is for logs: metrics are asked for anew each time",
    fix: "remove it",
  },
  {
    of: ["exporter", "prometheus", "prometheusremotewrite"],
    keys: "add_metric_suffixes",
    // both may say the same, for an older collector
    when: ({ add_metric_suffixes, translation_strategy }) =>
      typeof add_metric_suffixes === "boolean" &&
      add_metric_suffixes !== /EscapingWithSuffixes$/.test(textOf(translation_strategy)) &&
      /^(No|Under)/.test(textOf(translation_strategy)),
    because: "translation_strategy comes before it, and says the contrary",
    fix: "remove it",
  },
  {
    of: ["exporter", "prometheusremotewrite"],
    below: "headers",
    when: (headers) =>
      Object.keys(headers).some((name) =>
        /^(content-encoding|content-type|user-agent|x-prometheus-remote-write-version)$/i.test(name),
      ),
    because: "the protocol sets Content-Type, Content-Encoding, User-Agent and its version itself",
    fix: "remove that header",
  },
  {
    of: ["receiver", "filelog", "otlpjsonfile"],
    keys: "polls_to_archive",
    when: ({ polls_to_archive, storage }) => polls_to_archive !== 0 && !isSet(storage),
    because: "what is archived is kept in a storage, and none is named",
    fix: "set storage",
  },
  {
    of: ["receiver", "k8scluster"],
    keys: "node_conditions_to_report allocatable_types_to_report",
    when: ({ namespace, namespaces }) => isSet(namespace) || isSet(namespaces),
    because: "limited to namespaces the receiver sees no nodes",
    fix: "remove it, or observe the whole cluster",
  },
  {
    of: ["exporter", "datadog"],
    below: "host_metadata",
    keys: "tags",
    when: ({ enabled }) => enabled === false,
    because: "nothing is told of the host",
    fix: "set enabled: true, or remove it",
  },
  {
    of: ["exporter"],
    below: "sending_queue",
    keys: "storage",
    when: ({ enabled }) => enabled === false,
    because: "there is no queue",
    fix: "set enabled: true, or remove it",
  },
  {
    of: ["connector", "spanmetrics"],
    below: "exemplars",
    keys: "max_per_data_point",
    when: ({ enabled }) => isOff(enabled),
    because: "there are no exemplars",
    fix: "set enabled: true",
  },
  {
    of: ["connector", "spanmetrics"],
    below: "events",
    keys: "dimensions",
    when: ({ enabled }) => isOff(enabled),
    because: "events are not counted",
    fix: "set enabled: true",
  },
  {
    of: ["connector", "spanmetrics"],
    below: "histogram",
    keys: "explicit exponential unit",
    when: ({ disable }) => disable === true,
    because: "there is no histogram",
    fix: "remove it, or disable",
  },
  {
    of: ["extension", "healthcheckv2"],
    keys: "http grpc component_health",
    when: ({ use_v2 }) => isOff(use_v2),
    because: "without use_v2: true the extension behaves as the older one, at localhost:13133",
    fix: "set use_v2: true",
  },
  {
    of: ["extension", "bearertokenauth"],
    keys: "token",
    when: ({ filename }) => isSet(filename),
    because: "the token in the file comes before it",
    fix: "keep one of the two",
  },
  {
    of: ["extension", "filestorage"],
    below: "compaction",
    keys: "rebound_needed_threshold_mib rebound_trigger_threshold_mib",
    when: ({ on_rebound }) => isOff(on_rebound),
    because: "nothing is compacted while the collector runs",
    fix: "set on_rebound: true",
  },
];

/** Settings of a detector that is not among those that are asked. */
function* ofDetectors(config: Config): Generator<Finding> {
  for (const { settings, path } of config.of("processor", "resourcedetection")) {
    const asked = textsOf(settings.detectors).map((name) => name.replaceAll("_", ""));
    if (asked.length === 0 || asked.some((name) => name.includes("${"))) continue;
    for (const [key, value] of Object.entries(settings))
      if (isRecord(value) && DETECTORS.test(key) && !asked.includes(key.replaceAll("_", "")))
        yield {
          path: [...path, key],
          message: `${key} does nothing: the detector ${key} is not asked`,
          fix: `name it in detectors, or remove its settings`,
        };
  }
}
/** Detectors that have settings. */
const DETECTORS =
  /^(system|docker|ec2|ecs|eks|gcp|aks|azure|lambda|elasticbeanstalk|consul|heroku|k8snode|k8sapi|kubeadm|openshift|dynatrace|env)$/;

/** Keys of the sampler of records, where only spans come. */
function* ofRecords(config: Config): Generator<Finding> {
  for (const { id, settings, path } of config.of("processor", "probabilisticsampler")) {
    const pipelines = config.using("processors", id);
    const isByTrace = /^(proportional|equalizing)$/.test(textOf(settings.mode));
    if (
      isByTrace &&
      isSet(settings.hash_seed) &&
      pipelines.length > 0 &&
      pipelines.every(({ signal }) => signal === "traces")
    )
      yield {
        path: [...path, "hash_seed"],
        message: `hash_seed does nothing: with mode: ${textOf(settings.mode)} the trace id itself decides`,
        fix: "remove it, or write mode: hash_seed",
      };
    const key = ["from_attribute", "attribute_source", "sampling_priority"].find((name) => isSet(settings[name]));
    if (key !== undefined && pipelines.length > 0 && pipelines.every(({ signal }) => signal === "traces"))
      yield {
        path: [...path, key],
        message: `${key} does nothing: it is for records, and ${id} samples spans`,
        fix: "remove it; spans are sampled by their trace id",
      };
  }
}

/** Files of groups of the file exporter before they could be rotated. */
function* ofGroups(config: Config, version: string): Generator<Finding> {
  if (!version.startsWith("0.") || Number(version.split(".")[1]) > 145) return;
  for (const { settings, path } of config.of("exporter", "file"))
    if (at(settings, "group_by", "enabled") === true && isRecord(settings.rotation))
      yield {
        path: [...path, "rotation"],
        message: "rotation does nothing: files of groups are not rotated",
        fix: "rotate them by other means, or remove group_by",
      };
}

/** Mount points below root_path: the host knows them without it. */
function* ofHost(config: Config): Generator<Finding> {
  for (const { settings, path } of config.of("receiver", "hostmetrics")) {
    const root = textOf(settings.root_path).replace(/\/$/, "");
    if (root === "" || root.includes("${")) continue;
    for (const side of ["include_mount_points", "exclude_mount_points"])
      for (const [i, point] of textsOf(at(settings, "scrapers", "filesystem", side, "mount_points")).entries())
        if (point.replace(/^\^/, "").startsWith(`${root}/`))
          yield {
            path: [...path, "scrapers", "filesystem", side, "mount_points", i],
            message: `${point} does nothing: with root_path mount points are named as on the host, without ${root}`,
            fix: `write ${point.replace(root, "")}`,
          };
  }
}

export const ignoredSettingRules: readonly Rule[] = [
  {
    id: "ignored-setting",
    severity: "warning",
    explain:
      "A setting that another one beside it makes useless: it is read without a complaint, and what it says does not happen.",
    bad: "processors:\n  memory_limiter: {check_interval: 1s, limit_mib: 400, spike_limit_percentage: 25}\n",
    good: "processors:\n  memory_limiter: {check_interval: 1s, limit_mib: 400, spike_limit_mib: 100}\n",
    *find(config, { version }) {
      for (const { path, key, because, fix } of meetings(config, IGNORED))
        yield { path, message: `${key === "" ? "this" : key} does nothing: ${because}`, fix };
      yield* ofDetectors(config);
      yield* ofRecords(config);
      yield* ofHost(config);
      yield* ofGroups(config, version);
    },
  },
];
