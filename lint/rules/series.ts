/** Series of metrics: what makes new ones without end, and what makes several into one. */
import { at, type Config, listOf, type Pipeline, placesOf, recordOf, textOf } from "../model.ts";
import type { Rule } from "../rule.ts";

/** Attributes with a value of their own for each user, request or record. */
export const UNBOUNDED =
  /(^|[._])(url|target|full|query|uri|email|ip|uuid|guid|session|token|statement|stacktrace|message|timestamp)$|^(url\.(full|path|query)|db\.(statement|query\.text)|client\.address|network\.peer\.address|net\.peer\.ip|trace_?id|span_?id|http\.(url|target|client_ip))$|(^|[._])(user|account|customer|order|cart|request|session|trace|span|message|transaction|correlation|guild|channel|thread|process)[._]?(id|pid)$/i;

/** Whether something in a pipeline speaks of an attribute, and so may take it away before it leaves. */
const speaksOf = (config: Config, { processors }: Pipeline, name: RegExp): boolean =>
  processors.some((id) => name.test(JSON.stringify(config.find("processor", id)?.settings ?? {})));

/** Whether something in a pipeline adds series up, or brings them together anew. */
const addsUp = (config: Config, pipeline: Pipeline): boolean =>
  placesOf(config, pipeline, "metricstransform", "groupbyattrs", "interval").length > 0 ||
  speaksOf(config, pipeline, /aggregate/);

export const seriesRules: readonly Rule[] = [
  {
    id: "series-for-each-process",
    severity: "warning",
    explain:
      "The process scraper puts the id and the command line of each process on the resource; as labels they make new series for every process that is started, without end.",
    bad: "receivers:\n  hostmetrics: {scrapers: {process: {}}}\nexporters:\n  prometheus: {endpoint: '0.0.0.0:8889', resource_to_telemetry_conversion: {enabled: true}}\nservice:\n  pipelines:\n    metrics: {receivers: [hostmetrics], exporters: [prometheus]}\n",
    good: "receivers:\n  hostmetrics: {scrapers: {process: {}}}\nexporters:\n  prometheus: {endpoint: '0.0.0.0:8889'}\nservice:\n  pipelines:\n    metrics: {receivers: [hostmetrics], exporters: [prometheus]}\n",
    *find(config) {
      for (const { id, settings, path } of config.of("exporter", "prometheus", "prometheusremotewrite")) {
        if (at(settings, "resource_to_telemetry_conversion", "enabled") !== true) continue;
        const pipeline = config
          .using("exporters", id)
          .find(
            (one) =>
              one.receivers.some(
                (receiver) => at(config.find("receiver", receiver)?.settings, "scrapers", "process") !== undefined,
              ) && !speaksOf(config, one, /process[.\\]/),
          );
        if (pipeline !== undefined)
          yield {
            path: [...path, "resource_to_telemetry_conversion"],
            message: `process.pid and the command line become labels of what ${pipeline.id} carries`,
            fix: "remove the conversion, or delete those attributes of the resource before",
          };
      }
    },
  },
  {
    id: "label-deleted-without-sum",
    severity: "warning",
    explain:
      "Taking a label off data points adds nothing up: several series become one with values that contradict each other, and counters jump.",
    bad: "processors:\n  attributes: {include: {match_type: strict, metric_names: [requests]}, actions: [{key: user_id, action: delete}]}\nservice:\n  pipelines:\n    metrics: {receivers: [prometheus], processors: [attributes], exporters: [prometheusremotewrite]}\n",
    good: "processors:\n  metricstransform: {transforms: [{include: requests, action: update, operations: [{action: aggregate_labels, label_set: [route], aggregation_type: sum}]}]}\nservice:\n  pipelines:\n    metrics: {receivers: [prometheus], processors: [metricstransform], exporters: [prometheusremotewrite]}\n",
    *find(config) {
      for (const { id, settings, path } of config.of("processor", "attributes")) {
        const pipelines = config.using("processors", id);
        // one that is used for other signals too takes away what nobody may see
        if (pipelines.length === 0 || pipelines.some(({ signal }) => signal !== "metrics")) continue;
        if (pipelines.every((pipeline) => addsUp(config, pipeline))) continue;
        const deleted = listOf(settings.actions)
          .map(recordOf)
          .filter(({ action, key }) => action === "delete" && UNBOUNDED.test(textOf(key)))
          .map(({ key }) => textOf(key));
        if (deleted.length > 0)
          yield {
            path,
            message: `without ${deleted.join(" and ")} several series are one, and nothing adds them up`,
            fix: "use metricstransform with aggregate_labels, or aggregate_on_attributes in transform",
          };
      }
    },
  },
];
