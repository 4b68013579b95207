/** Values that are one of a few words. */

import { nearest } from "../../config/nearest.ts";
import { type Config, wordOf } from "../model.ts";
import { placesAt, type Types } from "../places.ts";
import type { Rule } from "../rule.ts";

/** A place, `*` for any key or item, and what may be written there. */
interface Choice {
  readonly of: Types;
  readonly at: string;
  readonly words: string;
}

const METADATA =
  "container.id container.image.name container.image.repo_digests container.image.tag container.image.tags k8s.cluster.uid k8s.container.name k8s.cronjob.name k8s.cronjob.uid k8s.daemonset.name k8s.daemonset.uid k8s.deployment.name k8s.deployment.uid k8s.job.name k8s.job.uid k8s.namespace.name k8s.node.name k8s.node.uid k8s.pod.hostname k8s.pod.ip k8s.pod.name k8s.pod.start_time k8s.pod.uid k8s.replicaset.name k8s.replicaset.uid k8s.statefulset.name k8s.statefulset.uid service.instance.id service.name service.namespace service.version";
const KUBERNETES: Choice["of"] = ["receiver", "kubeletstats", "k8scluster", "k8sevents", "k8sobjects"];
/** Days that CloudWatch keeps logs for. */
const RETENTION = "0 1 3 5 7 14 30 60 90 120 150 180 365 400 545 731 1827 2192 2557 2922 3288 3653";
const SEVERITIES = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"]
  .flatMap((name) => [name, `${name}2`, `${name}3`, `${name}4`])
  .join(" ");
const ALLOCATABLE = "cpu memory ephemeral-storage storage pods";
const SCRAPED = "PrometheusProto PrometheusText0.0.4 PrometheusText1.0.0 OpenMetricsText0.0.1 OpenMetricsText1.0.0";
const STORAGE_CLASSES =
  "STANDARD REDUCED_REDUNDANCY STANDARD_IA ONEZONE_IA INTELLIGENT_TIERING GLACIER DEEP_ARCHIVE OUTPOSTS GLACIER_IR SNOW EXPRESS_ONEZONE FSX_OPENZFS FSX_ONTAP";
const SASL = "PLAIN SCRAM-SHA-256 SCRAM-SHA-512 AWS_MSK_IAM AWS_MSK_IAM_OAUTHBEARER OAUTHBEARER";

