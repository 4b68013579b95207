/** Series of metrics: what makes new ones without end, and what makes several into one. */
import { at, type Config, listOf, type Pipeline, placesOf, recordOf, textOf, textsOf } from "../model.ts";
import { placesAt } from "../places.ts";
import type { Rule } from "../rule.ts";

/** Attributes with a value of their own for each user, request or record. */
export const UNBOUNDED =
  /(^|[._])(url|target|full|query|uri|email|ip|uuid|guid|session|token|statement|stacktrace|message|timestamp)$|^(url\.(full|path|query)|db\.(statement|query\.text)|client\.address|network\.peer\.address|net\.peer\.ip|trace_?id|span_?id|http\.(url|target|client_ip))$|(^|[._])(user|account|customer|order|cart|request|session|trace|span|message|transaction|correlation|guild|channel|thread|process)[._]?(id|pid)$/i;

/** Attributes that tell one copy, pod, host or target from the other. */
const TELLS_APART =
  /^((exported_)?(pod|instance|container|node|host|hostname|replica|worker|shard|partition|thread|device|mountpoint|interface|path|route|method|status|code)([._](name|id|ip|uid))?|k8s\.(pod|container|node|replicaset)\.\w+|service\.instance\.id|host\.(name|id)|container\.(id|name)|http\.(route|request\.method|response\.status_code)|server\.address)$/i;

/** What receivers of hosts and stores tell several points of one metric apart by. */
const OF_POINTS = /^(cpu|state|direction|mountpoint|device|mode|gpu|core|database|table|queue|pool|operation)$/;

const isNeeded = (key: string): boolean => UNBOUNDED.test(key) || TELLS_APART.test(key) || OF_POINTS.test(key);

/** Whether something in a pipeline speaks of an attribute, and so may take it away before it leaves. */
const speaksOf = (config: Config, { processors }: Pipeline, name: RegExp): boolean =>
  processors.some((id) => name.test(JSON.stringify(config.find("processor", id)?.settings ?? {})));

/** Whether something in a pipeline adds series up, or brings them together anew. */
const addsUp = (config: Config, pipeline: Pipeline): boolean =>
  placesOf(config, pipeline, "metricstransform", "groupbyattrs", "interval").length > 0 ||
  speaksOf(config, pipeline, /aggregate/);

/** Receivers that send the same series for many things, told apart by their resource alone: what one collector sees of many, and what each host has. */
const OF_MANY = /^(kubeletstats|k8scluster|dockerstats|podmanstats|awsecscontainermetrics)$/;
const OF_HOSTS = /^(hostmetrics|windowsperfcounters)$/;
const SEVERAL_HOSTS =
  /\b(all|every|each|\d+|our) (\w+ )*(hosts|nodes|machines|servers|vms|host|node|machine|server|vm)\b|\bfleet\b|daemonset|ansible/i;
/** What puts something that tells hosts or pods apart onto data points, or makes the label instance. */
const PUTS_LABEL = /service\.instance\.id|\b(host|node|pod|container|instance|hostname|machine)\b/;

/** Whether a pipeline has what tells hosts apart: an attribute of the resource that somebody took care to set. */
const knowsHost = (config: Config, { processors }: Pipeline): boolean =>
  processors.some((id) => {
    const found = config.find("processor", id);
    return (
      (found?.type === "resourcedetection" && listOf(found.settings.detectors).length > 0) ||
      (found?.type === "resource" && /host\.name|k8s\.node\.name/.test(JSON.stringify(found.settings)))
    );
  });

