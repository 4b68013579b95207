/** Deltas and cumulative values. */
import { type Capabilities, capabilities as table } from "../../vendors/capabilities.ts";
import type { BackendKind } from "../../vendors/kinds.ts";
import { type Config, placesOf } from "../model.ts";
import type { Finding, Rule } from "../rule.ts";

const capabilities: Readonly<Record<BackendKind, Capabilities>> = table;

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
