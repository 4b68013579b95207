/**
 * The proxy of the Docker API: what an nginx with njs must be given. It passes the five calls that the collector makes, about this stack's
 * containers only, and of a container neither environment nor command. Pure.
 */

/** Folder in which it makes its socket. */
export const SOCKET_FOLDER = "/run/docker-api";
export const PROXY_SOCKET = `${SOCKET_FOLDER}/api.sock`;
/** Where it finds the engine's socket in its container, wherever the engine has it. */
export const ENGINE_SOCKET = "/var/run/docker.sock";

export interface ProxyArgs {
  /** Labels and their values, all of which a container must carry. */
  readonly labels: Readonly<Record<string, string>>;
  /** Names of the containers whose logs are passed. */
  readonly logsOf: readonly string[];
}

/** A query's `filters` for this stack's containers. */
const filters = (labels: ProxyArgs["labels"], more: Readonly<Record<string, readonly string[]>>): string =>
  encodeURIComponent(
    JSON.stringify({ label: Object.entries(labels).map(([key, value]) => `${key}=${value}`), ...more }),
  );

/** What the receiver of container metrics looks up again after. */
const EVENTS = ["destroy", "die", "pause", "rename", "start", "stop", "unpause", "update"];

/**
 * The version in the path is taken away, so that every engine answers with its own version of the API. A fixed one is refused by an
 * engine that is older or much newer, and the refusal ends the whole collector (measured; contrib#44279). So does a socket that cannot be opened,
 * which is answered with an empty list: container metrics are then missing, and nothing else.
 */
export const proxyConf = ({
  labels,
  logsOf,
}: ProxyArgs): string => `load_module /usr/lib/nginx/modules/ngx_http_js_module.so;
pid /tmp/nginx.pid;
worker_processes 1;
error_log /dev/stderr warn;
events { worker_connections 1024; }
http {
  access_log off;
  client_body_temp_path /tmp/body;
  proxy_temp_path /tmp/proxy;
  fastcgi_temp_path /tmp/fastcgi;
  uwsgi_temp_path /tmp/uwsgi;
  scgi_temp_path /tmp/scgi;
  js_import api from /etc/docker-api/api.js;
  js_set $since api.since;
  subrequest_output_buffer_size 1m;
  upstream engine { server unix:${ENGINE_SOCKET}; }
  proxy_http_version 1.1;
  proxy_set_header Host docker;
  proxy_buffering off;
  # a silent container's log stays open; what breaks is opened again
  proxy_read_timeout 24h;
  server {
    listen unix:${PROXY_SOCKET};
    if ($request_method !~ ^(GET|HEAD)$) { return 403; }
    rewrite ^/v1\\.[0-9]+(/.*)$ $1;
    location / { return 403; }
    location = /containers/json {
      set $args "all=$arg_all&filters=${filters(labels, {})}";
      proxy_pass http://engine;
      error_page 502 504 = @nothing;
    }
    location = /events {
      set $args "since=$since&filters=${filters(labels, { type: ["container"], event: EVENTS })}";
      proxy_pass http://engine;
      error_page 502 504 = @nothing;
    }
    location ~ ^/containers/[a-f0-9]+/json$ { js_content api.inspect; }
    location ~ ^/containers/[a-f0-9]+/stats$ { proxy_pass http://engine; }
${logsOf.length === 0 ? "" : `    location ~ ^/containers/(${logsOf.map((name) => name.replaceAll(".", "\\.")).join("|")})/logs$ { proxy_pass http://engine; }\n`}\
    location /engine/ {
      internal;
      rewrite ^/engine(/.*)$ $1 break;
      proxy_pass http://engine;
    }
    location @nothing {
      default_type application/json;
      return 200 '[]';
    }
  }
}
`;

/**
 * How much earlier events are passed than they are asked for. The receiver of container metrics lists the containers, and then asks for events from
 * the moment of asking: a container that starts in between, as many do while a stack starts, it would never measure. What it hears twice it looks up twice.
 */
const OVERLAP_SECONDS = 30;

/** What of a container's description is passed: what the receiver of container metrics reads; and from when events are passed. */
export const proxyScript = ({ labels }: Pick<ProxyArgs, "labels">): string => `const LABELS = ${JSON.stringify(labels)};

function pick(object, keys) {
  const picked = {};
  keys.forEach((key) => { if (object && object[key] !== undefined) picked[key] = object[key]; });
  return picked;
}

async function inspect(r) {
  const answer = await r.subrequest("/engine" + r.uri);
  if (answer.status !== 200) { r.return(answer.status, "{}"); return; }
  const all = JSON.parse(answer.responseText);
  const labels = (all.Config && all.Config.Labels) || {};
  if (!Object.keys(LABELS).every((key) => labels[key] === LABELS[key])) { r.return(403, "{}"); return; }
  const passed = pick(all, ["Id", "Name", "Created", "Image", "RestartCount"]);
  passed.State = pick(all.State, ["Status", "Running", "Paused", "Restarting", "StartedAt", "FinishedAt"]);
  passed.Config = pick(all.Config, ["Hostname", "Image", "Labels"]);
  passed.HostConfig = pick(all.HostConfig, ["NanoCpus", "CpuShares", "CpuPeriod", "CpuQuota", "CpusetCpus", "Memory"]);
  r.headersOut["Content-Type"] = "application/json";
  r.return(200, JSON.stringify(passed));
}

function since(r) {
  const asked = Number(r.args.since);
  return asked > ${OVERLAP_SECONDS} ? String(Math.floor(asked) - ${OVERLAP_SECONDS}) : r.args.since || "";
}

export default { inspect, since };
`;
