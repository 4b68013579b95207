import * as pulumi from "@pulumi/pulumi";
import { renderLogRules, renderPrometheusRules } from "../../../dashboards/render/prometheus/rules.ts";
import type { BackendQuery } from "../../../vendors/query.ts";
import type { Backend, LocalArgs } from "../backend.ts";
import { ALERTMANAGER, alertmanager, notifies } from "./alertmanager.ts";
import { consolePage } from "./console.ts";
import { LOG_HEADERS, LOG_INTAKE, LOG_PORT, logRules, logStore } from "./log-store.ts";
import { METRIC_STORE, METRICS_INTAKE, METRICS_PORT, metricStore } from "./metric-store.ts";
import { TRACES_INTAKE, TRACES_PORT, traceStore } from "./trace-store.ts";

export interface JaegerSettings {
  /** Seconds that telemetry may arrive late by. */
  readonly outageBudget: number;
  /** Undefined where no image of Grafana can be had: then its code is not loaded either. */
  readonly grafana: typeof import("./grafana.ts") | undefined;
}

const usage = { by: "backend jaeger", key: "extraBackends" };

/** Everything on this machine and open source: traces in Jaeger, metrics in Prometheus, logs in VictoriaLogs, and Grafana where its image can be had. */
export class Jaeger extends pulumi.ComponentResource implements Backend {
  readonly profile: Backend["profile"] = {
    name: "jaeger",
    exporters: [
      {
        signals: ["traces", "metrics", "logs"],
        endpoint: {
          traces: TRACES_INTAKE,
          metrics: METRICS_INTAKE,
          logs: LOG_INTAKE,
        },
        headers: LOG_HEADERS,
        temporality: "cumulative",
      },
    ],
  };
  readonly secrets: Backend["secrets"] = {};
  readonly links: Backend["links"];
  readonly query: BackendQuery;
  readonly network: pulumi.Output<string>;

  constructor(name: string, args: LocalArgs<JaegerSettings>, opts?: pulumi.ComponentResourceOptions) {
    const { imageOf, scope, networks, settings, shown } = args;
    super("game-scheduler-otel:backends:Jaeger", name, { scope }, opts);
    const at = { imageOf, networks, scope, usage };
    const { outageBudget } = settings;
    const notifier = notifies(shown) ? ALERTMANAGER : undefined;
    this.network = networks.stores;

    const { url: jaeger } = traceStore(at, this);
    const rulesFile = renderPrometheusRules(shown.rules, { alertmanager: notifier !== undefined });
    const { url: prometheus } = metricStore(at, { outageBudget, rules: rulesFile, notifier }, this);
    const { url: victorialogs } = logStore(at, outageBudget, this);
    const counted = renderLogRules(shown.rules);
    if (counted !== undefined) logRules(at, { rules: counted, prometheus: METRIC_STORE }, this);

    // Grafana passes every request on to its data sources, so it is given addresses that can only be read.
    const addresses = {
      prometheus: `http://console:${METRICS_PORT}`,
      logs: `http://console:${LOG_PORT}`,
      traces: `http://console:${TRACES_PORT}`,
    };
    const grafana = settings.grafana?.grafanaOver({ ...at, rules: shown.rules, addresses }, this);
    // Jaeger and Prometheus built from their Go modules have no pages of their own.
    const others = grafana && { grafana: grafana.url, jaeger, prometheus };
    const { rules, topology } = shown;
    const page = consolePage(at, { rules, topology, notifies: notifier !== undefined, links: { ...others } }, this);
    if (notifier !== undefined) alertmanager(at, shown, page, this);
    this.links = {
      console: page,
      traces: `${page}/traces`,
      metrics: `${page}/metrics`,
      logs: `${page}/logs`,
      ...others,
    };
    this.query = { kind: "jaeger", jaeger, prometheus, victorialogs, console: page };
    this.registerOutputs({ links: this.links });
  }
}
