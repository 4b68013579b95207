/** Deltas and cumulative values. */
import { type Capabilities, capabilities as table } from "../../vendors/capabilities.ts";
import type { BackendKind } from "../../vendors/kinds.ts";
import { type Config, placesOf, wordOf } from "../model.ts";
import type { Finding, Rule } from "../rule.ts";

const capabilities: Readonly<Record<BackendKind, Capabilities>> = table;

/** Whether counters of a receiver or connector are deltas: always, or as it is told. */
const givesDeltas = (config: Config, id: string): boolean =>
  config.find("receiver", id)?.type === "statsd" ||
  /^(count|sum|signaltometrics)$/.test(config.find("connector", id)?.type ?? "") ||
  /DELTA/i.test(wordOf(config.find("connector", id)?.settings.aggregation_temporality ?? ""));

export const temporalityRules: readonly Rule[] = [
  {
    id: "backend-temporality",
    severity: "warning",
    explain:
      "With --backend: a backend for deltas miscounts cumulative counters, and one for cumulative ones drops deltas. The example is for new-relic.",
    bad: "service:\n  pipelines:\n    metrics: {receivers: [otlp], exporters: [otlphttp]}\n",
    good: "service:\n  pipelines:\n    metrics: {receivers: [otlp], processors: [cumulativetodelta], exporters: [otlphttp]}\n",
    find: (config, { backend }) => (backend === undefined ? [] : temporality(config, backend)),
  },
  {
    id: "delta-to-prometheus",
    severity: "error",
    explain: "Prometheus stores cumulative counters: deltas are dropped by its exporters, or counted wrongly.",
    bad: "service:\n  pipelines:\n    metrics: {receivers: [otlp], processors: [cumulativetodelta], exporters: [prometheusremotewrite]}\n",
    good: "service:\n  pipelines:\n    metrics: {receivers: [otlp], processors: [deltatocumulative], exporters: [prometheusremotewrite]}\n",
    *find(config) {
      for (const pipeline of config.pipelines) {
        const [i] = placesOf(config, pipeline, "cumulativetodelta");
        const exporter = pipeline.exporters.find((id) =>
          /^(prometheus|prometheusremotewrite)$/.test(config.typeIn(id)),
        );
        if (i !== undefined && exporter !== undefined)
          yield {
            path: [...pipeline.path, "processors", i],
            message: `${exporter} gets deltas, which Prometheus does not store`,
            fix: "give it a pipeline without cumulativetodelta",
          };
      }
    },
  },
  {
    id: "deltas-to-remote-write",
    severity: "error",
    explain:
      "Remote write drops deltas. Counters of statsd, count, sum and signal_to_metrics are deltas, and those of spanmetrics where it is told so: deltatocumulative must stand between.",
    bad: "receivers:\n  statsd: {endpoint: '0.0.0.0:8125'}\nservice:\n  pipelines:\n    metrics: {receivers: [statsd], exporters: [prometheusremotewrite]}\n",
    good: "receivers:\n  statsd: {endpoint: '0.0.0.0:8125'}\nservice:\n  pipelines:\n    metrics: {receivers: [statsd], processors: [deltatocumulative], exporters: [prometheusremotewrite]}\n",
    *find(config) {
      for (const pipeline of config.pipelines) {
        const exporter = pipeline.exporters.find((id) => config.typeIn(id) === "prometheusremotewrite");
        if (exporter === undefined || placesOf(config, pipeline, "deltatocumulative").length > 0) continue;
        for (const [i, id] of pipeline.receivers.entries())
          if (givesDeltas(config, id))
            yield {
              path: [...pipeline.path, "receivers", i],
              message: `${id} gives deltas, which ${exporter} drops`,
              fix: "name deltatocumulative among the processors",
            };
      }
    },
  },
];

/** Whether counters of a pipeline are turned into what the backend takes. */
function* temporality(config: Config, backend: BackendKind): Generator<Finding> {
  const wants = capabilities[backend].temporality;
  if (wants === "either") return;
  const [turning, wrong] =
    wants === "delta" ? ["cumulativetodelta", "deltatocumulative"] : ["deltatocumulative", "cumulativetodelta"];
  for (const pipeline of config.pipelines) {
    if (pipeline.signal !== "metrics") continue;
    const sends = pipeline.exporters.some((id) => /^(otlp|otlphttp|datadog)$/.test(config.typeIn(id)));
    const [i] = placesOf(config, pipeline, wrong);
    if (sends && i !== undefined)
      yield {
        path: [...pipeline.path, "processors", i],
        message: `${backend} takes ${wants} counters`,
        fix: "remove the processor",
      };
    else if (sends && wants === "delta" && placesOf(config, pipeline, turning).length === 0)
      yield {
        path: pipeline.path,
        message: `${backend} takes delta counters, and SDKs and receivers send cumulative ones`,
        fix: `name ${turning} in the pipeline`,
      };
  }
}
