/** Values that a component refuses, or that cannot do what they are for. */
import { RE2JS } from "re2js";
import { at, type Config, textOf, textsOf } from "../model.ts";
import type { Path } from "../read.ts";
import type { Rule } from "../rule.ts";

const SIGNAL_PATHS = { traces_endpoint: "/v1/traces", metrics_endpoint: "/v1/metrics", logs_endpoint: "/v1/logs" };

/** Lists of regular expressions, by component. */
const PATTERNS: readonly (readonly ["processor", string, readonly string[]])[] = [
  ["processor", "redaction", ["blocked_values"]],
  ["processor", "redaction", ["allowed_values"]],
  ["processor", "redaction", ["blocked_key_patterns"]],
  ["processor", "redaction", ["ignored_key_patterns"]],
];

const problemOf = (pattern: string): string | undefined => {
  try {
    RE2JS.compile(pattern);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : "it cannot be read";
  }
};

function* patternsOf(config: Config): Iterable<{ readonly path: Path; readonly pattern: string }> {
  for (const [role, type, keys] of PATTERNS)
    for (const { settings, path } of config.of(role, type))
      for (const [i, pattern] of textsOf(at(settings, ...keys)).entries())
        if (!pattern.includes("${")) yield { path: [...path, ...keys, i], pattern };
}

export const valueRules: readonly Rule[] = [
  {
    id: "signal-endpoint-path",
    severity: "warning",
    explain: "Nothing is appended to an endpoint of one signal, so one without a path reaches no receiver of OTLP.",
    bad: "exporters:\n  otlphttp: {traces_endpoint: 'https://a.example'}\n",
    good: "exporters:\n  otlphttp: {traces_endpoint: 'https://a.example/v1/traces'}\n",
    *find(config) {
      for (const { settings, path } of config.of("exporter", "otlphttp"))
        for (const [key, signalPath] of Object.entries(SIGNAL_PATHS))
          if (/^https?:\/\/[^/$]+\/?$/.test(textOf(settings[key])))
            yield {
              path: [...path, key],
              message: `${textOf(settings[key])} has no path`,
              fix: `append ${signalPath}, or set endpoint`,
            };
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
    id: "pattern",
    severity: "error",
    explain:
      "The collector reads regular expressions as RE2, without lookahead and back references; one it cannot read stops it.",
    bad: "processors:\n  redaction: {allow_all_keys: true, blocked_values: ['(?!x)secret']}\n",
    good: "processors:\n  redaction: {allow_all_keys: true, blocked_values: ['[^x]secret']}\n",
    *find(config) {
      for (const { path, pattern } of patternsOf(config)) {
        const problem = problemOf(pattern);
        if (problem !== undefined)
          yield {
            path,
            message: `${pattern} is no pattern of RE2`,
            fix: "write it without lookaround and back references",
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
];
