/** Settings of processors: batches, actions, detectors. */
import { nearest } from "../../config/nearest.ts";
import { at, type Component, listOf, recordOf, textOf, textsOf, wordOf } from "../model.ts";
import type { Finding, Rule } from "../rule.ts";

/** Keys that count bytes of a whole request or message. */
const IN_BYTES =
  /^(max_request_body_size|max_message_bytes|max_batch_size_bytes|max_content_length_(logs|metrics|traces)|max_event_size|max_fetch_size|max_partition_fetch_size)$/;

/** Keys that an operation of metricstransform needs. */
const LABEL_KEYS: Readonly<Record<string, readonly string[]>> = {
  add_label: ["new_label", "new_value"],
  update_label: ["label"],
  delete_label_value: ["label", "label_value"],
  aggregate_label_values: ["label", "aggregated_values", "new_value"],
  experimental_scale_value: ["experimental_scale"],
};

export const processorRules: readonly Rule[] = [
  {
    id: "batch-sizes",
    severity: "error",
    explain: "The largest batch cannot be smaller than the one that is waited for.",
    bad: "processors:\n  batch: {send_batch_size: 1000, send_batch_max_size: 500}\n",
    good: "processors:\n  batch: {send_batch_size: 500, send_batch_max_size: 1000}\n",
    *find(config) {
      for (const { settings, path } of config.of("processor", "batch")) {
        const { send_batch_size = 8192, send_batch_max_size } = settings;
        if (
          typeof send_batch_size === "number" &&
          typeof send_batch_max_size === "number" &&
          send_batch_max_size > 0 &&
          send_batch_max_size < send_batch_size
        )
          yield {
            path: [...path, "send_batch_max_size"],
            message: `send_batch_max_size ${send_batch_max_size} is below send_batch_size ${send_batch_size}`,
            fix: "raise it, or lower send_batch_size",
          };
      }
    },
  },
  {
    id: "attribute-action",
    severity: "error",
    explain:
      "Each action needs a key and what it does; insert, update and upsert a value or where it is from, extract a pattern with named groups.",
    bad: "processors:\n  attributes: {actions: [{key: env, action: insert}]}\n",
    good: "processors:\n  attributes: {actions: [{key: env, action: insert, value: prod}]}\n",
    *find(config) {
      for (const component of config.of("processor", "attributes", "resource")) yield* actionFindings(component);
    },
  },
  {
    id: "resource-detectors",
    severity: "error",
    explain: "A detector that does not exist stops the collector.",
    bad: "processors:\n  resourcedetection: {detectors: [env, kubernetes]}\n",
    good: "processors:\n  resourcedetection: {detectors: [env, k8snode]}\n",
    *find(config) {
      for (const { settings, path } of config.of("processor", "resourcedetection")) {
        if (Array.isArray(settings.detectors) && settings.detectors.length === 0)
          yield { path: [...path, "detectors"], message: "no detector is asked", fix: "write [env, system]" };
        if (settings.detectors !== undefined && !Array.isArray(settings.detectors))
          yield { path: [...path, "detectors"], message: "detectors is no list", fix: "write [env, system]" };
        for (const [i, name] of textsOf(settings.detectors).entries())
          if (!DETECTORS.includes(name.replaceAll("_", "")) && !name.includes("${"))
            yield {
              path: [...path, "detectors", i],
              message: `there is no detector ${name}`,
              fix: `write ${nearest(name, DETECTORS) ?? "one of env, system, docker, gcp, ec2, ecs, eks, aks, azure, k8snode"}`,
            };
      }
    },
  },
  {
    id: "redaction-drops-all",
    severity: "warning",
    explain: "Without allow_all_keys, redaction removes every attribute that allowed_keys does not name.",
    bad: "processors:\n  redaction: {blocked_values: ['4[0-9]{15}']}\n",
    good: "processors:\n  redaction: {allow_all_keys: true, blocked_values: ['4[0-9]{15}']}\n",
    *find(config) {
      for (const { settings, path } of config.of("processor", "redaction"))
        if (settings.allow_all_keys !== true && listOf(settings.allowed_keys).length === 0)
          yield {
            path,
            message: "neither allow_all_keys nor allowed_keys is set, so all attributes are removed",
            fix: "set allow_all_keys: true, or list allowed_keys",
          };
    },
  },
  {
    id: "empty-processor",
    severity: "error",
    explain: "A processor without the part that says what it does is refused, or does nothing.",
    bad: "processors:\n  filter: {}\n",
    good: "processors:\n  filter: {traces: {span: ['attributes[\"a\"] == 1']}}\n",
    *find(config) {
      const needs: Readonly<Record<string, readonly string[]>> = {
        attributes: ["actions"],
        resource: ["attributes"],
        groupbyattrs: [],
        transform: ["trace_statements", "metric_statements", "log_statements", "profile_statements"],
        filter: [
          "traces",
          "metrics",
          "logs",
          "spans",
          "profiles",
          "trace_conditions",
          "metric_conditions",
          "log_conditions",
          "profile_conditions",
        ],
        probabilisticsampler: [],
      };
      for (const { type, id, settings, path } of config.of("processor")) {
        const keys = needs[type] ?? [];
        if (keys.length > 0 && !keys.some((key) => settings[key] !== undefined && settings[key] !== null))
          yield { path, message: `${id} has none of ${keys.slice(0, 4).join(", ")}`, fix: `set ${keys[0]}` };
      }
    },
  },
  {
    id: "metrics-transform",
    severity: "error",
    explain:
      "A metric that is inserted or combined needs a new name, a label that is added or changed its name and value.",
    bad: "processors:\n  metricstransform: {transforms: [{include: a, action: insert}]}\n",
    good: "processors:\n  metricstransform: {transforms: [{include: a, action: insert, new_name: b}]}\n",
    *find(config) {
      for (const { settings, path } of config.of("processor", "metricstransform"))
        for (const [i, transform] of listOf(settings.transforms).entries()) {
          const place = [...path, "transforms", i];
          const { action, new_name } = recordOf(transform);
          if (/^(insert|combine)$/.test(textOf(action)) && !new_name)
            yield { path: place, message: `${textOf(action)} has no new_name`, fix: "set new_name" };
          const isIdle = listOf(at(transform, "operations")).length === 0 && !new_name;
          if (action === "update" && isIdle)
            yield {
              path: place,
              message: "update changes nothing: there is neither a new_name nor an operation",
              fix: "set new_name, or list operations",
            };
          for (const [j, operation] of listOf(at(transform, "operations")).entries())
            for (const key of LABEL_KEYS[textOf(at(operation, "action"))] ?? [])
              if (at(operation, key) === undefined)
                yield {
                  path: [...place, "operations", j],
                  message: `${textOf(at(operation, "action"))} has no ${key}`,
                  fix: `set ${key}`,
                };
        }
    },
  },
  {
    id: "size-of-few-bytes",
    severity: "error",
    explain:
      "Sizes of requests and messages are counted in bytes where the key does not say otherwise: a few of them hold no batch, and every request is refused.",
    bad: "receivers:\n  otlp: {protocols: {http: {endpoint: 'localhost:4318', max_request_body_size: 20}}}\n",
    good: "receivers:\n  otlp: {protocols: {http: {endpoint: 'localhost:4318', max_request_body_size: 20971520}}}\n",
    *find({ scalars }) {
      for (const { path, value } of scalars)
        if (typeof value === "number" && value > 0 && value < 1024 && IN_BYTES.test(wordOf(path.at(-1))))
          yield {
            path,
            message: `${value} bytes hold no request`,
            fix: `write ${value * 1_048_576}, if ${value} MiB are meant`,
          };
    },
  },
  {
    id: "size-in-bytes",
    severity: "error",
    explain: "A key that ends with _mib counts mebibytes: a number of bytes there is no limit at all.",
    bad: "receivers:\n  otlp: {protocols: {grpc: {max_recv_msg_size_mib: 16777216}}}\n",
    good: "receivers:\n  otlp: {protocols: {grpc: {max_recv_msg_size_mib: 16}}}\n",
    *find({ scalars }) {
      for (const { path, value } of scalars)
        if (/_mib$/.test(wordOf(path.at(-1))) && typeof value === "number" && value >= 1_000_000)
          yield {
            path,
            message: `${value} MiB are ${Math.round(value / 1_048_576)} TiB`,
            fix: `write ${Math.max(1, Math.round(value / 1_048_576))}`,
          };
    },
  },
];

