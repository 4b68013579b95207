/** Attributes by name: of the resource or of the span, and with which value. */
import { actionsOf } from "../actions.ts";
import { OF_RESOURCE, OF_SPAN } from "../levels.ts";
import { type Config, listOf, recordOf, textOf } from "../model.ts";
import type { Rule } from "../rule.ts";
import { parsesAny } from "./attribute-level.ts";

const REMOVES = /^(delete|hash|update)$/i;
const VERSION = /(^|[._])(version|release|tag|revision)$/i;

/** Whether a processor works on spans, or on what a receiver of logs or of OTLP sends: scraped series have names of their own. */
const seesEvents = (config: Config, id: string): boolean =>
  config
    .using("processors", id)
    .some(
      ({ signal, receivers }) =>
        signal !== "metrics" || receivers.every((each) => OF_RECEIVERS.test(config.typeIn(each))),
    );
/** Receivers whose points have attributes of their own, and what they measure in the resource. */
const OF_RECEIVERS = /^(otlp|hostmetrics|kubeletstats|k8scluster|dockerstats|podmanstats|awsecscontainermetrics)$/;
/** Attributes of those receivers' points, whatever the conventions say of their names. */
const OF_POINTS = /^(process\.(pid|state)|device\.\w+)$/;

/** Whether processors move attributes of the resource to what it describes. */
const moves = (config: Config): boolean =>
  config.of("processor", "groupbyattrs").length > 0 ||
  config
    .of("processor", "transform")
    .some(
      ({ settings }) =>
        JSON.stringify(settings).includes("(datapoint.attributes") ||
        /set\(attributes\[|merge_maps\(/.test(JSON.stringify(settings)),
    );

/** Names of the conventions for who sends. */
const IDENTITY = [
  ...["service.name", "service.namespace", "service.version", "service.instance.id"],
  ...["deployment.environment", "deployment.environment.name", "host.name", "container.id"],
  ...["k8s.pod.name", "k8s.namespace.name", "k8s.node.name", "k8s.cluster.name", "cloud.region"],
];
const MISSPELT = new Map(IDENTITY.map((name) => [name.replaceAll(".", "_"), name]));

export const attributeRules: readonly Rule[] = [
  {
    id: "attribute-place",
    severity: "warning",
    explain:
      "The processor attributes changes spans, points and records, the processor resource what describes their sender: an attribute of the other place stays as it is, and is sent.",
    bad: "processors:\n  resource: {attributes: [{key: http.request.header.authorization, action: delete}]}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], processors: [resource], exporters: [otlp]}\n",
    good: "processors:\n  attributes: {actions: [{key: http.request.header.authorization, action: delete}]}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], processors: [attributes], exporters: [otlp]}\n",
    *find(config) {
      for (const [type, list, strange, instead] of [
        ["attributes", "actions", OF_RESOURCE, "resource"],
        ["resource", "attributes", OF_SPAN, "attributes"],
      ] as const)
        for (const { id, settings, path } of config.of("processor", type)) {
          if (!seesEvents(config, id)) continue;
          const isOfMetrics = config.using("processors", id).every(({ signal }) => signal === "metrics");
          if (type === "resource" && isOfMetrics) continue;
          if (isOfMetrics && moves(config)) continue;
          const isOfLogs = config.using("processors", id).every(({ signal }) => signal === "logs");
          if (type === "attributes" && isOfLogs && parsesAny(config)) continue;
          for (const [i, item] of listOf(settings[list]).entries()) {
            const { key, action } = recordOf(item);
            if (isOfMetrics && OF_POINTS.test(textOf(key))) continue;
            if (REMOVES.test(textOf(action)) && strange.test(textOf(key)))
              yield {
                path: [...path, list, i],
                message: `${textOf(key)} is an attribute of ${type === "resource" ? "spans or records" : "the resource"}, which ${id} does not touch`,
                fix: `write it in the processor ${instead}`,
              };
          }
        }
    },
  },
  {
    id: "identity-name",
    severity: "warning",
    explain:
      "Backends know a service, its version and its environment by the names of the conventions: with underscores in the place of points they are attributes like any other.",
    bad: "processors:\n  resource: {attributes: [{key: service_name, value: billing, action: upsert}]}\n",
    good: "processors:\n  resource: {attributes: [{key: service.name, value: billing, action: upsert}]}\n",
    *find(config) {
      for (const { action, path, type } of actionsOf(config)) {
        const name = MISSPELT.get(textOf(action.key));
        if (type === "resource" && name !== undefined && !REMOVES.test(textOf(action.action)))
          yield {
            path: [...path, "key"],
            message: `no backend takes ${textOf(action.key)} for ${name}`,
            fix: `write ${name}`,
          };
      }
    },
  },
  {
    id: "version-as-number",
    severity: "warning",
    explain: "A version without quotes is a number to YAML: 1.10 becomes 1.1.",
    bad: "processors:\n  resource: {attributes: [{key: service.version, value: 1.10, action: insert}]}\n",
    good: "processors:\n  resource: {attributes: [{key: service.version, value: '1.10', action: insert}]}\n",
    *find(config) {
      for (const { action, path } of actionsOf(config))
        if (typeof action.value === "number" && VERSION.test(textOf(action.key)))
          yield {
            path,
            message: `the value of ${textOf(action.key)} is the number ${action.value}`,
            fix: "write it in quotes",
          };
      const resource = recordOf(recordOf(recordOf(config.root.service).telemetry).resource);
      for (const [key, value] of Object.entries(resource))
        if (typeof value === "number" && VERSION.test(key))
          yield {
            path: ["service", "telemetry", "resource", key],
            message: `the value of ${key} is the number ${value}`,
            fix: "write it in quotes",
          };
    },
  },
];
