import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { stringify } from "yaml";
import { containerArgs, containerOptions, image } from "../container.ts";
import { readyHooks } from "../health.ts";
import { password } from "../password.ts";
import { publishedUrl, type Scope } from "../scope.ts";

const PORT = 3000;

export interface GrafanaArgs {
  readonly scope: Scope;
  readonly network: pulumi.Input<string>;
  readonly image: string;
}

/** Grafana for the local backend. Whoever can reach 127.0.0.1 may look; changing anything takes the generated password. */
export class Grafana extends pulumi.ComponentResource {
  readonly url: string;

  constructor(name: string, args: GrafanaArgs, opts?: pulumi.ComponentResourceOptions) {
    super("game-scheduler-otel:backends:Grafana", name, args, opts);
    this.url = publishedUrl(args.scope, PORT);
    const container = new docker.Container(
      name,
      containerArgs(args.scope, {
        name,
        image: image(`${name}-image`, args.image, this).imageId,
        user: "472:0",
        networks: [args.network],
        env: {
          GF_ANALYTICS_CHECK_FOR_UPDATES: "false",
          GF_ANALYTICS_REPORTING_ENABLED: "false",
          GF_AUTH_ANONYMOUS_ENABLED: "true",
          GF_AUTH_ANONYMOUS_ORG_ROLE: "Viewer",
          GF_SECURITY_ADMIN_PASSWORD__FILE: "/run/secrets/grafana-admin",
        },
        files: [
          { path: "/run/secrets/grafana-admin", content: password(`${name}-admin`, this), mode: "0400" },
          { path: "/etc/grafana/provisioning/datasources/game-scheduler.yaml", content: dataSources() },
        ],
        ports: [{ container: PORT, host: PORT }],
        memory: 192,
      }),
      containerOptions(this, readyHooks(args.scope, name, `${this.url}/api/health`, 120)),
    );
    this.registerOutputs({ containerId: container.id, url: this.url });
  }
}

/** Data sources by fixed uid, each linked to the others: exemplar to trace, trace to logs, log line to trace. */
const dataSources = (): string =>
  stringify({
    apiVersion: 1,
    datasources: [
      {
        name: "Prometheus",
        uid: "prometheus",
        type: "prometheus",
        access: "proxy",
        url: "http://prometheus:9090",
        isDefault: true,
        jsonData: { httpMethod: "POST", exemplarTraceIdDestinations: [{ name: "trace_id", datasourceUid: "jaeger" }] },
      },
      {
        name: "Jaeger",
        uid: "jaeger",
        type: "jaeger",
        access: "proxy",
        url: "http://jaeger:16686",
        jsonData: {
          tracesToLogsV2: {
            datasourceUid: "loki",
            filterByTraceID: true,
            tags: [{ key: "service.name", value: "service_name" }],
          },
        },
      },
      {
        name: "Loki",
        uid: "loki",
        type: "loki",
        access: "proxy",
        url: "http://loki:3100",
        jsonData: {
          // Grafana would read ${...} as an environment variable: a provisioned file writes $ twice.
          derivedFields: [
            {
              name: "trace",
              datasourceUid: "jaeger",
              matcherType: "label",
              matcherRegex: "trace_id",
              url: "$${__value.raw}",
            },
          ],
        },
      },
    ],
  });
