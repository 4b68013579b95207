/** Text, references to the environment, types of values. */
import { nearest } from "../../config/nearest.ts";
import { at, recordOf, wordOf } from "../model.ts";
import type { Path } from "../read.ts";
import type { Rule } from "../rule.ts";

/** Keys that hold a duration in every component that has them. */
const DURATION =
  /^(timeout|interval|check_interval|collection_interval|initial_delay|initial_interval|max_interval|max_elapsed_time|decision_wait|metrics_flush_interval|metrics_expiration|poll_interval|scrape_interval|idle_conn_timeout|flush_interval|read_timeout|write_timeout|connect_timeout|shutdown_timeout|max_connection_idle|max_connection_age|keepalive_time|store_expiration_loop|wait_duration|cache_loop)$/;
export const GO_DURATION =
  /^[-+]?(\d+(\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)((\d+(\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h))*$/;
/** Keys that hold a whole number. */
const NUMBER =
  /^(limit_mib|spike_limit_mib|limit_percentage|spike_limit_percentage|send_batch_size|send_batch_max_size|queue_size|num_consumers|num_traces|threshold_ms|upper_threshold_ms|spans_per_second|min_spans|max_spans|bytes_per_second|expected_new_traces_per_sec|max_recv_msg_size_mib|read_buffer_size|write_buffer_size|max_idle_conns|dimensions_cache_size)$/;
const BOOLEAN =
  /^(enabled|insecure|insecure_skip_verify|include_metadata|send_timestamps|enable_open_metrics|block_on_overflow|blocking)$/;

export const isDurationKey = (key: string): boolean => DURATION.test(key);

const isReference = (text: string): boolean => /\$\{[^}]*\}/.test(text) || /\{\{.*\}\}/.test(text);
const last = (path: Path): string => wordOf(path.at(-1) ?? "");
/** Prometheus' own configuration has durations and references of its own. */
const isPrometheus = (path: Path): boolean => path[0] === "receivers" && /^prometheus/.test(wordOf(path[1]));
/** What other programs read: statements, expressions, queries. */
const isForeign = (path: Path): boolean =>
  path.some((part) =>
    /^(operators|statements|queries|sql|config|replacement|relabel_configs|regex|pattern|new_value|body|expr|set)$/.test(
      wordOf(part),
    ),
  );

/** Providers of `${scheme:…}`. */
const SCHEMES = ["env", "file", "yaml", "http", "https", "s3", "aes256", "secretsmanager", "googlesecretmanager"];

/** Forms of the shell: `${NAME:-default}`, `${NAME:=x}`, `${NAME?text}`, `${NAME%.*}`. */
const SHELL = /(?<!\$)\$\{([A-Za-z_]\w*)(:[-=?+]|[-=?+%#/^,](?!\w*:))([^}]*)\}/g;

export const syntaxRules: readonly Rule[] = [
  {
    id: "duration-without-unit",
    severity: "error",
    explain: "A number without a unit is taken for nanoseconds: a timeout of 10 is over before it begins.",
    bad: "processors:\n  batch: {timeout: 10}\n",
    good: "processors:\n  batch: {timeout: 10s}\n",
    *find({ scalars }) {
      for (const { path, value } of scalars) {
        if (!DURATION.test(last(path)) || isPrometheus(path) || path[0] === "service") continue;
        const number =
          typeof value === "number" ? value : typeof value === "string" && /^\d+$/.test(value) ? Number(value) : 0;
        if (number > 0)
          yield {
            path,
            message: `${last(path)}: ${value} has no unit and means nanoseconds`,
            fix: `write ${value}s or ${value}ms`,
          };
      }
    },
  },
  {
    id: "invalid-duration",
    severity: "error",
    explain: "Durations are numbers with ns, us, ms, s, m or h; days, words and blanks are refused.",
    bad: "processors:\n  batch: {timeout: 10 seconds}\n",
    good: "processors:\n  batch: {timeout: 10s}\n",
    *find({ scalars }) {
      for (const { path, value } of scalars)
        if (
          typeof value === "string" &&
          DURATION.test(last(path)) &&
          !isPrometheus(path) &&
          !isReference(value) &&
          !isForeign(path) &&
          !/^\d*$/.test(value) &&
          !GO_DURATION.test(value)
        )
          yield { path, message: `"${value}" is no duration`, fix: "write it as 500ms, 10s, 5m or 24h" };
    },
  },
  {
    id: "number-expected",
    severity: "error",
    explain: "A text with a unit, or a fraction, where a whole number is expected stops the collector.",
    bad: "processors:\n  memory_limiter: {check_interval: 1s, limit_mib: 512MiB}\n",
    good: "processors:\n  memory_limiter: {check_interval: 1s, limit_mib: 512}\n",
    *find({ scalars }) {
      for (const { path, value } of scalars) {
        if (!NUMBER.test(last(path)) || value === null || (typeof value === "string" && isReference(value))) continue;
        const number =
          typeof value === "string" && value.trim() !== "" ? Number(value.replace(/(?<=\d)_(?=\d)/g, "")) : value;
        if (typeof number !== "number" || !Number.isInteger(number))
          yield {
            path,
            message: `${last(path)}: ${JSON.stringify(value)} is no whole number`,
            fix: "write the number alone; the key names its unit",
          };
        else if (number < 0)
          yield { path, message: `${last(path)}: ${number} is negative`, fix: "write a positive number" };
      }
    },
  },
  {
    id: "boolean-expected",
    severity: "error",
    explain: "Only true and false are booleans to the collector: yes, on and 1 are texts and numbers.",
    bad: "exporters:\n  otlp: {endpoint: 'a:4317', tls: {insecure: yes please}}\n",
    good: "exporters:\n  otlp: {endpoint: 'a:4317', tls: {insecure: true}}\n",
    *find({ scalars }) {
      for (const { path, value } of scalars)
        if (
          BOOLEAN.test(last(path)) &&
          typeof value === "string" &&
          !isReference(value) &&
          !/^(true|false|yes|no|on|off|t|f|1|0)$/i.test(value) &&
          path[0] !== "service" &&
          !isForeign(path)
        )
          yield {
            path,
            message: `${last(path)}: ${JSON.stringify(value)} is neither true nor false`,
            fix: "write true or false",
          };
    },
  },
  {
    id: "bare-environment-variable",
    severity: "error",
    explain: "$NAME without braces is no reference any more: collectors since 0.105 refuse it or take it as it stands.",
    bad: "exporters:\n  otlp: {endpoint: $OTLP_ENDPOINT}\n",
    good: "exporters:\n  otlp: {endpoint: '${env:OTLP_ENDPOINT}'}\n",
    *find({ scalars }) {
      for (const { path, value } of scalars) {
        if (typeof value !== "string" || isForeign(path)) continue;
        const [, name] = /(?<!\$)\$([A-Z_][A-Z0-9_]+)\b/.exec(value) ?? [];
        if (name !== undefined)
          yield {
            path,
            message: `$${name} is no reference`,
            fix: `write \${env:${name}}; for the text itself $$${name}`,
          };
      }
    },
  },
  {
    id: "unclosed-reference",
    severity: "error",
    explain: "A reference that is not closed stays in the value as text.",
    bad: "exporters:\n  otlp: {endpoint: '${env:OTLP_ENDPOINT'}\n",
    good: "exporters:\n  otlp: {endpoint: '${env:OTLP_ENDPOINT}'}\n",
    *find({ scalars }) {
      for (const { path, value } of scalars)
        if (typeof value === "string" && !isForeign(path) && /(?<!\$)\$\{[^}]*$/.test(value))
          yield { path, message: "a reference begins with ${ and does not end", fix: "close it with }" };
    },
  },
  {
    id: "unknown-provider",
    severity: "error",
    explain:
      "What stands before the colon of a reference says where the value comes from; an unknown word stops the collector, and so do the shell's ${NAME:-default}, ${NAME:=x} and ${NAME?text} without env: before the name.",
    bad: "exporters:\n  otlp: {endpoint: '${ENV:OTLP_ENDPOINT}'}\n",
    good: "exporters:\n  otlp: {endpoint: '${env:OTLP_ENDPOINT}'}\n",
    *find({ scalars }) {
      for (const { path, value } of scalars) {
        if (typeof value !== "string" || isForeign(path)) continue;
        for (const [, scheme = "", rest = ""] of value.matchAll(/(?<!\$)\$\{([A-Za-z][A-Za-z0-9+.-]*):([^}]*)\}/g)) {
          if (SCHEMES.includes(scheme) || /^[-=?+]/.test(rest)) continue;
          const guess = `${nearest(scheme.toLowerCase(), SCHEMES) ?? "env"}:${rest}`;
          yield { path, message: `"${scheme}" is no provider of values`, fix: `write \${${guess}}` };
        }
        for (const [text, name = "", form = "", rest = ""] of value.matchAll(SHELL)) {
          if (SCHEMES.includes(name)) continue;
          const isDefault = /^:?[-=]$/.test(form);
          yield {
            path,
            message: `${text} is the shell's`,
            fix: `write \${env:${name}${isDefault ? `:-${rest}` : ""}}`,
          };
        }
      }
    },
  },
  {
    id: "invalid-variable-name",
    severity: "error",
    explain: "Names of environment variables are letters, digits and underscores; a default follows after :-.",
    bad: "exporters:\n  otlp: {endpoint: '${env:OTLP-ENDPOINT}'}\n",
    good: "exporters:\n  otlp: {endpoint: '${env:OTLP_ENDPOINT:-localhost:4317}'}\n",
    *find({ scalars }) {
      for (const { path, value } of scalars) {
        if (typeof value !== "string" || isForeign(path)) continue;
        for (const [, text = ""] of value.matchAll(/(?<!\$)\$\{env:([^}]*)\}/g))
          if (!/^[A-Za-z_][A-Za-z0-9_]*(:-.*)?$/s.test(text) && !text.includes("${"))
            yield { path, message: `"${text}" is no name of a variable`, fix: "write NAME, or NAME:-default" };
        for (const [text, name = ""] of value.matchAll(/(?<!\$)\$\{env\.(\w+)\}/g))
          yield { path, message: `${text} is a variable with a dot in its name`, fix: `write \${env:${name}}` };
      }
    },
  },
  {
    id: "shell-substitution",
    severity: "error",
    explain: "$(NAME) is Kubernetes' and the shell's; the collector takes it as text.",
    bad: "exporters:\n  otlp: {endpoint: $(OTLP_ENDPOINT)}\n",
    good: "exporters:\n  otlp: {endpoint: '${env:OTLP_ENDPOINT}'}\n",
    *find({ scalars }) {
      for (const { path, value } of scalars) {
        if (typeof value !== "string" || isForeign(path)) continue;
        const [, name] = /(?<!\$)\$\((\w+)\)/.exec(value) ?? [];
        if (name !== undefined) yield { path, message: `$(${name}) stays as it is`, fix: `write \${env:${name}}` };
      }
    },
  },
  {
    id: "numbered-reference",
    severity: "error",
    explain:
      "$" +
      "{1} is a reference to an environment variable that cannot be, and stops the collector; the group of a pattern is $$" +
      "{1}.",
    bad:
      "receivers:\n  prometheus:\n    config:\n      scrape_configs:\n        - job_name: a\n          relabel_configs:\n            - {source_labels: [a], target_label: b, replacement: '$" +
      "{1}'}\n",
    good:
      "receivers:\n  prometheus:\n    config:\n      scrape_configs:\n        - job_name: a\n          relabel_configs:\n            - {source_labels: [a], target_label: b, replacement: '$$" +
      "{1}'}\n",
    *find({ scalars }) {
      for (const { path, value } of scalars)
        if (typeof value === "string" && /(?<!\$)(\$\$)*\$\{\d+\}/.test(value))
          yield { path, message: `"${value}" holds a reference to a number`, fix: "double its $" };
    },
  },
  {
    id: "header-value",
    severity: "error",
    explain: "Headers are a mapping of names to texts; a list, a number or a boolean is refused.",
    bad: "exporters:\n  otlphttp: {endpoint: 'https://a.example', headers: {x-tenant: 42}}\n",
    good: "exporters:\n  otlphttp: {endpoint: 'https://a.example', headers: {x-tenant: \"42\"}}\n",
    *find(config) {
      for (const { settings, path } of config.of("exporter")) {
        const headers = settings.headers;
        if (Array.isArray(headers)) {
          // newer collectors take a list of {name, value} as well
          if (headers.some((item) => at(item, "name") === undefined))
            yield {
              path: [...path, "headers"],
              message: "headers are written as a list of texts",
              fix: "write a mapping: name: value",
            };
          continue;
        }
        for (const [name, value] of Object.entries(recordOf(headers)))
          if (typeof value === "number" || typeof value === "boolean" || (typeof value === "object" && value !== null))
            yield {
              path: [...path, "headers", name],
              message: `the header ${name} is no text`,
              fix: `write it in quotes`,
            };
      }
    },
  },
  {
    id: "line-break-in-value",
    severity: "warning",
    explain:
      "A line break or a blank at the end of an endpoint, a header or a password is sent as well, and requests fail.",
    bad: 'exporters:\n  otlphttp: {endpoint: "https://a.example\\n"}\n',
    good: "exporters:\n  otlphttp: {endpoint: 'https://a.example'}\n",
    *find({ scalars }) {
      for (const { path, value } of scalars)
        if (
          typeof value === "string" &&
          (/^(endpoint|password|username|token|api_key|traces_endpoint|metrics_endpoint|logs_endpoint)$/.test(
            last(path),
          ) ||
            path.at(-2) === "headers") &&
          /^\s|\s$/.test(value) &&
          value.trim() !== ""
        )
          yield {
            path,
            message: "the value begins or ends with white space",
            fix: "remove it; in a block write |- in place of |",
          };
    },
  },
];
