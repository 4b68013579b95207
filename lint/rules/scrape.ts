/** Keys of Prometheus' own configuration, which the receiver takes below `config` and reads as strictly as Prometheus. */
import { nearest } from "../../config/nearest.ts";
import { at, type Config, listOf, recordOf, textOf, wordOf } from "../model.ts";
import { isRecord, type Path } from "../read.ts";
import type { Finding, Rule } from "../rule.ts";

const words = (text: string): readonly string[] => text.split(/\s+/);

/** From the sources of Prometheus 3 (`config/config.go`, `model/relabel`). */
const CONFIG = words(
  "global runtime rule_files scrape_config_files scrape_configs alerting storage tracing remote_write remote_read otlp",
);
const GLOBAL = words(
  `scrape_interval scrape_timeout scrape_protocols evaluation_interval rule_query_offset query_log_file scrape_failure_log_file
   external_labels body_size_limit sample_limit target_limit label_limit label_name_length_limit label_value_length_limit
   keep_dropped_targets metric_name_validation_scheme metric_name_escaping_scheme convert_classic_histograms_to_nhcb
   always_scrape_classic_histograms scrape_native_histograms extra_scrape_metrics`,
);
const HTTP = words(
  "basic_auth authorization oauth2 tls_config follow_redirects enable_http2 http_headers bearer_token bearer_token_file",
);
const PROXY = words("proxy_url no_proxy proxy_from_environment proxy_connect_header");
const JOB = words(
  `job_name honor_labels honor_timestamps track_timestamps_staleness params scrape_interval scrape_timeout scrape_protocols
   fallback_scrape_protocol scrape_native_histograms always_scrape_classic_histograms scrape_classic_histograms
   convert_classic_histograms_to_nhcb scrape_failure_log_file metrics_path scheme enable_compression body_size_limit sample_limit
   target_limit label_limit label_name_length_limit label_value_length_limit native_histogram_bucket_limit
   native_histogram_min_bucket_factor keep_dropped_targets metric_name_validation_scheme metric_name_escaping_scheme
   extra_scrape_metrics static_configs relabel_configs metric_relabel_configs`,
);
const DISCOVERY = words(
  `aws azure consul digitalocean dns docker dockerswarm ec2 ecs eureka file gce hetzner http ionos kubernetes kuma lightsail linode
   marathon nerve nomad openstack ovhcloud puppetdb scaleway serverset stackit triton uyuni vultr`,
).map((name) => `${name}_sd_configs`);
const RELABEL = words("source_labels separator regex modulus target_label replacement action");
const ACTIONS = words("replace keep drop keepequal dropequal hashmod labelmap labeldrop labelkeep lowercase uppercase");
const STATIC = words("targets labels");

/** Keys of the mappings inside a job. */
const INNER: Readonly<Record<string, readonly string[]>> = {
  basic_auth: words("username username_file username_ref password password_file password_ref"),
  authorization: words("type credentials credentials_file credentials_ref"),
  tls_config: words(
    "ca ca_file ca_ref cert cert_file cert_ref key key_file key_ref server_name insecure_skip_verify min_version max_version",
  ),
  oauth2: words(
    "client_id client_secret client_secret_file client_secret_ref client_certificate_key_id client_certificate_key client_certificate_key_file signature_algorithm iss audience claims grant_type scopes token_url endpoint_params tls_config proxy_url no_proxy proxy_from_environment proxy_connect_header",
  ),
};

function* strange(value: unknown, known: readonly string[], path: Path, what: string): Generator<Finding> {
  for (const key of Object.keys(recordOf(value))) {
    if (known.includes(key) || key.includes("${")) continue;
    const guess = nearest(key, known) ?? known.find((one) => one.replace(/s$/, "") === key.replace(/s$/, ""));
    yield {
      path: [...path, key],
      message: `${what} has no key ${key}`,
      fix: guess === undefined ? "remove it, or write it where it belongs" : `write ${guess}`,
    };
  }
}

