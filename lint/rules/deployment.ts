/** What runs on every node and what runs once: an agent in a gateway's place, and the other way round. */
import { isReference } from "../address.ts";
import { replicasInWords } from "../comments.ts";
import { isGateway, SHARED } from "../gateway.ts";
import {
  at,
  type Component,
  type Config,
  isInPod,
  listOf,
  placesOf,
  recordOf,
  textOf,
  textsOf,
  wordOf,
} from "../model.ts";
import type { Rule } from "../rule.ts";
import { isOnEveryNode } from "./copies.ts";

/** Whether variables speak of the node that the collector runs on. */
const isOnNode = ({ scalars }: Config): boolean =>
  scalars.some(({ value }) => /\$\{(env:)?\w*NODE_?(NAME|IP)\}/.test(textOf(value)) || value === "K8S_NODE_NAME");

const CLUSTER = ["k8scluster", "k8sevents", "k8sobjects"];
const NODE = ["kubeletstats", "hostmetrics", "journald", "dockerstats"];
/** Detectors whose answer is of the machine that the collector runs on. */
const OF_MACHINE =
  /^(system|ec2|ecs|eks|gcp|gce|gke|azure|aks|docker|env|k8snode|k8s_node|lambda|elasticbeanstalk|heroku)$/;

/** Words of a file that spans of a trace come to one copy of it. */
const BROUGHT_TOGETHER =
  /load[-_ ]?balancing\b|trace[-_ ]?id|consistent|hash|by trace|second tier|\btier\b|sticky|whole traces|same (instance|collector|replica|pod)|headless|\brout(e|es|ed|ing)\b/i;

const isUsed = (config: Config, { id }: Component): boolean => config.using("receivers", id).length > 0;

