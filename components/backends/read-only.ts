/**
 * What of a store may be read by everyone on the engine's machine, and the nginx that passes it. Stores know no difference between reading and
 * writing, so this does: what is not named here is refused, whatever a store would do with it. Pure.
 */

import type { ContainerSpec } from "../docker/spec.ts";

/** A store at its own port, for reading. */
export interface ReadOnlyStore {
  /** Its name in the network of stores. */
  readonly store: string;
  /** There, in the proxy, and published. */
  readonly port: number;
  /** Paths that GET and HEAD may ask for, as regular expressions over the whole path as it was sent. */
  readonly get: readonly string[];
  /** Paths that are asked by POST, since a query can be long. */
  readonly post: readonly string[];
}

const PROMETHEUS_QUERIES = "query|query_range|query_exemplars|series|labels|format_query|parse_query";

/** Folders and files below a path: none of them begins with a dot. */
const BELOW = "(/[\\w-][\\w.-]*)*/?";
const NAME = "[\\w.:-]+";

/** Pages, questions and state of Prometheus; not its administration, its profiles, or what writes. */
export const prometheusReads = (store = "prometheus"): ReadOnlyStore => ({
  store,
  port: 9090,
  get: [
    "/(|graph|query|alerts|rules|targets|status|config|flags|tsdb-status|service-discovery|agent)",
    `/(assets|static|classic)${BELOW}`,
    "/(favicon\\.(ico|svg)|manifest\\.json|version|metrics|federate)",
    "/-/(ready|healthy)",
    `/api/v1/(${PROMETHEUS_QUERIES}|metadata|rules|alerts|alertmanagers|targets|targets/metadata|scrape_pools|features)`,
    `/api/v1/(label/${NAME}/values|status/[a-z_]+|notifications(/live)?)`,
  ],
  post: [`/api/v1/(${PROMETHEUS_QUERIES})`],
});

/** Jaeger's page and its API; of what is asked by GET there nothing writes. */
export const jaegerReads: ReadOnlyStore = { store: "jaeger", port: 16_686, get: ["/[^?]*"], post: [] };

const LOGS_QL =
  "query|hits|facets|tail|streams|stream_ids|stats_query|stats_query_range|field_names|field_values|stream_field_names|stream_field_values";

/** Questions to VictoriaLogs and its page. It writes, deletes and merges by GET as well, so that paths alone say what reads. */
export const victoriaLogsReads: ReadOnlyStore = {
  store: "victorialogs",
  port: 9428,
  get: [`/select/logsql/(${LOGS_QL})`, `/select/(vmui${BELOW}|buildinfo|tenant_ids)`, "/(|health|metrics)"],
  post: [`/select/logsql/(${LOGS_QL})`],
};

const DATA_SOURCE = "/api/datasources/(proxy/)?(uid/)?[\\w-]+";
const LOKI = `loki/api/v1/(query|query_range|labels|series|label/${NAME}/values|index/\\w+|detected_\\w+|patterns|tail)`;
const TEMPO = `api/(v2/)?(echo|traces/[0-9a-fA-F]+|search|search/tags|search/tag/${NAME}/values|metrics/\\w+)`;

/** What of Grafana's container with everything in it is read; its Grafana lets everyone change everything. */
export const lgtmReads: readonly ReadOnlyStore[] = [
  {
    store: "lgtm",
    port: 3000,
    get: [
      // encoded letters, empty and upward parts would name by another text what is excluded
      "/(?!api/datasources/|api/plugin-proxy|[^?]*//|[^?]*\\.\\.)[^%?]*",
      "/api/datasources(/(uid|name|id)/[\\w-]+(/health)?)?",
      `${DATA_SOURCE}/(resources/)?(${LOKI}|${TEMPO}|api/v1/(${PROMETHEUS_QUERIES}|metadata|label/${NAME}/values|status/buildinfo))`,
      `${DATA_SOURCE}/resources/(labels|series|label/${NAME}/values|index/\\w+|detected_\\w+|patterns|tags|tag-values)`,
    ],
    post: [
      "/api/ds/query",
      `${DATA_SOURCE}/(resources/)?(loki/api/v1/(query|query_range|labels|series)|api/v1/(${PROMETHEUS_QUERIES}))`,
    ],
  },
  { store: "lgtm", port: 3200, get: [`/(ready|${TEMPO})`], post: [] },
  prometheusReads("lgtm"),
  {
    store: "lgtm",
    port: 3100,
    get: [`/(ready|${LOKI})`, "/loki/api/v1/status/buildinfo"],
    post: ["/loki/api/v1/(query|query_range|labels|series)"],
  },
];

