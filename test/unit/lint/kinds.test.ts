import { describe, expect, test } from "vitest";
import { lint } from "../../../lint/lint.ts";

/** Siblings of the examples that rules have: the same mistake in other words, and what only looks like it. */
const idsOf = (text: string) => lint([{ name: "a.yaml", text }], { version: "0.141.0" }).map(({ id }) => id);

const time = (layout: string, kind = "strptime") =>
  `receivers: {filelog: {include: [/srv/a.log], operators: [{type: time_parser, parse_from: attributes.t, layout_type: ${kind}, layout: '${layout}'}]}}`;
const actions = (...list: readonly string[]) => `processors: {attributes: {actions: [${list.join(", ")}]}}`;
const metric = (condition: string) => `processors: {filter: {metrics: {metric: ['${condition}']}}}`;
const span = (condition: string) => `processors: {filter: {traces: {span: ['${condition}']}}}`;
const endpoint = (text: string) => `exporters: {otlphttp: {endpoint: '${text}'}}`;
const scrape = (head: string, job: string, other = "") =>
  `${head}\nreceivers: {prometheus: {config: {scrape_configs: [{job_name: a, kubernetes_sd_configs: [{role: pod${job}}]}]}}${other}}\nservice: {pipelines: {metrics: {receivers: [prometheus]}}}`;
const pod = (health: string, host = "${env:POD_IP}") =>
  `receivers: {otlp: {protocols: {grpc: {endpoint: '${host}:4317'}}}}\nprocessors: {k8sattributes: {}}\nextensions: {health_check: ${health}}\nservice: {extensions: [health_check], pipelines: {traces: {receivers: [otlp], processors: [k8sattributes]}}}`;
const statements = (...list: readonly string[]) =>
  `processors: {transform: {trace_statements: [{context: span, statements: ['${list.join("', '")}']}]}}`;
const ordered = (file: string, more = "") =>
  `receivers: {filelog: {include: ['${file}'], ordering_criteria: {regex: '(?P<n>\\d+)', sort_by: [{regex_key: n, sort_type: numeric}]${more}}}}`;
const stats = (comment: string, settings: string) => `# ${comment}\nreceivers: {docker_stats: ${settings}}`;

const metrics = (receiver: string, processor: string, exporter = "debug: {}") => {
  const [a, b, c] = [receiver, processor, exporter].map((text) => text.split(":")[0]);
  return `receivers: {${receiver}}\nprocessors: {${processor}}\nexporters: {${exporter}}\nservice: {pipelines: {metrics: {receivers: [${a}], processors: [${b}], exporters: [${c}]}}}`;
};
const file = (comment: string, settings: string) =>
  `# ${comment}\nreceivers: {filelog: {include: ['/srv/a.log']${settings}}}`;
const epoch = (sample: string, layout: string) =>
  file(
    sample,
    `, operators: [{type: json_parser, timestamp: {parse_from: attributes.time, layout_type: epoch, layout: ${layout}}}]`,
  );
const kubelet = (kind: string, endpoint: string) =>
  `receivers: {kubeletstats: {auth_type: ${kind}, endpoint: '${endpoint}'}}`;
const policy = (name: string, condition: string) =>
  `processors: {tail_sampling: {policies: [{name: ${name}, type: ottl_condition, ottl_condition: {span: ['${condition}']}}]}}`;
const below = (comment: string, ...list: readonly string[]) =>
  `processors:\n  filter:\n    traces:\n      span:\n        # ${comment}\n${list.map((each) => `        - '${each}'\n`).join("")}`;
const update = (receiver: string, key: string) =>
  metrics(`${receiver}: {}`, `resource: {attributes: [{key: ${key}, value: a, action: update}]}`);
const itself = (endpoint: string) =>
  `receivers: {otlp: {protocols: {http: {endpoint: 'localhost:4318'}}}}\nexporters: {debug: {}}\nservice: {telemetry: {traces: {processors: [{simple: {exporter: {otlp: {protocol: http/protobuf, endpoint: '${endpoint}'}}}}]}}, pipelines: {traces: {receivers: [otlp], exporters: [debug]}}}`;
const dynatrace = (receiver: string) =>
  metrics(
    receiver,
    "batch: {}",
    "otlphttp: {endpoint: 'https://${env:DT}.live.dynatrace.com/api/v2/otlp', headers: {Authorization: 'Api-Token ${env:T}'}}",
  );
