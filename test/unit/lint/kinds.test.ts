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
  ])("%s: %s", (id, text) => {
    expect(idsOf(text)).not.toContain(id);
  });
});
