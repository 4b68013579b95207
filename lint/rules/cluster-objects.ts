/** What receivers ask of Kubernetes, and what they read of a node. */
import { at, isInPod, listOf, recordOf, textOf, textsOf } from "../model.ts";
import type { Rule } from "../rule.ts";

/** What each kind of rule of a receiver_creator needs of its observer, where that is not on by itself. */
const OBSERVED: readonly (readonly [kind: RegExp, key: string])[] = [
  [/type\s*==\s*["']k8s\.service["']/, "observe_services"],
  [/type\s*==\s*["']k8s\.node["']/, "observe_nodes"],
  [/type\s*==\s*["']k8s\.ingress["']/, "observe_ingresses"],
];

/** What each other observer finds: nothing else has its rules. */
const FOUND: Readonly<Record<string, RegExp>> = {
  dockerobserver: /^container$/,
  hostobserver: /^hostport$/,
  ecstaskobserver: /^container$/,
  k8sobserver: /^(pod|port|pod\.container|k8s\.(service|node|ingress|crd))$/,
};

/** Names of objects in the singular, as people write them for kubectl. */
const SINGULAR =
  /^(pod|event|node|service|namespace|deployment|daemonset|statefulset|replicaset|job|cronjob|configmap|secret|ingress|endpoint)$/i;

export const clusterObjectRules: readonly Rule[] = [
  {
    id: "not-observed",
    severity: "warning",
    explain:
      "k8s_observer finds pods unless told otherwise: services, nodes and ingresses it finds with a key of their own, docker_observer containers and host_observer ports of the machine alone: a rule about anything else starts nothing.",
    bad: "extensions:\n  k8s_observer: {auth_type: serviceAccount}\nreceivers:\n  receiver_creator: {watch_observers: [k8s_observer], receivers: {httpcheck: {rule: 'type == \"k8s.service\"', config: {targets: []}}}}\nservice:\n  extensions: [k8s_observer]\n",
    good: "extensions:\n  k8s_observer: {auth_type: serviceAccount, observe_services: true}\nreceivers:\n  receiver_creator: {watch_observers: [k8s_observer], receivers: {httpcheck: {rule: 'type == \"k8s.service\"', config: {targets: []}}}}\nservice:\n  extensions: [k8s_observer]\n",
    *find(config) {
      for (const { settings, path } of config.of("receiver", "receivercreator")) {
        const observers = textsOf(settings.watch_observers).flatMap((id) => config.find("extension", id) ?? []);
        const finds = observers.map(({ type }) => FOUND[type] ?? /^/);
        for (const [name, made] of Object.entries(recordOf(settings.receivers))) {
          const [, kind] = /\btype\s*==\s*["']([\w.]+)["']/.exec(textOf(at(made, "rule"))) ?? [];
          if (kind !== undefined && finds.length > 0 && finds.every((one) => !one.test(kind)))
            yield {
              path: [...path, "receivers", name, "rule"],
              message: `${observers.map(({ id }) => id).join(", ")} finds nothing of type ${kind}`,
              fix: "ask for what it finds: k8s_observer pod, port and the like, docker_observer container, host_observer hostport",
            };
        }
        if (observers.length === 0 || observers.some(({ type }) => type !== "k8sobserver")) continue;
        for (const [name, made] of Object.entries(recordOf(settings.receivers))) {
          const rule = textOf(at(made, "rule"));
          for (const [kind, key] of OBSERVED)
            if (
              kind.test(rule) &&
              observers.every((one) => one.settings[key] !== true && typeof one.settings[key] !== "string")
            )
              yield {
                path: [...path, "receivers", name, "rule"],
                message: `${observers[0]?.id} does not look for them`,
                fix: `set ${key}: true there`,
              };
          if (
            /type\s*==\s*["'](pod|port|pod\.container)["']/.test(rule) &&
            observers.every((one) => one.settings.observe_pods === false)
          )
            yield {
              path: [...path, "receivers", name, "rule"],
              message: `${observers[0]?.id} does not look for pods`,
              fix: "set observe_pods: true there",
            };
        }
      }
    },
  },
  {
    id: "object-in-plural",
    severity: "error",
    explain:
      "Objects of Kubernetes are named in the plural here: there is no resource pod, and the receiver does not start.",
    bad: "receivers:\n  k8sobjects: {objects: [{name: pod, mode: pull}]}\n",
    good: "receivers:\n  k8sobjects: {objects: [{name: pods, mode: pull}]}\n",
    *find(config) {
      for (const { settings, path } of config.of("receiver", "k8sobjects"))
        for (const [i, object] of listOf(settings.objects).entries()) {
          const name = textOf(at(object, "name"));
          if (SINGULAR.test(name))
            yield {
              path: [...path, "objects", i, "name"],
              message: `there is no resource ${name}`,
              fix: `write ${name.toLowerCase().replace(/ss$/, "sse")}s`,
            };
          else if (name !== name.toLowerCase() && !name.includes("$"))
            yield {
              path: [...path, "objects", i, "name"],
              message: `there is no resource ${name}`,
              fix: `write ${name.toLowerCase()}`,
            };
        }
    },
  },
  {
    id: "events-again",
    severity: "warning",
    explain:
      "mode: pull lists all objects anew at each interval, and watch sends what is new: events that are pulled are sent again for as long as the cluster keeps them, which is an hour. k8s_events beside it takes the same ones.",
    bad: "receivers:\n  k8sobjects: {objects: [{name: events, mode: pull, interval: 1m}]}\n",
    good: "receivers:\n  k8sobjects: {objects: [{name: events, group: events.k8s.io, mode: watch}]}\n",
    *find(config) {
      for (const { id, settings, path } of config.of("receiver", "k8sobjects"))
        for (const [i, object] of listOf(settings.objects).entries()) {
          const { name, mode = "pull" } = recordOf(object);
          if (name === "events" && mode === "pull")
            yield {
              path: [...path, "objects", i],
              message: "the same events are listed at each interval",
              fix: "set mode: watch",
            };
          // the other receiver of events, into the same exporter
          const into = (id: string) => config.using("receivers", id).flatMap(({ exporters }) => exporters);
          const twice = config
            .of("receiver", "k8sevents")
            .find(
              (one) =>
                one.settings.namespaces === undefined && into(one.id).some((exporter) => into(id).includes(exporter)),
            );
          if (name === "events" && twice !== undefined)
            yield {
              path: [...path, "objects", i],
              message: `${twice.id} takes the same events, and both are stored`,
              fix: "keep one of the two",
            };
        }
    },
  },
  {
    id: "node-of-utilization",
    severity: "error",
    explain:
      "How much of its node a pod or container uses can be told with node, the name of that node, without which the receiver is refused, and k8s_api_config alone.",
    bad: "receivers:\n  kubeletstats: {auth_type: serviceAccount, metrics: {k8s.pod.cpu.node.utilization: {enabled: true}}}\n",
    good: "receivers:\n  kubeletstats: {auth_type: serviceAccount, node: '${env:K8S_NODE_NAME}', k8s_api_config: {auth_type: serviceAccount}, metrics: {k8s.pod.cpu.node.utilization: {enabled: true}}}\n",
    *find(config) {
      for (const { settings, path } of config.of("receiver", "kubeletstats"))
        for (const [name, metric] of Object.entries(recordOf(settings.metrics)))
          if (/\.node\.utilization$/.test(name) && at(metric, "enabled") === true && !settings.node)
            yield {
              path: [...path, "metrics", name],
              message: `${name} needs node`,
              fix: "set node: '${env:K8S_NODE_NAME}'",
            };
          else if (
            /\.node\.utilization$/.test(name) &&
            at(metric, "enabled") === true &&
            settings.k8s_api_config === undefined
          )
            yield {
              path: [...path, "metrics", name],
              message: `${name} asks Kubernetes how large the node is, and k8s_api_config is not set`,
              fix: "set k8s_api_config: {auth_type: serviceAccount}",
            };
    },
  },
  {
    id: "journal-of-container",
    severity: "warning",
    explain:
      "In a pod journalctl reads the container's own journal, of which there is none: directory names where the node's is mounted.",
    bad: "mode: daemonset\nconfig:\n  receivers:\n    journald: {units: [kubelet]}\n  service:\n    pipelines:\n      logs: {receivers: [journald]}\n",
    good: "mode: daemonset\nconfig:\n  receivers:\n    journald: {directory: /var/log/journal, units: [kubelet]}\n  service:\n    pipelines:\n      logs: {receivers: [journald]}\n",
    *find(config) {
      if (!isInPod(config)) return;
      for (const { id, settings, path } of config.of("receiver", "journald"))
        if (
          ["directory", "files", "root_path", "merge"].every((key) => settings[key] === undefined) &&
          config.using("receivers", id).length > 0
        )
          yield {
            path,
            message: `${id} reads the journal of its own container`,
            fix: "set directory: /var/log/journal",
          };
    },
  },
  {
    id: "links-of-containers",
    severity: "warning",
    explain:
      "The operator container reads namespace and pod off paths below /var/log/pods; the links in /var/log/containers have other names, and each record fails.",
    bad: "receivers:\n  filelog: {include: [/var/log/containers/*.log], include_file_path: true, operators: [{type: container}]}\n",
    good: "receivers:\n  filelog: {include: [/var/log/pods/*/*/*.log], include_file_path: true, operators: [{type: container}]}\n",
    *find(config) {
      for (const { settings, path } of config.of("receiver", "filelog")) {
        const container = listOf(settings.operators).find((operator) => at(operator, "type") === "container");
        if (container === undefined || at(container, "add_metadata_from_filepath") === false) continue;
        for (const [i, file] of textsOf(settings.include).entries())
          if (/\/var\/log\/containers\//.test(file))
            yield {
              path: [...path, "include", i],
              message: `${file} are links, whose names container cannot read`,
              fix: "write /var/log/pods/*/*/*.log",
            };
      }
    },
  },
];
