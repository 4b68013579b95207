import * as pulumi from "@pulumi/pulumi";
import { renderLogRules, renderPrometheusRules } from "../../../dashboards/render/prometheus/rules.ts";
import type { BackendQuery } from "../../../vendors/query.ts";
import { container } from "../../docker/container.ts";
import { publishedUrl } from "../../docker/scope.ts";
import { backendVolume } from "../../docker/volume.ts";
import type { Backend, BackendArgs } from "../backend.ts";
import { prometheusConfig } from "../prometheus-config.ts";
import { ALERTMANAGER, alertmanager, notifies } from "./alertmanager.ts";
import { consolePage, consoleUrl } from "./console.ts";
import { jaegerConfig, jaegerMemory, TRACES_FOLDER } from "./jaeger-config.ts";
import { LOG_HEADERS, LOG_INTAKE, LOG_STORE, logRules, logStore, logStoreUrl } from "./log-store.ts";

const JAEGER = 16_686;
const PROMETHEUS = 9090;

export interface JaegerSettings {
  /** Seconds that telemetry may arrive late by. */
  readonly outageBudget: number;
  /** Undefined where no image of Grafana can be had: then its code is not loaded either. */
  readonly grafana: typeof import("./grafana.ts") | undefined;
}

const usage = { by: "backend jaeger", nameKey: "extraBackends", portKey: "extraBackends" };

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

  constructor(name: string, args: BackendArgs<JaegerSettings>, opts?: pulumi.ComponentResourceOptions) {
    const { imageOf, scope, network, settings, shown } = args;
    super("game-scheduler-otel:backends:Jaeger", name, { scope }, opts);
    const urls = {
      jaeger: publishedUrl(scope, JAEGER),
      prometheus: publishedUrl(scope, PROMETHEUS),
      victorialogs: logStoreUrl(scope),
    };

    const traces = backendVolume(scope, "jaeger", this);
    const memory = jaegerMemory(imageOf("jaeger"));
    container(
      scope,
      {
        name: "jaeger",
        usage,
        image: imageOf("jaeger"),
        user: "10001:10001",
        networks: [network],
        command: ["--config=/etc/jaeger/config.yaml"],
        env: { GOMEMLIMIT: `${memory.go}MiB` },
        files: [{ path: "/etc/jaeger/config.yaml", content: jaegerConfig() }],
        volumes: [{ volume: traces.name, path: TRACES_FOLDER }],
        ports: [{ container: JAEGER, host: JAEGER }],
        memory: memory.container,
        stopSeconds: 30,
      },
      this,
      { ready: { url: `${urls.jaeger}/api/services` } },
    );

    const notifier = notifies(shown) ? ALERTMANAGER : undefined;

    const rulesFile = renderPrometheusRules(shown.rules, { alertmanager: notifier !== undefined });
    const metrics = backendVolume(scope, "prometheus", this);
    container(
      scope,
      {
        name: "prometheus",
        usage,
        image: imageOf("prometheus"),
        user: "65534:65534",
        networks: [network],
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
        volumes: [{ volume: metrics.name, path: "/prometheus" }],
        ports: [{ container: PROMETHEUS, host: PROMETHEUS }],
        // after an hour of the example it holds 55, the file cache aside
        memory: 128,
        stopSeconds: 30,
      },
      this,
      { ready: { url: `${urls.prometheus}/-/ready` } },
    );

    const at = { imageOf, network, scope, usage };
    logStore({ ...at, outageBudget: settings.outageBudget }, this);
    const rules = renderLogRules(shown.rules);
    if (rules !== undefined) logRules({ ...at, rules, prometheus: `http://prometheus:${PROMETHEUS}` }, this);

    const addresses = {
      prometheus: `http://prometheus:${PROMETHEUS}`,
      logs: LOG_STORE,
      traces: `http://jaeger:${JAEGER}`,
    };
    const grafana = settings.grafana?.grafanaOver(
      { scope, network, usage, image: imageOf("grafana"), rules: shown.rules, addresses },
      this,
    );
    // Jaeger and Prometheus built from their Go modules have no pages of their own.
    const others = grafana && { grafana: grafana.url, jaeger: urls.jaeger, prometheus: urls.prometheus };
    const page = consolePage(
      {
        ...{ scope, network, usage, rules: shown.rules, topology: shown.topology, image: imageOf("console") },
        notifies: notifier !== undefined,
        links: { ...others },
      },
      this,
    );
    if (notifier !== undefined)
      alertmanager({ scope, network, usage, image: imageOf("alertmanager"), shown, page }, this);
    this.links = {
      ...{ console: page, traces: `${page}/traces`, metrics: `${page}/metrics`, logs: `${page}/logs` },
      ...others,
    };
    this.query = { kind: "jaeger", ...urls, console: page };
    this.registerOutputs({ links: this.links });
  }
}
