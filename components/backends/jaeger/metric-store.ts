import type * as pulumi from "@pulumi/pulumi";
import { publishedUrl } from "../../docker/scope.ts";
import { type OnThisMachine, part } from "../part.ts";
import { prometheusConfig } from "../prometheus-config.ts";
import { consoleUrl } from "./console.ts";

/** Where Prometheus answers questions, in the network of stores and published. */
export const METRICS_PORT = 9090;

/** Its address in the network of stores. */
export const METRIC_STORE = `http://prometheus:${METRICS_PORT}`;

/** Where the collector sends metrics. */
export const METRICS_INTAKE = `${METRIC_STORE}/api/v1/otlp/v1/metrics`;

export interface MetricStoreSpec {
  /** Seconds that points may arrive late by. */
  readonly outageBudget: number;
  /** Alert rules and recordings, as the text of a rule file. */
  readonly rules: string;
  /** The Alertmanager that gets what fires; undefined: nobody is notified. */
  readonly notifier: Parameters<typeof prometheusConfig>[1];
}

/** Prometheus, which keeps metrics for three days and judges the rules. @returns where it is read from the engine's machine */
export function metricStore(
  at: OnThisMachine,
  { outageBudget, rules, notifier }: MetricStoreSpec,
  parent: pulumi.Resource,
): { readonly url: string } {
  const url = publishedUrl(at.scope, METRICS_PORT);
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
        `--web.external-url=${consoleUrl(at.scope)}`,
        // what vmalert counts from log records
        "--web.enable-remote-write-receiver",
        "--enable-feature=exemplar-storage",
        "--log.level=warn",
      ],
      env: { GOMEMLIMIT: "100MiB" },
      files: [
        { path: "/etc/prometheus/prometheus.yml", content: prometheusConfig(outageBudget, notifier) },
        { path: "/etc/prometheus/rules.yml", content: rules },
      ],
      data: "/prometheus",
      // after an hour of the example it holds 55, the file cache aside
      memory: 128,
      stopSeconds: 30,
      ready: { url: `${url}/-/ready` },
    },
    parent,
  );
  return { url };
}