const unit = (name: string, to: string, more = "") =>
  `processors: {transform: {metric_statements: ['set(metric.unit, "${to}") where metric.name == "${name}"'${more}]}}`;
const scrub = (receiver: string, key: string) =>
  metrics(`${receiver}: {}`, `attributes: {actions: [{key: ${key}, action: delete}]}`);
const open = (comment: string) => `# ${comment}\nreceivers: {otlp: {protocols: {grpc: {endpoint: '0.0.0.0:4317'}}}}`;

const sampler = (line: string) => `processors:\n  probabilistic_sampler:\n    ${line}\n`;
const limiter = (line: string) => `processors:\n  memory_limiter:\n    check_interval: 1s\n    ${line}\n`;
const batch = (line: string) => `processors:\n  batch:\n    ${line}\n`;
const commented = (comment: string, action: string) =>
  `processors:\n  attributes:\n    actions:\n      # ${comment}\n      - key: enduser.id\n        ${action}\n`;
const kept = (comment: string, second: string) =>
  `# ${comment}\nprocessors: {tail_sampling: {policies: [{name: slow, type: latency, latency: {threshold_ms: 500}}, ${second}]}}`;
const observed = (observer: string, type: string) =>
  `extensions: {${observer}: {}}\nreceivers: {receiver_creator: {watch_observers: [${observer}], receivers: {redis: {rule: 'type == "${type}"'}}}}`;

