/** Rules of Prometheus that rewrite labels: which labels there are at that time, and what they match. */
import { secondsOf } from "../duration.ts";
import { at, listOf, recordOf, textOf, wordOf } from "../model.ts";
import type { Rule } from "../rule.ts";
import { jobsOf, relabellings } from "../scraping.ts";

/** Labels of Kubernetes, by the roles of discovery that give them (Prometheus' page on kubernetes_sd_config). */
const LABELS: readonly (readonly [label: RegExp, roles: readonly string[]])[] = [
  [/^__meta_kubernetes_pod_/, ["pod", "endpoints", "endpointslice"]],
  [/^__meta_kubernetes_service_/, ["service", "endpoints", "endpointslice"]],
  [/^__meta_kubernetes_node_/, ["node"]],
  [/^__meta_kubernetes_endpoints?_/, ["endpoints"]],
  [/^__meta_kubernetes_endpointslice_/, ["endpointslice"]],
  [/^__meta_kubernetes_ingress_/, ["ingress"]],
  [/^__meta_kubernetes_namespace$/, ["pod", "service", "endpoints", "endpointslice", "ingress"]],
];

/** Names of series that nearly every exporter has. */
const SERIES =
  "process_cpu_seconds_total process_resident_memory_bytes process_virtual_memory_bytes process_open_fds process_max_fds process_start_time_seconds go_gc_duration_seconds go_memstats_alloc_bytes go_memstats_heap_inuse_bytes http_requests_total http_request_duration_seconds_bucket http_server_requests_seconds_bucket http_server_request_duration_seconds_bucket http_response_size_bytes_bucket http_request_size_bytes_bucket grpc_server_handled_total grpc_server_handling_seconds_bucket node_cpu_seconds_total node_memory_MemAvailable_bytes node_filesystem_avail_bytes node_network_receive_bytes_total node_disk_io_time_seconds_total container_cpu_usage_seconds_total container_memory_working_set_bytes container_network_receive_bytes_total kube_pod_status_phase kube_pod_container_status_restarts_total kube_deployment_status_replicas kubelet_running_pods apiserver_request_total apiserver_request_duration_seconds_bucket jvm_memory_used_bytes jvm_gc_pause_seconds_bucket nginx_http_requests_total redis_connected_clients pg_stat_database_tup_fetched rabbitmq_queue_messages_ready".split(
    " ",
  );
/** Base names of histograms: their series have more behind them. */
const HISTOGRAM =
  /^(?!go_gc_)\w*(request|response|query|handling|processing|latency|rpc)\w*_duration_(seconds|milliseconds|ms)$/;

const fullNameOf = (part: string): string =>
  SERIES.find((name) => name.startsWith(`${part}_`)) ?? `${part}_bucket, ${part}_count`;
const isPartOfName = (part: string): boolean =>
  HISTOGRAM.test(part) ||
  (part.includes("_") && !SERIES.includes(part) && SERIES.some((name) => name.startsWith(`${part}_`)));