/** From the checks that the components make themselves (contrib, August 2026). */
const CHOICES: readonly Choice[] = [
  { of: ["processor", "k8sattributes"], at: "extract.metadata.*", words: METADATA },
  {
    of: ["processor", "k8sattributes"],
    at: "extract.labels.*.from",
    words: "pod namespace node deployment statefulset daemonset job",
  },
  {
    of: ["processor", "k8sattributes"],
    at: "extract.annotations.*.from",
    words: "pod namespace node deployment statefulset daemonset job",
  },
  {
    of: ["processor", "k8sattributes"],
    at: "pod_association.*.sources.*.from",
    words: "resource_attribute connection",
  },
  { of: ["processor", "k8sattributes"], at: "auth_type", words: "none serviceAccount kubeConfig tls" },
  { of: KUBERNETES, at: "auth_type", words: "none serviceAccount kubeConfig tls" },
  { of: ["receiver", "kubeletstats"], at: "metric_groups.*", words: "container pod node volume" },
  {
    of: ["receiver", "kubeletstats"],
    at: "extra_metadata_labels.*",
    words: "container.id k8s.volume.type",
  },
  {
    of: ["receiver", "prometheus"],
    at: "config.scrape_configs.*.kubernetes_sd_configs.*.role",
    words: "node pod service endpoints endpointslice ingress",
  },
  { of: ["receiver", "k8scluster"], at: "distribution", words: "kubernetes openshift" },
  { of: ["receiver", "k8sobjects"], at: "objects.*.mode", words: "pull watch" },
  { of: ["receiver", "kafka", "kafkametrics"], at: "auth.sasl.mechanism", words: SASL },
  { of: ["exporter", "kafka"], at: "auth.sasl.mechanism", words: SASL },
  { of: ["processor", "resourcedetection"], at: "system.hostname_sources.*", words: "os dns cname lookup" },
  ...["include", "exclude"].flatMap((side): readonly Choice[] =>
    ["process.SIDE", "disk.SIDE", "network.SIDE", "filesystem.SIDE_mount_points", "filesystem.SIDE_fs_types"]
      .concat("filesystem.SIDE_devices")
      .map((place) => ({
        of: ["receiver", "hostmetrics"],
        at: `scrapers.${place.replace("SIDE", side)}.match_type`,
        words: "strict regexp",
      })),
  ),
  ...["metrics", "logs"].flatMap((signal) =>
    ["include", "exclude"].map(
      (side): Choice => ({
        of: ["processor", "filter"],
        at: `${signal}.${side}.match_type`,
        words: signal === "metrics" ? "strict regexp expr" : "strict regexp",
      }),
    ),
  ),
  { of: ["receiver", "kafka"], at: "initial_offset", words: "latest earliest" },
  { of: ["exporter", "kafka"], at: "producer.compression", words: "none gzip snappy lz4 zstd" },
  {
    of: ["receiver", "kafkametrics"],
    at: "scrapers.*",
    words: "brokers topics consumers",
  },
  {
    of: ["exporter", "loadbalancing"],
    at: "routing_key",
    words: "traceID service metric resource streamID attributes",
  },
  { of: ["exporter", "elasticsearch"], at: "mapping.mode", words: "none ecs otel raw bodymap" },
  {
    of: ["receiver", "sqlquery"],
    at: "driver",
    words: "postgres mysql sqlserver snowflake oracle hdb tds",
  },
  { of: ["receiver", "sqlquery"], at: "queries.*.metrics.*.data_type", words: "gauge sum" },
  { of: ["receiver", "sqlquery"], at: "queries.*.metrics.*.value_type", words: "int double" },
  { of: ["receiver", "syslog"], at: "protocol", words: "rfc3164 rfc5424 none" },
  { of: ["exporter", "syslog"], at: "protocol", words: "rfc3164 rfc5424 none" },
  { of: ["exporter", "syslog"], at: "network", words: "tcp udp unix" },
  {
    of: ["receiver", "statsd"],
    at: "timer_histogram_mapping.*.statsd_type",
    words: "histogram timing timer distribution",
  },
  {
    of: ["receiver", "statsd"],
    at: "timer_histogram_mapping.*.observer_type",
    words: "gauge histogram summary disabled",
  },
  {
    of: ["receiver", "journald"],
    at: "priority",
    words: "emerg alert crit err warning notice info debug",
  },
  { of: ["receiver", "postgresql", "mysql", "redis"], at: "transport", words: "tcp tcp4 tcp6 unix" },
  { of: ["processor", "metricstransform"], at: "transforms.*.action", words: "insert update combine group" },
  { of: ["processor", "metricstransform"], at: "transforms.*.match_type", words: "strict regexp" },
  {
    of: ["processor", "metricstransform"],
    at: "transforms.*.operations.*.action",
    words:
      "add_label update_label delete_label_value toggle_scalar_data_type experimental_scale_value aggregate_labels aggregate_label_values",
  },
  {
    of: ["processor", "metricstransform"],
    at: "transforms.*.operations.*.aggregation_type",
    words: "sum mean min max count median",
  },
  { of: ["processor", "metricsgeneration"], at: "rules.*.type", words: "calculate scale" },
  {
    of: ["processor", "metricsgeneration"],
    at: "rules.*.operation",
    words: "add subtract multiply divide percent",
  },
  { of: ["processor", "cumulativetodelta"], at: "initial_value", words: "auto keep drop" },
  { of: ["processor", "cumulativetodelta"], at: "include.match_type", words: "strict regexp" },
  { of: ["processor", "cumulativetodelta"], at: "exclude.match_type", words: "strict regexp" },
  { of: ["processor", "attributes", "span"], at: "include.match_type", words: "strict regexp" },
  { of: ["processor", "attributes", "span"], at: "exclude.match_type", words: "strict regexp" },
  { of: ["processor", "probabilisticsampler"], at: "mode", words: "hash_seed proportional equalizing" },
  { of: ["processor", "probabilisticsampler"], at: "attribute_source", words: "traceID record" },
  { of: ["processor", "redaction"], at: "summary", words: "debug info silent" },
  { of: ["processor", "geoip"], at: "context", words: "resource record" },
  {
    of: ["connector", "spanmetrics"],
    at: "aggregation_temporality",
    words: "AGGREGATION_TEMPORALITY_CUMULATIVE AGGREGATION_TEMPORALITY_DELTA",
  },
  { of: ["connector", "spanmetrics"], at: "histogram.unit", words: "ms s" },
  {
    of: ["connector", "spanmetrics"],
    at: "exclude_dimensions.*",
    words: "service.name span.name span.kind status.code collector.instance.id otel.status_code",
  },
  {
    of: ["connector", "routing"],
    at: "table.*.context",
    words: "resource span metric datapoint log request otelcol",
  },
  { of: ["connector", "routing"], at: "table.*.action", words: "move copy" },
  {
    of: ["exporter", "awsemf"],
    at: "dimension_rollup_option",
    words: "ZeroAndSingleDimensionRollup SingleDimensionRollupOnly NoDimensionRollup",
  },
  { of: ["exporter", "awsemf", "awscloudwatchlogs"], at: "log_retention", words: RETENTION },
  { of: ["exporter", "awsemf"], at: "version", words: "0 1" },
  { of: ["exporter", "opensearch"], at: "mapping.mode", words: "ss4o ecs flatten_attributes bodymap" },
  { of: ["exporter", "opensearch"], at: "bulk_action", words: "create index" },
  { of: ["exporter", "elasticsearch"], at: "compression", words: "none gzip" },
  { of: ["exporter", "file"], at: "compression", words: "zstd" },
  { of: ["exporter", "awss3"], at: "s3uploader.compression", words: "none gzip zstd" },
  { of: ["exporter", "awss3"], at: "s3uploader.retry_mode", words: "nop standard adaptive" },
  { of: ["exporter", "coralogix"], at: "protocol", words: "grpc http" },
  { of: ["exporter", "datadog"], at: "metrics.histograms.mode", words: "counters nobuckets distributions" },
  { of: ["exporter", "datadog"], at: "metrics.summaries.mode", words: "noquantiles gauges" },
  {
    of: ["exporter", "datadog"],
    at: "metrics.sums.cumulative_monotonic_mode",
    words: "to_delta raw_value",
  },
  { of: ["exporter", "datadog"], at: "host_metadata.hostname_source", words: "config_or_system first_resource" },
  { of: ["exporter", "googlecloudpubsub"], at: "watermark.behavior", words: "current earliest" },
  { of: ["exporter", "prometheusremotewrite"], at: "compression", words: "snappy" },
  {
    of: ["exporter", "azureblob"],
    at: "auth.type",
    words:
      "connection_string service_principal system_managed_identity user_managed_identity workload_identity default_credentials",
  },
  {
    of: ["exporter", "influxdb"],
    at: "metrics_schema",
    words: "telegraf-prometheus-v1 telegraf-prometheus-v2 otel-v1",
  },
  { of: ["exporter", "sumologic"], at: "metric_format", words: "otlp prometheus" },
  { of: ["exporter", "sumologic"], at: "log_format", words: "otlp json text" },
  { of: ["connector", "failover", "routing"], at: "error_mode", words: "ignore silent propagate" },
  { of: ["extension", "headerssetter"], at: "headers.*.action", words: "insert update upsert delete" },
  { of: ["processor", "redaction"], at: "hash_function", words: "md5 sha1 sha3 hmac-sha256 hmac-sha512" },
  { of: ["processor", "tailsampling"], at: "sampling_strategy", words: "trace-complete span-ingest" },
  {
    of: ["processor", "metricstarttime"],
    at: "strategy",
    words: "true_reset_point subtract_initial_point start_time_metric",
  },
  { of: ["receiver", "awsfirehose"], at: "record_type", words: "cwmetrics cwlogs otlp_v1" },
  { of: ["receiver", "snmp"], at: "version", words: "v1 v2c v3" },
  {
    of: ["exporter", "otlp"],
    at: "balancer_name",
    words: "round_robin pick_first weighted_round_robin least_request_experimental",
  },
  { of: ["exporter", "file"], at: "format", words: "json proto" },
  { of: ["exporter", "zipkin"], at: "format", words: "json proto" },
  {
    of: ["exporter", "prometheus", "prometheusremotewrite"],
    at: "translation_strategy",
    words: "UnderscoreEscapingWithSuffixes UnderscoreEscapingWithoutSuffixes NoUTF8EscapingWithSuffixes NoTranslation",
  },
  { of: ["exporter"], at: "sending_queue.sizer", words: "requests items bytes" },
  { of: ["exporter", "otlphttp"], at: "encoding", words: "proto json" },
  { of: ["receiver", "otlp"], at: "protocols.grpc.transport", words: "tcp tcp4 tcp6 unix npipe" },
  { of: ["processor", "attributes"], at: "actions.*.converted_type", words: "int double string" },
  { of: ["processor", "resource"], at: "attributes.*.converted_type", words: "int double string" },
  { of: ["processor", "filter"], at: "logs.include.severity_number.min", words: SEVERITIES },
  { of: ["processor", "filter"], at: "logs.exclude.severity_number.min", words: SEVERITIES },
  { of: ["exporter", "kafka"], at: "producer.required_acks", words: "-1 0 1 all" },
  { of: ["receiver", "kafka"], at: "group_rebalance_strategy", words: "range roundrobin sticky cooperative-sticky" },
  { of: ["exporter"], at: "sending_queue.batch.sizer", words: "items bytes" },
  { of: ["exporter", "pulsar"], at: "producer.compression_type", words: "none lz4 zlib zstd" },
  { of: ["exporter", "pulsar"], at: "producer.compression_level", words: "default faster better" },
  { of: ["exporter", "pulsar"], at: "producer.batch_builder_type", words: "default key_based" },
  { of: ["exporter", "pulsar"], at: "producer.hashing_scheme", words: "java_string_hash murmur3_32hash" },
  { of: ["exporter", "azuredataexplorer"], at: "ingestion_type", words: "managed queued" },
  { of: ["receiver", "filelog"], at: "on_truncate", words: "ignore read_whole_file read_new" },
  ...["labels", "fields"].map(
    (list): Choice => ({
      of: ["processor", "k8sattributes"],
      at: `filter.${list}.*.op`,
      words: list === "labels" ? "equals not-equals exists does-not-exist" : "equals not-equals",
    }),
  ),
  ...["include", "exclude"].map(
    (side): Choice => ({
      of: ["processor", "cumulativetodelta"],
      at: `${side}.metric_types.*`,
      words: "sum histogram exponentialhistogram",
    }),
  ),
  { of: ["processor", "metricstransform"], at: "transforms.*.submatch_case", words: "lower upper" },
  {
    of: ["processor", "metricstransform"],
    at: "transforms.*.aggregation_type",
    words: "sum mean min max count median",
  },
  { of: ["processor", "span"], at: "status.code", words: "Unset Error Ok" },
  { of: ["receiver", "k8scluster"], at: "allocatable_types_to_report.*", words: ALLOCATABLE },
  { of: ["receiver", "syslog", "tcplog"], at: "non_transparent_framing_trailer", words: "LF NUL" },
  { of: ["exporter", "syslog"], at: "non_transparent_framing_trailer", words: "LF NUL" },
  {
    of: ["receiver", "filelog"],
    at: "ordering_criteria.sort_by.*.sort_type",
    words: "numeric alphabetical timestamp mtime",
  },
  { of: ["receiver", "filelog", "journald", "windowseventlog"], at: "start_at", words: "beginning end" },
  { of: ["receiver", "statsd"], at: "counter_type", words: "int float stochastic_int" },
  { of: ["receiver", "snmp"], at: "security_level", words: "no_auth_no_priv auth_no_priv auth_priv" },
  { of: ["receiver", "snmp"], at: "auth_type", words: "MD5 SHA SHA224 SHA256 SHA384 SHA512" },
  { of: ["receiver", "snmp"], at: "privacy_type", words: "DES AES AES192 AES192C AES256 AES256C" },
  { of: ["receiver", "snmp"], at: "metrics.*.sum.aggregation", words: "cumulative delta" },
  { of: ["receiver", "sqlquery"], at: "queries.*.metrics.*.aggregation", words: "cumulative delta" },
  { of: ["receiver", "prometheus"], at: "config.scrape_configs.*.fallback_scrape_protocol", words: SCRAPED },
  { of: ["receiver", "prometheus"], at: "config.scrape_configs.*.scrape_protocols.*", words: SCRAPED },
  { of: ["receiver", "prometheus"], at: "config.global.scrape_protocols.*", words: SCRAPED },
  {
    of: ["receiver", "httpcheck"],
    at: "targets.*.method",
    words: "GET HEAD POST PUT DELETE PATCH OPTIONS CONNECT TRACE",
  },
  { of: ["exporter", "awss3"], at: "s3uploader.storage_class", words: STORAGE_CLASSES },
  {
    of: ["exporter", "awss3"],
    at: "s3uploader.acl",
    words:
      "private public-read public-read-write authenticated-read aws-exec-read bucket-owner-read bucket-owner-full-control",
  },
];

