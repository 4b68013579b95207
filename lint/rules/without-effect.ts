/** Settings that are read without a complaint, and do nothing of what they are for. */
import { secondsOf } from "../duration.ts";
import { at, type Component, type Config, listOf, textOf, textsOf, wordOf } from "../model.ts";
import type { Finding, Rule } from "../rule.ts";
import { languageOf } from "./ottl.ts";

/** Sources each of which names one pod by itself. */
const NAMES_A_POD = /^(connection|k8s\.pod\.(ip|uid)|container\.id|ip)$/;

/** Words of files that several writers write at the same time. */
const PARALLEL =
  /worker|shard|partition|instance|thread|process|replica|tenant|parallel|each (of|file)|all (the )?files|several/i;

/** Signs that a text is a pattern, and no value of anything. */
const IS_PATTERN = /^\^|\.[*+]|\\+[dDsSwW]|\[\^?\w-\w.*\][*+{]|\(\?[:i]|^\([\w.-]+(\|[\w.-]+)+\)\$?$/;
const COMPARED = /([\w.]+(?:\[[^\]]*\])?)\s*(==|!=)\s*"((?:[^"\\]|\\.)*)"/g;
const OPERATOR_COMPARED = /([\w.]+(?:\[[^\]]*\])?)\s*(==|!=)\s*["']([^"']*)["']/g;

function* comparedWithPatterns(config: Config) {
  const operators = config.scalars.flatMap(({ path, value }) =>
    typeof value === "string" && path.includes("operators") && /^(if|expr)$/.test(wordOf(path.at(-1)))
      ? [{ path, text: value }]
      : [],
  );
  for (const [texts, form, function_] of [
    [languageOf(config), COMPARED, "IsMatch"],
    [operators, OPERATOR_COMPARED, "matches"],
  ] as const)
    for (const { path, text } of texts)
      for (const [, left = "", operator, value = ""] of text.matchAll(form)) {
        // names of metrics have no star; a route may
        const isGlob = /^(metric\.)?name$/.test(left) && path.includes("metrics") && value.includes("*");
        if (!IS_PATTERN.test(value) && !isGlob) continue;
        const call = function_ === "IsMatch" ? `IsMatch(${left}, "${value}")` : `${left} matches "${value}"`;
        yield {
          path,
          message: `${operator} compares with the text "${value}", and not with what it matches`,
          fix: `write ${operator === "!=" ? "not " : ""}${call}`,
        };
      }
}

/** Seconds between two points of a receiver, or of a connector that gives deltas, where it is known. */
function pointsEvery(component: Component | undefined): number | undefined {
  if (component === undefined) return undefined;
  const { type, role, settings } = component;
  if (role === "receiver" && type === "statsd") return secondsOf(settings.aggregation_interval ?? "60s");
  const isDelta = /DELTA/i.test(textOf(settings.aggregation_temporality));
  if (role === "connector" && type === "spanmetrics" && isDelta)
    return secondsOf(settings.metrics_flush_interval ?? "60s");
  return role === "receiver" && settings.collection_interval !== undefined
    ? secondsOf(settings.collection_interval)
    : undefined;
}

