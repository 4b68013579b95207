/** Settings that a component refuses because of what stands beside them, from the checks that the components make themselves. */
import { type Condition, isOff, isSet, meetings } from "../conditions.ts";
import { secondsOf } from "../duration.ts";
import { at, listOf, textOf, textsOf, wordOf } from "../model.ts";
import type { Rule } from "../rule.ts";

const isText = (value: unknown): value is string => typeof value === "string" && !value.includes("${");
/** A number above another one, both of which the file itself says. */
const isAbove = (a: unknown, b: unknown): boolean => typeof a === "number" && typeof b === "number" && a > b;
const isRegex = (topic: string): boolean => topic.startsWith("^") || topic.includes("${");

const REFUSED: readonly Condition[] = [
  ...["discard_orphans", "store_on_disk"].map(
    (key): Condition => ({
      of: ["processor", "groupbytrace"],
      keys: key,
      when: (settings) => settings[key] === true,
      because: `${key} is not made yet, and the processor is refused with it`,
      fix: "remove it",
    }),
  ),
  {
    of: ["processor", "span"],
    below: "status",
    keys: "description",
    when: ({ code }) => isText(code) && code !== "Error",
    because: "only the status Error has a description",
    fix: "remove it, or write code: Error",
  },
  {
    of: ["processor", "span"],
    when: ({ name, status }) =>
      !isSet(at(name, "from_attributes")) && !isSet(at(name, "to_attributes")) && !isSet(status),
    because: "neither name.from_attributes, name.to_attributes nor status is set",
    fix: "set one of them",
  },
  ...["include", "exclude"].flatMap((below): readonly Condition[] => [
    {
      of: ["processor", "cumulativetodelta"],
      below,
      keys: "match_type",
      when: ({ metrics }) => !isSet(metrics),
      because: "match_type is set, and no metrics are named",
      fix: "list metrics, or remove match_type",
    },
  ]),
  ...["metric1", "metric2"].map(
    (key): Condition => ({
      of: ["processor", "metricsgeneration"],
      below: "rules.*",
      keys: key,
      when: (settings) => isSet(settings.name) && settings.name === settings[key],
      because: "the new metric has the name of the one that it is made of",
      fix: "give it another name",
    }),
  ),
  {
    of: ["processor", "redaction"],
    keys: "hmac_key",
    when: ({ hash_function, hmac_key }) =>
      isText(hmac_key) &&
      /^hmac-sha/.test(textOf(hash_function)) &&
      hmac_key.length < (hash_function === "hmac-sha512" ? 64 : 32),
    because: "the key is shorter than the hash asks for: 32 signs, and 64 for hmac-sha512",
    fix: "take a longer one, from the environment",
  },
  {
    of: ["connector", "count"],
    below: "metrics.*",
    keys: "attributes",
    when: () => true,
    because: "metrics are counted without attributes",
    fix: "remove them, or count datapoints",
  },
  {
    of: ["receiver", "statsd"],
    below: "timer_histogram_mapping.*",
    keys: "histogram",
    when: ({ observer_type }) => isText(observer_type) && observer_type !== "histogram",
    because: "histogram is for observer_type: histogram alone",
    fix: "write observer_type: histogram, or remove it",
  },
  {
    of: ["receiver", "statsd"],
    below: "timer_histogram_mapping.*",
    keys: "summary",
    when: ({ observer_type, summary }) =>
      isText(observer_type) && observer_type !== "summary" && isSet(at(summary, "percentiles")),
    because: "summary is for observer_type: summary alone",
    fix: "write observer_type: summary, or remove it",
  },
  {
    of: ["receiver", "sqlquery"],
    below: "queries.*.metrics.*",
    keys: "aggregation",
    when: ({ data_type }) => data_type === undefined || data_type === "gauge",
    because: "a gauge, which the metric is unless data_type says sum, has no aggregation",
    fix: "write data_type: sum, or remove it",
  },
  ...["logs", "metrics", "traces"].map(
    (signal): Condition => ({
      of: ["receiver", "kafka"],
      below: signal,
      keys: "exclude_topic exclude_topics",
      when: ({ topic, topics }) => {
        const named = [...textsOf(topics), ...(typeof topic === "string" ? [topic] : [])];
        return named.length > 0 && !named.some(isRegex);
      },
      because: "topics are left out of a pattern alone, which begins with ^",
      fix: "write topics as a pattern, ^logs-.*, or remove it",
    }),
  ),
  {
    of: ["receiver", "kafka"],
    keys: "max_fetch_size",
    when: ({ min_fetch_size, max_fetch_size }) => max_fetch_size !== 0 && isAbove(min_fetch_size, max_fetch_size),
    because: "max_fetch_size is below min_fetch_size",
    fix: "exchange them",
  },
  {
    of: ["receiver", "kafka"],
    keys: "heartbeat_interval",
    when: ({ heartbeat_interval, session_timeout }) => {
      const [beat, session] = [heartbeat_interval, session_timeout ?? "10s"].map(secondsOf);
      return beat !== undefined && session !== undefined && beat >= session;
    },
    because: "between two heartbeats the session ends, and the broker gives the partitions to others",
    fix: "set it to a third of session_timeout, which is 10s unless set",
  },
  {
    of: ["exporter", "loadbalancing"],
    when: ({ routing_key, routing_attributes }) => routing_key === "attributes" && !isSet(routing_attributes),
    because: "routing_key: attributes asks for routing_attributes",
    fix: "list routing_attributes",
  },
  {
    of: ["exporter", "loadbalancing"],
    keys: "routing_attributes",
    when: ({ routing_key }) => routing_key === undefined || (isText(routing_key) && routing_key !== "attributes"),
    because: "attributes are for routing_key: attributes alone",
    fix: "write routing_key: attributes, or remove it",
  },
  {
    of: ["exporter", "loadbalancing"],
    below: "protocol.otlp.sending_queue",
    keys: "storage",
    when: ({ enabled }) => enabled !== false,
    because: "all senders of the balancer would share one storage, which is not supported",
    fix: "move storage to sending_queue of loadbalancing itself",
  },
  {
    of: ["receiver", "journald"],
    below: "matches.*",
    when: (match) => Object.keys(match).some((name) => !/^[_A-Z]+$|\$\{/.test(name)),
    because: "fields of the journal have names in capitals, _SYSTEMD_UNIT",
    fix: "write the name as journalctl shows it with -o verbose",
  },
  {
    of: ["receiver", "journald"],
    keys: "root_path",
    when: ({ journalctl_path, root_path }) => isText(root_path) && !/^\/|\$\{/.test(textOf(journalctl_path)),
    because: "below a root_path journalctl is found by its whole path alone",
    fix: "set journalctl_path: /usr/bin/journalctl",
  },
  {
    of: ["exporter"],
    below: "tls",
    keys: "include_system_ca_certs_pool",
    when: ({ insecure, include_system_ca_certs_pool }) => insecure === true && include_system_ca_certs_pool === true,
    because: "no certificate is looked at with insecure: true",
    fix: "remove insecure",
  },
  {
    of: ["receiver", "postgresql"],
    keys: "exclude_databases",
    when: ({ databases, exclude_databases }) => {
      const left = textsOf(databases).filter((name) => !textsOf(exclude_databases).includes(name));
      return textsOf(databases).length > 0 && left.length === 0;
    },
    because: "all databases that are named are excluded",
    fix: "remove one of the two lists",
  },
  {
    of: ["connector", "routing"],
    below: "table.*",
    keys: "condition",
    when: ({ context, condition }) =>
      context === "request" && isText(condition) && !/^\s*request\["[^"]+"\]\s*(==|!=)\s*"[^"]*"\s*$/.test(condition),
    because: 'the context request knows one comparison: request["name"] == "value", or !=',
    fix: "write one comparison, and a line of the table for each value",
  },
  {
    of: ["exporter", "debug"],
    keys: "output_paths",
    when: ({ use_internal_logger }) => use_internal_logger === true || use_internal_logger === undefined,
    because: "output_paths are for use_internal_logger: false",
    fix: "set use_internal_logger: false, or remove it",
  },
  {
    of: ["exporter", "datadog"],
    below: "metrics.histograms",
    keys: "send_aggregation_metrics",
    when: ({ mode, send_aggregation_metrics }) => mode === "nobuckets" && send_aggregation_metrics === false,
    because: "without buckets and without sums nothing of a histogram is left",
    fix: "set send_aggregation_metrics: true, or mode: distributions",
  },
  {
    of: ["exporter", "splunkhec"],
    keys: "log_data_enabled",
    when: ({ log_data_enabled, profiling_data_enabled }) =>
      log_data_enabled === false && profiling_data_enabled === false,
    because: "neither log_data_enabled nor profiling_data_enabled is true",
    fix: "set log_data_enabled: true",
  },
  {
    of: ["exporter", "syslog"],
    keys: "enable_octet_counting",
    when: ({ enable_octet_counting, protocol }) =>
      enable_octet_counting === true && isText(protocol) && protocol !== "rfc5424",
    because: "octets are counted with protocol: rfc5424 alone",
    fix: "write protocol: rfc5424, or remove it",
  },
  {
    of: ["receiver", "syslog"],
    keys: "enable_octet_counting non_transparent_framing_trailer",
    when: ({ udp, tcp, enable_octet_counting, non_transparent_framing_trailer }) =>
      isSet(udp) && !isSet(tcp) && (enable_octet_counting === true || isSet(non_transparent_framing_trailer)),
    because: "a datagram of UDP is one message, and neither counts octets nor has a trailer",
    fix: "remove it, or receive by tcp",
  },
  {
    of: ["receiver", "syslog"],
    keys: "non_transparent_framing_trailer",
    when: ({ protocol }) => isText(protocol) && protocol !== "rfc5424",
    because: "such a trailer is for protocol: rfc5424 alone",
    fix: "write protocol: rfc5424, or remove it",
  },
  {
    of: ["exporter", "prometheusremotewrite"],
    keys: "translation_strategy",
    when: ({ translation_strategy, protobuf_message }) =>
      /^(NoTranslation|NoUTF8EscapingWithSuffixes)$/.test(textOf(translation_strategy)) &&
      !/v2|V2|\$\{/.test(textOf(protobuf_message)),
    because: "names that are not escaped need version 2 of remote write",
    fix: "write UnderscoreEscapingWithSuffixes, or the other one that escapes",
  },
  {
    of: ["exporter", "elasticsearch"],
    below: "mapping",
    keys: "allowed_modes",
    when: ({ mode, allowed_modes }) => {
      const allowed = textsOf(allowed_modes).map((word) => word.toLowerCase());
      const used = mode ?? "otel";
      return (
        isText(used) &&
        allowed.length > 0 &&
        !allowed.some((word) => word === used.toLowerCase() || word.includes("${"))
      );
    },
    because: "the mode itself, otel unless it is set, is not among them",
    fix: "name it in allowed_modes",
  },
  {
    of: ["processor", "batch"],
    keys: "metadata_keys",
    when: ({ metadata_keys }) => isTwice(metadata_keys),
    because: "a key stands in metadata_keys twice, large and small letters being the same",
    fix: "name it once",
  },
  {
    of: ["exporter"],
    below: "sending_queue.batch.partition",
    keys: "metadata_keys",
    when: ({ metadata_keys }) => isTwice(metadata_keys),
    because: "a key stands in metadata_keys twice, large and small letters being the same",
    fix: "name it once",
  },
  {
    of: ["processor", "schema"],
    keys: "targets",
    when: ({ targets }) => isTwice(textsOf(targets).map((target) => target.replace(/\/[\d.]+$/, ""))),
    because: "two targets are of one family of schemas, which can have one version",
    fix: "keep one of them",
  },
  {
    of: ["extension", "filestorage"],
    keys: "max_size",
    when: ({ max_size, compaction }) =>
      at(compaction, "on_rebound") === true &&
      isAbove(Number(at(compaction, "rebound_needed_threshold_mib") ?? 100) * 1_048_576, max_size) &&
      max_size !== 0,
    because: "compaction begins above max_size, so never",
    fix: "lower compaction.rebound_needed_threshold_mib, which is 100 unless set, or raise it",
  },
  {
    of: ["extension", "k8sobserver"],
    keys: "observe_pods",
    when: (settings) =>
      ["observe_pods", "observe_nodes", "observe_services", "observe_ingresses"].every((key) => isOff(settings[key])),
    because: "nothing is observed",
    fix: "set one of observe_pods, observe_nodes, observe_services and observe_ingresses to true",
  },
  ...(["receiver", "exporter"] as const).map(
    (role): Condition => ({
      of: [role, "kafka"],
      below: "auth.sasl",
      keys: "mechanism",
      when: ({ mechanism, aws_msk }) => mechanism === "AWS_MSK_IAM_OAUTHBEARER" && !isSet(at(aws_msk, "region")),
      because: "the mechanism asks for aws_msk.region",
      fix: "set aws_msk: {region: …}",
    }),
  ),
  ...["gzip", "zlib", "deflate"].map(
    (word): Condition => ({
      of: ["exporter"],
      keys: "compression_params",
      when: ({ compression = "gzip", compression_params }) => {
        const level = at(compression_params, "level");
        return compression === word && typeof level === "number" && (level > 9 || level < -2);
      },
      because: `${word} has levels from 1 to 9`,
      fix: "write a level up to 9",
    }),
  ),
  {
    of: ["exporter"],
    keys: "compression_params",
    when: ({ compression, compression_params }) =>
      /^(snappy|x-snappy-framed|lz4|none)$/.test(textOf(compression)) &&
      !/^(undefined|0)$/.test(wordOf(at(compression_params, "level"))),
    because: "this compression has no levels",
    fix: "remove the level, or compress with gzip or zstd",
  },
];

/** A name stands in a list twice. */
function isTwice(list: unknown): boolean {
  const names = textsOf(listOf(list)).map((name) => name.toLowerCase());
  return new Set(names).size < names.length;
}

export const refusedSettingRules: readonly Rule[] = [
  {
    id: "refused-setting",
    severity: "error",
    explain:
      "A setting that the component takes elsewhere, and refuses beside what stands there: the collector does not start.",
    bad: "processors:\n  groupbytrace: {wait_duration: 10s, store_on_disk: true}\n",
    good: "processors:\n  groupbytrace: {wait_duration: 10s}\n",
    *find(config) {
      for (const { path, because, fix } of meetings(config, REFUSED)) yield { path, message: because, fix };
      const [first, ...others] = config
        .of("receiver", "hostmetrics")
        .filter(({ id }) => config.using("receivers", id).length > 0);
      const other = others.find(({ settings }) => settings.root_path !== first?.settings.root_path);
      if (first !== undefined && other !== undefined)
        yield {
          path: other.path,
          message: `root_path of ${other.id} is another one than that of ${first.id}, and all must have the same`,
          fix: "set the same root_path in each",
        };
    },
  },
];