function* relabelFindings(list: unknown, path: Path): Generator<Finding> {
  if (list !== undefined && list !== null && !Array.isArray(list) && typeof list !== "string")
    yield { path, message: "relabelling is a list", fix: "begin each item with -" };
  for (const [i, item] of listOf(list).entries()) {
    const place = [...path, i];
    yield* strange(item, RELABEL, place, "relabelling");
    const { action = "replace", target_label, source_labels, modulus } = recordOf(item);
    const name = textOf(action).toLowerCase();
    if (textOf(action).includes("${")) continue;
    if (!ACTIONS.includes(name))
      yield {
        path: [...place, "action"],
        message: `there is no action ${wordOf(action)}`,
        fix: `write ${nearest(name, ACTIONS) ?? ACTIONS.join(", ")}`,
      };
    else if (/^(replace|hashmod|lowercase|uppercase|keepequal|dropequal)$/.test(name) && !target_label)
      yield { path: place, message: `${name} has no target_label`, fix: "set target_label" };
    if (name === "hashmod" && !modulus) yield { path: place, message: "hashmod has no modulus", fix: "set modulus" };
    if (/^label(map|drop|keep)$/.test(name) && source_labels !== undefined && name !== "labelmap")
      yield {
        path: [...place, "source_labels"],
        message: `${name} takes regex alone, and Prometheus refuses source_labels beside it`,
        fix: "remove source_labels",
      };
    if (typeof source_labels === "string")
      yield { path: [...place, "source_labels"], message: "source_labels is no list", fix: `write [${source_labels}]` };
  }
}

function* scrapeFindings(config: Config): Generator<Finding> {
  for (const { settings, path } of config.of("receiver", "prometheus")) {
    const own = settings.config;
    if (!isRecord(own)) continue;
    yield* strange(own.global, GLOBAL, [...path, "config", "global"], "global");
    for (const [i, job] of listOf(own.scrape_configs).entries()) {
      const place = [...path, "config", "scrape_configs", i];
      yield* strange(job, [...JOB, ...HTTP, ...PROXY, ...DISCOVERY], place, "a job");
      for (const [name, known] of Object.entries(INNER)) yield* strange(at(job, name), known, [...place, name], name);
      const { params, scheme } = recordOf(job);
      for (const [name, value] of Object.entries(recordOf(params)))
        if (typeof value !== "object" || value === null)
          yield {
            path: [...place, "params", name],
            message: `the parameter ${name} is no list`,
            fix: `write [${wordOf(value)}]`,
          };
      if (typeof scheme === "string" && !/^(https?)$/.test(scheme) && !scheme.includes("${"))
        yield { path: [...place, "scheme"], message: `"${scheme}" is no scheme`, fix: "write http or https" };
      for (const name of DISCOVERY)
        if (isRecord(at(job, name)))
          yield { path: [...place, name], message: `${name} is no list`, fix: "begin each item with -" };
      yield* relabelFindings(at(job, "relabel_configs"), [...place, "relabel_configs"]);
      yield* relabelFindings(at(job, "metric_relabel_configs"), [...place, "metric_relabel_configs"]);
      for (const [j, group] of listOf(at(job, "static_configs")).entries())
        yield* strange(group, STATIC, [...place, "static_configs", j], "static_configs");
    }
    // those of the receiver below config have a rule of their own
    const receiver =
      /^(trim_metric_suffixes|target_allocator|api_server|report_extra_scrape_metrics|use_start_time_metric|start_time_metric_regex)$/;
    for (const found of strange(own, CONFIG, [...path, "config"], "Prometheus"))
      if (!receiver.test(wordOf(found.path.at(-1)))) yield found;
  }
}

export const scrapeRules: readonly Rule[] = [
  {
    id: "scrape-config-key",
    severity: "error",
    explain:
      "Below config the keys are those of Prometheus, which refuses one that it does not know, an action that does not exist, and relabelling without a target.",
    bad: "receivers:\n  prometheus: {config: {scrape_configs: [{job_name: a, metrics_relabel_configs: [], static_configs: [{targets: ['app:8000']}]}]}}\n",
    good: "receivers:\n  prometheus: {config: {scrape_configs: [{job_name: a, metric_relabel_configs: [], static_configs: [{targets: ['app:8000']}]}]}}\n",
    find: scrapeFindings,
  },
  {
    id: "scrape-config-unsupported",
    severity: "error",
    explain:
      "The receiver scrapes only: with rules, alerting or remote_write below config the collector does not start.",
    bad: "receivers:\n  prometheus: {config: {remote_write: [{url: 'http://mimir/api/v1/push'}], scrape_configs: [{job_name: a}]}}\n",
    good: "receivers:\n  prometheus: {config: {scrape_configs: [{job_name: a}]}}\nexporters:\n  prometheusremotewrite: {endpoint: 'http://mimir/api/v1/push'}\n",
    *find(config) {
      for (const { settings, path } of config.of("receiver", "prometheus"))
        for (const key of ["remote_write", "remote_read", "rule_files", "alerting"])
          if (at(settings, "config", key) !== undefined)
            yield {
              path: [...path, "config", key],
              message: `the receiver does not support ${key}`,
              fix: key === "remote_write" ? "use the exporter prometheusremotewrite" : "remove it",
            };
    },
  },
];