/** Where the host's file system is mounted, by a path of another receiver or by the comment that the file begins with. */
function hostMount({ scalars, comments }: Config): string | undefined {
  const path = /^(\/(?:hostfs|host|rootfs))\//;
  const used = scalars.map(({ value }) => path.exec(textOf(value))?.[1]).find(Boolean);
  return used ?? /(?:-v|--volume|-)[ =]["']?\/:(\/[\w-]+)/.exec(comments.all)?.[1];
}

const OFFICIAL_IMAGE = /\b(otel|open-telemetry\/opentelemetry-collector-releases)\/opentelemetry-collector[\w-]*\b/;

const readsNode = ({ settings }: Component): boolean =>
  textsOf(settings.include).some((file) => /^\/var\/log\/(pods|containers)\b/.test(file));

/** Whether series of one replica have something of their own. */
const ofEachReplica = (config: Config): boolean =>
  config.scalars.some(
    ({ path, value }) =>
      path[0] !== "receivers" &&
      path[0] !== "extensions" &&
      /\$\{(env:)?\w*(POD|HOST|NODE|INSTANCE|REPLICA)\w*\}|^(system|k8snode)$/i.test(textOf(value)),
  );
const isCumulative = ({ settings }: Component): boolean => !/DELTA/i.test(textOf(settings.aggregation_temporality));

export const deploymentRules: readonly Rule[] = [
  {
    id: "cluster-receiver-on-every-node",
    severity: "warning",
    explain:
      "k8s_cluster, k8s_events and k8sobjects report the whole cluster: in a daemonset each node does, and everything is stored as often as there are nodes.",
    bad: "mode: daemonset\nconfig:\n  receivers:\n    k8s_cluster: {}\n  service:\n    pipelines:\n      metrics: {receivers: [k8s_cluster]}\n",
    good: "mode: deployment\nconfig:\n  receivers:\n    k8s_cluster: {}\n  service:\n    pipelines:\n      metrics: {receivers: [k8s_cluster]}\n",
    *find(config) {
      if (!isOnEveryNode(config)) return;
      for (const component of config.of("receiver", ...CLUSTER))
        if (isUsed(config, component) && component.settings.k8s_leader_elector === undefined)
          yield {
            path: component.path,
            message: `${component.id} reports the whole cluster, once from each node`,
            fix: "run it in a deployment of one replica, or name a k8s_leader_elector",
          };
    },
  },
  {
    id: "node-receiver-in-deployment",
    severity: "warning",
    explain:
      "What reads a node (kubelet, host, its logs) sees in a deployment the one node on which the pod happens to run, and no other.",
    bad: "apiVersion: opentelemetry.io/v1beta1\nkind: OpenTelemetryCollector\nspec:\n  mode: deployment\n  config:\n    receivers:\n      hostmetrics: {scrapers: {cpu: {}}}\n    exporters:\n      debug: {}\n    service:\n      pipelines:\n        metrics: {receivers: [hostmetrics], exporters: [debug]}\n",
    good: "apiVersion: opentelemetry.io/v1beta1\nkind: OpenTelemetryCollector\nspec:\n  mode: daemonset\n  config:\n    receivers:\n      hostmetrics: {scrapers: {cpu: {}}}\n    exporters:\n      debug: {}\n    service:\n      pipelines:\n        metrics: {receivers: [hostmetrics], exporters: [debug]}\n",
    *find(config) {
      const isSaid = config.mode === undefined && replicasInWords(config.comments) !== undefined;
      if (config.mode !== "deployment" && !isSaid) return;
      const all = [...config.of("receiver", ...NODE), ...config.of("receiver", "filelog").filter(readsNode)];
      for (const component of all)
        if (isUsed(config, component))
          yield {
            path: component.path,
            message: `${component.id} sees the node of this pod only`,
            fix: "run it in a daemonset",
          };
    },
  },
  {
    id: "gateway-detects-itself",
    severity: "warning",
    explain:
      "In a gateway resourcedetection finds the gateway's host, and with override (the default) writes it over that of every service.",
    bad: "processors:\n  resourcedetection: {detectors: [system]}\n  tail_sampling: {policies: [{name: all, type: always_sample}]}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], processors: [resourcedetection, tail_sampling], exporters: [otlp]}\n",
    good: "processors:\n  resourcedetection: {detectors: [system], override: false}\n  tail_sampling: {policies: [{name: all, type: always_sample}]}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], processors: [resourcedetection, tail_sampling], exporters: [otlp]}\n",
    *find(config) {
      if (!isGateway(config)) return;
      for (const { id, settings, path } of config.of("processor", "resourcedetection")) {
        if (settings.override === false || typeof settings.override === "string") continue;
        const detector = textsOf(settings.detectors).find((name) => OF_MACHINE.test(name) && name !== "env");
        const shared = config
          .using("processors", id)
          .some(({ receivers }) => receivers.length > 0 && receivers.every((one) => SHARED.test(config.typeIn(one))));
        if (detector !== undefined && shared)
          yield {
            path: settings.override === undefined ? path : [...path, "override"],
            message: `${detector} describes this collector, and replaces what services say of their own host`,
            fix: "set override: false, or detect in the agent beside the services",
          };
      }
    },
  },
  {
    id: "samples-incomplete-traces",
    severity: "warning",
    explain:
      "Tail sampling must see all spans of a trace. In a daemonset each node decides on its own spans, and traces across nodes come out in pieces.",
    bad: "mode: daemonset\nconfig:\n  processors:\n    tail_sampling: {policies: [{name: all, type: always_sample}]}\n  service:\n    pipelines:\n      traces: {receivers: [otlp], processors: [memory_limiter, tail_sampling]}\n",
    good: "mode: deployment\nconfig:\n  processors:\n    tail_sampling: {policies: [{name: all, type: always_sample}]}\n  service:\n    pipelines:\n      traces: {receivers: [otlp], processors: [memory_limiter, tail_sampling]}\n",
    *find(config) {
      const isAgent = /^(daemonset|sidecar)$/.test(config.mode ?? "");
      const { replicas = replicasInWords(config.comments) ?? 1 } = config.deployed;
      const isSpread = replicas > 1 && !BROUGHT_TOGETHER.test(config.comments.all);
      for (const pipeline of config.pipelines)
        for (const i of placesOf(config, pipeline, "tailsampling", "groupbytrace")) {
          // by service is for metrics of spans, after the decision
          const balanced = pipeline.exporters.find(
            (id) =>
              config.typeIn(id) === "loadbalancing" &&
              /^(traceID)?$/.test(textOf(config.find("exporter", id)?.settings.routing_key)),
          );
          if (isAgent)
            yield {
              path: [...pipeline.path, "processors", i],
              message: `${pipeline.processors[i]} runs on every node, and sees parts of traces`,
              fix: "send by loadbalancing (routing_key: traceID) to a gateway that samples",
            };
          else if (isSpread && config.deployed.replicas === undefined && balanced === undefined)
            yield {
              path: [...pipeline.path, "processors", i],
              message: `${pipeline.processors[i]} stands in ${replicas} replicas, among which the spans of a trace are spread`,
              fix: "set a tier before it that sends by loadbalancing (routing_key: traceID)",
            };
          else if (balanced !== undefined)
            yield {
              path: [...pipeline.path, "processors", i],
              message: `${pipeline.processors[i]} decides before ${balanced} has brought the spans of a trace together`,
              fix: `sample in the collectors behind ${balanced}`,
            };
        }
    },
  },
  {
    id: "routing-splits-traces",
    severity: "warning",
    explain:
      "Routed by service, metric or resource, the spans of one trace go to several collectors: tail sampling there decides on parts.",
    bad: "exporters:\n  loadbalancing: {routing_key: service, protocol: {otlp: {tls: {insecure: true}}}, resolver: {dns: {hostname: tail-sampling-gateway}}}\n",
    good: "exporters:\n  loadbalancing: {routing_key: traceID, protocol: {otlp: {tls: {insecure: true}}}, resolver: {dns: {hostname: tail-sampling-gateway}}}\n",
    *find(config) {
      for (const { settings, path } of config.of("exporter", "loadbalancing")) {
        const { routing_key } = settings;
        const hosts = [
          at(settings, "resolver", "dns", "hostname"),
          at(settings, "resolver", "k8s", "service"),
          ...listOf(at(settings, "resolver", "static", "hostnames")),
        ];
        if (
          typeof routing_key === "string" &&
          /^(service|metric|resource|streamID|attributes)$/.test(routing_key) &&
          hosts.some((host) => /sampl/i.test(wordOf(host)))
        )
          yield {
            path: [...path, "routing_key"],
            message: `${routing_key} sends the spans of one trace to several samplers`,
            fix: "write traceID",
          };
      }
    },
  },
  {
    id: "watches-whole-cluster",
    severity: "warning",
    explain:
      "Without a node filter k8sattributes watches every pod of the cluster; in a daemonset each node does, and asks as much of the API server and of its memory.",
    bad: "mode: daemonset\nconfig:\n  processors:\n    k8sattributes: {extract: {metadata: [k8s.pod.name]}}\n  service:\n    pipelines:\n      traces: {processors: [k8sattributes]}\n",
    good: "mode: daemonset\nconfig:\n  processors:\n    k8sattributes: {filter: {node_from_env_var: K8S_NODE_NAME}, extract: {metadata: [k8s.pod.name]}}\n  service:\n    pipelines:\n      traces: {processors: [k8sattributes]}\n",
    *find(config) {
      if (config.mode !== "daemonset" && config.mode !== "sidecar") return;
      for (const { id, settings, path } of config.of("processor", "k8sattributes")) {
        const filter = settings.filter;
        const filtered = ["node", "node_from_env_var"].some((key) => at(filter, key) !== undefined);
        if (!filtered && settings.passthrough !== true && config.using("processors", id).length > 0)
          yield {
            path,
            message: `${id} watches the pods of all nodes`,
            fix: "set filter: {node_from_env_var: K8S_NODE_NAME}, and this variable from spec.nodeName",
          };
      }
    },
  },
  {
    id: "passthrough-extracts-nothing",
    severity: "warning",
    explain:
      "With passthrough k8sattributes notes the address of the pod and asks nobody who that is: extract does nothing.",
    bad: "processors:\n  k8sattributes: {passthrough: true, extract: {metadata: [k8s.pod.name]}}\n",
    good: "processors:\n  k8sattributes: {passthrough: true}\n",
    *find(config) {
      for (const { settings, path } of config.of("processor", "k8sattributes"))
        if (settings.passthrough === true && settings.extract !== undefined && settings.extract !== null)
          yield {
            path: [...path, "extract"],
            message: "nothing is extracted with passthrough: true",
            fix: "remove passthrough, or extract in the gateway",
          };
    },
  },
  {
    id: "pods-of-one-node",
    severity: "warning",
    explain:
      "filter.node_from_env_var makes k8sattributes know the pods of its own node alone: in a gateway what comes from the others stays without names.",
    bad: "mode: deployment\nconfig:\n  processors:\n    k8sattributes: {filter: {node_from_env_var: K8S_NODE_NAME}}\n  service:\n    pipelines:\n      traces: {receivers: [otlp], processors: [k8sattributes]}\n",
    good: "mode: daemonset\nconfig:\n  processors:\n    k8sattributes: {filter: {node_from_env_var: K8S_NODE_NAME}}\n  service:\n    pipelines:\n      traces: {receivers: [otlp], processors: [k8sattributes]}\n",
    *find(config) {
      if (!isGateway(config)) return;
      for (const { id, settings, path } of config.of("processor", "k8sattributes"))
        if (at(settings, "filter", "node_from_env_var") !== undefined && config.using("processors", id).length > 0)
          yield {
            path: [...path, "filter", "node_from_env_var"],
            message: `${id} knows the pods of one node, and takes what all send`,
            fix: "remove it, or run the processor in a daemonset",
          };
    },
  },
  {
    id: "preset-of-other-mode",
    severity: "warning",
    explain:
      "The chart's presets for a node (logs, host and kubelet metrics) see one node: only a daemonset runs on each of them.",
    bad: "mode: deployment\npresets:\n  logsCollection: {enabled: true}\nconfig:\n  receivers: {otlp: {protocols: {grpc: {endpoint: '${env:MY_POD_IP}:4317'}}}}\n",
    good: "mode: daemonset\npresets:\n  logsCollection: {enabled: true}\nconfig:\n  receivers: {otlp: {protocols: {grpc: {endpoint: '${env:MY_POD_IP}:4317'}}}}\n",
    *find({ mode, deployed }) {
      for (const name of deployed.presets ?? []) {
        if (/^(logsCollection|hostMetrics|kubeletMetrics)$/.test(name) && /^(deployment|statefulset)$/.test(mode ?? ""))
          yield { path: [], message: `the preset ${name} runs in a ${mode}`, fix: "write mode: daemonset" };
      }
    },
  },
  {
    id: "targets-in-deployment",
    severity: "error",
    explain:
      "The operator refuses a target allocator for a deployment: targets are given to collectors that have names of their own.",
    bad: "kind: OpenTelemetryCollector\nspec:\n  mode: deployment\n  targetAllocator: {enabled: true}\n  config:\n    receivers: {prometheus: {config: {scrape_configs: []}}}\n",
    good: "kind: OpenTelemetryCollector\nspec:\n  mode: statefulset\n  targetAllocator: {enabled: true}\n  config:\n    receivers: {prometheus: {config: {scrape_configs: []}}}\n",
    *find({ mode, deployed }) {
      if (deployed.allocatesTargets === true && /^(deployment|sidecar)$/.test(mode ?? ""))
        yield {
          path: ["receivers"],
          message: `targets are allocated to a ${mode}`,
          fix: "write mode: statefulset, or daemonset",
        };
    },
  },
  {
    id: "kubelet-of-one-node",
    severity: "warning",
    explain:
      "In a daemonset each collector asks the kubelet of its own node; with a fixed address all ask the same one, whose pods are counted once a node, and no other.",
    bad: "mode: daemonset\nconfig:\n  receivers:\n    kubeletstats: {auth_type: serviceAccount, endpoint: 'https://10.20.4.11:10250'}\n  service:\n    pipelines:\n      metrics: {receivers: [kubeletstats]}\n",
    good: "mode: daemonset\nconfig:\n  receivers:\n    kubeletstats: {auth_type: serviceAccount, endpoint: 'https://${env:K8S_NODE_IP}:10250'}\n  service:\n    pipelines:\n      metrics: {receivers: [kubeletstats]}\n",
    *find(config) {
      const isAgent =
        config.mode === "daemonset" ||
        (config.mode === undefined && (/daemon ?set/i.test(config.comments.head) || isOnNode(config)));
      if (!isAgent) return;
      for (const { settings, path } of config.of("receiver", "kubeletstats")) {
        const endpoint = textOf(settings.endpoint);
        if (endpoint === "" || isReference(endpoint) || /^(https?:\/\/)?(localhost|127\.)/.test(endpoint)) continue;
        yield {
          path: [...path, "endpoint"],
          message: `every node asks ${endpoint}`,
          fix: "write https://${env:K8S_NODE_IP}:10250, set from status.hostIP of the pod",
        };
      }
    },
  },
  {
    id: "journal-without-its-reader",
    severity: "warning",
    explain:
      "The journald receiver runs the program journalctl, which the official images of the collector do not hold: it reads nothing there. Said where a comment names one of them.",
    bad: "# image: otel/opentelemetry-collector-contrib:0.141.0\nreceivers:\n  journald: {directory: /var/log/journal}\nservice:\n  pipelines:\n    logs: {receivers: [journald]}\n",
    good: "# image: example.org/collector-with-journalctl:0.141.0\nreceivers:\n  journald: {directory: /var/log/journal}\nservice:\n  pipelines:\n    logs: {receivers: [journald]}\n",
    *find(config) {
      const image = OFFICIAL_IMAGE.exec(config.comments.all)?.[0];
      if (image === undefined || /journalctl|\bchroot\b/.test(config.comments.all)) return;
      for (const component of config.of("receiver", "journald"))
        if (isUsed(config, component) && component.settings.root_path === undefined)
          yield {
            path: component.path,
            message: `${image} has no journalctl`,
            fix: "build an image with it, or set root_path to where the host's root is mounted",
          };
    },
  },
  {
    id: "host-metrics-of-container",
    severity: "warning",
    explain:
      "In a pod without root_path the file systems, processes and networks measured are the container's own, not the node's.",
    bad: "mode: daemonset\nconfig:\n  receivers:\n    hostmetrics: {scrapers: {filesystem: {}}}\n  service:\n    pipelines:\n      metrics: {receivers: [hostmetrics]}\n",
    good: "mode: daemonset\nconfig:\n  receivers:\n    hostmetrics: {root_path: /hostfs, scrapers: {filesystem: {}}}\n  service:\n    pipelines:\n      metrics: {receivers: [hostmetrics]}\n",
    *find(config) {
      const mounted = hostMount(config);
      if (mounted === undefined && (config.mode !== undefined ? config.mode !== "daemonset" : !isInPod(config))) return;
      for (const component of config.of("receiver", "hostmetrics")) {
        const scraper = Object.keys(recordOf(component.settings.scrapers)).find((name) =>
          /^(filesystem|process|processes|network|disk)$/.test(name),
        );
        if (component.settings.root_path === undefined && scraper !== undefined && isUsed(config, component))
          yield {
            path: component.path,
            message: `${scraper} measures the container`,
            fix:
              mounted === undefined
                ? "mount the node's / and set root_path: /hostfs"
                : `set root_path: ${mounted}, where the host's / is`,
          };
      }
    },
  },
  {
    id: "service-graph-on-every-node",
    severity: "warning",
    explain:
      "An edge of the service graph is a client span and its server span, which are on two nodes mostly: in a daemonset neither collector sees both, and edges stay open.",
    bad: "# DaemonSet, one pod per node\nconnectors:\n  servicegraph: {}\nexporters:\n  debug: {}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], exporters: [servicegraph]}\n    metrics: {receivers: [servicegraph], exporters: [debug]}\n",
    good: "# gateway\nconnectors:\n  servicegraph: {}\nexporters:\n  debug: {}\nservice:\n  pipelines:\n    traces: {receivers: [otlp], exporters: [servicegraph]}\n    metrics: {receivers: [servicegraph], exporters: [debug]}\n",
    *find(config) {
      if (!/^(daemonset|sidecar)$/.test(config.mode ?? "")) return;
      for (const { id, path } of config.of("connector", "servicegraph"))
        if (config.using("exporters", id).length > 0)
          yield {
            path,
            message: `${id} sees the spans of one node`,
            fix: "build it in a gateway to which loadbalancing (routing_key: traceID) brings both spans",
          };
    },
  },
  {
    id: "stream-among-replicas",
    severity: "warning",
    explain:
      "deltatocumulative adds up what it has seen of a stream, cumulativetodelta takes away what it has seen last, and statsd and spanmetrics count by themselves: where a load balancer spreads a stream among replicas each has a sum of its own, under one name. Said where the file speaks of several replicas, and of nothing that brings a stream to one of them.",
    bad: "# gateway, 4 replicas behind a Service\nprocessors:\n  memory_limiter: {check_interval: 1s, limit_mib: 400}\n  deltatocumulative: {}\nexporters:\n  prometheusremotewrite: {endpoint: 'https://mimir.example.com/api/v1/push'}\nservice:\n  pipelines:\n    metrics: {receivers: [otlp], processors: [memory_limiter, deltatocumulative], exporters: [prometheusremotewrite]}\n",
    good: "# gateway, 4 replicas; agents send by loadbalancing with routing_key streamID\nprocessors:\n  memory_limiter: {check_interval: 1s, limit_mib: 400}\n  deltatocumulative: {}\nexporters:\n  prometheusremotewrite: {endpoint: 'https://mimir.example.com/api/v1/push'}\nservice:\n  pipelines:\n    metrics: {receivers: [otlp], processors: [memory_limiter, deltatocumulative], exporters: [prometheusremotewrite]}\n",
    *find(config) {
      const replicas = replicasInWords(config.comments) ?? 1;
      const isSpread = replicas > 1 && !/stream|by service|by resource|per (pod|host|node)/i.test(config.comments.all);
      if (!isSpread || BROUGHT_TOGETHER.test(config.comments.all)) return;
      for (const { path, id } of [
        ...config.of("processor", "deltatocumulative", "cumulativetodelta"),
        ...config.of("receiver", "statsd"),
        ...(ofEachReplica(config) ? [] : config.of("connector", "spanmetrics", "servicegraph").filter(isCumulative)),
      ])
        if ((["processors", "receivers"] as const).some((member) => config.using(member, id).length > 0))
          yield {
            path,
            message: `${id} stands in ${replicas} replicas, among which a stream is spread`,
            fix: "send by loadbalancing (routing_key: streamID, or service) to it, or use one replica",
          };
    },
  },
];
