/** Processors in an order that undoes what they are for. */
import { at, type Config, listOf, placesOf, textOf } from "../model.ts";
import type { Finding, Rule } from "../rule.ts";

/** Every pipeline in which a processor of `later` stands before one of `earlier`. */
function* wrongOrder(
  config: Config,
  first: readonly string[],
  then: readonly string[],
  say: (a: string, b: string) => Pick<Finding, "message" | "fix">,
): Generator<Finding> {
  for (const pipeline of config.pipelines) {
    const [i] = placesOf(config, pipeline, ...then);
    const j = placesOf(config, pipeline, ...first).at(-1);
    if (i === undefined || j === undefined || i > j) continue;
    const [wrong = "", other = ""] = [pipeline.processors[j], pipeline.processors[i]];
    yield { path: [...pipeline.path, "processors", j], ...say(wrong, other) };
  }
}

export const orderRules: readonly Rule[] = [
  {
    id: "sampling-after-batch",
    severity: "warning",
    explain:
      "Batches that are cut before sampling are cut once more after it: the batch processor belongs behind the sampler.",
    bad: "service:\n  pipelines:\n    traces: {receivers: [otlp], processors: [memory_limiter, batch, tail_sampling], exporters: [debug]}\n",
    good: "service:\n  pipelines:\n    traces: {receivers: [otlp], processors: [memory_limiter, tail_sampling, batch], exporters: [debug]}\n",
    find: (config) =>
      wrongOrder(config, ["tailsampling", "probabilisticsampler"], ["batch"], (sampler, batch) => ({
        message: `${sampler} stands behind ${batch}`,
        fix: `move ${batch} behind ${sampler}`,
      })),
  },
  {
    id: "context-after-batch",
    severity: "warning",
    explain:
      "k8sattributes finds the pod by the address of the connection, which is lost behind batch, tail sampling and grouping.",
    bad: "service:\n  pipelines:\n    traces: {receivers: [otlp], processors: [batch, k8sattributes], exporters: [debug]}\n",
    good: "service:\n  pipelines:\n    traces: {receivers: [otlp], processors: [k8sattributes, batch], exporters: [debug]}\n",
    *find(config) {
      for (const found of wrongOrder(
        config,
        ["k8sattributes"],
        ["batch", "tailsampling", "groupbytrace"],
        (k8s, other) => ({
          message: `${k8s} stands behind ${other}, where the sender's address is lost`,
          fix: `move ${k8s} before ${other}`,
        }),
      )) {
        const processor = config.find("processor", textOf(at(config.root, ...found.path)));
        const given = listOf(processor?.settings.pod_association);
        // found by what the resource says, a pod is found anywhere
        const byConnection = (one: unknown) =>
          listOf(at(one, "sources")).some((from) => at(from, "from") === "connection");
        if (given.length === 0 || given.some(byConnection)) yield found;
      }
    },
  },
  {
    id: "filter-after-batch",
    severity: "warning",
    explain: "What is dropped after batching leaves small batches behind, and was held in memory for nothing.",
    bad: "service:\n  pipelines:\n    traces: {receivers: [otlp], processors: [batch, filter], exporters: [debug]}\n",
    good: "service:\n  pipelines:\n    traces: {receivers: [otlp], processors: [filter, batch], exporters: [debug]}\n",
    profile: "ours",
    find: (config) =>
      wrongOrder(config, ["filter"], ["batch"], (filter, batch) => ({
        message: `${filter} stands behind ${batch}`,
        fix: `move ${filter} before ${batch}`,
      })),
  },
  {
    id: "two-samplers",
    severity: "warning",
    explain:
      "A probabilistic sampler before tail sampling drops errors before anybody looks at them; behind it, it drops kept ones.",
    bad: "service:\n  pipelines:\n    traces: {receivers: [otlp], processors: [probabilistic_sampler, tail_sampling], exporters: [debug]}\n",
    good: "service:\n  pipelines:\n    traces: {receivers: [otlp], processors: [tail_sampling], exporters: [debug]}\n",
    *find(config) {
      for (const pipeline of config.pipelines) {
        const [i] = placesOf(config, pipeline, "probabilisticsampler");
        if (i !== undefined && placesOf(config, pipeline, "tailsampling").length > 0)
          yield {
            path: [...pipeline.path, "processors", i],
            message: `${pipeline.processors[i]} and tail sampling share a pipeline`,
            fix: "use a probabilistic policy of tail_sampling",
          };
      }
    },
  },
  {
    id: "counted-after-sampling",
    severity: "warning",
    explain: "Rates and latencies from sampled spans are wrong by the sampling factor.",
    bad: "connectors:\n  spanmetrics: {}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], processors: [tail_sampling], exporters: [spanmetrics, debug]}\n    metrics: {receivers: [spanmetrics], exporters: [debug]}\n",
    good: "connectors:\n  spanmetrics: {}\nservice:\n  pipelines:\n    traces/all: {receivers: [otlp], exporters: [spanmetrics]}\n    traces: {receivers: [otlp], processors: [tail_sampling], exporters: [debug]}\n    metrics: {receivers: [spanmetrics], exporters: [debug]}\n",
    *find(config) {
      for (const pipeline of config.pipelines) {
        if (placesOf(config, pipeline, "tailsampling", "probabilisticsampler").length === 0) continue;
        for (const [i, id] of pipeline.exporters.entries())
          if (/^(spanmetrics|servicegraph)$/.test(config.typeIn(id)) && config.find("connector", id))
            yield {
              path: [...pipeline.path, "exporters", i],
              message: `${id} counts spans after sampling`,
              fix: "feed it from a pipeline before the sampler",
            };
      }
    },
  },
];
