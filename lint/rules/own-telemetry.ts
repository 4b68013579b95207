/** What the collector says of itself and prints. */
import { nearest } from "../../config/nearest.ts";
import { isReference, isRemote } from "../address.ts";
import { secondsOf } from "../duration.ts";
import { at, listOf, wordOf } from "../model.ts";
import { isRecord } from "../record.ts";
import type { Rule } from "../rule.ts";

export const ownTelemetryRules: readonly Rule[] = [
  {
    id: "own-log-in-detail",
    severity: "warning",
    explain:
      "At level debug the collector logs what it does with every request: a great deal in operation, and what it passes on may be in it.",
    bad: "exporters:\n  otlphttp: {endpoint: 'https://otlp.vendor.example'}\nservice:\n  telemetry: {logs: {level: debug}}\n  pipelines:\n    traces: {receivers: [otlp], exporters: [otlphttp]}\n",
    good: "exporters:\n  otlphttp: {endpoint: 'https://otlp.vendor.example'}\nservice:\n  telemetry: {logs: {level: info}}\n  pipelines:\n    traces: {receivers: [otlp], exporters: [otlphttp]}\n",
    *find(config) {
      const level = at(config.root, "service", "telemetry", "logs", "level");
      if (/^debug$/i.test(wordOf(level)) && isRemote(config))
        yield {
          path: ["service", "telemetry", "logs", "level"],
          message: "the collector logs every step, beside an exporter that sends to a backend",
          fix: "write info, or remove it",
        };
    },
  },
  {
    id: "own-telemetry-protocol",
    severity: "error",
    explain:
      "What the collector sends of itself by OTLP needs a protocol, http/protobuf or grpc, and an address with a scheme: without the first it does not start.",
    bad: "service:\n  telemetry: {metrics: {readers: [{periodic: {exporter: {otlp: {endpoint: 'https://otlp.example.com'}}}}]}}\n",
    good: "service:\n  telemetry: {metrics: {readers: [{periodic: {exporter: {otlp: {protocol: http/protobuf, endpoint: 'https://otlp.example.com'}}}}]}}\n",
    *find({ root }) {
      const telemetry = ["service", "telemetry"];
      const places = [
        ...["traces", "logs"].flatMap((signal) =>
          listOf(at(root, ...telemetry, signal, "processors")).flatMap((_, i) =>
            ["batch", "simple"].map((kind) => [...telemetry, signal, "processors", i, kind]),
          ),
        ),
        ...listOf(at(root, ...telemetry, "metrics", "readers")).map((_, i) => [
          ...telemetry,
          "metrics",
          "readers",
          i,
          "periodic",
        ]),
      ];
      for (const place of places) {
        const path = [...place, "exporter", "otlp"];
        const exporter = at(root, ...path);
        if (!isRecord(exporter)) continue;
        const { protocol } = exporter;
        if (protocol === undefined)
          yield { path, message: "otlp has no protocol", fix: "set protocol: http/protobuf, or grpc" };
        else if (
          typeof protocol === "string" &&
          !isReference(protocol) &&
          !/^(http\/protobuf|grpc(\/protobuf)?)$/.test(protocol)
        )
          yield {
            path: [...path, "protocol"],
            message: `there is no protocol ${protocol}`,
            fix: "write http/protobuf, or grpc",
          };
      }
    },
  },
  {
    id: "verbosity",
    severity: "error",
    explain: "The debug exporter is basic, normal or detailed.",
    bad: "exporters:\n  debug: {verbosity: debug}\n",
    good: "exporters:\n  debug: {verbosity: detailed}\n",
    *find(config) {
      for (const { settings, path } of config.of("exporter", "debug")) {
        const { verbosity } = settings;
        if (
          verbosity === undefined ||
          (typeof verbosity === "string" && (/^(basic|normal|detailed)$/i.test(verbosity) || isReference(verbosity)))
        )
          continue;
        yield {
          path: [...path, "verbosity"],
          message: `there is no verbosity ${wordOf(verbosity)}`,
          fix: "write basic, normal or detailed",
        };
      }
    },
  },
  {
    id: "detailed-debug",
    severity: "warning",
    explain:
      "With detailed every span, point and record is printed: at a real load that costs more than the rest of the collector, and shows personal data in its log.",
    bad: "exporters:\n  debug: {verbosity: detailed}\n  otlphttp: {endpoint: 'https://a.example'}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], exporters: [debug, otlphttp]}\n",
    good: "exporters:\n  debug: {verbosity: basic}\n  otlphttp: {endpoint: 'https://a.example'}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], exporters: [debug, otlphttp]}\n",
    *find(config) {
      if (!isRemote(config)) return;
      for (const { settings, path, id } of config.of("exporter", "debug"))
        if (
          settings.verbosity === "detailed" &&
          config.using("exporters", id).some(({ exporters }) => exporters.length > 1)
        )
          yield {
            path: [...path, "verbosity"],
            message: `${id} prints everything beside a real exporter`,
            fix: "write basic, or remove it from the pipeline",
          };
    },
  },
  {
    id: "service-telemetry",
    severity: "error",
    explain: "Levels of the collector's own logs and metrics are fixed words.",
    bad: "service:\n  telemetry: {logs: {level: verbose}}\n",
    good: "service:\n  telemetry: {logs: {level: debug}, metrics: {level: detailed}}\n",
    *find({ root }) {
      const telemetry = at(root, "service", "telemetry");
      for (const [path, allowed] of [
        [
          ["logs", "level"],
          ["debug", "info", "warn", "error", "dpanic", "panic", "fatal"],
        ],
        [
          ["metrics", "level"],
          ["none", "basic", "normal", "detailed"],
        ],
        [
          ["logs", "encoding"],
          ["json", "console"],
        ],
      ] as const) {
        const value = at(telemetry, ...path);
        if (typeof value !== "string" || allowed.some((word) => word === value.toLowerCase()) || isReference(value))
          continue;
        yield {
          path: ["service", "telemetry", ...path],
          message: `"${value}" is not known here`,
          fix: `write ${nearest(value, [...allowed]) ?? allowed.join(", ")}`,
        };
      }
    },
  },
  {
    id: "interval-in-milliseconds",
    severity: "error",
    explain:
      "Below service.telemetry interval, timeout and schedule_delay count milliseconds, as a number without a unit: a duration is refused, and 60 is sixty thousandths of a second.",
    bad: "service:\n  telemetry: {metrics: {readers: [{periodic: {interval: 60s, exporter: {otlp: {protocol: http/protobuf, endpoint: 'https://otlp.example.com'}}}}]}}\n",
    good: "service:\n  telemetry: {metrics: {readers: [{periodic: {interval: 60000, exporter: {otlp: {protocol: http/protobuf, endpoint: 'https://otlp.example.com'}}}}]}}\n",
    *find({ scalars }) {
      for (const { path, value } of scalars) {
        if (path[0] !== "service" || path[1] !== "telemetry") continue;
        const key = wordOf(path.at(-1));
        if (!/^(interval|timeout|schedule_delay|export_timeout)$/.test(key)) continue;
        if (!/^(periodic|batch|otlp)$/.test(wordOf(path.at(-2)))) continue;
        const seconds = secondsOf(value);
        if (typeof value === "string" && /[a-z]$/.test(value) && seconds !== undefined)
          yield { path, message: `${value} is no number of milliseconds`, fix: `write ${Math.round(seconds * 1000)}` };
        else if (typeof value === "number" && value > 0 && value < (key === "interval" ? 1000 : 100))
          yield { path, message: `${value} are milliseconds`, fix: `write ${value * 1000}` };
      }
    },
  },
];
