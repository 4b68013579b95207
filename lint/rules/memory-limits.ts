/** The memory limiter: that there is one, where, and with which limits. */
import { isRemote } from "../address.ts";
import { busyPipelines } from "../gateway.ts";
import { placesOf, wordOf } from "../model.ts";
import type { Rule } from "../rule.ts";

export const memoryLimitRules: readonly Rule[] = [
  {
    id: "memory-limiter-first",
    severity: "warning",
    explain:
      "Only a limiter in front of everything refuses data before memory is spent on it, so that the sender can retry.",
    bad: "service:\n  pipelines:\n    traces: {receivers: [otlp], processors: [batch, memory_limiter], exporters: [debug]}\n",
    good: "service:\n  pipelines:\n    traces: {receivers: [otlp], processors: [memory_limiter, batch], exporters: [debug]}\n",
    *find(config) {
      for (const pipeline of config.pipelines)
        for (const i of placesOf(config, pipeline, "memorylimiter")) {
          const before = pipeline.processors.slice(0, i).filter((id) => !HOLDS_NOTHING.test(config.typeIn(id)));
          if (before.length > 0)
            yield {
              path: [...pipeline.path, "processors", i],
              message: `memory_limiter stands behind ${before.join(", ")}`,
              fix: "name it first",
            };
        }
    },
  },
  {
    id: "memory-limiter-behind-sampling",
    severity: "warning",
    explain:
      "A sampler has answered its sender long before it hands a trace on: what a limiter behind it refuses is lost without a count.",
    bad: "connectors:\n  forward/sampled: {}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], processors: [memory_limiter, tail_sampling], exporters: [forward/sampled]}\n    traces/out: {receivers: [forward/sampled], processors: [memory_limiter], exporters: [debug]}\n",
    good: "connectors:\n  forward/sampled: {}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], processors: [memory_limiter, tail_sampling], exporters: [forward/sampled]}\n    traces/out: {receivers: [forward/sampled], exporters: [debug]}\n",
    *find(config) {
      const sampled = config.pipelines.filter(
        (one) => placesOf(config, one, "tailsampling", "groupbytrace").length > 0,
      );
      // an exporter may have the name of a receiver, which is not fed by it
      const connectors = config.of("connector").map(({ id }) => id);
      // what is counted of spans may be refused: it is counted again
      const handedOn = new Set(
        sampled
          .flatMap(({ exporters }) => exporters)
          .filter((id) => connectors.includes(id) && !/^(spanmetrics|servicegraph|count|sum)$/.test(config.typeIn(id))),
      );
      for (const pipeline of config.pipelines) {
        const { receivers } = pipeline;
        if (receivers.length === 0 || !receivers.every((id) => handedOn.has(id))) continue;
        for (const i of placesOf(config, pipeline, "memorylimiter"))
          yield {
            path: [...pipeline.path, "processors", i],
            message: `memory_limiter may refuse what comes from a sampler by ${receivers.join(", ")}`,
            fix: "remove it from this pipeline",
          };
      }
    },
  },
  {
    id: "memory-limiter-missing",
    severity: "warning",
    explain:
      "Without a limiter a slow backend or a burst fills the memory, and the kernel ends the collector with all that it holds. Said where other pipelines have one, where traces are held back, and of a gateway; a small agent may do without.",
    bad: "receivers:\n  otlp: {protocols: {grpc: {}}}\nprocessors:\n  groupbytrace: {}\nexporters:\n  otlphttp: {endpoint: 'https://a.example'}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], processors: [groupbytrace], exporters: [otlphttp]}\n",
    good: "receivers:\n  otlp: {protocols: {grpc: {}}}\nprocessors:\n  memory_limiter: {check_interval: 1s, limit_mib: 400}\n  groupbytrace: {}\nexporters:\n  otlphttp: {endpoint: 'https://a.example'}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], processors: [memory_limiter, groupbytrace], exporters: [otlphttp]}\n",
    *find(config) {
      const limited = config.pipelines.filter((pipeline) => placesOf(config, pipeline, "memorylimiter").length > 0);
      if (config.of("extension", "memorylimiter").length > 0) return;
      const busy = busyPipelines(config);
      for (const pipeline of config.pipelines) {
        const receives = pipeline.receivers.some(
          (id) =>
            config.find("connector", id) === undefined &&
            /^(otlp|jaeger|zipkin|opencensus|kafka|loki|datadog|faro)$/.test(config.typeIn(id)),
        );
        const holds = placesOf(config, pipeline, "tailsampling", "groupbytrace").length > 0;
        const expected = limited.length > 0 || (holds && isRemote(config)) || busy.includes(pipeline);
        if (receives && expected && !limited.includes(pipeline))
          yield {
            path: pipeline.path,
            message: `pipeline ${pipeline.id} has no memory_limiter`,
            fix: "name memory_limiter as its first processor",
          };
      }
    },
  },
  {
    id: "memory-limiter-limits",
    severity: "error",
    explain:
      "A limiter needs check_interval above zero and a limit, limit_mib or limit_percentage, above its spike limit; else it is refused.",
    bad: "processors:\n  memory_limiter: {limit_mib: 512}\n",
    good: "processors:\n  memory_limiter: {check_interval: 1s, limit_mib: 512, spike_limit_mib: 128}\n",
    *find(config) {
      for (const { settings, path } of config.of("processor", "memorylimiter")) {
        const { check_interval, limit_mib, spike_limit_mib, limit_percentage, spike_limit_percentage } = settings;
        if (
          check_interval === undefined ||
          check_interval === null ||
          /^0+(ns|us|ms|s|m|h)?$/.test(wordOf(check_interval))
        )
          yield {
            path: check_interval === undefined ? path : [...path, "check_interval"],
            message: "check_interval is not set, or zero, which the collector refuses",
            fix: "set check_interval: 1s",
          };
        if (!limit_mib && !limit_percentage)
          yield { path, message: "there is no limit", fix: "set limit_mib, or limit_percentage" };
        for (const [limit, spike, key] of [
          [limit_mib, spike_limit_mib, "spike_limit_mib"],
          [limit_percentage, spike_limit_percentage, "spike_limit_percentage"],
        ] as const)
          if (typeof limit === "number" && typeof spike === "number" && spike >= limit && limit > 0)
            yield {
              path: [...path, key],
              message: `${key} ${spike} is not below the limit ${limit}`,
              fix: "set it to a fifth of the limit",
            };
        for (const [value, key] of [
          [limit_percentage, "limit_percentage"],
          [spike_limit_percentage, "spike_limit_percentage"],
        ] as const)
          if (typeof value === "number" && value > 100)
            yield {
              path: [...path, key],
              message: `${value} per cent of the memory cannot be`,
              fix: "write a number up to 100",
            };
      }
    },
  },
  {
    id: "memory-limiter-spike",
    severity: "warning",
    explain:
      "Data is refused from the limit less the spike limit on: a spike limit near the limit leaves less than the collector needs to run at all. A fifth of the limit is usual.",
    bad: "processors:\n  memory_limiter: {check_interval: 1s, limit_mib: 512, spike_limit_mib: 480}\n",
    good: "processors:\n  memory_limiter: {check_interval: 1s, limit_mib: 512, spike_limit_mib: 100}\n",
    *find(config) {
      for (const { settings, path } of config.of("processor", "memorylimiter"))
        for (const unit of ["mib", "percentage"]) {
          const [limit, spike] = [settings[`limit_${unit}`], settings[`spike_limit_${unit}`]];
          if (typeof limit !== "number" || typeof spike !== "number" || spike >= limit || spike <= limit * 0.7)
            continue;
          yield {
            path: [...path, `spike_limit_${unit}`],
            message: `data is refused from ${limit - spike} on, the limit ${limit} less the spike limit ${spike}`,
            fix: `set it to about ${Math.round(limit / 5)}`,
          };
        }
    },
  },
  {
    id: "memory-limiter-slow",
    severity: "warning",
    explain:
      "Between two looks at the memory nothing is refused: seldom looks let a burst fill it. One second is what its page advises.",
    bad: "processors:\n  memory_limiter: {check_interval: 60s, limit_mib: 512}\n",
    good: "processors:\n  memory_limiter: {check_interval: 1s, limit_mib: 512}\n",
    *find(config) {
      for (const { settings, path } of config.of("processor", "memorylimiter")) {
        const [, number, unit] = /^(\d+)(s|m|h)$/.exec(wordOf(settings.check_interval)) ?? [];
        if (number !== undefined && Number(number) * (unit === "s" ? 1 : unit === "m" ? 60 : 3600) > 10)
          yield {
            path: [...path, "check_interval"],
            message: `memory is looked at every ${wordOf(settings.check_interval)} only`,
            fix: "set check_interval: 1s",
          };
      }
    },
  },
];

/** Processors that change what passes and hold none of it. */
const HOLDS_NOTHING = /^(resource|resourcedetection|k8sattributes|filter)$/;
