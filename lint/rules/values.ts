/** Values that a component refuses, or that cannot do what they are for. */
import { at, listOf, recordOf, textOf, textsOf, wordOf } from "../model.ts";
import { placesAt, type Types } from "../places.ts";
import type { Rule } from "../rule.ts";

/** Lists of names that are refused without match_type beside them. */
const LISTED: readonly (readonly [types: Types, place: string, key: string])[] = ["include", "exclude"].flatMap(
  (side): readonly (readonly [Types, string, string])[] => [
    [["processor", "filter"], `metrics.${side}`, "metric_names"],
    [["processor", "filter"], `logs.${side}`, "bodies"],
    [["receiver", "hostmetrics"], `scrapers.process.${side}`, "names"],
    [["receiver", "hostmetrics"], `scrapers.disk.${side}`, "devices"],
    [["receiver", "hostmetrics"], `scrapers.network.${side}`, "interfaces"],
    [["receiver", "hostmetrics"], `scrapers.filesystem.${side}_mount_points`, "mount_points"],
    [["receiver", "hostmetrics"], `scrapers.filesystem.${side}_fs_types`, "fs_types"],
    [["receiver", "hostmetrics"], `scrapers.filesystem.${side}_devices`, "devices"],
  ],
);

const SIGNAL_PATHS = { traces_endpoint: "/v1/traces", metrics_endpoint: "/v1/metrics", logs_endpoint: "/v1/logs" };

