import * as pulumi from "@pulumi/pulumi";
import { renderLogRules, renderPrometheusRules } from "../../../dashboards/render/prometheus/rules.ts";
import type { BackendQuery } from "../../../vendors/query.ts";
import { publishedUrl } from "../../docker/scope.ts";
import type { Backend, LocalArgs } from "../backend.ts";
import { part } from "../part.ts";
import { prometheusConfig } from "../prometheus-config.ts";
import { ALERTMANAGER, alertmanager, notifies } from "./alertmanager.ts";
import { consolePage, consoleUrl } from "./console.ts";
import { jaegerConfig, jaegerMemory, TRACES_FOLDER } from "./jaeger-config.ts";
import { LOG_HEADERS, LOG_INTAKE, LOG_PORT, logRules, logStore } from "./log-store.ts";

const JAEGER = 16_686;
const PROMETHEUS = 9090;

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
          traces: "http://jaeger:4318/v1/traces",
          metrics: `http://prometheus:${PROMETHEUS}/api/v1/otlp/v1/metrics`,
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
    this.network = networks.stores;
    const memory = jaegerMemory(imageOf("jaeger"));
    const jaeger = publishedUrl(scope, JAEGER);
    part(
      at,
      {
        image: "jaeger",
        user: "10001:10001",
        command: ["--config=/etc/jaeger/config.yaml"],
        env: { GOMEMLIMIT: `${memory.go}MiB` },
        files: [{ path: "/etc/jaeger/config.yaml", content: jaegerConfig() }],
        data: TRACES_FOLDER,
        memory: memory.container,
        stopSeconds: 30,
        ready: { url: `${jaeger}/api/services` },
      },
      this,
    );

    const notifier = notifies(shown) ? ALERTMANAGER : undefined;

    const rulesFile = renderPrometheusRules(shown.rules, { alertmanager: notifier !== undefined });
    const prometheus = publishedUrl(scope, PROMETHEUS);
    part(
      at,
      {
        image: "prometheus",
        user: "65534:65534",
        command: [
          "--config.file=/etc/prometheus/prometheus.yml",
          "--storage.tsdb.path=/prometheus",
          "--storage.tsdb.retention.time=3d",
          "--storage.tsdb.retention.size=512MB",
          "--web.enable-otlp-receiver",
          // where a person reads the query of an alert: Prometheus built from its module has no page
          `--web.external-url=${consoleUrl(scope)}`,
          // what vmalert counts from log records
          "--web.enable-remote-write-receiver",
          "--enable-feature=exemplar-storage",
          "--log.level=warn",
        ],
        env: { GOMEMLIMIT: "100MiB" },
        files: [
          { path: "/etc/prometheus/prometheus.yml", content: prometheusConfig(settings.outageBudget, notifier) },
          { path: "/etc/prometheus/rules.yml", content: rulesFile },
        ],
        data: "/prometheus",
        // after an hour of the example it holds 55, the file cache aside
        memory: 128,
        stopSeconds: 30,
        ready: { url: `${prometheus}/-/ready` },
      },
      this,
    );

    const { url: victorialogs } = logStore(at, settings.outageBudget, this);
    const counted = renderLogRules(shown.rules);
    if (counted !== undefined) logRules(at, { rules: counted, prometheus: `http://prometheus:${PROMETHEUS}` }, this);

    // Grafana hands on whatever it is asked to its data sources, so it too is given what can only be read.
    const addresses = {
      prometheus: `http://console:${PROMETHEUS}`,
      logs: `http://console:${LOG_PORT}`,
      traces: `http://console:${JAEGER}`,
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
