/** Things that are written down and that nobody reads: hints, headers under another name, electors, updates of what is not there. */
import { actionsOf } from "../actions.ts";
import { type Config, textOf, wordOf } from "../model.ts";
import type { Finding, Rule } from "../rule.ts";

/** Where the value of an action may come from in the context of a request. */
const CONTEXT = /^(metadata\.|auth\.|client\.address$)|\$\{/;

/** Attributes that programs give themselves, and files, journals and measured machines do not. */
const OF_PROGRAM = /^(service\.(name|namespace|version)|deployment\.environment(\.name)?)$/;
const MUTE =
  /^(filelog|journald|windowseventlog|syslog|tcplog|udplog|namedpipe|fluentforward|hostmetrics|dockerstats|kubeletstats|snmp|redis|mysql|postgresql|mongodb|nginx|apache|rabbitmq|elasticsearch|iis|sqlserver|oracledb|httpcheck|tcpcheck|sqlquery|k8sevents|k8sobjects|k8scluster|statsd|carbon|collectd|netflow|webhookevent|awss3|kafkametrics)$/;

/** Whether only receivers that name no program feed a processor, and nothing before it does so. */
const isMute = (config: Config, id: string): boolean => {
  const pipelines = config.using("processors", id);
  return (
    pipelines.length > 0 &&
    pipelines.every(
      ({ receivers, processors }) =>
        receivers.length > 0 &&
        receivers.every((each) => MUTE.test(config.typeIn(each))) &&
        !processors
          .slice(0, processors.indexOf(id))
          .some((each) => /^(k8sattributes|resourcedetection|groupbyattrs)$/.test(config.typeIn(each))),
    )
  );
};

/** Attributes that no sender writes: they are given by whoever runs the collector. */
const GIVEN_HERE = /^(k8s\.cluster\.name|cluster(\.name|_name)?|region|site|datacenter|data_center|team|stage|tier)$/;

function* updates(config: Config): Generator<Finding> {
  for (const { id, action, path, type } of actionsOf(config)) {
    const { key, value, action: does } = action;
    if (type !== "resource" || does !== "update" || value === undefined) continue;
    if (!GIVEN_HERE.test(textOf(key)) && !(OF_PROGRAM.test(textOf(key)) && isMute(config, id))) continue;
    // another processor may have written it before
    const others = config.scalars.some(
      ({ path: place, value: text }) =>
        ((place[0] === "processors" && place[1] !== id) || (place[0] === "receivers" && place.length > 3)) &&
        wordOf(text ?? "").includes(textOf(key)),
    );
    if (!others)
      yield {
        path,
        message: `update changes ${textOf(key)} where it is there already, and no sender writes it`,
        fix: "write action: upsert, or insert",
      };
  }
}

export const withoutReaderRules: readonly Rule[] = [
  {
    id: "update-of-nothing",
    severity: "warning",
    explain:
      "update changes an attribute that is there, and adds none: one that the collector is to give, such as k8s.cluster.name, is written with upsert or insert.",
    bad: "processors:\n  resource: {attributes: [{key: k8s.cluster.name, value: prod-eu, action: update}]}\n",
    good: "processors:\n  resource: {attributes: [{key: k8s.cluster.name, value: prod-eu, action: upsert}]}\n",
    find: updates,
  },
  {
    id: "context-without-place",
    severity: "warning",
    explain:
      "from_context says of what: metadata.NAME is a header of the request, auth.NAME what the authenticator knows. A name alone is neither, and nothing is written.",
    bad: "processors:\n  attributes: {actions: [{key: tenant, from_context: x-tenant, action: upsert}]}\n",
    good: "processors:\n  attributes: {actions: [{key: tenant, from_context: metadata.x-tenant, action: upsert}]}\n",
    *find(config) {
      for (const { action, path } of actionsOf(config)) {
        const from = textOf(action.from_context);
        if (from !== "" && !CONTEXT.test(from))
          yield {
            path: [...path, "from_context"],
            message: `${from} says not of what it is`,
            fix: `write metadata.${from}`,
          };
      }
    },
  },
  {
    id: "hints-of-removed-exporter",
    severity: "warning",
    explain:
      "loki.resource.labels and loki.attribute.labels were read by the exporter loki, which is no more: sent by OTLP they are attributes like any other. Loki itself says which resource attributes are labels.",
    bad: "processors:\n  resource: {attributes: [{key: loki.resource.labels, value: service.name, action: insert}]}\nexporters:\n  otlphttp: {endpoint: 'https://loki.example.com/otlp'}\n",
    good: "processors:\n  resource: {attributes: [{key: cluster, value: prod, action: insert}]}\nexporters:\n  otlphttp: {endpoint: 'https://loki.example.com/otlp'}\n",
    *find(config) {
      if (config.of("exporter", "loki").length > 0) return;
      for (const { action, path } of actionsOf(config))
        if (
          /^loki\.(resource\.labels|attribute\.labels|format|tenant)$/.test(textOf(action.key)) &&
          action.action !== "delete"
        )
          yield {
            path,
            message: `${textOf(action.key)} is read by nobody any more`,
            fix: "set otlp_config of Loki, or remove it",
          };
    },
  },
  {
    id: "elector-of-nobody",
    severity: "warning",
    explain:
      "A leader is asked for by the receivers that name the elector as k8s_leader_elector: where none does, every copy works as before.",
    bad: "extensions:\n  k8s_leader_elector: {lease_name: a, lease_namespace: b}\nreceivers:\n  k8s_cluster: {}\nservice:\n  extensions: [k8s_leader_elector]\n  pipelines:\n    metrics: {receivers: [k8s_cluster], exporters: [debug]}\n",
    good: "extensions:\n  k8s_leader_elector: {lease_name: a, lease_namespace: b}\nreceivers:\n  k8s_cluster: {k8s_leader_elector: k8s_leader_elector}\nservice:\n  extensions: [k8s_leader_elector]\n  pipelines:\n    metrics: {receivers: [k8s_cluster], exporters: [debug]}\n",
    *find(config) {
      for (const { id, path } of config.of("extension", "k8sleaderelector")) {
        const isNamed = config.scalars.some(
          ({ path: place, value }) =>
            place[0] !== "service" &&
            (value === id || (wordOf(place.at(-1)).includes("elector") && /\$\{/.test(textOf(value)))),
        );
        if (config.extensions.includes(id) && !isNamed && config.pipelines.length > 0)
          yield { path, message: `no receiver names ${id}`, fix: `set k8s_leader_elector: ${id} in the receiver` };
      }
    },
  },
  {
    id: "number-for-text",
    severity: "warning",
    explain:
      "By the conventions an account, a cluster or an instance is a text: without quotes YAML makes a number of its digits, without its leading zeros, and what is compared with the text finds nothing.",
    bad: "processors:\n  resource: {attributes: [{key: cloud.account.id, value: 012345678901, action: upsert}]}\n",
    good: "processors:\n  resource: {attributes: [{key: cloud.account.id, value: '012345678901', action: upsert}]}\n",
    *find(config) {
      for (const { action, path } of actionsOf(config))
        if (
          /^(cloud\.account\.id|service\.(name|namespace|instance\.id)|host\.(id|name)|container\.id|deployment\.environment(\.name)?|k8s\.(cluster|namespace|node|pod)\.(name|uid)|enduser\.id|user\.id)$/.test(
            textOf(action.key),
          ) &&
          /^(number|boolean)$/.test(typeof action.value)
        )
          yield {
            path: [...path, "value"],
            message: `${wordOf(action.value)} is a ${typeof action.value}, and ${textOf(action.key)} a text`,
            fix: "write it in quotes",
          };
    },
  },
];