export const valueRules: readonly Rule[] = [
  {
    id: "signal-endpoint-path",
    severity: "warning",
    explain:
      "Nothing is appended to an endpoint of one signal: one without a path, with the path of all signals, or with that of another signal, reaches no receiver of it.",
    bad: "exporters:\n  otlphttp: {traces_endpoint: 'https://a.example'}\n",
    good: "exporters:\n  otlphttp: {traces_endpoint: 'https://a.example/v1/traces'}\n",
    *find(config) {
      for (const { settings, path } of config.of("exporter", "otlphttp"))
        for (const [key, signalPath] of Object.entries(SIGNAL_PATHS)) {
          const address = textOf(settings[key]);
          if (/^https?:\/\/[^/$]+\/?$/.test(address))
            yield {
              path: [...path, key],
              message: `${address} has no path`,
              fix: `append ${signalPath}, or set endpoint`,
            };
          else if (/^https?:\/\/.*(?<!\/v2\/\w+)\/(otlp|otel|v1)\/?$/.test(address))
            yield {
              path: [...path, key],
              message: `nothing is appended to ${address}`,
              fix: `write ${address.replace(/\/(v1\/?)?$/, "")}${signalPath}, or set endpoint`,
            };
          else {
            const [, other = ""] = /(\/v1\/(?:traces|metrics|logs))\/?$/.exec(address) ?? [];
            if (other !== "" && other !== signalPath)
              yield {
                path: [...path, key],
                message: `${other} is the path of another signal`,
                fix: `write ${address.replace(/\/v1\/\w+\/?$/, "")}${signalPath}`,
              };
          }
        }
    },
  },
  {
    id: "queue-batch-sizes",
    severity: "error",
    explain: "A batch of the sending queue cannot be smaller at most than at least.",
    bad: "exporters:\n  otlp: {endpoint: 'a.example:4317', sending_queue: {batch: {min_size: 8192, max_size: 4096}}}\n",
    good: "exporters:\n  otlp: {endpoint: 'a.example:4317', sending_queue: {batch: {min_size: 2048, max_size: 4096}}}\n",
    *find(config) {
      for (const { settings, path } of config.of("exporter")) {
        const [min, max] = ["min_size", "max_size"].map((key) => at(settings, "sending_queue", "batch", key));
        if (typeof min === "number" && typeof max === "number" && max > 0 && max < min)
          yield {
            path: [...path, "sending_queue", "batch", "max_size"],
            message: `max_size ${max} is below min_size ${min}`,
            fix: `set it to ${min} or more`,
          };
      }
    },
  },
  {
    id: "sampling-window",
    severity: "warning",
    explain:
      "Traces beyond num_traces are dropped undecided, failed ones too: it must hold what comes in while they wait.",
    bad: "processors:\n  tail_sampling: {decision_wait: 60s, num_traces: 100, expected_new_traces_per_sec: 1000, policies: [{name: all, type: always_sample}]}\n",
    good: "processors:\n  tail_sampling: {decision_wait: 60s, num_traces: 100000, expected_new_traces_per_sec: 1000, policies: [{name: all, type: always_sample}]}\n",
    *find(config) {
      for (const { settings, path } of config.of("processor", "tailsampling")) {
        const seconds = Number(/^(\d+)s$/.exec(textOf(settings.decision_wait))?.[1] ?? 30);
        const { num_traces, expected_new_traces_per_sec } = settings;
        if (typeof num_traces !== "number" || typeof expected_new_traces_per_sec !== "number") continue;
        if (num_traces < expected_new_traces_per_sec * seconds)
          yield {
            path: [...path, "num_traces"],
            message: `${expected_new_traces_per_sec} new traces a second for ${seconds} s are more than ${num_traces}`,
            fix: `set it to ${expected_new_traces_per_sec * seconds} or more`,
          };
      }
    },
  },
  {
    id: "origin",
    severity: "error",
    explain: "A browser sends an origin without a path, so one with a slash at its end allows nobody.",
    bad: "receivers:\n  otlp: {protocols: {http: {cors: {allowed_origins: ['https://shop.example/']}}}}\n",
    good: "receivers:\n  otlp: {protocols: {http: {cors: {allowed_origins: ['https://shop.example']}}}}\n",
    *find(config) {
      for (const { settings, path } of config.of("receiver", "otlp")) {
        const place = ["protocols", "http", "cors", "allowed_origins"];
        for (const [i, origin] of textsOf(at(settings, ...place)).entries())
          if (/^https?:\/\/[^/]+\/.*$/.test(origin) || /^[a-z0-9.-]+\.[a-z]+$/i.test(origin))
            yield {
              path: [...path, ...place, i],
              message: `${origin} is no origin`,
              fix: "write scheme and host, such as https://shop.example",
            };
      }
    },
  },
  {
    id: "host-root",
    severity: "error",
    explain: "root_path is where the host's file system is mounted in the container: an absolute path.",
    bad: "receivers:\n  hostmetrics: {root_path: hostfs, scrapers: {cpu: {}}}\n",
    good: "receivers:\n  hostmetrics: {root_path: /hostfs, scrapers: {cpu: {}}}\n",
    *find(config) {
      for (const { settings, path } of config.of("receiver", "hostmetrics"))
        if (settings.root_path !== undefined && !/^(\/|\$\{|[A-Z]:)/.test(textOf(settings.root_path)))
          yield {
            path: [...path, "root_path"],
            message: `${textOf(settings.root_path)} is no absolute path`,
            fix: "write for example /hostfs",
          };
    },
  },
  {
    id: "docker-api-version",
    severity: "error",
    explain: "The version of Docker's API is a text: as a number YAML reads 1.40 as 1.4.",
    bad: "receivers:\n  docker_stats: {api_version: 1.40}\n",
    good: "receivers:\n  docker_stats: {api_version: '1.44'}\n",
    *find(config) {
      for (const { settings, path } of config.of("receiver", "dockerstats"))
        if (typeof settings.api_version === "number")
          yield {
            path: [...path, "api_version"],
            message: `${settings.api_version} is a number`,
            fix: "write it in quotes",
          };
    },
  },
  {
    id: "resource-to-telemetry",
    severity: "error",
    explain: "resource_to_telemetry_conversion is a mapping; a truth value in its place stops the collector.",
    bad: "exporters:\n  prometheus: {endpoint: '0.0.0.0:8889', resource_to_telemetry_conversion: true}\n",
    good: "exporters:\n  prometheus: {endpoint: '0.0.0.0:8889', resource_to_telemetry_conversion: {enabled: true}}\n",
    *find(config) {
      for (const { settings, path } of config.of("exporter", "prometheus", "prometheusremotewrite"))
        if (typeof settings.resource_to_telemetry_conversion === "boolean")
          yield {
            path: [...path, "resource_to_telemetry_conversion"],
            message: "it is no mapping",
            fix: `write {enabled: ${settings.resource_to_telemetry_conversion}}`,
          };
    },
  },
  {
    id: "match-type",
    severity: "error",
    explain: "Names to include or exclude need match_type, which says how they are compared.",
    bad: "processors:\n  cumulativetodelta: {include: {metrics: [http.server.duration]}}\n",
    good: "processors:\n  cumulativetodelta: {include: {metrics: [http.server.duration], match_type: strict}}\n",
    *find(config) {
      // names that are listed, and nothing that says how they are compared
      for (const [types, place, key] of LISTED)
        for (const { path, value } of placesAt(config, types, place))
          if (listOf(at(value, key)).length > 0 && at(value, "match_type") === undefined)
            yield { path, message: `${path.at(-1)} has no match_type`, fix: "set match_type: strict, or regexp" };
      const places: readonly (readonly [types: readonly string[], keys: readonly string[]])[] = [
        [["cumulativetodelta"], ["metrics"]],
        [
          ["attributes", "span", "resource"],
          ["services", "span_names", "log_bodies", "metric_names", "attributes"],
        ],
      ];
      for (const [types, keys] of places)
        for (const { settings, path } of config.of("processor", ...types))
          for (const side of ["include", "exclude"])
            if (
              at(settings, side, "match_type") === undefined &&
              keys.some((key) => at(settings, side, key) !== undefined)
            )
              yield {
                path: [...path, side],
                message: `${side} has no match_type`,
                fix: "set match_type: strict, or regexp",
              };
            else if (
              at(settings, side, "match_type") !== undefined &&
              Object.keys(recordOf(settings[side])).length === 1
            )
              yield {
                path: [...path, side],
                message: `${side} says how to compare, and not what`,
                fix: `list ${keys.slice(0, 3).join(", ")} or others, or remove ${side}`,
              };
    },
  },
  {
    id: "match-type-of-pattern",
    severity: "warning",
    explain:
      "With match_type: strict a pattern is compared letter by letter, so it matches nothing and the processor does nothing.",
    bad: "processors:\n  attributes: {include: {match_type: strict, services: ['^(checkout|payment)-.*$']}, actions: [{key: card, action: delete}]}\n",
    good: "processors:\n  attributes: {include: {match_type: regexp, services: ['^(checkout|payment)-.*$']}, actions: [{key: card, action: delete}]}\n",
    *find(config) {
      for (const { path, value } of config.scalars) {
        if (!/^(processors|receivers)$/.test(wordOf(path[0])) || path.at(-1) !== "match_type" || value !== "strict")
          continue;
        const side = path.slice(0, -1);
        const pattern = config.scalars.find(
          (other) =>
            side.every((part, i) => other.path[i] === part) &&
            /^\^|\$$|\.[*+]|\\[dwsb.]|[\w/-]\*|\*[\w/.-]|^\*$/.test(textOf(other.value)) &&
            !textOf(other.value).includes("${"),
        );
        if (pattern !== undefined)
          yield {
            path: pattern.path,
            message: `${textOf(pattern.value)} is compared letter by letter`,
            fix: "set match_type: regexp",
          };
      }
      for (const { path, value } of placesAt(config, ["processor", "metricstransform"], "transforms.*"))
        if (
          (at(value, "match_type") ?? "strict") === "strict" &&
          /^\^|\$$|\(\.[*+]\)|\w\*|\*[\w.]/.test(textOf(at(value, "include")))
        )
          yield {
            path: [...path, "include"],
            message: `${textOf(at(value, "include"))} is compared letter by letter`,
            fix: "set match_type: regexp",
          };
    },
  },
  {
    id: "span-metrics-dimension",
    severity: "error",
    explain: "Service, name, kind and status of a span are dimensions already; a second one of a name is refused.",
    bad: "connectors:\n  spanmetrics: {dimensions: [{name: service.name}]}\n",
    good: "connectors:\n  spanmetrics: {dimensions: [{name: service.version}]}\n",
    *find(config) {
      for (const { type, settings, path } of config.of("connector", "spanmetrics", "exceptions"))
        for (const key of ["dimensions", "calls_dimensions", "histogram.dimensions", "events.dimensions"]) {
          const names = listOf(at(settings, ...key.split("."))).map((dimension) => at(dimension, "name"));
          for (const [i, name] of names.entries())
            if (
              typeof name === "string" &&
              ((/^(spanmetrics|exceptions)$/.test(type) &&
                /^(service\.name|span\.(name|kind)|status\.code)$/.test(name)) ||
                names.indexOf(name) < i)
            )
              yield {
                path: [...path, ...key.split("."), i],
                message: `there is a dimension ${name} already`,
                fix: "remove this one",
              };
        }
    },
  },
  {
    id: "filter-styles",
    severity: "error",
    explain: "Conditions and the older include and exclude of one signal are refused beside each other.",
    bad: "processors:\n  filter: {metrics: {metric: ['name == \"a\"'], exclude: {match_type: strict, metric_names: [b]}}}\n",
    good: "processors:\n  filter: {metrics: {metric: ['name == \"a\"', 'name == \"b\"']}}\n",
    *find(config) {
      for (const { settings, path } of config.of("processor", "filter")) {
        if (settings.spans !== undefined && (settings.traces ?? settings.trace_conditions) !== undefined)
          yield {
            path: [...path, "spans"],
            message: "spans stands beside conditions on traces",
            fix: "write it as a condition",
          };
        for (const [signal, inferred] of Object.entries(FILTERS)) {
          const keys = Object.keys(recordOf(settings[signal]));
          const old = keys.find((key) => /^(include|exclude)$/.test(key));
          if (old !== undefined && keys.length > keys.filter((key) => /^(include|exclude)$/.test(key)).length)
            yield {
              path: [...path, signal, old],
              message: `${old} stands beside conditions`,
              fix: "write it as a condition",
            };
          if (keys.length > 0 && settings[inferred] !== undefined)
            yield {
              path: [...path, inferred],
              message: `${inferred} stands beside ${signal}`,
              fix: "write all conditions in one of them",
            };
        }
      }
    },
  },
  {
    id: "prometheus-config-key",
    severity: "error",
    explain:
      "Below config stand the keys of Prometheus, beside it those of the receiver; one that is in the wrong place is refused.",
    bad: "receivers:\n  prometheus: {config: {trim_metric_suffixes: true, scrape_configs: []}}\n",
    good: "receivers:\n  prometheus: {trim_metric_suffixes: true, config: {scrape_configs: []}}\n",
    *find(config) {
      for (const { settings, path } of config.of("receiver", "prometheus")) {
        for (const key of Object.keys(recordOf(settings.config)))
          if (
            /^(trim_metric_suffixes|target_allocator|api_server|report_extra_scrape_metrics|use_start_time_metric|start_time_metric_regex)$/.test(
              key,
            )
          )
            yield {
              path: [...path, "config", key],
              message: `Prometheus has no key ${key}`,
              fix: key.includes("start_time")
                ? "remove it, and use the processor metricstarttime"
                : "write it beside config",
            };
        for (const key of ["static_configs", "kubernetes_sd_configs", "scrape_interval", "global"])
          if (settings[key] !== undefined)
            yield {
              path: [...path, key],
              message: `the receiver has no key ${key}`,
              fix: "write it below config, in the job",
            };
      }
    },
  },
];

const FILTERS = {
  traces: "trace_conditions",
  metrics: "metric_conditions",
  logs: "log_conditions",
  profiles: "profile_conditions",
};
