import * as pulumi from "@pulumi/pulumi";
import { grafanaProvisioning, type ProvisionedFile } from "../../dashboards/render/grafana/provisioning.ts";
import { lokiLimits } from "../../pipeline/loki-limits.ts";
import type { BackendQuery } from "../../vendors/query.ts";
import { publishedUrl } from "../docker/scope.ts";
import type { Observability } from "../observability.ts";
import { alertRelay } from "./alert-relay.ts";
import type { Backend, LocalArgs } from "./backend.ts";
import { contactFiles, localBoards, localRules } from "./grafana-alerting.ts";
import { part } from "./part.ts";
import { prometheusConfig } from "./prometheus-config.ts";
import { lgtmReads, publishedStores, RESOLVER_COMMAND, readOnlyNginx } from "./read-only.ts";

const GRAFANA = 3000;
const TEMPO = 3200;
const PROMETHEUS = 9090;
const LOKI = 3100;

const usage = { by: "backend lgtm", key: "extraBackends" };

/** Where Grafana's configuration lies in the image. */
const GRAFANA_HOME = "/otel-lgtm/grafana/conf";

/** Where the proxy before it finds its own. */
const PROXY_CONFIG = "/etc/lgtm-proxy/nginx.conf";

export interface LgtmSettings {
  /** Seconds that telemetry may arrive late by. */
  readonly outageBudget: number;
}

/** Grafana, Tempo, Loki, Prometheus and Pyroscope in one container of Grafana's (docker-otel-lgtm). Its image cannot be built from packages. */
export class Lgtm extends pulumi.ComponentResource implements Backend {
  readonly profile: Backend["profile"] = {
    name: "lgtm",
    exporters: [
      {
        signals: ["traces", "metrics", "logs"],
        endpoint: "http://lgtm:4318",
        profiles: "http://lgtm:4318/v1development/profiles",
        temporality: "cumulative",
        steps: [{ signals: ["logs"], processor: lokiLimits }],
      },
    ],
  };
  readonly secrets: Backend["secrets"] = {};
  readonly links: Backend["links"];
  readonly query: BackendQuery;
  readonly network: pulumi.Output<string>;

  constructor(name: string, args: LocalArgs<LgtmSettings>, opts?: pulumi.ComponentResourceOptions) {
    const { imageOf, scope, networks, settings, shown } = args;
    super("game-scheduler-otel:backends:Lgtm", name, { scope }, opts);
    const url = publishedUrl(scope, GRAFANA);
    const at = { imageOf, networks, scope, usage };
    this.network = networks.stores;
    const calibrating = shown.rules.calibration === true;
    // its Grafana notifies people, and would need a network that leads outside
    const contact = shown.contact && !calibrating ? alertRelay(at, shown.contact, this) : shown.contact;
    part(
      at,
      {
        image: "lgtm",
        // The image is made for root (docker-otel-lgtm has no USER); without capabilities that is root in name only.
        user: "0:0",
        files: [...files(settings, shown, url), ...contactFiles(contact, shown.rules, GRAFANA_HOME)],
        data: "/data",
        memory: 768,
        stopSeconds: 30,
        ready: { url: `${url}/api/health`, seconds: 180 },
        // Boards are long and generated: their text would drown everything else in a preview.
        hideDiffs: ["uploads"],
      },
      this,
    );
    part(
      at,
      {
        image: "nginx",
        name: "lgtm-proxy",
        place: "proxy",
        user: "101:101",
        command: ["sh", "-c", `${RESOLVER_COMMAND} && exec nginx -c ${PROXY_CONFIG} -g "daemon off;"`],
        files: [{ path: PROXY_CONFIG, content: readOnlyNginx(lgtmReads) }],
        ports: publishedStores(lgtmReads),
        memory: 16,
        ready: { url: `${url}/api/health`, seconds: 180 },
      },
      this,
    );
    this.links = { grafana: url };
    this.query = {
      kind: "lgtm",
      tempo: publishedUrl(scope, TEMPO),
      prometheus: publishedUrl(scope, PROMETHEUS),
      loki: publishedUrl(scope, LOKI),
    };
    this.registerOutputs({ links: this.links });
  }
}

/** Boards and rules for the image's Grafana; for its Prometheus the time that a full queue may be late by, which its own file sets to ten minutes. */
function files({ outageBudget }: LgtmSettings, shown: Observability, url: string): readonly ProvisionedFile[] {
  const rules = localRules(shown.rules, shown.contact, { url, tempo: "tempo" });
  const boards = localBoards(shown.rules, {
    logs: { kind: "loki", uid: "loki" },
    traces: { kind: "tempo", uid: "tempo" },
  });
  return [
    { path: "/otel-lgtm/prometheus.yaml", content: prometheusConfig(outageBudget) },
    ...grafanaProvisioning(boards, undefined, { home: GRAFANA_HOME, rules }),
  ];
}