describe("found", () => {
  test.each([
    ["layout-contradicts", time("%Y-%M-%d %H:%M:%S")],
    ["layout-contradicts", time("%d/%M/%Y %H:%S")],
    ["layout-contradicts", time("%Y-%m-%D")],
    ["layout-contradicts", time("%Y-%m-%d %I:%M:%S")],
    ["layout-contradicts", time("2024-05-17 10:30:00", "gotime")],
    ["layout-contradicts", time("2006-02-01 15:04:05", "gotime")],
    ["layout-contradicts", time("2006-01-02 HH:mm:ss", "gotime")],
    [
      "action-after-deletion",
      actions("{pattern: '^http[.]', action: delete}", "{key: a, from_attribute: http.url, action: upsert}"),
    ],
    ["action-after-deletion", actions("{key: a, action: delete}", "{key: a, action: hash}")],
    ["deleted-before-use", statements('keep_keys(attributes, ["a"])', 'set(attributes["b"], attributes["c"])')],
    ["equal-to-pattern", span('attributes["url.path"] != "^/health"')],
    ["equal-to-pattern", metric('name == "go_*"')],
    [
      "equal-to-pattern",
      "receivers: {filelog: {include: [/a], operators: [{type: filter, expr: 'body == \"^DEBUG\"'}]}}",
    ],
    ["unknown-provider", endpoint("${OTLP_ENDPOINT:-https://a.example}")],
    ["unknown-provider", endpoint("${OTLP_ENDPOINT:=https://a.example}")],
    ["unknown-provider", endpoint("${OTLP_ENDPOINT?is not set}")],
    ["scraped-by-every-node", scrape("# DaemonSet agent", "")],
    ["scraped-by-every-node", scrape("", "", ", filelog: {include: [/var/log/pods/*/*/*.log]}")],
    ["health-check-unreachable", pod("{}")],
    ["health-check-unreachable", pod("{path: /live}", "0.0.0.0")],
    ["one-file-of-many", ordered("/data/shard-*.log")],
    ["docker-api-too-old", stats("Docker Engine 29.1", "{}")],
    ["docker-api-too-old", stats("docker 29", "{api_version: '1.40'}")],
    ["encoding-of-files", file("written as UTF-16 by Windows", "")],
    ["encoding-of-files", file("lines in ISO-8859-1", ", encoding: utf-8")],
    ["encoding-of-files", file("an old program, Shift-JIS", "")],
    ["epoch-of-other-length", epoch('{"level":30,"time":1741773072123,"msg":"a"}', "s")],
    ["epoch-of-other-length", epoch("time=1741773072 level=info", "ms")],
    ["kubelet-asks-for-credentials", kubelet("serviceAccount", "${env:K8S_NODE_NAME}:10255")],
    ["kubelet-asks-for-credentials", kubelet("tls", "10.0.0.5:10255")],
    ["number-of-other-word", policy("failed", "status.code == 1")],
    ["number-of-other-word", policy("errors", 'attributes["a"] == "b" and status.code == 1')],
    ["number-of-other-word", below("spans of producers", "kind == 5")],
    [
      "unless-as-own-condition",
      below("probes, except when slow", 'name == "GET /livez"', "status.code != STATUS_CODE_ERROR"),
    ],
    [
      "unless-as-own-condition",
      below("successful probes", 'name == "GET /livez"', "not (status.code == STATUS_CODE_OK)"),
    ],
    ["update-of-nothing", update("redis", "service.name")],
    ["update-of-nothing", update("hostmetrics", "deployment.environment")],
    ["traces-itself", itself("http://127.0.0.1:4318")],
    ["deltas-wanted", dynatrace("prometheus: {config: {scrape_configs: []}}")],
    ["deltas-wanted", dynatrace("sqlserver: {}")],
    ["renamed-to-other-unit", unit("httpcheck.duration", "s")],
    ["renamed-to-other-unit", unit("container.memory.usage", "MiB")],
    ["attribute-place", scrub("hostmetrics", "process.command_line")],
    ["attribute-place", scrub("otlp", "k8s.pod.uid")],
    ["open-to-the-internet", open("central collector (public IP)")],
    ["open-to-the-internet", open("partners push here")],
    ["comment-of-other-number", sampler("sampling_percentage: 1 # 10 % of the traces")],
    ["comment-of-other-number", limiter("limit_mib: 4000 # 400 MiB")],
    ["comment-of-other-number", batch("timeout: 5m # every 5 seconds")],
    [
      "comment-of-other-number",
      "receivers: {redis: {endpoint: 'redis:6379', collection_interval: 60s}} # every 10 seconds",
    ],
    ["comment-of-other-action", commented("hashed, so that nobody is named", "action: upsert")],
    ["comment-of-other-action", commented("remove who it was", "action: hash")],
    [
      "errors-not-kept",
      kept("keep every failed trace", "{name: rest, type: probabilistic, probabilistic: {sampling_percentage: 5}}"),
    ],
    ["not-observed", observed("docker_observer", "port")],
    ["not-observed", observed("host_observer", "container")],
    ["unseen-sign", 'receivers: {filelog: {include: ["C:\\new\\app.log"]}}'],
    [
      "text-form",
      "extensions: {oidc: {issuer_url: 'https://a.example/.well-known/openid-configuration', audience: b}}",
    ],
    ["text-form", "exporters: {awsemf: {log_group_name: '/aws/{clusterName}'}}"],
    ["component-needs", "receivers: {jmx: {endpoint: 'kafka:9999'}}"],
    ["component-needs", "receivers: {windowsperfcounters: {collection_interval: 30s}}"],
    ["component-needs", "receivers: {kafkametrics: {brokers: ['k:9092']}}"],
    ["address-scheme", "exporters: {rabbitmq: {connection: {endpoint: 'http://rabbit:15672'}}}"],
  ])("%s: %s", (id, text) => {
    expect(idsOf(text)).toContain(id);
  });
});

