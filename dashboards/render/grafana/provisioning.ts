import { toYaml } from "../../../formats/yaml.ts";
import { rulesFile } from "./alerting-files.ts";
import { renderGrafanaBoards } from "./boards.ts";
import { folderOf, type GrafanaConfig, LOG_PLUGINS } from "./config.ts";
import { type GrafanaRulesConfig, renderGrafanaRules } from "./rules.ts";

/** A file that a Grafana container reads at start. */
export interface ProvisionedFile {
  /** Absolute path in the container. */
  readonly path: string;
  readonly content: string;
}

/** Where the local data sources answer inside the network. */
export interface LocalAddresses {
  readonly prometheus: string;
  readonly logs: string;
  readonly traces: string;
}

/** Where Grafana's own image keeps its configuration. */
const HOME = "/etc/grafana";

export interface ProvisioningOptions {
  /** Folder of Grafana's configuration in the image. Default: /etc/grafana. */
  readonly home?: string;
  /** Alert rules; absent: Grafana evaluates none. */
  readonly rules?: GrafanaRulesConfig;
}

/**
 * Everything a local Grafana needs: data sources that lead from metric to trace to log and back, the boards, and the rules.
 * `addresses` undefined: the image brings its own data sources (lgtm).
 */
export function grafanaProvisioning(
  config: GrafanaConfig,
  addresses?: LocalAddresses,
  { home = HOME, rules }: ProvisioningOptions = {},
): readonly ProvisionedFile[] {
  const provision = (what: string, content: string): ProvisionedFile => ({
    path: `${home}/provisioning/${what}/${config.content.namespace}.yaml`,
    content,
  });
  const folder = folderOf(config);
  const boards = `${home}/boards`;
  return [
    ...(addresses === undefined ? [] : [provision("datasources", toYaml(dataSources(config, addresses)))]),
    provision("dashboards", toYaml(provider(config.content.namespace, folder, boards))),
    ...(rules === undefined ? [] : [provision("alerting", rulesFile(renderGrafanaRules(rules), folder))]),
    ...renderGrafanaBoards(config).map(({ uid, json }) => ({ path: `${boards}/${uid}.json`, content: json })),
  ];
}

function provider(name: string, folder: string, path: string): unknown {
  return {
    apiVersion: 1,
    providers: [{ name, folder, type: "file", allowUiUpdates: false, options: { path } }],
  };
}

const dataSources = (config: GrafanaConfig, addresses: LocalAddresses): unknown => ({
  apiVersion: 1,
  datasources: [
    metricsSource(config, addresses.prometheus),
    logsSource(config, addresses.logs),
    tracesSource(config, addresses.traces),
  ],
});

/** Prometheus; from the exemplars of a chart to their traces. */
function metricsSource({ content, dataSources: { prometheus, traces } }: GrafanaConfig, url: string): unknown {
  return {
    name: "Metrics",
    type: "prometheus",
    uid: prometheus,
    url,
    isDefault: true,
    jsonData: {
      httpMethod: "POST",
      timeInterval: `${content.metricsInterval}s`,
      // the collector's span metrics name the trace an exemplar belongs to this way
      exemplarTraceIdDestinations: [{ name: "trace_id", datasourceUid: traces.uid }],
    },
  };
}

/** The store of log records; from a record to its trace. */
function logsSource({ dataSources: { logs, traces } }: GrafanaConfig, url: string): unknown {
  return {
    name: "Logs",
    type: LOG_PLUGINS[logs.kind],
    uid: logs.uid,
    url,
    jsonData: {
      derivedFields: [
        {
          name: "Trace",
          matcherType: "label",
          matcherRegex: "trace_id",
          // Grafana expands variables in provisioning files: the doubled sign is its escape
          url: "$${__value.raw}",
          datasourceUid: traces.uid,
        },
      ],
    },
  };
}

/** How a span's service is found in the other stores. */
const SERVICE_TAG = [{ key: "service.name", value: "service_name" }];

/** The store of traces; from a span to its log records, and to the numbers of its service. */
function tracesSource({ dataSources: { prometheus, logs, traces } }: GrafanaConfig, url: string): unknown {
  return {
    name: "Traces",
    type: traces.kind,
    uid: traces.uid,
    url,
    jsonData: {
      nodeGraph: { enabled: true },
      tracesToLogsV2: {
        datasourceUid: logs.uid,
        spanStartTimeShift: "-5m",
        spanEndTimeShift: "5m",
        filterByTraceID: false,
        customQuery: true,
        query:
          logs.kind === "loki"
            ? '{service_name="$${__span.tags["service.name"]}"} | trace_id="$${__trace.traceId}"'
            : 'trace_id:="$${__trace.traceId}"',
        tags: SERVICE_TAG,
      },
      tracesToMetrics: {
        datasourceUid: prometheus,
        spanStartTimeShift: "-10m",
        spanEndTimeShift: "10m",
        tags: SERVICE_TAG,
        queries: [
          {
            name: "Rate of this service",
            query: "sum(rate(traces_span_metrics_calls_total{$$__tags}[5m]))",
          },
          {
            name: "p95 of this service",
            query:
              "histogram_quantile(0.95, sum by (le) (rate(traces_span_metrics_duration_seconds_bucket{$$__tags}[5m])))",
          },
        ],
      },
      ...(traces.kind === "tempo" ? { serviceMap: { datasourceUid: prometheus } } : {}),
    },
  };
}