const DETECTORS =
  "env system docker gcp gce gke ec2 ecs eks lambda elasticbeanstalk azure aks consul heroku k8snode k8sapi kubeadm openshift dynatrace akamai alibabaecs digitalocean hetzner ibmcloudvpc ibmcloudclassic azurecontainerapps nova openstack oraclecloud scaleway tencentcvm upcloud vultr cloudfoundry".split(
    " ",
  );

const ACTIONS = ["insert", "update", "upsert", "delete", "hash", "extract", "convert"];

function* actionFindings({ type, settings, path }: Component): Generator<Finding> {
  const [own, other] =
    type === "attributes" ? (["actions", "attributes"] as const) : (["attributes", "actions"] as const);
  if (settings[own] === undefined && settings[other] !== undefined)
    yield { path: [...path, other], message: `the processor ${type} has no ${other}`, fix: `write ${own}` };
  for (const [i, item] of listOf(settings[own]).entries()) {
    const place = [...path, own, i];
    const { action, key, pattern } = recordOf(item);
    if (typeof action !== "string") {
      yield { path: place, message: "an action is missing", fix: `set action to one of ${ACTIONS.join(", ")}` };
      continue;
    }
    if (!ACTIONS.includes(action.toLowerCase())) {
      yield {
        path: [...place, "action"],
        message: `there is no action ${action}`,
        fix: `write ${nearest(action, ACTIONS) ?? ACTIONS.join(", ")}`,
      };
      continue;
    }
    if (key === undefined && pattern === undefined)
      yield { path: place, message: `the action ${action} has no key`, fix: "set key" };
    const hasValue = ["value", "from_attribute", "from_context", "default_value"].some(
      (name) => at(item, name) !== undefined,
    );
    if (/^(insert|update|upsert)$/i.test(action) && !hasValue)
      yield {
        path: place,
        message: `${action} has nothing to write`,
        fix: "set value, from_attribute or from_context",
      };
    if (/^extract$/i.test(action) && !/\(\?P?</.test(textOf(pattern)))
      yield { path: place, message: "extract has no pattern with named groups", fix: "set pattern, with (?P<name>…)" };
    if (/^convert$/i.test(action) && at(item, "converted_type") === undefined)
      yield { path: place, message: "convert does not say to which type", fix: "set converted_type" };
    if (key === undefined && pattern !== undefined && !/^(delete|hash)$/i.test(action))
      yield { path: place, message: `the action ${action} has no key`, fix: "set key" };
    yield* surplus(action.toLowerCase(), recordOf(item), place);
  }
}

/** What each action refuses beside it. */
const NOT_BESIDE: Readonly<Record<string, readonly string[]>> = {
  insert: ["pattern", "converted_type"],
  update: ["pattern", "converted_type"],
  upsert: ["pattern", "converted_type"],
  delete: ["value", "from_attribute", "converted_type"],
  hash: ["value", "from_attribute", "converted_type"],
  extract: ["value", "from_attribute", "from_context", "converted_type"],
  convert: ["value", "from_attribute", "from_context", "pattern"],
};

function* surplus(action: string, item: Readonly<Record<string, unknown>>, place: Finding["path"]): Generator<Finding> {
  const other = NOT_BESIDE[action]?.find((name) => item[name] !== undefined && item[name] !== null);
  if (other !== undefined)
    yield {
      path: [...place, other],
      message: `the action ${action} takes no ${other}, and is refused with one`,
      fix: `remove ${other}`,
    };
  const [, second] = ["value", "from_attribute", "from_context"].filter((name) => item[name] !== undefined);
  if (other === undefined && second !== undefined)
    yield { path: [...place, second], message: "two things are to be written", fix: "keep one of them" };
  const groups = textOf(item.pattern)
    .replace(/\\./g, "")
    .replace(/\[[^\]]*\]/g, "");
  if (action === "extract" && /\(\?P?<\w/.test(groups) && /\((?!\?)/.test(groups))
    yield {
      path: [...place, "pattern"],
      message: "a group without a name stands in the pattern, which is refused",
      fix: "name it, (?P<name>…), or write (?:…)",
    };
}
