/** What every copy of a collector does once more: scraping, and telling of the whole cluster. */
import { replicasInWords, roleInWords } from "../comments.ts";
import { at, type Config, listOf, recordOf, textOf, textsOf } from "../model.ts";
import type { Rule } from "../rule.ts";

const NODE = /\$\{(env:)?\w*NODE\w*\}/;

/** Whether a collector is bound to its node: by its mode, or by what it asks of that node alone. */
export const isOnEveryNode = (config: Config): boolean =>
  config.mode === "daemonset" || (config.mode === undefined && asksItsNode(config));

const asksItsNode = (config: Config): boolean =>
  config.of("receiver", "kubeletstats").some(({ settings }) => NODE.test(textOf(settings.endpoint))) &&
  (config.of("receiver", "hostmetrics").some(({ settings }) => settings.root_path !== undefined) ||
    config
      .of("processor", "k8sattributes")
      .some(({ settings }) => at(settings, "filter", "node_from_env_var") !== undefined));

/** Files of all pods of a node. */
const OF_PODS = /^\/var\/log\/(pods|containers)\//;
const ONE_NODE =
  /\b(single|one)[- ]node\b|\bk3s\b|\bminikube\b|\bkind cluster\b|\bone (machine|replica)\b|\bsingleton\b/i;

/** Whether a collector that discovers in Kubernetes reads its own node besides, so that there must be one on each; or says that it is one of those. */
const readsItsNode = (config: Config): boolean => {
  const { mode, comments } = config;
  if (isOnEveryNode(config)) return true;
  if (mode !== undefined || ONE_NODE.test(comments.all) || roleInWords(comments) === "gateway") return false;
  return (
    (roleInWords(comments) === "agent" && /daemon ?set|per node|each node/i.test(comments.head)) ||
    config.of("receiver", "kubeletstats").some(({ settings }) => NODE.test(textOf(settings.endpoint))) ||
    config.of("receiver", "hostmetrics").some(({ settings }) => settings.root_path !== undefined) ||
    config
      .of("receiver", "filelog")
      .some(({ settings }) => textsOf(settings.include).some((file) => OF_PODS.test(file)))
  );
};

/** Whether a job asks for the pods of its own node: by a selector, or by relabelling. */
const isOfNode = (job: unknown): boolean =>
  /node_?name|\$\{(env:)?\w*(NODE|HOST)\w*\}/i.test(JSON.stringify(job) ?? "");

/** Receivers that tell of the whole cluster. */
const CLUSTER = ["k8scluster", "k8sevents", "k8sobjects"];

/** Whether a job asks what other copies ask as well: discovered targets, or written ones that are not the copy itself. */
const isShared = (job: unknown): boolean =>
  !/hashmod/i.test(JSON.stringify(at(job, "relabel_configs")) ?? "") &&
  (Object.keys(recordOf(job)).some((key) => key.endsWith("_sd_configs") && key !== "file_sd_configs") ||
    listOf(at(job, "static_configs")).some((group) =>
      textsOf(at(group, "targets")).some((target) => !/^(localhost|127\.|0\.0\.0\.0|\[)|\$\{/.test(target)),
    ));

export const copiesRules: readonly Rule[] = [
  {
    id: "scraped-by-every-node",
    severity: "warning",
    explain:
      "In a daemonset each node scrapes all targets that it finds, and every series is stored as often as there are nodes, out of order. Discovery can be kept to the own node.",
    bad: "mode: daemonset\nconfig:\n  receivers:\n    prometheus: {config: {scrape_configs: [{job_name: pods, kubernetes_sd_configs: [{role: pod}]}]}}\n  service:\n    pipelines:\n      metrics: {receivers: [prometheus]}\n",
    good: "mode: daemonset\nconfig:\n  receivers:\n    prometheus: {config: {scrape_configs: [{job_name: pods, kubernetes_sd_configs: [{role: pod, selectors: [{role: pod, field: 'spec.nodeName=${env:K8S_NODE_NAME}'}]}]}]}}\n  service:\n    pipelines:\n      metrics: {receivers: [prometheus]}\n",
    *find(config) {
      if (!readsItsNode(config)) return;
      const created = config
        .of("receiver", "receivercreator")
        .filter(({ id }) => config.using("receivers", id).length > 0);
      const watched = new Set(created.flatMap(({ settings }) => textsOf(settings.watch_observers)));
      for (const { id, settings, path } of config.of("extension", "k8sobserver"))
        if (watched.has(id) && settings.node === undefined)
          yield {
            path,
            message: `${id} finds the pods of all nodes, and every node starts receivers for each`,
            fix: "set node: '${env:K8S_NODE_NAME}'",
          };
      for (const { id, settings, path } of config.of("receiver", "prometheus")) {
        if (settings.target_allocator !== undefined || config.using("receivers", id).length === 0) continue;
        for (const [i, job] of listOf(at(settings, "config", "scrape_configs")).entries()) {
          const all = listOf(at(job, "kubernetes_sd_configs")).find((found) =>
            /^(pod|endpoints|endpointslice|service|node|ingress)$/.test(textOf(at(found, "role"))),
          );
          if (all !== undefined && !isOfNode(job))
            yield {
              path: [...path, "config", "scrape_configs", i],
              message: `every node scrapes all that role ${textOf(at(all, "role"))} finds`,
              fix: "select by spec.nodeName, or use the target allocator",
            };
        }
      }
    },
  },
  {
    id: "done-by-every-replica",
    severity: "warning",
    explain:
      "Each replica of a deployment runs the whole configuration: what one is enough for, scraping or telling of the cluster, is done and stored once for each.",
    bad: "mode: deployment\nreplicaCount: 3\nconfig:\n  receivers:\n    k8s_cluster: {}\n  service:\n    pipelines:\n      metrics: {receivers: [k8s_cluster]}\n",
    good: "mode: deployment\nreplicaCount: 1\nconfig:\n  receivers:\n    k8s_cluster: {}\n  service:\n    pipelines:\n      metrics: {receivers: [k8s_cluster]}\n",
    *find(config) {
      const { replicas = replicasInWords(config.comments) ?? 1 } = config.deployed;
      if (replicas < 2 || !/^(deployment|statefulset|)$/.test(config.mode ?? "")) return;
      for (const { id, type, settings, path } of config.of("receiver", ...CLUSTER, "prometheus")) {
        const isOnce = settings.k8s_leader_elector !== undefined || settings.target_allocator !== undefined;
        const jobs = listOf(at(settings, "config", "scrape_configs"));
        if (isOnce || config.using("receivers", id).length === 0 || (type === "prometheus" && !jobs.some(isShared)))
          continue;
        yield {
          path,
          message: `${id} does its work ${replicas} times`,
          fix:
            type === "prometheus"
              ? "use the target allocator, or one replica"
              : "name a k8s_leader_elector, or use one replica",
        };
      }
    },
  },
];