describe("not said", () => {
  test.each([
    ["layout-contradicts", time("%d/%b/%Y:%H:%M:%S %z")],
    ["layout-contradicts", time("%m/%d/%Y %I:%M:%S %p")],
    ["layout-contradicts", time("Jan _2 15:04:05.000", "gotime")],
    ["layout-contradicts", time("2006-01-02T15:04:05.999999999Z07:00", "gotime")],
    ["layout-contradicts", time("02/Jan/2006:15:04:05 -0700", "gotime")],
    [
      "action-after-deletion",
      actions(
        "{key: a, action: delete}",
        "{key: a, value: b, action: insert}",
        "{key: c, from_attribute: a, action: insert}",
      ),
    ],
    [
      "deleted-before-use",
      statements(
        'keep_keys(attributes, ["a"])',
        'set(attributes["b"], attributes["a"])',
        'set(attributes["c"], attributes["b"])',
      ),
    ],
    ["equal-to-pattern", span('attributes["http.route"] == "/api/*"')],
    ["equal-to-pattern", metric('name == "http.server.duration"')],
    ["unknown-provider", endpoint("${env:OTLP_ENDPOINT:-https://a.example}")],
    [
      "scraped-by-every-node",
      scrape("# DaemonSet agent", ", selectors: [{role: pod, field: 'spec.nodeName=${env:NODE_NAME}'}]"),
    ],
    ["scraped-by-every-node", scrape("# k3s on one machine", "", ", filelog: {include: [/var/log/pods/*/*/*.log]}")],
    ["health-check-unreachable", pod("{endpoint: '${env:POD_IP}:13133'}")],
    ["health-check-unreachable", pod("{}", "localhost")],
    ["one-file-of-many", ordered("/data/shard-*.log", ", top_n: 4")],
    ["one-file-of-many", ordered("/var/log/app.*.log")],
    ["docker-api-too-old", stats("Docker Engine 28", "{}")],
    ["encoding-of-files", file("written as UTF-16 by Windows", ", encoding: utf-16le")],
    ["encoding-of-files", file("an ordinary log", "")],
    ["encoding-of-files", file("converted from UTF-16 by a job", "")],
    ["epoch-of-other-length", epoch('{"level":30,"time":1741773072123,"msg":"a"}', "ms")],
    ["epoch-of-other-length", epoch('{"id":1741773072123}', "s")],
    ["kubelet-asks-for-credentials", kubelet("none", "${env:K8S_NODE_NAME}:10255")],
    ["kubelet-asks-for-credentials", kubelet("serviceAccount", "${env:K8S_NODE_NAME}:10250")],
    ["number-of-other-word", policy("failed", "status.code == 2")],
    ["number-of-other-word", policy("ok", "status.code == 1")],
    ["number-of-other-word", policy("checkout", "status.code == 1")],
    [
      "unless-as-own-condition",
      below("probes, and all that is no error", 'name == "GET /livez"', "status.code != STATUS_CODE_ERROR"),
    ],
    [
      "unless-as-own-condition",
      below("probes, unless they failed", 'name == "GET /livez" and status.code != STATUS_CODE_ERROR'),
    ],
    ["update-of-nothing", update("otlp", "service.name")],
    ["update-of-nothing", update("redis", "host.name")],
    ["traces-itself", itself("http://tempo:4318")],
    ["deltas-wanted", dynatrace("statsd: {}")],
    [
      "renamed-to-other-unit",
      unit("httpcheck.duration", "s", `, 'scale_metric(0.001) where metric.name == "httpcheck.duration"'`),
    ],
    ["renamed-to-other-unit", unit("jobs.waiting", "{job}")],
    ["attribute-place", scrub("hostmetrics", "device")],
    ["attribute-place", scrub("prometheus", "k8s.pod.uid")],
    ["open-to-the-internet", open("one machine")],
    ["comment-of-other-number", sampler("sampling_percentage: 10 # 10 % of the traces")],
    ["comment-of-other-number", sampler("sampling_percentage: 10 # was 50 %")],
    ["comment-of-other-number", limiter("limit_mib: 400 # 80 % of 512 MiB")],
    ["comment-of-other-number", limiter("limit_mib: 4096 # 4 GiB")],
    ["comment-of-other-number", batch("timeout: 200ms # default 200 ms, was 5 s")],
    ["comment-of-other-number", batch("timeout: 90s # 1.5 minutes")],
    ["comment-of-other-action", commented("hashed, so that nobody is named", "action: hash")],
    ["comment-of-other-action", commented("drop it, then write our own", "action: upsert")],
    [
      "errors-not-kept",
      kept("keep every failed trace", "{name: failed, type: status_code, status_code: {status_codes: [ERROR]}}"),
    ],
    [
      "errors-not-kept",
      kept("slow traces", "{name: rest, type: probabilistic, probabilistic: {sampling_percentage: 5}}"),
    ],
    ["not-observed", observed("docker_observer", "container")],
    ["not-observed", observed("host_observer", "hostport")],
    ["unseen-sign", "receivers: {filelog: {include: ['C:\\new\\app.log']}}"],
    ["text-form", "extensions: {oidc: {issuer_url: 'https://a.example/realms/b', audience: b}}"],
    ["text-form", "exporters: {awsemf: {log_group_name: '/aws/{ClusterName}/x'}}"],
    ["address-scheme", "exporters: {rabbitmq: {connection: {endpoint: 'amqps://rabbit:5671'}}}"],
  ])("%s: %s", (id, text) => {
    expect(idsOf(text)).not.toContain(id);
  });
});