/** Everywhere, whatever the component. */
const EVERYWHERE = new Map<string, readonly string[]>([
  ["min_version", ["1.0", "1.1", "1.2", "1.3"]],
  ["max_version", ["1.0", "1.1", "1.2", "1.3"]],
]);

function* all(config: Config) {
  for (const { of: types, at: place, words } of CHOICES)
    for (const { path, value } of placesAt(config, types, place)) yield { path, value, allowed: words.split(" ") };
  for (const { path, value } of config.scalars) {
    const allowed = path.at(-2) === "tls" ? EVERYWHERE.get(wordOf(path.at(-1))) : undefined;
    if (allowed !== undefined) yield { path, value, allowed };
  }
}

export const choiceRules: readonly Rule[] = [
  {
    id: "unknown-choice",
    severity: "error",
    explain: "A word that is not one of those that a component knows stops the collector.",
    bad: "processors:\n  k8sattributes: {extract: {metadata: [k8s.pod.name, k8s.node.ip]}}\n",
    good: "processors:\n  k8sattributes: {extract: {metadata: [k8s.pod.name, k8s.node.name]}}\n",
    *find(config) {
      for (const { path, value, allowed } of all(config)) {
        if ((typeof value !== "string" && typeof value !== "number") || value === "") continue;
        const text = wordOf(value);
        if (allowed.includes(text) || text.includes("${") || (path.at(-1) === "priority" && /^[0-7]$|\.\./.test(text)))
          continue;
        const guess = allowed.find((word) => word.toLowerCase() === text.toLowerCase()) ?? nearest(text, allowed);
        yield {
          path,
          message: `"${text}" is not known here`,
          fix:
            guess === undefined
              ? `write one of ${allowed.slice(0, 8).join(", ")}${allowed.length > 8 ? ", …" : ""}`
              : `write ${guess}`,
        };
      }
    },
  },
];
