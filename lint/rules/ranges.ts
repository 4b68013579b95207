/** Numbers, durations and texts that a component refuses for what they are, from the checks that the components make themselves. */
import { secondsOf } from "../duration.ts";
import { at, listOf, textOf, wordOf } from "../model.ts";
import { placesAt, type Types } from "../places.ts";
import type { Rule } from "../rule.ts";

/** What a value at a place must be: not below, above, not above. */
interface Range {
  readonly of: Types;
  readonly at: string;
  readonly min?: number;
  readonly above?: number;
  readonly max?: number;
}

const RANGES: readonly Range[] = [
  { of: ["receiver"], at: "collection_interval", above: 0 },
  { of: ["receiver"], at: "initial_delay", min: 0 },
  { of: ["receiver", "otlp"], at: "protocols.grpc.max_recv_msg_size_mib", min: 0 },
  { of: ["receiver", "statsd"], at: "aggregation_interval", above: 0 },
  { of: ["receiver", "filelog", "otlpjsonfile"], at: "poll_interval", above: 0 },
  { of: ["receiver", "statsd"], at: "timer_histogram_mapping.*.summary.percentiles.*", min: 0, max: 100 },
  { of: ["receiver", "webhookevent"], at: "read_timeout", max: 10 },
  { of: ["receiver", "webhookevent"], at: "write_timeout", max: 10 },
  { of: ["processor", "batch"], at: "timeout", min: 0 },
  { of: ["processor", "batch"], at: "metadata_cardinality_limit", min: 0 },
  { of: ["processor", "deltatocumulative"], at: "max_stale", above: 0 },
  { of: ["processor", "deltatocumulative"], at: "max_streams", min: 0 },
  { of: ["processor", "interval"], at: "interval", above: 0 },
  { of: ["processor", "logdedup"], at: "interval", above: 0 },
  { of: ["processor", "probabilisticsampler"], at: "sampling_precision", min: 1, max: 14 },
  { of: ["processor", "tailsampling"], at: "num_traces", above: 0 },
  { of: ["processor", "tailsampling"], at: "decision_wait", min: 0 },
  { of: ["processor", "groupbytrace"], at: "num_traces", above: 0 },
  { of: ["connector", "spanmetrics"], at: "metrics_flush_interval", above: 0 },
  { of: ["connector", "spanmetrics"], at: "metrics_expiration", min: 0 },
  { of: ["connector", "spanmetrics"], at: "aggregation_cardinality_limit", min: 0 },
  { of: ["connector", "spanmetrics"], at: "exemplars.max_per_data_point", min: 0 },
  { of: ["connector", "servicegraph"], at: "exponential_histogram_max_size", min: 0 },
  { of: ["connector", "servicegraph"], at: "store.ttl", above: 0 },
  { of: ["connector", "failover"], at: "retry_interval", above: 0 },
  { of: ["exporter"], at: "timeout", min: 0 },
  { of: ["exporter"], at: "sending_queue.batch.flush_timeout", above: 0 },
  { of: ["exporter"], at: "sending_queue.batch.min_size", min: 0 },
  { of: ["exporter"], at: "retry_on_failure.randomization_factor", min: 0, max: 1 },
  { of: ["exporter"], at: "retry_on_failure.multiplier", min: 0 },
  { of: ["exporter"], at: "retry_on_failure.initial_interval", min: 0 },
  { of: ["exporter"], at: "retry_on_failure.max_interval", min: 0 },
  { of: ["exporter"], at: "retry_on_failure.max_elapsed_time", min: 0 },
  { of: ["exporter", "elasticsearch"], at: "retry.max_retries", min: 0 },
  { of: ["exporter", "file"], at: "flush_interval", above: 0 },
  { of: ["exporter", "file"], at: "rotation.max_megabytes", min: 0 },
  { of: ["exporter", "syslog"], at: "port", min: 1, max: 65_535 },
  { of: ["exporter", "sumologic"], at: "timeout", min: 1, max: 55 },
  { of: ["exporter", "splunkhec"], at: "max_content_length_logs", max: 838_860_800 },
  { of: ["extension", "filestorage"], at: "compaction.check_interval", above: 0 },
  { of: ["exporter", "prometheusremotewrite"], at: "max_batch_request_parallelism", min: 1 },
  { of: ["exporter", "prometheusremotewrite"], at: "remote_write_queue.num_consumers", min: 0 },
  { of: ["exporter", "prometheusremotewrite"], at: "max_batch_size_bytes", min: 0 },
  { of: ["exporter", "datadog"], at: "host_metadata.reporter_period", min: 300 },
  { of: ["exporter", "file"], at: "group_by.max_open_files", above: 0 },
  { of: ["exporter", "splunkhec"], at: "max_content_length_metrics", max: 838_860_800 },
  { of: ["exporter", "splunkhec"], at: "max_content_length_traces", max: 838_860_800 },
  { of: ["exporter", "prometheusremotewrite"], at: "remote_write_queue.queue_size", above: 0 },
  { of: ["processor", "groupbytrace"], at: "num_workers", above: 0 },
  { of: ["processor", "metricstarttime"], at: "gc_interval", above: 0 },
  { of: ["processor", "metricsgeneration"], at: "rules.*.scale_by", above: 0 },
  { of: ["receiver", "kafka"], at: "min_fetch_size", min: 0 },
  { of: ["receiver", "prometheus"], at: "target_allocator.interval", above: 0 },
];