export const withoutEffectRules: readonly Rule[] = [
  {
    id: "storage-unused",
    severity: "warning",
    explain:
      "A storage does nothing by itself: queues and positions are in memory until sending_queue.storage, or storage of a receiver, names it.",
    bad: "extensions:\n  file_storage: {directory: /var/lib/otelcol}\nexporters:\n  otlp: {endpoint: 'a.example:4317', sending_queue: {enabled: true}}\nservice:\n  extensions: [file_storage]\n  pipelines:\n    traces: {receivers: [otlp], exporters: [otlp]}\n",
    good: "extensions:\n  file_storage: {directory: /var/lib/otelcol}\nexporters:\n  otlp: {endpoint: 'a.example:4317', sending_queue: {storage: file_storage}}\nservice:\n  extensions: [file_storage]\n  pipelines:\n    traces: {receivers: [otlp], exporters: [otlp]}\n",
    *find(config) {
      if (config.pipelines.length === 0) return;
      const named = config.scalars.filter(({ path }) => path[0] !== "service").map(({ value }) => wordOf(value));
      // a text that only the collector knows may name it
      const isOpen = config.scalars.some(
        ({ path, value }) => /storage/.test(wordOf(path.at(-1))) && textOf(value).includes("${"),
      );
      for (const { id, path } of config.of("extension", "filestorage", "dbstorage", "redisstorage"))
        if (config.extensions.includes(id) && !isOpen && !named.includes(id))
          yield {
            path,
            message: `nothing stores in ${id}`,
            fix: `set storage: ${id} in sending_queue or in a receiver, or remove it`,
          };
    },
  },
  {
    id: "tls-files-unused",
    severity: "warning",
    explain:
      "tls.insecure: true is no TLS at all: certificates beside it are not read, and everything leaves in plain text.",
    bad: "exporters:\n  otlp: {endpoint: 'gateway.example:4317', tls: {insecure: true, ca_file: /tls/ca.crt}}\n",
    good: "exporters:\n  otlp: {endpoint: 'gateway.example:4317', tls: {ca_file: /tls/ca.crt}}\n",
    *find(config) {
      for (const { path, value } of config.scalars) {
        if (path.at(-1) !== "insecure" || path.at(-2) !== "tls" || value !== true) continue;
        const tls = at(config.root, ...path.slice(0, -1));
        // an address with https is encrypted all the same, and has a rule of its own
        if (textOf(at(config.root, ...path.slice(0, -2), "endpoint")).startsWith("https://")) continue;
        const file = ["ca", "cert", "key"]
          .flatMap((name) => [`${name}_file`, `${name}_pem`])
          .find((name) => textOf(at(tls, name)) !== "");
        if (file !== undefined)
          yield { path, message: `nothing is encrypted, and ${file} is not read`, fix: "remove insecure" };
      }
    },
  },
  {
    id: "equal-to-pattern",
    severity: "warning",
    explain: "== compares texts letter for letter: a pattern is equal to no name. IsMatch asks for a pattern.",
    bad: "processors:\n  filter: {metrics: {metric: ['name == \"go_.*\"']}}\n",
    good: "processors:\n  filter: {metrics: {metric: ['IsMatch(name, \"^go_.*\")']}}\n",
    find: comparedWithPatterns,
  },
  {
    id: "one-file-of-many",
    severity: "warning",
    explain:
      "ordering_criteria reads the first top_n files of its order, and one where top_n is not set: files that are written at the same time are left out.",
    bad: "receivers:\n  filelog: {include: [/srv/worker-*.log], ordering_criteria: {regex: 'worker-(?P<n>\\d+)', sort_by: [{regex_key: n, sort_type: numeric}]}}\n",
    good: "receivers:\n  filelog: {include: [/srv/worker-*.log], ordering_criteria: {top_n: 20, regex: 'worker-(?P<n>\\d+)', sort_by: [{regex_key: n, sort_type: numeric}]}}\n",
    *find(config) {
      for (const { settings, path } of config.of("receiver", "filelog", "otlpjsonfile")) {
        const criteria = settings.ordering_criteria;
        if (listOf(at(criteria, "sort_by")).length === 0 || at(criteria, "top_n") !== undefined) continue;
        if (at(criteria, "group_by") !== undefined) continue;
        const files = textsOf(settings.include);
        const isByAge = listOf(at(criteria, "sort_by")).some((by) =>
          /^(timestamp|mtime)$/.test(textOf(at(by, "sort_type"))),
        );
        if (!isByAge && files.some((file) => PARALLEL.test(file)))
          yield {
            path: [...path, "ordering_criteria"],
            message: `one file of ${files.join(", ")} is read, and no other`,
            fix: "set top_n to as many as are written at the same time, or remove ordering_criteria",
          };
      }
    },
  },
  {
    id: "association-asks-for-all",
    severity: "warning",
    explain:
      "All sources of one entry of pod_association must be there and agree; the entries are the alternatives. Sources that name a pod each by itself belong into entries of their own.",
    bad: "processors:\n  k8sattributes: {pod_association: [{sources: [{from: resource_attribute, name: k8s.pod.ip}, {from: connection}]}]}\n",
    good: "processors:\n  k8sattributes: {pod_association: [{sources: [{from: resource_attribute, name: k8s.pod.ip}]}, {sources: [{from: connection}]}]}\n",
    *find(config) {
      for (const { settings, path } of config.of("processor", "k8sattributes"))
        for (const [i, entry] of listOf(settings.pod_association).entries()) {
          const names = listOf(at(entry, "sources")).map((one) =>
            at(one, "from") === "connection" ? "connection" : textOf(at(one, "name")),
          );
          const single = names.filter((name) => NAMES_A_POD.test(name));
          if (single.length > 1)
            yield {
              path: [...path, "pod_association", i, "sources"],
              message: `${single.join(" and ")} must all be there`,
              fix: "write each in an entry of its own: - sources: [...]",
            };
        }
    },
  },
  {
    id: "forgotten-before-next",
    severity: "warning",
    explain:
      "deltatocumulative forgets a stream after max_stale, and cumulativetodelta after max_staleness: with points further apart each one begins anew, and counters never grow, or have no difference.",
    bad: "receivers:\n  statsd: {aggregation_interval: 60s}\nprocessors:\n  deltatocumulative: {max_stale: 30s}\nservice:\n  pipelines:\n    metrics: {receivers: [statsd], processors: [deltatocumulative], exporters: [debug]}\n",
    good: "receivers:\n  statsd: {aggregation_interval: 60s}\nprocessors:\n  deltatocumulative: {max_stale: 5m}\nservice:\n  pipelines:\n    metrics: {receivers: [statsd], processors: [deltatocumulative], exporters: [debug]}\n",
    *find(config) {
      for (const [type, key, usual] of [
        ["deltatocumulative", "max_stale", "5m"],
        ["cumulativetodelta", "max_staleness", "0"],
      ] as const)
        for (const { id, settings, path } of config.of("processor", type)) {
          const keeps = secondsOf(settings[key] ?? usual);
          if (keeps === undefined || keeps <= 0) continue;
          for (const one of config.using("processors", id).flatMap(({ receivers }) => receivers)) {
            const every = pointsEvery(config.find("receiver", one) ?? config.find("connector", one));
            if (every !== undefined && every >= keeps)
              yield {
                path: settings[key] === undefined ? path : [...path, key],
                message: `points of ${one} come every ${every} s, and their stream is forgotten after ${keeps} s`,
                fix: `set ${key} to ${every * 3}s or more`,
              };
          }
        }
    },
  },
  {
    id: "interval-below-source",
    severity: "warning",
    explain:
      "The interval processor keeps the last point of each interval: receivers that give points less often lose nothing by it, and are only late.",
    bad: "receivers:\n  hostmetrics: {collection_interval: 60s, scrapers: {cpu: {}}}\nprocessors:\n  interval: {interval: 15s}\nservice:\n  pipelines:\n    metrics: {receivers: [hostmetrics], processors: [interval], exporters: [debug]}\n",
    good: "receivers:\n  hostmetrics: {collection_interval: 10s, scrapers: {cpu: {}}}\nprocessors:\n  interval: {interval: 60s}\nservice:\n  pipelines:\n    metrics: {receivers: [hostmetrics], processors: [interval], exporters: [debug]}\n",
    *find(config) {
      for (const { id, settings, path } of config.of("processor", "interval")) {
        const own = secondsOf(settings.interval ?? "60s");
        const receivers = config.using("processors", id).flatMap((pipeline) => pipeline.receivers);
        const every = receivers.map((one) => secondsOf(config.find("receiver", one)?.settings.collection_interval));
        if (own !== undefined && every.length > 0 && every.every((each) => each !== undefined && each > own))
          yield {
            path: settings.interval === undefined ? path : [...path, "interval"],
            message: `no receiver gives points more often than every ${own} s`,
            fix: "set a longer interval, or remove the processor",
          };
      }
    },
  },
  {
    id: "docker-api-too-old",
    severity: "error",
    explain:
      "Docker Engine 29 refuses requests of an API before 1.44, and docker_stats of collectors before 0.142 asks for 1.25 where api_version is not set: the collector does not start. Said where the file names that engine, or an older API is written beside it.",
    bad: "# collector 0.141, Docker Engine 29.1\nreceivers:\n  docker_stats: {collection_interval: 30s}\n",
    good: "# collector 0.141, Docker Engine 29.1\nreceivers:\n  docker_stats: {collection_interval: 30s, api_version: '1.44'}\n",
    *find(config, { version }) {
      if (!/\bdocker(?:[ -](?:engine|ce))?[ :]v?(29|[3-9]\d)\b/i.test(config.comments.all)) return;
      const isOld = Number(version.split(".")[1]) < 142 && version.startsWith("0.");
      for (const { settings, path } of config.of("receiver", "dockerstats")) {
        const [, minor] = /^1\.(\d+)$/.exec(textOf(settings.api_version)) ?? [];
        const tooOld = minor === undefined ? isOld && settings.api_version === undefined : Number(minor) < 44;
        if (tooOld)
          yield {
            path: minor === undefined ? path : [...path, "api_version"],
            message: `Docker Engine 29 refuses API ${minor === undefined ? "1.25, the default" : `1.${minor}`}`,
            fix: "set api_version: '1.44'",
          };
      }
    },
  },
  {
    id: "expires-between-flushes",
    severity: "warning",
    explain:
      "spanmetrics sends its series every metrics_flush_interval (60 s) and forgets one after metrics_expiration without a span: with a shorter one series are gone before they are sent, and counters begin anew.",
    bad: "connectors:\n  spanmetrics: {metrics_flush_interval: 60s, metrics_expiration: 15s}\n",
    good: "connectors:\n  spanmetrics: {metrics_flush_interval: 15s, metrics_expiration: 5m}\n",
    *find(config) {
      for (const { settings, path } of config.of("connector", "spanmetrics")) {
        const [flush, end] = [
          secondsOf(settings.metrics_flush_interval ?? "60s"),
          secondsOf(settings.metrics_expiration),
        ];
        if (flush !== undefined && end !== undefined && end > 0 && end < flush)
          yield {
            path: [...path, "metrics_expiration"],
            message: `series are forgotten after ${end} s, and sent every ${flush} s`,
            fix: "set it to several times metrics_flush_interval, such as 5m",
          };
      }
    },
  },
  {
    id: "exemplars-not-exposed",
    severity: "warning",
    explain:
      "The Prometheus exporter shows exemplars in the format OpenMetrics alone, which it speaks with enable_open_metrics: true; without it they are lost on the page.",
    bad: "connectors:\n  spanmetrics: {exemplars: {enabled: true}}\nexporters:\n  prometheus: {endpoint: 'localhost:8889'}\nservice:\n  pipelines:\n    metrics: {receivers: [spanmetrics], exporters: [prometheus]}\n",
    good: "connectors:\n  spanmetrics: {exemplars: {enabled: true}}\nexporters:\n  prometheus: {endpoint: 'localhost:8889', enable_open_metrics: true}\nservice:\n  pipelines:\n    metrics: {receivers: [spanmetrics], exporters: [prometheus]}\n",
    *find(config) {
      for (const { id, settings } of config.of("connector", "spanmetrics")) {
        if (at(settings, "exemplars", "enabled") !== true) continue;
        const exporters = config.using("receivers", id).flatMap((pipeline) => pipeline.exporters);
        // where another exporter takes them along they are not lost
        const pages = exporters.filter((one) => config.typeIn(one) === "prometheus");
        if (exporters.some((one) => !/^(prometheus|debug|logging)$/.test(config.typeIn(one)))) continue;
        for (const page of pages.map((one) => config.find("exporter", one)))
          if (page !== undefined && (page.settings.enable_open_metrics ?? false) === false)
            yield {
              path: page.path,
              message: `exemplars of ${id} are not shown by ${page.id}`,
              fix: "set enable_open_metrics: true",
            };
      }
    },
  },
  {
    id: "pipeline-check",
    severity: "warning",
    explain:
      "check_collector_pipeline of health_check does not work as it says, and its page advises against it: the answer says nothing of the exporters. healthcheckv2 knows the state of each component.",
    bad: "extensions:\n  health_check: {endpoint: '0.0.0.0:13133', check_collector_pipeline: {enabled: true}}\nservice:\n  extensions: [health_check]\n",
    good: "extensions:\n  healthcheckv2: {use_v2: true, http: {endpoint: '0.0.0.0:13133'}, component_health: {include_recoverable_errors: true}}\nservice:\n  extensions: [healthcheckv2]\n",
    *find(config) {
      for (const { settings, path } of config.of("extension", "healthcheck"))
        if (at(settings, "check_collector_pipeline", "enabled") === true)
          yield {
            path: [...path, "check_collector_pipeline"],
            message: "the check of pipelines does not work",
            fix: "remove it, or use healthcheckv2 with component_health",
          };
    },
  },
  {
    id: "longer-than-interval",
    severity: "warning",
    explain:
      "A receiver that asks anew at each interval begins the next round when the last one has ended: with a timeout above its interval one slow target leaves points of all out.",
    bad: "receivers:\n  httpcheck: {collection_interval: 10s, targets: [{endpoint: 'https://shop.example', timeout: 30s}]}\n",
    good: "receivers:\n  httpcheck: {collection_interval: 30s, targets: [{endpoint: 'https://shop.example', timeout: 10s}]}\n",
    *find(config) {
      for (const { type, settings, path } of config.of("receiver")) {
        const every = secondsOf(settings.collection_interval);
        // the page of docker_stats itself shows such a pair: its engine answers at once
        if (every === undefined || every <= 0 || type === "dockerstats") continue;
        const places: readonly (readonly [Finding["path"], unknown])[] = [
          [[...path, "timeout"], settings.timeout],
          ...listOf(settings.targets).map(
            (target, i) => [[...path, "targets", i, "timeout"], at(target, "timeout")] as const,
          ),
        ];
        for (const [place, given] of places) {
          const limit = secondsOf(given);
          if (limit !== undefined && limit > every)
            yield {
              path: place,
              message: `an answer may take ${limit} s, and the next round is due after ${every} s`,
              fix: "lower the timeout, or raise collection_interval",
            };
        }
      }
    },
  },
];