/** Whether labels of an exporter tell its hosts apart. */
const labelsApart = (settings: Readonly<Record<string, unknown>>): boolean =>
  Object.entries(recordOf(settings.external_labels ?? settings.const_labels)).some(
    ([name, value]) => TELLS_APART.test(name) || PUTS_LABEL.test(name) || textOf(value).includes("${"),
  );

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
          .filter(({ action, key }) => action === "delete" && isNeeded(textOf(key)))
          .map(({ key }) => textOf(key));
        if (deleted.length > 0)
          yield {
            path,
            message: `without ${deleted.join(" and ")} several series are one, and nothing adds them up`,
            fix: "use metricstransform with aggregate_labels, or aggregate_on_attributes in transform",
          };
      }
      // the same in statements, and before the series are the collector's
      for (const { id, settings, path } of config.of("processor", "transform")) {
        if (config.using("processors", id).every((pipeline) => addsUp(config, pipeline))) continue;
        for (const [i, item] of listOf(settings.metric_statements).entries()) {
          const isOfPoints = at(item, "context") === "datapoint";
          const texts = typeof item === "string" ? [item] : textsOf(at(item, "statements"));
          for (const [j, text] of texts.entries()) {
            const [, level, key] =
              /^\s*delete_key\(\s*(datapoint\.)?attributes\s*,\s*"([^"]+)"\s*\)\s*(?:where\s+(?:metric\.)?name\s*==\s*"[^"]*"\s*)?$/.exec(
                text,
              ) ?? [];
            // one that was copied under another name is still told apart
            const isRenamed = texts.some((other) => other !== text && other.includes(`attributes["${key}"]`));
            if (key !== undefined && (isOfPoints || level !== undefined) && isNeeded(key) && !isRenamed)
              yield {
                path: [...path, "metric_statements", i, ...(typeof item === "string" ? [] : ["statements", j])],
                message: `without ${key} several series are one, and nothing adds them up`,
                fix: "use aggregate_on_attributes in the context metric",
              };
          }
        }
      }
      for (const { path, value } of placesAt(
        config,
        ["receiver", "prometheus"],
        "config.scrape_configs.*.metric_relabel_configs.*",
      )) {
        const label = textOf(at(value, "regex"))
          .replace(/^\^?\(?|\)?\$?$/g, "")
          .split("|")
          .find((name) => /^(instance|pod|pod_name|container)$/.test(name));
        if (at(value, "action") === "labeldrop" && label !== undefined)
          yield {
            path: [...path, "regex"],
            message: `without ${label} the series of all targets are one, and nothing adds them up`,
            fix: "keep the label, or add the series up in a processor",
          };
      }
    },
  },
  {
    id: "resource-not-a-label",
    severity: "warning",
    explain:
      "Prometheus has no resource: without the conversion host.name, k8s.pod.name and the like are no labels, and hosts, pods or containers write into the same series. Said where the file switches the conversion off, or names its host and is for several.",
    bad: "receivers:\n  kubeletstats: {auth_type: serviceAccount}\nexporters:\n  prometheusremotewrite: {endpoint: 'https://mimir.example/api/v1/push', resource_to_telemetry_conversion: {enabled: false}}\nservice:\n  pipelines:\n    metrics: {receivers: [kubeletstats], exporters: [prometheusremotewrite]}\n",
    good: "receivers:\n  kubeletstats: {auth_type: serviceAccount}\nexporters:\n  prometheusremotewrite: {endpoint: 'https://mimir.example/api/v1/push', resource_to_telemetry_conversion: {enabled: true}}\nservice:\n  pipelines:\n    metrics: {receivers: [kubeletstats], exporters: [prometheusremotewrite]}\n",
    *find(config) {
      for (const { id, type, settings, path } of config.of("exporter", "prometheus", "prometheusremotewrite")) {
        const isConverted = at(settings, "resource_to_telemetry_conversion", "enabled");
        if ((isConverted !== undefined && isConverted !== false) || labelsApart(settings)) continue;
        const several = config.mode === "daemonset" || SEVERAL_HOSTS.test(config.comments.all);
        for (const pipeline of config.using("exporters", id)) {
          // a label may be made in many ways; the name of a detector is none
          const isMade = pipeline.processors.some((one) => {
            const found = config.find("processor", one);
            if (
              found === undefined ||
              /^(resourcedetection|memorylimiter|batch|filter|k8sattributes)$/.test(found.type)
            )
              return false;
            const text = JSON.stringify(found.settings);
            return found.type === "resource" ? /service\.instance\.id/.test(text) : PUTS_LABEL.test(text);
          });
          const source = pipeline.receivers.find((one) => {
            const kind = config.typeIn(one);
            // what is not written was not thought of; what is switched off was
            const isSaid = isConverted === false || (several && knowsHost(config, pipeline));
            return isSaid && (OF_MANY.test(kind) || (OF_HOSTS.test(kind) && type === "prometheusremotewrite"));
          });
          if (source === undefined || isMade) continue;
          yield {
            path: isConverted === false ? [...path, "resource_to_telemetry_conversion", "enabled"] : path,
            message: `what tells the series of ${source} apart is an attribute of the resource, which becomes no label`,
            fix: "set resource_to_telemetry_conversion: {enabled: true}, or copy it onto the data points before",
          };
        }
      }
    },
  },
];