/** Names of the time zone database, which are read; letters alone but for these, and offsets, are not. */
const ZONE = /^(UTC|GMT|Local|Zulu|EST|MST|HST|CET|EET|MET|WET|UCT|[A-Z][A-Za-z_]+(\/[\w+-]+)+|[A-Z][a-z]+)$/;
const ZONE_FIX = "write a name of the time zone database, Europe/Berlin";

/** What a text must look like. */
const FORMS: readonly { readonly of: Types; readonly at: string; readonly form: RegExp; readonly fix: string }[] = [
  {
    of: ["exporter", "googlecloudpubsub"],
    at: "topic",
    form: /^projects\/[a-z][a-z0-9-]*(:[a-z0-9-]+)?\/topics\/./,
    fix: "write projects/PROJECT/topics/NAME",
  },
  {
    of: ["receiver", "googlecloudpubsub"],
    at: "subscription",
    form: /^projects\/[a-z][a-z0-9-]*(:[a-z0-9-]+)?\/subscriptions\/./,
    fix: "write projects/PROJECT/subscriptions/NAME",
  },
  ...(["receiver", "exporter"] as const).map((role) => ({
    of: [role, "kafka"] as Types,
    at: "protocol_version",
    form: /^\d+\.\d+\.\d+(\.\d+)?$/,
    fix: "write three numbers, such as 2.8.0",
  })),
  {
    of: ["exporter", "awss3"],
    at: "s3uploader.s3_bucket",
    form: /^[^/:]+$/,
    fix: "write the bucket's name alone, and s3_prefix",
  },
  { of: ["extension", "healthcheck"], at: "path", form: /^\//, fix: "begin it with /" },
  {
    of: ["exporter", "kafka"],
    at: "brokers.*",
    form: /^(?!\w+:\/\/)[^,]*$/,
    fix: "write host:port, each in an item of its own",
  },
  {
    of: ["receiver", "kafka", "kafkametrics"],
    at: "brokers.*",
    form: /^(?!\w+:\/\/)[^,]*$/,
    fix: "write host:port, each in an item of its own",
  },
  {
    of: ["exporter", "otlp", "otlphttp"],
    at: "endpoint",
    form: /^[^,]*$/,
    fix: "write one address; several are for loadbalancing, or for an exporter each",
  },
  { of: ["receiver", "mongodb"], at: "hosts.*.endpoint", form: /^(?!\w+:\/\/)/, fix: "write host:port" },
  ...["logs_index", "traces_index", "metrics_index"].map((key) => ({
    of: ["exporter", "elasticsearch", "opensearch"] as Types,
    at: key,
    form: /^[^A-Z]*$|[%{]/,
    fix: "write it in small letters: no index has a name with others",
  })),
  {
    of: ["processor", "span"],
    at: "name.to_attributes.rules.*",
    form: /\(\?P?</,
    fix: "name what is taken: (?P<name>…)",
  },
  {
    of: ["processor", "logdedup"],
    at: "exclude_fields.*",
    form: /^(body|attributes)[.[]/,
    fix: "write body. or attributes. and what is below it",
  },
  {
    of: ["processor", "logdedup"],
    at: "include_fields.*",
    form: /^(body|attributes)[.[]/,
    fix: "write body. or attributes. and what is below it",
  },
  { of: ["processor", "logdedup"], at: "timezone", form: ZONE, fix: `${ZONE_FIX}, or UTC` },
  { of: ["receiver", "syslog"], at: "location", form: ZONE, fix: ZONE_FIX },
  {
    of: ["receiver", "filelog", "tcplog", "udplog", "namedpipe"],
    at: "encoding",
    form: /^(nop|ascii|us-ascii|utf-?8(-raw)?|utf-?16(le|be)?|utf-16-[lb]e|big5|gbk|gb-?2312|gb-?18030|shift[-_]jis|euc-(jp|kr)|iso-?\d{4}-\w+|latin-?\d|windows-?\d+|cp-?\d+|ibm-?\d+|koi8-[ru]|macintosh)$/i,
    fix: "write utf-8, utf-16le, utf-16be, ascii, nop, or another name that IANA knows",
  },
  ...["targets", "prefetch"].map((list) => ({
    of: ["processor", "schema"] as Types,
    at: `${list}.*`,
    form: /^https?:\/\/.+\/\d+\.\d+\.\d+$/,
    fix: "write the whole address, https://opentelemetry.io/schemas/1.26.0",
  })),
  {
    of: ["extension", "oidc"],
    at: "issuer_url",
    form: /^(?!.*\/\.well-known\/)/,
    fix: "write the issuer alone: /.well-known/openid-configuration is appended to it",
  },
  ...["log_group_name", "log_stream_name"].map((key) => ({
    of: ["exporter", "awsemf"] as Types,
    at: key,
    form: /^(?!.*\{([a-z]\w*|\w+_\w+)\})/,
    fix: "write the placeholder as the exporter knows it: {ClusterName}, {TaskId}, {NodeName}, {PodName}, {ServiceName}",
  })),
  {
    of: ["receiver", "apache"],
    at: "endpoint",
    form: /\?auto$/,
    fix: "end it with ?auto: the receiver reads that form alone",
  },
  {
    of: ["receiver", "nginx"],
    at: "endpoint",
    form: /^(?!https?:\/\/[^/]+\/?$)/,
    fix: "write the path of stub_status too, for example /status",
  },
  {
    of: ["receiver", "k8scluster"],
    at: "node_conditions_to_report.*",
    form: /^[A-Z]/,
    fix: "write the condition as Kubernetes does: Ready, MemoryPressure, DiskPressure",
  },
  {
    of: ["receiver", "prometheus"],
    at: "config.scrape_configs.*.file_sd_configs.*.files.*",
    form: /\.(json|ya?ml)$/,
    fix: "name files that end with .json, .yml or .yaml: others are refused",
  },
  {
    of: ["receiver", "prometheus"],
    at: "config.scrape_configs.*.metrics_path",
    form: /^[^?]*$/,
    fix: "write what stands behind the ? as params: {name: [value]}",
  },
  {
    of: ["receiver", "prometheus"],
    at: "target_allocator.endpoint",
    form: /^https?:\/\//,
    fix: "begin it with http://",
  },
  ...["filelog", "otlpjsonfile"].map((type) => ({
    of: ["receiver", type] as Types,
    at: "include.*",
    form: /^(?!.*(\\\.(log|json|txt|out)\b|\.\*\\|\.\+))(?!.*\/$)(?!\/var\/log(\/(nginx|apache2?|httpd|containers|pods|mysql|postgresql|journal))?$)/,
    fix: "write files, with * for a part of a name and ** for folders: /var/log/app/*.log",
  })),
  {
    of: ["exporter", "loadbalancing"],
    at: "resolver.k8s.service",
    form: /^[a-z0-9-]+(\.[a-z0-9-]+)?$/,
    fix: "write the service and its namespace: gateway.observability; ports are a key of their own",
  },
  {
    of: ["extension", "filestorage"],
    at: "directory_permissions",
    form: /^0?[0-7]{1,3}$/,
    fix: "write it in octal digits, '0750'",
  },
];

export const rangeRules: readonly Rule[] = [
  {
    id: "out-of-range",
    severity: "error",
    explain:
      "A number or duration with which a component cannot work stops the collector, or the component does nothing.",
    bad: "processors:\n  interval: {interval: 0s}\n",
    good: "processors:\n  interval: {interval: 60s}\n",
    *find(config) {
      for (const { of: types, at: place, min, above, max } of RANGES)
        for (const { path, value } of placesAt(config, types, place)) {
          const number = typeof value === "number" || typeof value === "string" ? secondsOf(value) : undefined;
          if (number === undefined) continue;
          const limit =
            above !== undefined && number <= above
              ? `above ${above}`
              : min !== undefined && number < min
                ? `${min} or more`
                : max !== undefined && number > max
                  ? `at most ${max}`
                  : undefined;
          if (limit !== undefined)
            yield { path, message: `${wordOf(value)} is refused: it must be ${limit}`, fix: `write a value ${limit}` };
        }
    },
  },
  {
    id: "text-form",
    severity: "error",
    explain: "A text of another form than a component reads: it is refused, or leads nowhere.",
    bad: "exporters:\n  googlecloudpubsub: {topic: traces}\n",
    good: "exporters:\n  googlecloudpubsub: {topic: projects/shop/topics/traces}\n",
    *find(config) {
      for (const { of: types, at: place, form, fix } of FORMS)
        for (const { path, value } of placesAt(config, types, place))
          if (typeof value === "string" && value !== "" && !value.includes("${") && !form.test(value))
            yield { path, message: `"${value}" is not of the form that is read here`, fix };
      for (const { settings, path } of config.of("exporter", "file"))
        if (at(settings, "group_by", "enabled") === true && /^[^*$]+$/.test(textOf(settings.path)))
          yield {
            path: [...path, "path"],
            message: "files of groups need a * in their path, for the name of the group",
            fix: "write for example /data/*/logs.json",
          };
    },
  },
  {
    id: "bucket-order",
    severity: "error",
    explain:
      "Bounds of a histogram ascend; in another order values are counted in the wrong buckets, or the start fails.",
    bad: "connectors:\n  spanmetrics: {histogram: {explicit: {buckets: [100ms, 10ms, 1s]}}}\n",
    good: "connectors:\n  spanmetrics: {histogram: {explicit: {buckets: [10ms, 100ms, 1s]}}}\n",
    *find(config) {
      const places: readonly (readonly [Types, string])[] = [
        [["connector", "spanmetrics"], "histogram.explicit.buckets"],
        [["connector", "servicegraph"], "latency_histogram_buckets"],
        [["connector", "signaltometrics"], "*.*.histogram.buckets"],
        [["receiver", "statsd"], "timer_histogram_mapping.*.histogram.explicit_buckets.*.buckets"],
      ];
      for (const [types, place] of places)
        for (const { path, value } of placesAt(config, types, place)) {
          const bounds = listOf(value).map(secondsOf);
          const i = bounds.findIndex((bound, at) => {
            const before = bounds[at - 1];
            return bound !== undefined && before !== undefined && bound <= before;
          });
          if (i > 0)
            yield {
              path: [...path, i],
              message: `${wordOf(listOf(value)[i])} stands behind ${wordOf(listOf(value)[i - 1])}`,
              fix: "write the bounds in ascending order",
            };
        }
    },
  },
  {
    id: "retry-ends-too-soon",
    severity: "error",
    explain:
      "max_elapsed_time below max_interval (30 s unless set) or initial_interval (5 s) is refused; 0 means without end.",
    bad: "exporters:\n  otlp: {endpoint: 'a.example:4317', retry_on_failure: {max_elapsed_time: 10s}}\n",
    good: "exporters:\n  otlp: {endpoint: 'a.example:4317', retry_on_failure: {max_interval: 10s, max_elapsed_time: 60s}}\n",
    *find(config) {
      for (const { path, value } of placesAt(config, ["exporter"], "retry_on_failure")) {
        if (at(value, "enabled") === false) continue;
        const end = secondsOf(at(value, "max_elapsed_time"));
        if (end === undefined || end <= 0) continue;
        for (const [key, usual] of [
          ["max_interval", "30s"],
          ["initial_interval", "5s"],
        ] as const) {
          const given = at(value, key) ?? usual;
          const pause = secondsOf(given);
          if (pause === undefined || end >= pause) continue;
          yield {
            path: [...path, "max_elapsed_time"],
            message: `${textOf(at(value, "max_elapsed_time"))} is below ${key}, ${wordOf(given)}`,
            fix: `raise it, or lower ${key}`,
          };
          break;
        }
      }
    },
  },
];