export const discoveryRules: readonly Rule[] = [
  {
    id: "keeps-everything",
    severity: "warning",
    explain:
      "Without a regex, (.*) is taken, which any value matches, also an empty one: keep keeps every target, and drop drops every one.",
    bad: "receivers:\n  prometheus: {config: {scrape_configs: [{job_name: a, kubernetes_sd_configs: [{role: pod}], relabel_configs: [{source_labels: [__meta_kubernetes_pod_annotation_prometheus_io_scrape], action: keep}]}]}}\n",
    good: "receivers:\n  prometheus: {config: {scrape_configs: [{job_name: a, kubernetes_sd_configs: [{role: pod}], relabel_configs: [{source_labels: [__meta_kubernetes_pod_annotation_prometheus_io_scrape], action: keep, regex: 'true'}]}]}}\n",
    *find(config) {
      for (const job of jobsOf(config))
        for (const key of ["relabel_configs", "metric_relabel_configs"] as const)
          for (const { item, path } of relabellings(job, key))
            if (/^(keep|drop)$/.test(wordOf(item.action)) && /^(undefined|\.\*|\(\.\*\))$/.test(wordOf(item.regex)))
              yield {
                path,
                message: `${wordOf(item.action)} without a regex matches every ${key === "relabel_configs" ? "target" : "series"}`,
                fix: "set regex, such as 'true'",
              };
    },
  },
  {
    id: "label-of-other-role",
    severity: "warning",
    explain:
      "Each role of discovery has labels of its own: role pod knows nothing of services, role service nothing of pods. A label that is not there is empty, so keep drops every target.",
    bad: "receivers:\n  prometheus: {config: {scrape_configs: [{job_name: a, kubernetes_sd_configs: [{role: pod}], relabel_configs: [{source_labels: [__meta_kubernetes_service_annotation_prometheus_io_scrape], action: keep, regex: 'true'}]}]}}\n",
    good: "receivers:\n  prometheus: {config: {scrape_configs: [{job_name: a, kubernetes_sd_configs: [{role: endpoints}], relabel_configs: [{source_labels: [__meta_kubernetes_service_annotation_prometheus_io_scrape], action: keep, regex: 'true'}]}]}}\n",
    *find(config) {
      for (const job of jobsOf(config)) {
        const discoveries = listOf(at(job.job, "kubernetes_sd_configs"));
        const roles = discoveries.map((one) => textOf(at(one, "role")));
        if (roles.length === 0 || roles.some((role) => role === "" || role.includes("${"))) continue;
        const isAttached = discoveries.some((one) => at(one, "attach_metadata") !== undefined);
        for (const { labels, path } of relabellings(job, "relabel_configs"))
          for (const label of labels) {
            const [, wanted] = LABELS.find(([pattern]) => pattern.test(label)) ?? [];
            if (
              wanted === undefined ||
              wanted.some((role) => roles.includes(role)) ||
              (isAttached && wanted.includes("node"))
            )
              continue;
            yield {
              path: [...path, "source_labels"],
              message: `role ${roles.join(", ")} gives no ${label}`,
              fix: `use role ${wanted[wanted.length > 1 ? 1 : 0]}, or a label of role ${roles[0]}`,
            };
          }
      }
    },
  },
  {
    id: "label-not-there",
    severity: "warning",
    explain:
      "relabel_configs see the target before it is scraped, which has no metric names yet; metric_relabel_configs see its series, when all labels of the discovery (__meta_…) are gone.",
    bad: "receivers:\n  prometheus: {config: {scrape_configs: [{job_name: a, static_configs: [{targets: ['app:8000']}], relabel_configs: [{source_labels: [__name__], regex: 'go_.*', action: drop}]}]}}\n",
    good: "receivers:\n  prometheus: {config: {scrape_configs: [{job_name: a, static_configs: [{targets: ['app:8000']}], metric_relabel_configs: [{source_labels: [__name__], regex: 'go_.*', action: drop}]}]}}\n",
    *find(config) {
      for (const job of jobsOf(config)) {
        for (const { labels, path } of relabellings(job, "relabel_configs"))
          if (labels.includes("__name__"))
            yield {
              path: [...path, "source_labels"],
              message: "a target has no __name__",
              fix: "write it in metric_relabel_configs",
            };
        for (const { item, labels, path } of relabellings(job, "metric_relabel_configs")) {
          const label = labels.find((each) => /^__(meta_|address__|scheme__|metrics_path__|param_)/.test(each));
          const mapped = /^label(map|keep)$/.test(wordOf(item.action)) && /^__meta_/.test(textOf(item.regex));
          if (label !== undefined || mapped)
            yield {
              path: [...path, label === undefined ? "regex" : "source_labels"],
              message: `${label ?? "what begins with __meta_"} is gone when series are relabelled`,
              fix: "write it in relabel_configs",
            };
        }
      }
    },
  },
  {
    id: "label-with-signs",
    severity: "error",
    explain:
      "Names of labels are letters, digits and underscores: discovery writes _ for each other sign of an annotation's name, so prometheus.io/scrape is …_annotation_prometheus_io_scrape. Under another name there is nothing.",
    bad: "receivers:\n  prometheus: {config: {scrape_configs: [{job_name: a, kubernetes_sd_configs: [{role: pod}], relabel_configs: [{source_labels: ['__meta_kubernetes_pod_annotation_prometheus.io/scrape'], action: keep, regex: 'true'}]}]}}\n",
    good: "receivers:\n  prometheus: {config: {scrape_configs: [{job_name: a, kubernetes_sd_configs: [{role: pod}], relabel_configs: [{source_labels: [__meta_kubernetes_pod_annotation_prometheus_io_scrape], action: keep, regex: 'true'}]}]}}\n",
    *find(config) {
      for (const job of jobsOf(config))
        for (const { item, labels, path } of relabellings(job, "relabel_configs")) {
          for (const label of labels)
            if (/^__\w/.test(label) && /[^\w]/.test(label) && !label.includes("${"))
              yield {
                path: [...path, "source_labels"],
                message: `discovery gives no label ${label}`,
                fix: `write ${label.replace(/\W/g, "_")}`,
              };
          const { regex, action } = item;
          if (/^label(map|keep|drop)$/.test(wordOf(action)) && /^__meta_[\w.]*\//.test(textOf(regex)))
            yield {
              path: [...path, "regex"],
              message: `no label of discovery holds a /, as ${textOf(regex)} asks for`,
              fix: "write _ for each other sign",
            };
        }
    },
  },
  {
    id: "series-name-part",
    severity: "warning",
    explain:
      "Prometheus asks a regex of the whole value: a beginning of a name without .* behind it is no series' name.",
    bad: "receivers:\n  prometheus: {config: {scrape_configs: [{job_name: a, static_configs: [{targets: ['app:8000']}], metric_relabel_configs: [{source_labels: [__name__], regex: 'go_', action: drop}]}]}}\n",
    good: "receivers:\n  prometheus: {config: {scrape_configs: [{job_name: a, static_configs: [{targets: ['app:8000']}], metric_relabel_configs: [{source_labels: [__name__], regex: 'go_.*', action: drop}]}]}}\n",
    *find(config) {
      for (const job of jobsOf(config))
        for (const { item, labels, path } of relabellings(job, "metric_relabel_configs"))
          if (
            labels.length === 1 &&
            labels[0] === "__name__" &&
            /^\^?\(?\w+_\*?(\|\w+_\*?)*\)?$/.test(textOf(item.regex))
          )
            yield {
              path: [...path, "regex"],
              message: `${textOf(item.regex)} is asked of the whole name`,
              fix: `write ${textOf(item.regex).replace(/_\*?(?=\||\)|$)/g, "_.*")}`,
            };
          else if (labels.join() === "__name__" && /^(keep|drop)$/.test(wordOf(item.action))) {
            const names = textOf(item.regex)
              .replace(/^\^?\(?|\)?\$*$/g, "")
              .split("|");
            const part = names.every((name) => /^\w+$/.test(name)) ? names.find(isPartOfName) : undefined;
            if (part !== undefined)
              yield {
                path: [...path, "regex"],
                message: `no series is called ${part}: it is the beginning of names such as ${fullNameOf(part)}`,
                fix: `write ${part}.*, or whole names`,
              };
          }
    },
  },
  {
    id: "group-that-is-not-there",
    severity: "warning",
    explain:
      "A replacement with $1, which labelmap has unless it is set, takes what the first pair of parentheses matched: without one it is empty.",
    bad: "receivers:\n  prometheus: {config: {scrape_configs: [{job_name: a, static_configs: [{targets: ['app:8000']}], relabel_configs: [{source_labels: [__address__], regex: '[^:]+:.*', target_label: host, replacement: '$$1'}]}]}}\n",
    good: "receivers:\n  prometheus: {config: {scrape_configs: [{job_name: a, static_configs: [{targets: ['app:8000']}], relabel_configs: [{source_labels: [__address__], regex: '([^:]+):.*', target_label: host, replacement: '$$1'}]}]}}\n",
    *find(config) {
      for (const job of jobsOf(config))
        for (const key of ["relabel_configs", "metric_relabel_configs"] as const)
          for (const { item, path } of relabellings(job, key)) {
            const { regex, action = "replace", replacement = action === "labelmap" ? "$1" : undefined } = item;
            if (!/^(replace|labelmap)$/.test(wordOf(action))) continue;
            if (typeof regex !== "string" || typeof replacement !== "string" || regex.includes("${")) continue;
            const groups = regex.replace(/\\./g, "").match(/\((?!\?)|\(\?P?</g)?.length ?? 0;
            const wanted = Math.max(0, ...[...replacement.matchAll(/\$\{?(\d)/g)].map(([, n]) => Number(n)));
            if (wanted > groups)
              yield {
                path: [...path, item.replacement === undefined ? "regex" : "replacement"],
                message: `${regex} has ${groups === 0 ? "no group" : `${groups} groups`}, and $${wanted} is asked for`,
                fix: "put what is meant in parentheses",
              };
          }
      for (const { settings, path } of config.of("processor", "k8sattributes"))
        for (const list of ["labels", "annotations"])
          for (const [i, item] of listOf(at(settings, "extract", list)).entries()) {
            const regex = textOf(at(item, "key_regex"));
            if (regex !== "" && /\$\{?1/.test(textOf(at(item, "tag_name"))) && !/\((?!\?[:imsU-])/.test(regex))
              yield {
                path: [...path, "extract", list, i, "key_regex"],
                message: `${regex} has no group, and $1 is asked for`,
                fix: "put what is meant in parentheses",
              };
          }
    },
  },
  {
    id: "scrape-longer-than-interval",
    severity: "error",
    explain:
      "A scrape may not take longer than the time to the next one; a job without an interval has that of global, or one minute.",
    bad: "receivers:\n  prometheus: {config: {global: {scrape_interval: 15s}, scrape_configs: [{job_name: a, scrape_timeout: 30s, static_configs: [{targets: ['app:8000']}]}]}}\n",
    good: "receivers:\n  prometheus: {config: {global: {scrape_interval: 60s}, scrape_configs: [{job_name: a, scrape_timeout: 30s, static_configs: [{targets: ['app:8000']}]}]}}\n",
    *find(config) {
      for (const { job, path, global } of jobsOf(config)) {
        // with both in the job there is an older rule
        if (at(job, "scrape_timeout") !== undefined && at(job, "scrape_interval") !== undefined) continue;
        const given = at(job, "scrape_timeout");
        const limit = secondsOf(given ?? at(global, "scrape_timeout"));
        const every = secondsOf(at(job, "scrape_interval") ?? at(global, "scrape_interval") ?? "1m");
        // the timeout of global yields to an interval of the job that is shorter
        if (given === undefined && at(job, "scrape_interval") !== undefined) continue;
        if (limit !== undefined && every !== undefined && limit > every)
          yield {
            path: given === undefined ? path : [...path, "scrape_timeout"],
            message: `a scrape may take ${limit} s, and the next one comes after ${every} s`,
            fix: "lower scrape_timeout, or raise scrape_interval",
          };
      }
    },
  },
  {
    id: "asks-the-prober-itself",
    severity: "warning",
    explain:
      "A job at /probe asks a prober about another address, which relabelling puts into __param_target; one at /federate gives only the series that match[] asks for.",
    bad: "receivers:\n  prometheus: {config: {scrape_configs: [{job_name: pages, metrics_path: /probe, params: {module: [http_2xx]}, static_configs: [{targets: ['shop.example:443']}]}]}}\n",
    good: "receivers:\n  prometheus: {config: {scrape_configs: [{job_name: pages, metrics_path: /probe, params: {module: [http_2xx], target: ['https://shop.example']}, static_configs: [{targets: ['blackbox:9115']}]}]}}\n",
    *find(config) {
      for (const { job, path } of jobsOf(config)) {
        const { metrics_path, params, relabel_configs } = recordOf(job);
        const says = (word: string): boolean => (JSON.stringify([params, relabel_configs]) ?? "").includes(word);
        if (metrics_path === "/probe" && !says('target":[') && !says("__param_target"))
          yield {
            path: [...path, "metrics_path"],
            message: "nothing tells the prober what to probe",
            fix: "relabel __address__ to __param_target, and __address__ to the prober",
          };
        if (metrics_path === "/federate" && !says("match[]"))
          yield {
            path: [...path, "metrics_path"],
            message: "federation gives no series that match[] does not ask for",
            fix: "set params: {'match[]': ['{job=~\".+\"}']}",
          };
      }
    },
  },
];