/** Their ports, as the proxy's container publishes them. */
export const publishedStores = (stores: readonly ReadOnlyStore[]): NonNullable<ContainerSpec["ports"]> =>
  stores.map(({ port }) => ({ container: port, host: port }));

const said = (name: string): string => `Only reading is possible here: nothing but the collector writes to ${name}.\\n`;

/** For the http block of an nginx that knows a resolver: `${port} ${method} ${path as it was sent}` -> whether it passes, and a server each. */
export const readOnlyConf = (
  stores: readonly ReadOnlyStore[],
): string => `map "$server_port $request_method $request_uri" $reads {
  default 0;
${stores.flatMap(({ port, get, post }) => [pattern(port, "(GET|HEAD)", get), ...(post.length > 0 ? [pattern(port, "POST", post)] : [])]).join("\n")}
}
${stores.map(server).join("\n")}
`;

const pattern = (port: number, method: string, paths: readonly string[]): string =>
  `  "~^${port} ${method} (${paths.join("|")})(\\?|$)" 1;`;

const server = ({ store, port }: ReadOnlyStore): string => `server {
  listen ${port};
  default_type text/plain;
  client_max_body_size 1m;
  if ($reads = 0) { return 403 "${said(store)}"; }
  location / {
    set $at ${store};
    proxy_pass http://$at:${port};
    proxy_http_version 1.1;
    proxy_set_header Host $http_host;
    proxy_set_header Connection "";
    proxy_hide_header Access-Control-Allow-Origin;
    proxy_connect_timeout 2s;
    proxy_read_timeout 1h;
    proxy_buffering off;
    error_page 502 504 = @away;
  }
  location @away {
    return 503 "${store} does not answer: it is stopped or still starting. Look: docker ps --all --filter name=${store}\\n";
  }
}`;

/** Tells nginx whom to ask for names: a container engine says it in /etc/resolv.conf only. */
export const RESOLVER_COMMAND = `awk '/^nameserver/ {a = a (index($2, ":") ? "[" $2 "]" : $2) " "} END {print "resolver " (a ? a : "127.0.0.11") " valid=10s ipv6=off;"}' /etc/resolv.conf > /tmp/resolver.conf`;

/** A whole nginx.conf for stores beside which nothing is served, once `RESOLVER_COMMAND` ran. */
export const readOnlyNginx = (stores: readonly ReadOnlyStore[]): string => nginxConf(readOnlyConf(stores), "warn");

/**
 * A whole nginx.conf, once `RESOLVER_COMMAND` ran, for a user that is not root.
 * @param log the least level that is logged. Below `emerg` there may be addresses of whom nginx asks
 */
export const nginxConf = (http: string, log: "warn" | "emerg"): string => `pid /tmp/nginx.pid;
worker_processes 1;
error_log /dev/stderr ${log};
events { worker_connections 512; }
http {
  access_log off;
  server_tokens off;
  client_body_temp_path /tmp/body;
  proxy_temp_path /tmp/proxy;
  fastcgi_temp_path /tmp/fastcgi;
  uwsgi_temp_path /tmp/uwsgi;
  scgi_temp_path /tmp/scgi;
  large_client_header_buffers 4 32k;
  include /tmp/resolver.conf;
${http}}
`;
